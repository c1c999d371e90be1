import {
  type ClientCapabilities,
  DefinitionRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  type Position,
  type Range,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  SelectionRangeRequest,
  SemanticTokensDeltaRequest,
  SemanticTokensRangeRequest,
  SemanticTokensRefreshRequest,
  SemanticTokensRequest,
  SymbolKind,
  type TextDocumentPositionParams,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver/node';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { brokenText } from '../support/arbitrary-text';
import { capable } from './support/client';
import { until } from './support/until';
import { openFile, type Session, startSession } from './support/in-process';

const MAIN = '/etc/nginx/nginx.conf';
const WEB = '/etc/nginx/conf.d/web.conf';
const UPSTREAMS = '/etc/nginx/conf.d/upstreams.conf';

const FILES = {
  [MAIN]: 'events {}\nhttp {\n    include conf.d/*.conf;\n    include "one";\n}\n',
  [WEB]: `server {
    listen 443 ssl;
    server_name chat.example;
    location /api {
        proxy_pass http://chat;
        add_header A "é😀 $kind";
    }
}
`,
  [UPSTREAMS]: 'upstream chat {\n    server 127.0.0.1:1;\n}\nmap $uri $kind {\n    default 1;\n}\n',
  '/etc/nginx/one': '# one\n',
};

const uri = (path: string): string => `file://${path}`;

/** What a client says that knows all of this. */
const navigating: ClientCapabilities = {
  ...capable,
  textDocument: {
    ...capable.textDocument,
    definition: { linkSupport: true },
    references: {},
    documentHighlight: {},
    rename: { prepareSupport: true },
    documentLink: {},
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    foldingRange: { lineFoldingOnly: true },
    selectionRange: {},
    semanticTokens: {
      requests: { full: { delta: true }, range: true },
      tokenTypes: [],
      tokenModifiers: [],
      formats: [],
    },
  },
  workspace: { ...capable.workspace, symbol: {}, semanticTokens: { refreshSupport: true } },
};

async function start(textDocument: ClientCapabilities['textDocument'] = {}): Promise<Session> {
  const capabilities = { ...navigating, textDocument: { ...navigating.textDocument, ...textDocument } };
  const session = await startSession(FILES, { capabilities });
  await openFile(session, MAIN);
  await openFile(session, WEB);
  return session;
}

/** The position of a piece of text in an open document, or that many characters behind its start. */
function at({ client }: Session, path: string, part: string, by = 0): TextDocumentPositionParams {
  const { start: first } = client.rangeOf(uri(path), part);
  const position: Position = { line: first.line, character: first.character + by };
  return { textDocument: { uri: uri(path) }, position };
}

const of = (path: string) => ({ textDocument: { uri: uri(path) } });

const range = (line: number, from: number, to: number) => ({
  start: { line, character: from },
  end: { line, character: to },
});

it('what the client cannot use is not offered', async () => {
  const { client } = await startSession(FILES);
  expect(
    Object.keys(client.result.capabilities).filter((name) => /definition|rename|folding|symbol/i.test(name)),
  ).toEqual([]);
  const { client: other } = await startSession(FILES, {
    capabilities: { ...capable, textDocument: { rename: {}, definition: {} } },
  });
  expect(other.result.capabilities).toMatchObject({ renameProvider: true, definitionProvider: true });
});

describe('definition', () => {
  it('is a link to a file that is not open', async () => {
    const session = await start();
    const links = await session.client.connection.sendRequest(
      DefinitionRequest.type,
      at(session, WEB, 'chat;'),
    );
    expect(links).toEqual([
      {
        originSelectionRange: range(4, 26, 30),
        targetUri: uri(UPSTREAMS),
        targetRange: { start: { line: 0, character: 0 }, end: { line: 2, character: 1 } },
        targetSelectionRange: range(0, 9, 13),
      },
    ]);
  });

  it('is a place for clients without links', async () => {
    const session = await start({ definition: {} });
    const { connection } = session.client;
    expect(await connection.sendRequest(DefinitionRequest.type, at(session, WEB, '$kind', 2))).toEqual([
      { uri: uri(UPSTREAMS), range: range(3, 10, 14) },
    ]);
    expect(await connection.sendRequest(DefinitionRequest.type, at(session, MAIN, 'conf.d'))).toEqual([
      { uri: uri(UPSTREAMS), range: range(0, 0, 0) },
      { uri: uri(WEB), range: range(0, 0, 0) },
    ]);
    expect(await connection.sendRequest(DefinitionRequest.type, at(session, MAIN, 'events'))).toBeNull();
  });
});

it('references and highlights are places of a name', async () => {
  const session = await start();
  const { connection } = session.client;
  const position = at(session, WEB, '$kind');
  expect(
    await connection.sendRequest(ReferencesRequest.type, {
      ...position,
      context: { includeDeclaration: true },
    }),
  ).toEqual([
    { uri: uri(UPSTREAMS), range: range(3, 10, 14) },
    { uri: uri(WEB), range: range(5, 27, 31) },
  ]);
  expect(await connection.sendRequest(DocumentHighlightRequest.type, position)).toEqual([
    { range: range(5, 26, 31), kind: 2 },
  ]);
  expect(await connection.sendRequest(DocumentHighlightRequest.type, at(session, WEB, 'server'))).toBeNull();
});

describe('rename', () => {
  it('changes all files, those that are not open too', async () => {
    const session = await start();
    const { client, disk } = session;
    const position = at(session, WEB, '$kind', 3);
    expect(await client.connection.sendRequest(PrepareRenameRequest.type, position)).toEqual({
      range: range(5, 27, 31),
      placeholder: 'kind',
    });
    const edit = await client.connection.sendRequest(RenameRequest.type, { ...position, newName: '$sort' });
    const texts = client.preview(edit ?? undefined, (each) =>
      TextDocument.create(each, 'nginx', 0, disk.files.get(each.slice('file://'.length)) ?? ''),
    );
    expect(Object.fromEntries(texts)).toEqual({
      [uri(WEB)]: FILES[WEB].replace('$kind', '$sort'),
      [uri(UPSTREAMS)]: FILES[UPSTREAMS].replace('$kind', '$sort'),
    });
  });

  it('says why it cannot be', async () => {
    const session = await start();
    const { connection } = session.client;
    await expect(
      connection.sendRequest(PrepareRenameRequest.type, at(session, WEB, 'listen')),
    ).rejects.toThrow('can be renamed; this is none');
    const params = { ...at(session, WEB, 'chat;'), newName: 'a b' };
    await expect(connection.sendRequest(RenameRequest.type, params)).rejects.toThrow('`a b` is no name');
  });

  it('takes the texts of open documents', async () => {
    const session = await start();
    const { client } = session;
    await client.replace(uri(WEB), 'A "é😀 $kind"', 'B "$kind$kind"');
    const params = { ...at(session, WEB, '$kind', 1), newName: 'x' };
    const edit = await client.connection.sendRequest(RenameRequest.type, params);
    const texts = client.preview(edit ?? undefined, () => client.document(uri(WEB)));
    expect(texts.get(uri(WEB))).toContain('add_header B "$x$x";');
  });
});

it('links are on includes of one file, and on URLs that name an upstream', async () => {
  const { client } = await start();
  expect(await client.connection.sendRequest(DocumentLinkRequest.type, of(MAIN))).toEqual([
    { range: range(3, 13, 16), target: uri('/etc/nginx/one') },
  ]);
  expect(await client.connection.sendRequest(DocumentLinkRequest.type, of(WEB))).toEqual([
    { range: range(4, 19, 30), target: `${uri(UPSTREAMS)}#L1,10`, tooltip: 'Go to the upstream' },
  ]);
});

describe('symbols', () => {
  it('of a document are a tree', async () => {
    const { client } = await start();
    expect(await client.connection.sendRequest(DocumentSymbolRequest.type, of(WEB))).toEqual([
      {
        name: 'server chat.example :443 ssl',
        kind: SymbolKind.Class,
        range: { start: { line: 0, character: 0 }, end: { line: 7, character: 1 } },
        selectionRange: range(0, 0, 6),
        children: [
          {
            name: 'location /api',
            detail: 'http://chat',
            kind: SymbolKind.Method,
            range: { start: { line: 3, character: 4 }, end: { line: 6, character: 5 } },
            selectionRange: range(3, 4, 17),
            children: [],
          },
        ],
      },
    ]);
  });

  it('of a document are a list for other clients', async () => {
    const { client } = await start({ documentSymbol: {} });
    const symbols = await client.connection.sendRequest(DocumentSymbolRequest.type, of(WEB));
    expect(symbols).toEqual([
      expect.objectContaining({
        name: 'server chat.example :443 ssl',
        location: expect.objectContaining({ uri: uri(WEB) }),
      }),
      expect.objectContaining({ name: 'location /api', containerName: 'server chat.example :443 ssl' }),
    ]);
  });

  it('of the workspace are those of all files of its configurations', async () => {
    const { client } = await start();
    const found = await client.connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'CHAT' });
    expect(found?.map(({ name, containerName, location }) => [name, containerName, location.uri])).toEqual([
      ['upstream chat', UPSTREAMS, uri(UPSTREAMS)],
      ['server chat.example :443 ssl', WEB, uri(WEB)],
    ]);
    const all = await client.connection.sendRequest(WorkspaceSymbolRequest.type, { query: '' });
    expect(all?.map(({ name }) => name)).toEqual([
      'upstream chat',
      'map $uri → $kind',
      'server chat.example :443 ssl',
      'location /api',
    ]);
  });
});

