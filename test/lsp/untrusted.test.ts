import { describe, expect, it } from 'vitest';
import { FencedHost, OUTSIDE } from '../../server/src/lsp/fenced-host';
import { didGrantTrust } from '../../server/src/protocol';
import { MemoryHost } from '../support/memory-host';
import { openFile, startSession } from './support/in-process';

const MAIN = '/srv/site/nginx.conf';
const HEADERS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

/** A location that needs what its include has. */
const including = (include: string): string =>
  `events {}\nhttp { server { location /ws { ${include}\n proxy_pass http://127.0.0.1:1; } } }\n`;

const denied = { initializationOptions: { trusted: false }, folders: ['file:///srv'] };

const textOf = (message: string | { readonly value: string }): string =>
  typeof message === 'string' ? message : message.value;

async function messagesOf(
  files: Readonly<Record<string, string>>,
  options: Parameters<typeof startSession>[1],
): Promise<string[]> {
  const session = await startSession(files, options);
  const uri = await openFile(session, MAIN);
  return (await session.client.diagnostics(uri)).map(({ message }) => textOf(message));
}

describe('in a workspace that is not trusted', () => {
  it.each([
    ['a file', 'include /secret/ws.conf;'],
    ['a file by dots', 'include ../../secret/ws.conf;'],
    ['a pattern', 'include /secret/*.conf;'],
    ['a pattern of folders', 'include /sec*/*.conf;'],
    ['a link', 'include link.conf;'],
  ])('nothing outside its folders is read, and that is said: %s', async (_, include) => {
    const files = {
      [MAIN]: including(include),
      '/secret/ws.conf': HEADERS,
      '/srv/site/link.conf': '->/secret/ws.conf',
    };
    const messages = await messagesOf(files, denied);
    expect(messages.filter((message) => message.includes(OUTSIDE))).toHaveLength(1);
    // It is not known whether the headers are there.
    expect(messages.filter((message) => message.includes('never sees'))).toEqual([]);
  });

  it('what is within them is', async () => {
    const files = { [MAIN]: including('include ../shared/*.conf;'), '/srv/shared/ws.conf': HEADERS };
    expect((await messagesOf(files, denied)).filter((message) => message.includes(OUTSIDE))).toEqual([]);
  });

  it('so are the files beside one that is opened alone', async () => {
    const files = { [MAIN]: including('include ws.conf;'), '/srv/site/ws.conf': HEADERS };
    const messages = await messagesOf(files, { ...denied, folders: ['file:///elsewhere'] });
    expect(messages.filter((message) => message.includes(OUTSIDE))).toEqual([]);
  });

  it('and everything once it is trusted', async () => {
    const files = { [MAIN]: including('include /secret/ws.conf;'), '/secret/ws.conf': HEADERS };
    const session = await startSession(files, denied);
    const uri = await openFile(session, MAIN);
    expect(await session.client.rules(uri)).toContain('include-missing');
    await session.client.connection.sendNotification(didGrantTrust);
    expect(await session.client.rules(uri)).not.toContain('include-missing');
  });

  it('but a client that knows no trust denies nothing', async () => {
    const files = { [MAIN]: including('include /secret/ws.conf;'), '/secret/ws.conf': HEADERS };
    const messages = await messagesOf(files, { folders: ['file:///srv'] });
    expect(messages.filter((message) => message.includes(OUTSIDE))).toEqual([]);
  });
});

describe('the fence', () => {
  const files = { '/a/b/c': '', '/ab/c': '', '/x': '' };

  it.each([
    ['/a/b/c', true],
    ['/a', true],
    ['/ab/c', false],
    ['/x', false],
  ])('%s: %s', async (path, isWithin) => {
    const host = new FencedHost(new MemoryHost(files), () => ['/a', '']);
    expect(await host.refusal(path)).toBe(isWithin ? null : OUTSIDE);
  });

  it('has none where the workspace is trusted', async () => {
    expect(await new FencedHost(new MemoryHost(files), () => null).readFile('/x')).toMatchObject({
      kind: 'text',
    });
  });
});
