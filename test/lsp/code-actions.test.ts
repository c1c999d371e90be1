import { describe, expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { explainCommand, openCommand, probeCommand, setMainCommand } from '../../server/src/protocol';
import { capable, pullOnly } from './support/client';
import { openFile, type Session, startSession } from './support/in-process';

const MAIN = '/etc/nginx/nginx.conf';
const APP = '/etc/nginx/conf.d/app.conf';
const OTHER = '/etc/nginx/conf.d/other.conf';

const TWO_LOCATIONS = `events {}
http {
    server {
        location /ws {
            proxy_pass http://127.0.0.1:8080;
        }
        location /chat {
            # enable websocket
            proxy_pass http://127.0.0.1:9090;
        }
    }
}
`;

const SPLIT = {
  [MAIN]: 'events {}\nhttp {\n    include conf.d/*.conf;\n}\n',
  [APP]:
    'server {\n    location /chat {\n        # enable websocket\n        proxy_pass http://127.0.0.1:8080;\n    }\n}\n',
};

/** The texts after an edit, by path; files that are not open have their text from the disk. */
function textsAfter(
  { client, disk }: Session,
  edit: Parameters<typeof client.preview>[0],
): Record<string, string> {
  const closed = (uri: string): TextDocument =>
    TextDocument.create(uri, 'nginx', 0, disk.files.get(uri.slice('file://'.length)) ?? '');
  return Object.fromEntries(client.preview(edit, closed));
}

describe('quick-fixes', () => {
  it('come in the order of use, and the first safe one is preferred', async () => {
    const session = await startSession({ [MAIN]: TWO_LOCATIONS });
    const uri = await openFile(session, MAIN);
    const actions = (await session.client.actions(uri, 'proxy_pass')).filter(({ diagnostics }) =>
      diagnostics?.some(({ code }) => code === 'websocket-upgrade-missing'),
    );
    expect(actions.map(({ title, isPreferred }) => [title, isPreferred ?? false])).toEqual([
      [expect.stringMatching(/^Forward the WebSocket upgrade/), true],
      [expect.stringMatching(/^Forward the WebSocket upgrade.*map/), false],
      ['Fix all `websocket-upgrade-missing` problems', false],
      ['Disable websocket-upgrade-missing for this line', false],
    ]);
    expect(actions.every(({ kind, command }) => kind === 'quickfix' && command === undefined)).toBe(true);
  });

  it('are those of the range', async () => {
    const session = await startSession({ [MAIN]: TWO_LOCATIONS });
    const uri = await openFile(session, MAIN);
    expect(await session.client.actions(uri, 'events')).toEqual([]);
    const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const preferred = (await session.client.actions(uri, whole)).filter(({ isPreferred }) => isPreferred);
    expect(preferred.length).toBeGreaterThanOrEqual(2);
  });

  it('are on the line of the location, too, with its questions', async () => {
    const commands = [explainCommand, probeCommand, setMainCommand];
    const session = await startSession({ [MAIN]: TWO_LOCATIONS }, { initializationOptions: { commands } });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    const titles = async (where: string): Promise<string[]> =>
      (await client.actions(uri, where)).map(({ title }) => title);
    expect(await titles('location /chat')).toEqual([
      expect.stringMatching(/^Forward the WebSocket upgrade/),
      'Explain this verdict',
      'Probe ws://localhost/chat',
    ]);
    expect(await titles('server')).toEqual([]);
    // What is not known may be told by the main file.
    await client.replace(uri, 'location /chat {', 'location /chat {\n            include /config/more.conf;');
    expect(await titles('location /chat')).toEqual([
      'Explain this verdict',
      'Probe ws://localhost/chat',
      'Set Main Configuration…',
    ]);
  });

  it('lead to the page of every rule', async () => {
    const session = await startSession(
      { [MAIN]: 'events {}\nhttp {\n    bogus on;\n}\n' },
      { initializationOptions: { commands: [openCommand] } },
    );
    const uri = await openFile(session, MAIN);
    const { command } = await session.client.action(uri, 'bogus', 'Open documentation');
    expect(command?.arguments).toEqual([expect.stringMatching(/unknown-directive\.md$/)]);
  });

  it('mend the problem', async () => {
    const session = await startSession({ [MAIN]: TWO_LOCATIONS });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    await client.replace(uri, 'events {}', '# 😀 events\nevents {}');
    const before = (await client.diagnostics(uri)).filter(({ code }) => code === 'websocket-upgrade-missing');
    const { edit } = await client.action(uri, 'proxy_pass', /^Forward/);
    await client.apply(edit);
    const after = (await client.diagnostics(uri)).filter(({ code }) => code === 'websocket-upgrade-missing');
    expect(after.length).toBe(before.length - 1);
  });

  it.each([
    ['a fix', /^Forward/, undefined],
    ['fix all', /^Fix all/, ['source']],
    ['the comment', /^Disable/, undefined],
  ])('keep the line ends of the file: %s', async (_what, title, only) => {
    const session = await startSession({ [MAIN]: TWO_LOCATIONS.replaceAll('\n', '\r\n') });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    await client.apply((await client.action(uri, 'proxy_pass', title, only)).edit);
    const text = client.document(uri).getText();
    expect(text.length).toBeGreaterThan(TWO_LOCATIONS.replaceAll('\n', '\r\n').length);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('edit each file that must change, in the version it has', async () => {
    const session = await startSession(SPLIT);
    const { client } = session;
    const uri = await openFile(session, APP);
    const { edit } = await client.action(uri, 'proxy_pass', /^Forward/);
    const texts = textsAfter(session, edit);
    expect(texts[`file://${MAIN}`]).toContain('map $http_upgrade $connection_upgrade');
    expect(texts[uri]).toContain('proxy_set_header Connection $connection_upgrade;');
    const versions = Object.fromEntries(
      (edit?.documentChanges ?? []).map((change) =>
        'textDocument' in change ? [change.textDocument.uri, change.textDocument.version] : ['', null],
      ),
    );
    expect(versions).toEqual({ [`file://${MAIN}`]: null, [uri]: 1 });
  });

  it('are plain changes for a client that knows no versions', async () => {
    const session = await startSession(SPLIT, { capabilities: pullOnly });
    const uri = await openFile(session, APP);
    const { edit } = await session.client.action(uri, 'proxy_pass', /^Forward/);
    expect(edit?.documentChanges).toBeUndefined();
    expect(Object.keys(edit?.changes ?? {}).toSorted()).toEqual([uri, `file://${MAIN}`].toSorted());
  });

  it('fit a file on the disk that has changed without a word', async () => {
    const session = await startSession(SPLIT);
    const { client, disk } = session;
    const uri = await openFile(session, APP);
    await client.diagnostics(uri);
    const changed = `# A new first line\n${SPLIT[MAIN]}`;
    disk.files.set(MAIN, changed);
    const { edit } = await client.action(uri, 'proxy_pass', /^Forward/);
    expect(textsAfter(session, edit)[`file://${MAIN}`]).toMatch(
      /^# A new first line\nevents \{\}\nhttp \{\n {4}map \$http_upgrade/,
    );
  });

  it('are not offered to a client that only knows commands', async () => {
    const { client } = await startSession({}, { capabilities: { textDocument: { codeAction: {} } } });
    expect(client.result.capabilities.codeActionProvider).toBeUndefined();
  });
});

describe('fix all of a rule', () => {
  it('mends every problem of the rule in the configuration, when it is asked for', async () => {
    const files = { ...SPLIT, [OTHER]: SPLIT[APP].replace('server {', 'server {\n    server_name other;') };
    const session = await startSession(files);
    const { client } = session;
    const uri = await openFile(session, APP);
    const title = 'Fix all `websocket-upgrade-missing` problems';
    const offered = (await client.actions(uri, 'proxy_pass')).find((each) => each.title === title);
    expect(offered?.edit).toBeUndefined();
    const { edit } = await client.action(uri, 'proxy_pass', title);
    const texts = textsAfter(session, edit);
    expect(Object.keys(texts).toSorted()).toEqual(
      [`file://${APP}`, `file://${MAIN}`, `file://${OTHER}`].toSorted(),
    );
    expect(texts[`file://${OTHER}`]).toContain('proxy_set_header Upgrade $http_upgrade;');
    expect(texts[`file://${MAIN}`]?.match(/map /g)).toHaveLength(1);
  });

  it('has its edits at once for a client that does not ask for them', async () => {
    const session = await startSession({ [MAIN]: TWO_LOCATIONS }, { capabilities: pullOnly });
    const uri = await openFile(session, MAIN);
    const actions = await session.client.actions(uri, 'proxy_pass');
    expect(actions.find(({ title }) => title.startsWith('Fix all'))?.edit?.changes).toBeDefined();
  });

  it('is left out where one fix does the same', async () => {
    const session = await startSession(SPLIT);
    const uri = await openFile(session, APP);
    const actions = await session.client.actions(uri, 'proxy_pass');
    expect(actions.map(({ title }) => title).filter((title) => title.startsWith('Fix all'))).toEqual([]);
  });
});

describe('source.fixAll', () => {
  it('is for those who ask for it by name', async () => {
    const session = await startSession({ [MAIN]: TWO_LOCATIONS });
    const uri = await openFile(session, MAIN);
    const kinds = async (only?: string[]): Promise<(string | undefined)[]> => [
      ...new Set((await session.client.actions(uri, 'proxy_pass', only)).map(({ kind }) => kind)),
    ];
    const own = 'source.fixAll.nginxWebsocket';
    expect(await kinds()).toEqual(['quickfix']);
    expect(await kinds(['quickfix'])).toEqual(['quickfix']);
    expect(await kinds(['source'])).toEqual([own]);
    expect(await kinds(['source.fixAll'])).toEqual([own]);
    expect(await kinds([own])).toEqual([own]);
    expect(await kinds(['source.fixAll.eslint'])).toEqual([]);
    expect(await kinds(['refactor'])).toEqual([]);
  });

  it('mends the document, and the files that its fixes need', async () => {
    const files = { ...SPLIT, [OTHER]: SPLIT[APP].replace('server {', 'server {\n    server_name other;') };
    const session = await startSession(files);
    const uri = await openFile(session, APP);
    const action = await session.client.action(uri, 'server', 'Fix all WebSocket problems', [
      'source.fixAll',
    ]);
    const texts = textsAfter(session, action.edit);
    expect(Object.keys(texts).toSorted()).toEqual([uri, `file://${MAIN}`].toSorted());
  });

  it('leaves nothing to mend', async () => {
    const session = await startSession({ [MAIN]: TWO_LOCATIONS }, { capabilities: capable });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    await client.apply((await client.action(uri, 'server', /^Fix all/, ['source.fixAll'])).edit);
    expect(await client.rules(uri)).not.toContain('websocket-upgrade-missing');
    expect(await client.actions(uri, 'server', ['source.fixAll'])).toEqual([]);
  });
});

describe('disable for this line', () => {
  const title = 'Disable websocket-upgrade-missing for this line';

  it('puts a comment above the line', async () => {
    const session = await startSession({ [MAIN]: TWO_LOCATIONS });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    await client.apply((await client.action(uri, 'proxy_pass', title)).edit);
    expect(client.document(uri).getText()).toBe(
      TWO_LOCATIONS.replace(
        '            proxy_pass',
        '            # nginx-websocket-disable-next-line websocket-upgrade-missing\n            proxy_pass',
      ),
    );
    const diagnostics = await client.diagnostics(uri);
    expect(diagnostics.filter(({ code }) => code === 'websocket-upgrade-missing')).toHaveLength(1);
    expect(diagnostics.filter(({ code }) => code === 'suppression-unused')).toEqual([]);
  });

  it.each([
    ['# nginx-websocket-disable-next-line other-rule', '# nginx-websocket-disable-next-line other-rule, '],
    [
      'root /x; # nginx-websocket-disable-next-line other-rule -- for a reason',
      'root /x; # nginx-websocket-disable-next-line other-rule, ',
    ],
  ])('adds to the comment that is there: %s', async (line, expected) => {
    const text = TWO_LOCATIONS.replace(
      '            proxy_pass',
      `            ${line}\n            proxy_pass`,
    );
    const session = await startSession({ [MAIN]: text });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    await client.apply((await client.action(uri, 'proxy_pass', title)).edit);
    const after = client.document(uri).getText();
    expect(after).toContain(`${expected}websocket-upgrade-missing`);
    expect(after.split('\n')).toHaveLength(text.split('\n').length);
    const diagnostics = await client.diagnostics(uri);
    expect(diagnostics.filter(({ code }) => code === 'websocket-upgrade-missing')).toHaveLength(1);
  });
});

describe('refactorings', () => {
  const creating = {
    ...capable,
    workspace: {
      ...capable.workspace,
      workspaceEdit: { documentChanges: true, resourceOperations: ['create' as const] },
    },
  };

  it('are for those who ask for all, or for them', async () => {
    const session = await startSession(SPLIT);
    const uri = await openFile(session, MAIN);
    const titled = async (only?: string[]): Promise<string[]> =>
      (await session.client.actions(uri, 'http', only))
        .filter(({ kind }) => kind?.startsWith('refactor.') === true)
        .map(({ title }) => title);
    await session.client.replace(uri, 'conf.d/*.conf', 'conf.d/app.conf');
    const actions = await session.client.actions(uri, 'include', ['refactor']);
    expect(actions.map(({ title, kind }) => [title, kind])).toEqual([
      ['Replace the include by the text of conf.d/app.conf', 'refactor.inline'],
    ]);
    expect(await session.client.actions(uri, 'include', ['refactor.inline'])).toHaveLength(1);
    expect(await session.client.actions(uri, 'include', ['refactor.extract'])).toEqual([]);
    expect(await titled(['quickfix'])).toEqual([]);
    const texts = textsAfter(session, actions[0]?.edit);
    expect(texts[uri]).toContain('    server {\n        location /chat {');
  });

  it('make a file whose name is free, in a client that makes files', async () => {
    const files = { ...SPLIT, '/etc/nginx/snippets/location-chat.conf': '# taken\n' };
    const selection = { start: { line: 1, character: 0 }, end: { line: 4, character: 5 } };
    const plain = await startSession(files);
    const kinds = ['refactor.extract'];
    expect(await plain.client.actions(await openFile(plain, APP), selection, kinds)).toEqual([]);
    const session = await startSession(files, { capabilities: creating });
    const uri = await openFile(session, APP);
    const [action] = await session.client.actions(uri, selection, kinds);
    const created = 'file:///etc/nginx/snippets/location-chat-2.conf';
    expect(action?.title).toBe('Move to snippets/location-chat-2.conf, and include it');
    expect(action?.edit?.documentChanges).toEqual([
      { kind: 'create', uri: created, options: { overwrite: false } },
      {
        textDocument: { uri: created, version: null },
        edits: [
          {
            range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
            newText: 'location /chat {\n    # enable websocket\n    proxy_pass http://127.0.0.1:8080;\n}\n',
          },
        ],
      },
      {
        textDocument: { uri, version: 1 },
        edits: [
          {
            range: { start: { line: 1, character: 4 }, end: { line: 4, character: 5 } },
            newText: 'include snippets/location-chat-2.conf;',
          },
        ],
      },
    ]);
  });

  it('leave alone what is part of several configurations', async () => {
    const other = '/etc/nginx/other/nginx.conf';
    const text = SPLIT[MAIN].replace('conf.d/*.conf', '/etc/nginx/conf.d/app.conf');
    const session = await startSession(
      { ...SPLIT, [MAIN]: text, [other]: text },
      { capabilities: creating, folders: ['file:///etc/nginx'] },
    );
    await openFile(session, MAIN);
    await openFile(session, other);
    const uri = await openFile(session, APP);
    const selection = { start: { line: 1, character: 0 }, end: { line: 4, character: 5 } };
    expect(await session.client.actions(uri, selection, ['refactor'])).toEqual([]);
  });
});