it('symbols of the workspace are those of each main file that an open document belongs to', async () => {
  const files = {
    '/a/nginx.conf': 'events {}\nhttp {\n upstream one {}\n include /b/shared.conf;\n}\n',
    '/b/nginx.conf': 'events {}\nhttp {\n upstream two {}\n include shared.conf;\n}\n',
    '/b/shared.conf': 'upstream shared {}\n',
    '/c/nginx.conf': 'events {}\nhttp {\n upstream three {}\n}\n',
  };
  const session = await startSession(files, { capabilities: navigating });
  await openFile(session, '/a/nginx.conf');
  await openFile(session, '/b/nginx.conf');
  const found = await session.client.connection.sendRequest(WorkspaceSymbolRequest.type, {
    query: 'upstream',
  });
  expect(found?.map(({ name }) => name)).toEqual(['upstream one', 'upstream shared', 'upstream two']);
});

describe('folding', () => {
  it('by lines leaves the closing brace', async () => {
    const { client } = await start();
    expect(await client.connection.sendRequest(FoldingRangeRequest.type, of(WEB))).toEqual([
      { startLine: 0, endLine: 6 },
      { startLine: 3, endLine: 5 },
    ]);
  });

  it('by characters goes from brace to brace', async () => {
    const { client } = await start({ foldingRange: {} });
    expect(await client.connection.sendRequest(FoldingRangeRequest.type, of(WEB))).toEqual([
      { startLine: 0, startCharacter: 8, endLine: 7, endCharacter: 0 },
      { startLine: 3, startCharacter: 19, endLine: 6, endCharacter: 4 },
    ]);
  });

  it('gives no more ranges than the client takes: the outer ones', async () => {
    const { client } = await start({ foldingRange: { lineFoldingOnly: true, rangeLimit: 1 } });
    expect(await client.connection.sendRequest(FoldingRangeRequest.type, of(WEB))).toEqual([
      { startLine: 0, endLine: 6 },
    ]);
  });

  it('knows comments and regions, and one range a line', async () => {
    const session = await start();
    await session.client.replace(uri(WEB), 'server {', '# region a\n# b\n# c\nhttp { server {');
    await session.client.replace(uri(WEB), '}\n}\n', '}\n}}\n# endregion\n');
    expect(await session.client.connection.sendRequest(FoldingRangeRequest.type, of(WEB))).toEqual([
      { startLine: 0, endLine: 11, kind: 'region' },
      { startLine: 1, endLine: 2, kind: 'comment' },
      { startLine: 3, endLine: 9 },
      { startLine: 6, endLine: 8 },
    ]);
  });
});

