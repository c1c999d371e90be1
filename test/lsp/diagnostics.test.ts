import { describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  DocumentDiagnosticRequest,
  LSPErrorCodes,
} from 'vscode-languageserver/node';
import { capable, pullOnly, pushOnly } from './support/client';
import { openFile, startSession } from './support/in-process';
import { until } from './support/until';

const MAIN = '/etc/nginx/nginx.conf';

const BROKEN = `events {}
http {
    server {
        location /ws {
            proxy_pass http://127.0.0.1:8080;
        }
    }
}
`;

const HEADERS = `proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            `;

const FIXED = BROKEN.replace('proxy_pass', `${HEADERS}proxy_pass`);

describe('diagnostics that are pulled', () => {
  it('hold all that LSP has for a problem', async () => {
    const session = await startSession({ [MAIN]: BROKEN });
    const uri = await openFile(session, MAIN);
    const diagnostics = await session.client.diagnostics(uri);
    const found = diagnostics.find(({ code }) => code === 'websocket-upgrade-missing');
    expect(found).toMatchObject({
      range: { start: { line: 4, character: 12 }, end: { line: 4, character: 44 } },
      severity: 2,
      source: 'nginx-websocket',
      codeDescription: {
        href: 'https://github.com/nginx-websocket/nginx-websocket/blob/main/docs/rules/websocket-upgrade-missing.md',
      },
      data: { rule: 'websocket-upgrade-missing' },
    });
    expect(found?.message).toContain('Upgrade');
  });

  it('are announced with what they depend on, and never sent as well', async () => {
    const session = await startSession({ [MAIN]: BROKEN });
    expect(session.client.result.capabilities.diagnosticProvider).toEqual({
      interFileDependencies: true,
      workspaceDiagnostics: false,
    });
    const uri = await openFile(session, MAIN);
    await session.client.diagnostics(uri);
    await session.client.close(uri);
    await session.client.pull(uri);
    expect([...session.client.published]).toEqual([]);
  });

  it('are unchanged as long as they say the same', async () => {
    const session = await startSession({ [MAIN]: BROKEN });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    const first = await client.pull(uri);
    const resultId = first.resultId ?? '';
    expect(await client.pull(uri, resultId)).toEqual({ kind: 'unchanged', resultId });
    await client.replace(uri, '8080', '9090');
    const second = await client.pull(uri, resultId);
    const isSame = second.kind === 'unchanged';
    await client.replace(uri, 'location /ws', '\n\nlocation /ws');
    const third = await client.pull(uri, second.resultId);
    expect(third.kind).toBe('full');
    expect(third.resultId).not.toBe(second.resultId);
    expect(isSame || second.resultId !== resultId).toBe(true);
  });

  it('follow the text as it is typed', async () => {
    const session = await startSession({ [MAIN]: BROKEN });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    expect(await client.rules(uri)).toContain('websocket-upgrade-missing');
    await client.replace(uri, 'proxy_pass', `${HEADERS}proxy_pass`);
    expect(await client.rules(uri)).not.toContain('websocket-upgrade-missing');
    expect(client.document(uri).getText()).toBe(FIXED);
  });

  it('name other places where the client can show them', async () => {
    const text = FIXED.replace('http {', 'http {\n    proxy_set_header Upgrade $http_upgrade;').replace(
      HEADERS,
      'proxy_set_header Host $host;\n            ',
    );
    const withRelated = await startSession({ [MAIN]: text });
    const without = await startSession({ [MAIN]: text }, { capabilities: pullOnly });
    const [rich, plain] = await Promise.all(
      [withRelated, without].map(async (session) =>
        session.client.diagnostics(await openFile(session, MAIN)),
      ),
    );
    const related = rich?.flatMap(({ relatedInformation = [] }) => relatedInformation) ?? [];
    expect(related.length).toBeGreaterThan(0);
    expect(related[0]?.location.uri).toBe(`file://${MAIN}`);
    expect(plain?.some(({ relatedInformation }) => relatedInformation !== undefined)).toBe(false);
  });

  it('are none for a document that is not open', async () => {
    const { client } = await startSession({ [MAIN]: BROKEN });
    expect(await client.pull(`file://${MAIN}`)).toMatchObject({ kind: 'full', items: [] });
  });

  it('count columns in UTF-16 units', async () => {
    const session = await startSession({ [MAIN]: BROKEN.replace('location', 'add_header X "😀"; location') });
    const uri = await openFile(session, MAIN);
    await session.client.replace(uri, '\n            proxy_pass', ' proxy_pass');
    const found = (await session.client.diagnostics(uri)).find(
      ({ code }) => code === 'websocket-upgrade-missing',
    );
    const line = session.client.document(uri).getText().split('\n')[3] ?? '';
    expect(line.slice(found?.range.start.character, found?.range.end.character)).toBe(
      'proxy_pass http://127.0.0.1:8080',
    );
  });

  it('can be cancelled', async () => {
    const session = await startSession({ [MAIN]: BROKEN });
    const uri = await openFile(session, MAIN);
    const source = new CancellationTokenSource();
    const { connection } = session.client;
    const answer = connection.sendRequest(
      DocumentDiagnosticRequest.type,
      { textDocument: { uri } },
      source.token,
    );
    source.cancel();
    await expect(answer).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    expect(await session.client.rules(uri)).toContain('websocket-upgrade-missing');
  });

  it('come for a file of 10 MB', async () => {
    const comment = `# ${'x'.repeat(97)}\n`;
    const session = await startSession({ [MAIN]: BROKEN + comment.repeat(100_000) });
    const uri = await openFile(session, MAIN);
    expect(await session.client.rules(uri)).toContain('websocket-upgrade-missing');
  });
});

