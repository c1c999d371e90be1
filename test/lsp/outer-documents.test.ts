import {
  CodeLensRequest,
  CompletionRequest,
  DefinitionRequest,
  type DocumentSymbol,
  DocumentSymbolRequest,
  HoverRequest,
} from 'vscode-languageserver';
import { describe, expect, it } from 'vitest';
import { explainCommand, probeCommand } from '../../server/src/protocol';
import { capable } from './support/client';
import { openFile, type Session, startSession } from './support/in-process';

const PATH = '/site/k8s/chat.yaml';

const LOCATION = `    location /ws {
        proxy_pass http://chat:3000;
    }
`;

const UPGRADE =
  '    proxy_http_version 1.1;\n    proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection upgrade;\n';

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '    ');

/** A ConfigMap with a file of nginx, and some YAML around it. */
const configMap = (lines: string, more = ''): string =>
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: chat\ndata:\n  default.conf: |\n' +
  `${indented(`server {\n    listen 80;\n${lines}}\n`)}${more}  other: text\n`;

async function open(text: string, path = PATH, languageId = 'yaml'): Promise<[Session, string]> {
  const session = await startSession({ [path]: text });
  return [session, await openFile(session, path, languageId)];
}

async function findings({ client }: Session, uri: string): Promise<string[]> {
  const found = await client.diagnostics(uri);
  return found
    .filter(({ severity = 4 }) => severity < 4)
    .map(({ range, code }) => `${range.start.line}:${range.start.character} ${String(code)}`);
}

describe('text for nginx in a document', () => {
  it('has its findings where it stands', async () => {
    const [session, uri] = await open(configMap(LOCATION));
    expect(await findings(session, uri)).toEqual(['9:12 websocket-upgrade-missing']);
  });

  it('is fixed there, as the document is indented', async () => {
    const [session, uri] = await open(configMap(LOCATION));
    const { edit } = await session.client.action(uri, 'proxy_pass', /^Forward the WebSocket upgrade/);
    const texts = await session.client.apply(edit);
    expect(texts.get(uri)).toBe(
      configMap(`    location /ws {
        proxy_pass http://chat:3000;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
    }
`),
    );
    expect(await findings(session, uri)).toEqual([]);
  });

  it('is fixed by fix-all with all that the document has', async () => {
    const more = `  more.conf: |\n${indented(`server {\n    listen 81;\n${LOCATION}}\n`)}`;
    const [session, uri] = await open(configMap(LOCATION, more));
    expect(await findings(session, uri)).toHaveLength(2);
    const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const [action] = await session.client.actions(uri, whole, ['source.fixAll.nginxWebsocket']);
    await session.client.apply(action?.edit);
    expect(await findings(session, uri)).toEqual([]);
  });

  it('writes `$$` where compose does', async () => {
    const compose = (lines: string): string =>
      'services:\n  web:\n    image: nginx\n    configs:\n      - source: site\n        target: /etc/nginx/conf.d/default.conf\n' +
      `configs:\n  site:\n    content: |\n${`server {\n    listen 80;\n${lines}}\n`.replaceAll(/^(?=.)/gm, '      ')}`;
    const [session, uri] = await open(compose(LOCATION), '/site/compose.yaml', 'dockercompose');
    const { edit } = await session.client.action(uri, 'proxy_pass', /^Forward the WebSocket upgrade/);
    const text = (await session.client.apply(edit)).get(uri);
    expect(text).toContain('      proxy_set_header Upgrade $$http_upgrade;\n');
    expect(await findings(session, uri)).toEqual([]);
  });

  it('has its outline in that of the document', async () => {
    const more = `  more.conf: |\n${indented('upstream b {\n}\n')}`;
    const files = { [PATH]: configMap(LOCATION, more) };
    const capabilities = { textDocument: { documentSymbol: { hierarchicalDocumentSymbolSupport: true } } };
    const session = await startSession(files, { capabilities });
    const uri = await openFile(session, PATH, 'yaml');
    const symbols = (await session.client.connection.sendRequest(DocumentSymbolRequest.type, {
      textDocument: { uri },
    })) as DocumentSymbol[];
    const shown = ({ name, range, children = [] }: DocumentSymbol): unknown => [
      name,
      [range.start.line, range.start.character],
      ...children.map(shown),
    ];
    expect(symbols.map(shown)).toEqual([
      [expect.any(String), [6, 4], ['location /ws', [8, 8]]],
      ['upstream b', [13, 4]],
    ]);
  });

  it('has its verdicts above it, with lines of the document, and no commands that ask about whole documents', async () => {
    const overridden = '        proxy_set_header Host $host;\n    }\n';
    const lines = `${UPGRADE}${LOCATION.replace('    }\n', overridden)}    location /chat {\n${UPGRADE}        proxy_pass http://chat;\n    }\n`;
    const session = await startSession(
      { [PATH]: configMap(lines) },
      {
        capabilities: { ...capable, textDocument: { ...capable.textDocument, codeLens: {} } },
        initializationOptions: { commands: [explainCommand, probeCommand] },
      },
    );
    const uri = await openFile(session, PATH, 'yaml');
    const lenses = await session.client.connection.sendRequest(CodeLensRequest.type, {
      textDocument: { uri },
    });
    expect(lenses?.map(({ range, command }) => [range.start.line, command?.title])).toEqual([
      [11, '✗ WebSocket blocked: Upgrade header lost at line 14'],
      [15, '✓ WebSocket passes'],
    ]);
    const actions = await session.client.actions(uri, 'proxy_set_header Host');
    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter(({ command }) => command !== undefined)).toEqual([]);
  });

  it('has the variables that a shell takes away put back', async () => {
    const script = 'cat <<EOF > a.conf\nproxy_set_header A $http_a;\nEOF\n';
    const [session, uri] = await open(script, '/site/setup.sh', 'shellscript');
    expect(await findings(session, uri)).toEqual(['1:19 syntax']);
    const { edit } = await session.client.action(uri, '$http_a', /^Escape/);
    const text = (await session.client.apply(edit)).get(uri);
    expect(text).toBe(script.replace('$http', '\\$http'));
    expect(await findings(session, uri)).toEqual([]);
  });

  it('is judged anew when the document changes', async () => {
    const [session, uri] = await open(configMap(LOCATION));
    expect(await findings(session, uri)).toHaveLength(1);
    await session.client.replace(uri, '  name: chat\n', '  name: chat\n  labels:\n    app: chat\n');
    expect(await findings(session, uri)).toEqual(['11:12 websocket-upgrade-missing']);
    await session.client.replace(uri, 'location /ws', 'location /pages');
    expect(await findings(session, uri)).toEqual([]);
    await session.client.replace(uri, 'kind: ConfigMap', 'kind: Secret');
    await session.client.replace(uri, '|\n', '>\n');
    expect(await findings(session, uri)).toEqual([]);
  });

  it('has hovers, definitions and completion', async () => {
    const upstream = '    proxy_pass http://chat;\n';
    const more = `  upstreams.conf: |\n${indented('upstream chat {\n    server chat:3000;\n}\n')}`;
    const main =
      '  nginx.conf: |\n' +
      indented('events {}\nhttp {\n    include default.conf;\n    include upstreams.conf;\n}\n');
    const [{ client }, uri] = await open(configMap(`    location / {\n    ${upstream}    }\n`, more + main));
    const at = (
      part: string,
    ): { textDocument: { uri: string }; position: { line: number; character: number } } => ({
      textDocument: { uri },
      position: client.rangeOf(uri, part).start,
    });
    const hover = await client.connection.sendRequest(HoverRequest.type, at('proxy_pass'));
    expect(hover?.range?.start).toEqual(at('proxy_pass').position);
    const definition = await client.connection.sendRequest(DefinitionRequest.type, at('chat;'));
    expect(definition).toMatchObject([{ uri, range: { start: { character: 13 } } }]);
    const completion = await client.connection.sendRequest(CompletionRequest.type, at('listen'));
    const items = completion === null || Array.isArray(completion) ? [] : completion.items;
    expect(items.map(({ label }) => label)).toContain('server_name');
    expect(await client.connection.sendRequest(HoverRequest.type, at('kind'))).toBeNull();
    expect(await client.connection.sendRequest(CompletionRequest.type, at('kind'))).toBeNull();
  });
});