it('selection ranges are one chain for each position', async () => {
  const session = await start();
  const { position } = at(session, WEB, '443');
  const chains = await session.client.connection.sendRequest(SelectionRangeRequest.type, {
    ...of(WEB),
    positions: [position, { line: 99, character: 0 }],
  });
  expect(chains).toHaveLength(2);
  expect(chains?.[0]?.range).toEqual(range(1, 11, 14));
  expect(chains?.[0]?.parent?.range).toEqual(range(1, 11, 18));
  expect(chains?.[1]?.parent).toBeUndefined();
});

describe('semantic tokens', () => {
  it('are of the whole file, of a part, and of what has changed', async () => {
    const session = await start();
    const { connection, result } = session.client;
    expect(result.capabilities.semanticTokensProvider?.legend).toEqual({
      tokenTypes: ['variable', 'type', 'unknownDirective'],
      tokenModifiers: ['declaration', 'readonly'],
    });
    const full = await connection.sendRequest(SemanticTokensRequest.type, of(WEB));
    expect(full?.data).toEqual([4, 26, 4, 1, 0, 1, 26, 5, 0, 2]);
    const part = await connection.sendRequest(SemanticTokensRangeRequest.type, {
      ...of(WEB),
      range: range(5, 0, 99),
    });
    expect(part?.data).toEqual([5, 26, 5, 0, 2]);
    await session.client.replace(uri(WEB), 'listen', '# $kind\n    lisden');
    const delta = await connection.sendRequest(SemanticTokensDeltaRequest.type, {
      ...of(WEB),
      previousResultId: full?.resultId ?? '',
    });
    expect(delta).toMatchObject({ edits: [{ start: 0, deleteCount: 1, data: [2, 4, 6, 2, 0, 3] }] });
  });

  it('are asked for again when another file changes them', async () => {
    const session = await start();
    const { client } = session;
    await openFile(session, UPSTREAMS);
    let refreshes = 0;
    client.connection.onRequest(SemanticTokensRefreshRequest.type, () => {
      refreshes += 1;
    });
    await client.connection.sendRequest(SemanticTokensRequest.type, of(WEB));
    await client.replace(uri(UPSTREAMS), 'default 1', 'default 2');
    await client.pull(uri(WEB));
    await client.replace(uri(UPSTREAMS), 'upstream chat', 'upstream talk');
    await client.pull(uri(WEB));
    await until('a refresh', () => refreshes > 0);
    const { data } = (await client.connection.sendRequest(SemanticTokensRequest.type, of(WEB))) ?? {
      data: [],
    };
    expect(data).toEqual([5, 26, 5, 0, 2]);
    await client.pull(uri(WEB));
    expect(refreshes).toBe(1);
  });
});

