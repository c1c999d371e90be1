import { afterEach, expect, it } from 'vitest';
import { CodeLensRequest, type WorkspaceEdit } from 'vscode-languageserver/node';
import chinese from '../../l10n/bundle.l10n.zh-cn.json';
import { useTexts } from '../../server/src/l10n';
import { explainCommand, type InitializationOptions, type Way, wayRequest } from '../../server/src/protocol';
import { capable } from './support/client';
import { openFile, startSession } from './support/in-process';

const MAIN = '/etc/nginx/nginx.conf';

const BROKEN = `events {}
http {
    server {
        listen 8080;
        location /ws {
            proxy_pass http://127.0.0.1:1;
        }
    }
}
`;

afterEach(() => useTexts({}));

/** What a client reads of the file: the finding, the lens, and what stops a handshake on its way. */
async function read(initializationOptions: InitializationOptions): Promise<unknown[]> {
  const session = await startSession(
    { [MAIN]: BROKEN },
    {
      capabilities: { ...capable, textDocument: { ...capable.textDocument, codeLens: {} } },
      initializationOptions: { commands: [explainCommand], ...initializationOptions },
    },
  );
  const uri = await openFile(session, MAIN);
  const { client } = session;
  const [found] = await client.diagnostics(uri);
  const lenses = await client.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } });
  const url = 'ws://localhost:8080/ws';
  const way = await client.connection.sendRequest<Way<WorkspaceEdit> | null>(wayRequest, { uri, url });
  return [found?.message, lenses?.[0]?.command?.title, way?.cases[0]?.stop?.message];
}

it('the server speaks the language whose texts the client brings', async () => {
  expect(await read({ texts: chinese })).toEqual([
    'WebSocket 握手在这里会失败：后端既没有收到 `Upgrade`，也没有收到 `Connection: upgrade`，并且（nginx 1.29.7 之前）发往它的请求是 HTTP/1.0。请添加这三条指令。这里用于 WebSocket：路径为 /ws。',
    '✗ WebSocket 被阻止：升级未转发',
    '`Upgrade: websocket` 没有到达后端。',
  ]);
});

it('the server speaks English without, whatever a client takes for texts', async () => {
  const english = [
    expect.stringContaining('WebSocket handshakes fail here: the back end gets neither'),
    '✗ WebSocket blocked: upgrade not forwarded',
    'No `Upgrade: websocket` reaches the back end.',
  ];
  expect(await read({})).toEqual(english);
  const wrong = { 'No `Upgrade: websocket` reaches the back end.': 1 } as unknown as Record<string, string>;
  expect(await read({ texts: wrong })).toEqual(english);
});
