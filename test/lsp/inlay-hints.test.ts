import { type ClientCapabilities, InlayHintRequest } from 'vscode-languageserver/node';
import { expect, it } from 'vitest';
import { capable } from './support/client';
import { openFile, startSession } from './support/in-process';

const MAIN = '/etc/nginx/nginx.conf';
const TEXT =
  'events {}\nhttp { server {\nlocation /a { proxy_pass http://b; }\nlocation /b { proxy_pass http://b; }\n} }\n';

const capabilities: ClientCapabilities = {
  ...capable,
  textDocument: { ...capable.textDocument, inlayHint: {} },
};

it('hints are those of the lines that are asked about', async () => {
  const session = await startSession({ [MAIN]: TEXT }, { capabilities });
  const uri = await openFile(session, MAIN);
  const range = { start: { line: 3, character: 0 }, end: { line: 4, character: 0 } };
  const params = { textDocument: { uri }, range };
  expect(await session.client.connection.sendRequest(InlayHintRequest.type, params)).toEqual([
    {
      position: { line: 3, character: 34 },
      label: expect.stringMatching(/^HTTP\/1\.0 by default, closed when idle for 60 s/),
      paddingLeft: true,
    },
  ]);
});

it('a client that shows none is offered none', async () => {
  const { client } = await startSession({});
  expect(client.result.capabilities.inlayHintProvider).toBeUndefined();
});
