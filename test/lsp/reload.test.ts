import { expect, it } from 'vitest';
import type { Run } from '../../server/src/lsp/environment';
import { type ReloadResult, reloadRequest } from '../../server/src/protocol';
import { openFile, startSession } from './support/in-process';

const MAIN = '/project/nginx.conf';
const RELOAD = ['nginx', '-c', '${mainFile}', '-s', 'reload'];
const ACCEPTED = `nginx: configuration file ${MAIN} test is successful\n`;
const REFUSED = `nginx: [emerg] unexpected "}" in ${MAIN}:2\nnginx: configuration file ${MAIN} test failed\n`;

interface Given {
  /** What the programs print and end with: the test, then the reload. */
  readonly test?: readonly [output: string, status: number];
  readonly reload?: readonly [output: string, status: number];
  readonly command?: readonly string[];
  readonly trusted?: boolean;
}

/** The result, and the commands that were started. */
async function reload({
  test = [ACCEPTED, 0],
  reload: reloaded = ['', 0],
  command = RELOAD,
  trusted = true,
}: Given): Promise<[ReloadResult, string[]]> {
  const started: string[] = [];
  const run: Run = (words) => {
    started.push(words.join(' '));
    const [output, status] = words.includes('reload') ? reloaded : test;
    return Promise.resolve({ kind: 'ended', status, output, printed: '' });
  };
  const session = await startSession(
    { [MAIN]: 'events {}\nhttp {}\n' },
    {
      folders: ['file:///project'],
      initializationOptions: { trusted },
      settings: { reloadCommand: command },
      run,
    },
  );
  const uri = await openFile(session, MAIN);
  return [await session.client.connection.sendRequest<ReloadResult>(reloadRequest, { uri }), started];
}

it('tests the configuration, then reloads nginx', async () => {
  expect(await reload({})).toEqual([
    { outcome: 'reloaded', message: 'nginx was reloaded.', output: '' },
    [`nginx -t -c ${MAIN}`, `nginx -c ${MAIN} -s reload`],
  ]);
});

it('does not reload what nginx refuses', async () => {
  const [result, started] = await reload({ test: [REFUSED, 1] });
  expect(result.outcome).toBe('refused');
  expect(result.message).toBe(
    `nginx refuses the configuration: unexpected "}" in ${MAIN}:2. It was not reloaded.`,
  );
  expect(started).toEqual([`nginx -t -c ${MAIN}`]);
});

it('says why nginx was not reloaded', async () => {
  const [result] = await reload({
    reload: ['nginx: [error] invalid PID number "" in "/run/nginx.pid"\n', 1],
  });
  expect(result.outcome).toBe('failed');
  expect(result.message).toContain('ended with status 1: nginx: [error] invalid PID number');
});

it.each([
  ['no command is set', { command: [] }],
  ['the workspace is not trusted', { trusted: false }],
])('starts nothing where %s', async (_, given) => {
  const [{ outcome }, started] = await reload(given);
  expect([outcome, started]).toEqual(['failed', []]);
});
