import { expect, it } from 'vitest';
import type { Ran, Run } from '../../server/src/lsp/environment';
import { type DumpResult, dumpRequest } from '../../server/src/protocol';
import { startSession } from './support/in-process';

const SAID = 'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n';
const PRINTED = [
  '# configuration file /etc/nginx/nginx.conf:',
  'events {}',
  'http { include conf.d/*.conf; }',
  '',
  '# configuration file /etc/nginx/conf.d/chat.conf:',
  'server { listen 80; }',
  '',
].join('\n');

/** The result, and the commands that were started. */
async function dump(
  ran: Ran,
  { command = undefined as readonly string[] | undefined, trusted = true } = {},
): Promise<[DumpResult, string[]]> {
  const started: string[] = [];
  const run: Run = (words, folder) => {
    started.push(`${folder}: ${words.join(' ')}`);
    return Promise.resolve(ran);
  };
  const session = await startSession(
    {},
    {
      folders: ['file:///project'],
      initializationOptions: { trusted },
      settings: command === undefined ? {} : { dumpCommand: command },
      run,
    },
  );
  const params = { uri: 'file:///project' };
  return [await session.client.connection.sendRequest<DumpResult>(dumpRequest, params), started];
}

const ended = (printed: string, status = 0, said = SAID): Ran => ({
  kind: 'ended',
  status,
  printed,
  output: `${said}${printed}`,
});

it('gives the files that nginx prints, the main file first', async () => {
  const [result, started] = await dump(ended(PRINTED));
  expect(result).toEqual({
    files: [
      { path: '/etc/nginx/nginx.conf', text: 'events {}\nhttp { include conf.d/*.conf; }\n' },
      { path: '/etc/nginx/conf.d/chat.conf', text: 'server { listen 80; }\n' },
    ],
    message: '',
    output: `${SAID}${PRINTED}`,
  });
  expect(started).toEqual(['/project: nginx -T']);
});

it('starts the command of the settings', async () => {
  const command = ['ssh', 'web', 'sudo', 'nginx', '-T'];
  const [{ files }, started] = await dump(ended(PRINTED), { command });
  expect(files).toHaveLength(2);
  expect(started).toEqual(['/project: ssh web sudo nginx -T']);
});

it.each<[name: string, ran: Ran, message: string]>([
  [
    'what nginx refuses',
    ended('', 1, 'nginx: [emerg] open() "/etc/nginx/nginx.conf" failed (13: Permission denied)\n'),
    '`nginx -T` ended with status 1: nginx: [emerg] open() "/etc/nginx/nginx.conf" failed (13: Permission denied)',
  ],
  [
    'another program',
    ended('nginx is running\n', 0, ''),
    '`nginx -T` has printed no configuration: `nginx -T` does. Set `nginxWebsocket.dumpCommand`.',
  ],
  [
    'a program that is not there',
    { kind: 'missing' },
    'There is no program `nginx` on PATH: install it, or name another in `nginxWebsocket.dumpCommand`.',
  ],
  ['a cancelled run', { kind: 'cancelled' }, '`nginx -T` was cancelled.'],
])('says why there is none: %s', async (_, ran, message) => {
  const [result] = await dump(ran);
  expect([result.files, result.message]).toEqual([[], message]);
});

it('starts nothing in a workspace that is not trusted', async () => {
  const [{ message }, started] = await dump(ended(PRINTED), { trusted: false });
  expect([message, started]).toEqual(['nginx is started in a trusted workspace only.', []]);
});
