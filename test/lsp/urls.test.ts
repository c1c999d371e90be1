import { RequestType } from 'vscode-languageserver/node';
import { expect, it } from 'vitest';
import { type Urls, type UrlsParams, urlsRequest } from '../../server/src/protocol';
import { openFile, startSession } from './support/in-process';

const request = new RequestType<UrlsParams, Urls | null, never>(urlsRequest);
const MAIN = '/project/nginx.conf';

const FILES = {
  [MAIN]: `events {}
http {
    include conf.d/*.conf;
}
`,
  '/project/conf.d/chat.conf': `server {
    listen 80;
    server_name chat.example;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    location /ws {
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection upgrade;
        proxy_pass http://127.0.0.1:1;
    }
    location /hub {
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection close;
        proxy_pass http://127.0.0.1:1;
    }
}
`,
  '/project/nginx-websocket.json': JSON.stringify({
    websocketUrls: [
      'ws://chat.example/ws?token=secret',
      { url: 'ws://chat.example/hub', expect: 'blocked' },
      { url: 'ws://chat.example/hub/1', expect: 'passes' },
    ],
  }),
};

it('what becomes of the URLs in the settings, and whether that is expected', async () => {
  const session = await startSession(FILES);
  const uri = await openFile(session, '/project/conf.d/chat.conf');
  const answer = await session.client.connection.sendRequest(request, { uri });
  expect(answer?.main).toBe(`file://${MAIN}`);
  expect(answer?.urls).toEqual([
    {
      url: 'ws://chat.example/ws?token=secret',
      label: 'ws://chat.example/ws?token=•••',
      expect: null,
      verdict: 'passes',
      isAsExpected: true,
      message: 'passes: nothing stops it.',
      place: { uri, range: expect.objectContaining({ start: { line: 5, character: 4 } }) },
    },
    {
      url: 'ws://chat.example/hub',
      label: 'ws://chat.example/hub',
      expect: 'blocked',
      verdict: 'blocked',
      isAsExpected: true,
      message: 'blocked: No `Connection: upgrade` reaches the back end. Expected: blocked.',
      place: { uri, range: expect.objectContaining({ start: { line: 12, character: 8 } }) },
    },
    {
      url: 'ws://chat.example/hub/1',
      label: 'ws://chat.example/hub/1',
      expect: 'passes',
      verdict: 'blocked',
      isAsExpected: false,
      message: 'blocked: No `Connection: upgrade` reaches the back end. Expected: passes.',
      place: { uri, range: expect.objectContaining({ start: { line: 12, character: 8 } }) },
    },
  ]);
});

it('a configuration without any has none', async () => {
  const session = await startSession({ [MAIN]: FILES[MAIN] });
  const uri = await openFile(session, MAIN);
  expect(await session.client.connection.sendRequest(request, { uri })).toEqual({ main: uri, urls: [] });
});