describe('documents of other languages', () => {
  it.each([
    ['yaml', '/site/a.yaml', 'services:\n  web:\n    image: nginx\n'],
    ['yaml', '/site/b.yaml', 'server: {\n'],
    ['markdown', '/site/README.md', '# nginx\n\n    server { listen 80;\n'],
  ])('without text for nginx have no findings (%s)', async (languageId, path, text) => {
    const [session, uri] = await open(text, path, languageId);
    expect(await session.client.diagnostics(uri)).toEqual([]);
    expect(await session.client.actions(uri, text.slice(0, 3))).toEqual([]);
  });

  it('have their fenced blocks judged', async () => {
    const text = `# Chat\n\n\`\`\`nginx\nserver {\n    listen 80;\n${LOCATION}}\n\`\`\`\n`;
    const [session, uri] = await open(text, '/site/README.md', 'markdown');
    expect(await findings(session, uri)).toEqual(['6:8 websocket-upgrade-missing']);
  });

  it('are no main files of others', async () => {
    const session = await startSession({
      [PATH]: configMap(LOCATION),
      '/site/k8s/app.conf': `server {\n    listen 80;\n${LOCATION}}\n`,
    });
    await openFile(session, PATH, 'yaml');
    const uri = await openFile(session, '/site/k8s/app.conf');
    expect(await findings(session, uri)).toEqual(['3:8 websocket-upgrade-missing']);
  });
});

it('the output of nginx -T is read file by file', async () => {
  const dump = `# configuration file /etc/nginx/nginx.conf:
events {}
http {
    include conf.d/*.conf;
}

# configuration file /etc/nginx/conf.d/chat.conf:
server {
    listen 80;
${LOCATION}}
`;
  const [session, uri] = await open(dump, '/site/dump.conf', 'nginx');
  expect(await findings(session, uri)).toEqual(['10:8 websocket-upgrade-missing']);
});