describe('whatever the text and the place', () => {
  it('every answer is of use, ranges lie in the text, and folds of lines in each other', async () => {
    const session = await start();
    const { client } = session;
    const { connection } = client;
    const isWithin = ({ start: from, end: to }: Range): boolean => {
      const document = client.document(uri(WEB));
      const isPosition = (position: Position): boolean => {
        const { line, character } = document.positionAt(document.offsetAt(position));
        return line === position.line && character === position.character;
      };
      return isPosition(from) && isPosition(to) && document.offsetAt(from) <= document.offsetAt(to);
    };
    await fc.assert(
      fc.asyncProperty(brokenText, fc.nat(), async (text, seed) => {
        const document = client.document(uri(WEB));
        const whole = { start: document.positionAt(0), end: document.positionAt(document.getText().length) };
        await client.change(uri(WEB), [{ range: whole, newText: text }]);
        const changed = client.document(uri(WEB));
        const position = changed.positionAt(seed % (text.length + 1));
        const where = { ...of(WEB), position };

        const folds = (await connection.sendRequest(FoldingRangeRequest.type, of(WEB))) ?? [];
        const open: number[] = [];
        for (const { startLine, endLine } of folds) {
          expect(endLine > startLine && endLine < changed.lineCount).toBe(true);
          while ((open.at(-1) ?? Infinity) < startLine) open.pop();
          expect(endLine).toBeLessThanOrEqual(open.at(-1) ?? Infinity);
          open.push(endLine);
        }

        const [chain] =
          (await connection.sendRequest(SelectionRangeRequest.type, { ...of(WEB), positions: [position] })) ??
          [];
        for (let each = chain; each !== undefined; each = each.parent)
          expect(isWithin(each.range)).toBe(true);

        const symbols = (await connection.sendRequest(DocumentSymbolRequest.type, of(WEB))) ?? [];
        for (const symbol of symbols) {
          if (!('range' in symbol)) throw new Error('A tree was asked for.');
          expect(isWithin(symbol.range) && isWithin(symbol.selectionRange)).toBe(true);
        }
        const places = await connection.sendRequest(ReferencesRequest.type, {
          ...where,
          context: { includeDeclaration: true },
        });
        for (const place of places ?? [])
          if (place.uri === uri(WEB)) expect(isWithin(place.range)).toBe(true);

        await connection.sendRequest(DefinitionRequest.type, where);
        await connection.sendRequest(DocumentHighlightRequest.type, where);
        await connection.sendRequest(SemanticTokensRequest.type, of(WEB));
        await connection.sendRequest(DocumentLinkRequest.type, of(WEB));
        await connection
          .sendRequest(RenameRequest.type, { ...where, newName: 'neu' })
          .catch((error: unknown) => {
            expect(String(error)).toMatch(
              /^Error: (?:Upstreams, named|Nothing in this|`.*nginx|.*something else)/,
            );
          });
      }),
      { numRuns: 60 },
    );
    expect(client.log.filter((message) => message.includes('failed'))).toEqual([]);
  });
});
