import {
  type CallHierarchyItem,
  CallHierarchyIncomingCallsRequest,
  CallHierarchyOutgoingCallsRequest,
  CallHierarchyPrepareRequest,
  type ClientCapabilities,
  type CodeLens,
  CodeLensRequest,
} from 'vscode-languageserver/node';
import { describe, expect, it } from 'vitest';
import { explainCommand, placesCommand } from '../../server/src/protocol';
import { capable } from './support/client';
import { openFile, type Session, startSession } from './support/in-process';

const MAIN = '/etc/nginx/nginx.conf';
const WEB = '/etc/nginx/conf.d/web.conf';
const UPSTREAMS = '/etc/nginx/conf.d/upstreams.conf';
const HEADERS = '/etc/nginx/headers.conf';

const FILES = {
  [MAIN]: 'events {}\nhttp {\n    include conf.d/*.conf;\n}\n',
  [WEB]: `server {
    location /api {
        include headers.conf;
        proxy_pass http://chat;
    }
    location /other {
        include headers.conf;
        proxy_pass http://chat/other;
    }
}
`,
  [UPSTREAMS]: `upstream chat {
    server 127.0.0.1:1;
}
upstream spare {
    server 127.0.0.1:2;
}
map $uri $kind {
    default 1;
}
`,
  [HEADERS]: 'proxy_set_header X-Kind $kind;\n',
};

const capabilities: ClientCapabilities = {
  ...capable,
  textDocument: { ...capable.textDocument, callHierarchy: {}, codeLens: {} },
};

const uri = (path: string): string => `file://${path}`;

async function start(): Promise<Session> {
  const session = await startSession(FILES, {
    capabilities,
    initializationOptions: { commands: [explainCommand, placesCommand] },
  });
  for (const path of Object.keys(FILES)) await openFile(session, path);
  return session;
}

describe('the lenses about use', () => {
  const lenses = async ({ client }: Session, path: string): Promise<CodeLens[]> =>
    (await client.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri: uri(path) } })) ?? [];

  it('say who includes a file, and who uses what is in it, with the places', async () => {
    const session = await start();
    const told = async (path: string): Promise<unknown[]> =>
      (await lenses(session, path))
        .filter(
          ({ command }) => command?.command !== explainCommand && /ncluded|used/.test(command?.title ?? ''),
        )
        .map(({ range, command }) => [range.start.line, command?.title, command?.command]);
    expect(await told(MAIN)).toEqual([]);
    expect(await told(HEADERS)).toEqual([
      [0, 'Included by conf.d/web.conf (main file: nginx.conf)', placesCommand],
    ]);
    expect(await told(UPSTREAMS)).toEqual([
      [0, 'Included by nginx.conf', placesCommand],
      [0, 'used in 2 places', placesCommand],
      [3, 'not used', ''],
      [6, 'used in 1 place', placesCommand],
    ]);
    const [, chat] = await lenses(session, UPSTREAMS);
    expect(chat?.command?.arguments).toEqual([
      {
        at: { uri: uri(UPSTREAMS), range: expect.anything() },
        places: [
          { uri: uri(WEB), range: { start: { line: 3, character: 26 }, end: { line: 3, character: 30 } } },
          { uri: uri(WEB), range: { start: { line: 7, character: 26 }, end: { line: 7, character: 30 } } },
        ],
      },
    ]);
  });
});

it('nothing is said to be unused where not all is here', async () => {
  const alone = '/elsewhere/upstreams.conf';
  const session = await startSession(
    { [alone]: FILES[UPSTREAMS] },
    { capabilities, initializationOptions: { commands: [explainCommand, placesCommand] } },
  );
  const textDocument = { uri: await openFile(session, alone) };
  const lenses = await session.client.connection.sendRequest(CodeLensRequest.type, { textDocument });
  expect(lenses).toEqual([]);
});

describe('the hierarchy', () => {
  const prepare = async ({ client }: Session, path: string, part: string): Promise<CallHierarchyItem[]> =>
    (await client.connection.sendRequest(CallHierarchyPrepareRequest.type, {
      textDocument: { uri: uri(path) },
      position: client.rangeOf(uri(path), part).start,
    })) ?? [];
  const incoming = async ({ client }: Session, item: CallHierarchyItem | undefined) =>
    item === undefined
      ? []
      : ((await client.connection.sendRequest(CallHierarchyIncomingCallsRequest.type, { item })) ?? []);
  const outgoing = async ({ client }: Session, item: CallHierarchyItem | undefined) =>
    item === undefined
      ? []
      : ((await client.connection.sendRequest(CallHierarchyOutgoingCallsRequest.type, { item })) ?? []);

  it('of an upstream leads up to the main file', async () => {
    const session = await start();
    const [chat] = await prepare(session, WEB, 'chat');
    expect([chat?.name, chat?.uri]).toEqual(['chat', uri(UPSTREAMS)]);
    const users = await incoming(session, chat);
    expect(users.map(({ from, fromRanges }) => [from.name, from.uri, fromRanges.length])).toEqual([
      ['location /api', uri(WEB), 1],
      ['location /other', uri(WEB), 1],
    ]);
    const [file] = await incoming(session, users[0]?.from);
    expect([file?.from.name, file?.fromRanges]).toEqual([
      'web.conf',
      [{ start: { line: 1, character: 4 }, end: { line: 1, character: 17 } }],
    ]);
    const [main] = await incoming(session, file?.from);
    expect([main?.from.name, main?.from.detail]).toEqual(['nginx.conf', 'main file']);
    expect(await incoming(session, main?.from)).toEqual([]);
  });

  it('of a file has each that includes it once, and leads down to what it includes', async () => {
    const session = await start();
    const [headers] = await prepare(session, WEB, 'headers.conf');
    const users = await incoming(session, headers);
    expect(users.map(({ from, fromRanges }) => [from.name, fromRanges.length])).toEqual([['web.conf', 2]]);
    const [own] = await prepare(session, MAIN, 'events');
    const included = await outgoing(session, own);
    expect(included.map(({ to }) => to.name)).toEqual(['upstreams.conf', 'web.conf']);
  });

  it('of a map names the file that uses it; a location leads down to its upstream', async () => {
    const session = await start();
    const [kind] = await prepare(session, UPSTREAMS, '$kind');
    expect(kind?.name).toBe('$kind');
    const [user] = await incoming(session, kind);
    expect([user?.from.name, user?.fromRanges.length]).toEqual(['headers.conf', 1]);
    const [chat] = await prepare(session, UPSTREAMS, 'chat');
    const [location] = await incoming(session, chat);
    expect((await outgoing(session, location?.from)).map(({ to }) => to.name)).toEqual(['chat']);
  });

  it('is empty where its unit is gone', async () => {
    const session = await start();
    const [spare] = await prepare(session, UPSTREAMS, 'spare');
    await session.client.replace(uri(UPSTREAMS), 'upstream spare', 'upstream other');
    expect(await incoming(session, spare)).toEqual([]);
  });
});