describe('diagnostics that are sent', () => {
  it('come after a change, and are taken back when the document is closed', async () => {
    const session = await startSession({ [MAIN]: BROKEN }, { capabilities: pushOnly });
    const { client } = session;
    expect(client.result.capabilities.diagnosticProvider).toBeUndefined();
    const uri = await openFile(session, MAIN);
    const has = (rule: string): boolean | undefined =>
      client.published.get(uri)?.some(({ code }) => code === rule);
    await until('the problem', () => has('websocket-upgrade-missing') === true);
    await client.replace(uri, 'proxy_pass', `${HEADERS}proxy_pass`);
    await until('the problem to go', () => has('websocket-upgrade-missing') === false);
    await client.replace(uri, 'proxy_http_version 1.1;', '');
    await until('it again', () => has('websocket-upgrade-missing') === true);
    await client.close(uri);
    await until('an empty list', () => client.published.get(uri)?.length === 0);
    expect(client.refreshes).toBe(0);
  });

  it('come for the other open documents too', async () => {
    const app = '/etc/nginx/conf.d/app.conf';
    const files = {
      [MAIN]: 'events {}\nhttp {\n    include conf.d/*.conf;\n}\n',
      [app]: 'server {\n    location /ws {\n        proxy_pass http://127.0.0.1:8080;\n    }\n}\n',
    };
    const session = await startSession(files, { capabilities: pushOnly });
    const { client } = session;
    const main = await openFile(session, MAIN);
    const uri = await openFile(session, app);
    const has = (): boolean | undefined =>
      client.published.get(uri)?.some(({ code }) => code === 'websocket-upgrade-missing');
    await until('the problem', () => has() === true);
    await client.replace(main, 'include', `${HEADERS}include`);
    await until('the problem to go', () => has() === false);
    expect(client.published.has(main)).toBe(true);
  });
});

describe('what is wrong with files', () => {
  const sound = { capabilities: capable };

  it.each([
    [
      'an include that is not there',
      { [MAIN]: 'events {}\nhttp {\n    include missing.conf;\n}\n' },
      'include-missing',
    ],
    [
      'an include cycle',
      { [MAIN]: 'events {}\nhttp {\n    include a.conf;\n}\n', '/etc/nginx/a.conf': 'include a.conf;\n' },
      'include-cycle',
    ],
    ['text that is no configuration', { [MAIN]: '}}}{{{;;;\0"' }, 'syntax'],
  ])('is told: %s', async (_what, files, rule) => {
    const session = await startSession(files, sound);
    const uri = await openFile(session, Object.keys(files).at(-1) ?? '');
    const main = await openFile(session, MAIN);
    const rules = [...(await session.client.rules(uri)), ...(await session.client.rules(main))];
    expect(rules).toContain(rule);
  });

  it('is no fault of the server: a directory, and nothing, can be opened', async () => {
    const { client } = await startSession({ [MAIN]: BROKEN }, sound);
    await client.open('file:///etc/nginx', BROKEN);
    await client.open('file:///nowhere/nginx.conf', BROKEN);
    expect(await client.rules('file:///etc/nginx')).toContain('websocket-upgrade-missing');
    expect(await client.rules('file:///nowhere/nginx.conf')).toContain('websocket-upgrade-missing');
  });

  it('does not matter to a document that was never saved', async () => {
    const { client } = await startSession({}, sound);
    await client.open('untitled:Untitled-1', BROKEN.replace('server {', 'include a.conf; server {'));
    const diagnostics = await client.diagnostics('untitled:Untitled-1');
    expect(diagnostics.map(({ code }) => code)).toContain('include-missing');
    await client.replace('untitled:Untitled-1', 'include a.conf; ', '');
    expect(await client.rules('untitled:Untitled-1')).toContain('websocket-upgrade-missing');
    const action = await client.action('untitled:Untitled-1', 'proxy_pass', /^Forward/);
    const texts = await client.apply(action.edit);
    expect([...texts.keys()]).toEqual(['untitled:Untitled-1']);
  });
});
