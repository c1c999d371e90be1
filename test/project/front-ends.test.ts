import { describe, expect, it } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { checkFilesRequest, type CheckFilesResult } from '../../server/src/protocol';
import { runIn } from '../cli/support';
import { openFile, startSession } from '../lsp/support/in-process';
import { until } from '../lsp/support/until';
import { MemoryHost } from '../support/memory-host';

/** The command line, Check Workspace and the diagnostics of open documents say the same of a shared file. */

const RULE = 'websocket-upgrade-missing';
const SHARED = '/srv/shared.conf';
const HEADERS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';
const SITE =
  'server {\n    listen 80;\n    location /ws {\n        proxy_pass http://a;\n    }\n    location /chat {\n        proxy_pass http://a;\n    }\n}\n';

const main = (http = ''): string => `events {}\nhttp {\n    ${http}\n    include ../shared.conf;\n}\n`;
const settings = (rules: Readonly<Record<string, string>>): string => JSON.stringify({ rules });

const SEVERITIES = ['error', 'warning', 'information', 'hint'];

/** A finding as each front end tells it, in one form. */
interface Told {
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  readonly line: number;
  readonly fixable: boolean;
}

type ToldWithoutFixes = Omit<Told, 'fixable'>;

function withoutFixes({ rule, severity, message, line }: Told): ToldWithoutFixes {
  return { rule, severity, message, line };
}

type Files = Readonly<Record<string, string>>;

async function byCommandLine(files: Files, paths: readonly string[]): Promise<Told[]> {
  const names = paths.map((path) => path.replace('/srv/', ''));
  const { stdout } = await runIn('/srv', ['check', '--format', 'json', ...names], {
    host: new MemoryHost(files),
  });
  const report: {
    readonly files: readonly { readonly file: string; readonly diagnostics: readonly Told[] }[];
  } = JSON.parse(stdout);
  const { diagnostics = [] } = report.files.find(({ file }) => file === 'shared.conf') ?? {};
  return diagnostics.map(({ rule, severity, message, line, fixable }) => ({
    rule,
    severity,
    message,
    line,
    fixable,
  }));
}

/** Our messages are plain texts. */
function plain(message: Diagnostic['message']): string {
  if (typeof message !== 'string') throw new Error('A message in Markdown.');
  return message;
}

function toldBy({ code, severity, message, range }: Diagnostic): ToldWithoutFixes {
  return {
    rule: String(code),
    severity: SEVERITIES[(severity ?? 0) - 1] ?? '',
    message: plain(message),
    line: range.start.line + 1,
  };
}

async function byCheckWorkspace(files: Files, paths: readonly string[]): Promise<ToldWithoutFixes[]> {
  const { client } = await startSession(files);
  const uris = paths.map((path) => `file://${path}`);
  const result: CheckFilesResult<Diagnostic> = await client.connection.sendRequest(checkFilesRequest, {
    uris,
  });
  const found = result.files.find(({ uri }) => uri === `file://${SHARED}`);
  return (found?.diagnostics ?? []).map(toldBy);
}

/** The documents are opened in the order of the paths; what has a preferred quick-fix is fixable. */
async function byOpenDocuments(files: Files, paths: readonly string[]): Promise<Told[]> {
  const session = await startSession(files);
  for (const path of paths) await openFile(session, path);
  const { client } = session;
  const uri = `file://${SHARED}`;
  const told: Told[] = [];
  for (const diagnostic of await client.diagnostics(uri)) {
    const preferred = (await client.actions(uri, diagnostic.range)).filter(({ isPreferred }) => isPreferred);
    const fixable = preferred.some(({ diagnostics = [] }) =>
      diagnostics.some(({ code }) => code === diagnostic.code),
    );
    told.push({ ...toldBy(diagnostic), fixable });
  }
  return told;
}

const ONE = '/srv/one/nginx.conf';
const TWO = '/srv/two/nginx.conf';

const CASES: readonly [
  name: string,
  files: Files,
  expected: readonly (readonly [string, string, RegExp, boolean])[],
][] = [
  [
    'severities that differ',
    {
      [ONE]: main(),
      '/srv/one/nginx-websocket.json': settings({ [RULE]: 'error' }),
      [TWO]: main(),
      '/srv/two/nginx-websocket.json': settings({ [RULE]: 'hint' }),
      [SHARED]: SITE,
    },
    [
      [RULE, 'error', /directives\. This (?:is|may be) meant for WebSocket: [^()]*\.$/, true],
      [RULE, 'information', /directives\. This (?:is|may be) meant for WebSocket: [^()]*\.$/, true],
    ],
  ],
  [
    'what only one of them finds',
    { [ONE]: main(HEADERS), [TWO]: main(), [SHARED]: SITE },
    [
      [
        RULE,
        'warning',
        /directives\. This (?:is|may be) meant for WebSocket: [^()]*\. \(In the configuration of two\/nginx\.conf\.\)$/,
        false,
      ],
      [
        RULE,
        'information',
        /directives\. This (?:is|may be) meant for WebSocket: [^()]*\. \(In the configuration of two\/nginx\.conf\.\)$/,
        false,
      ],
    ],
  ],
];

describe.each(CASES)('a file that two main files share, with %s', (_name, files, expected) => {
  it.each([[[ONE, TWO, SHARED]], [[TWO, ONE, SHARED]], [[SHARED, TWO, ONE]], [[SHARED, ONE, TWO]]])(
    'is the same everywhere: %j',
    async (paths) => {
      const told = await byCommandLine(files, paths);
      const ofRule = told.filter(({ rule }) => rule === RULE);
      expect(ofRule.map(({ rule, severity, fixable }) => [rule, severity, fixable])).toEqual(
        expected.map(([rule, severity, , fixable]) => [rule, severity, fixable]),
      );
      for (const [index, [, , message]] of expected.entries())
        expect(ofRule[index]?.message).toMatch(message);
      expect(await byCheckWorkspace(files, paths)).toEqual(told.map(withoutFixes));
      expect(await byOpenDocuments(files, paths)).toEqual(told);
    },
  );

  it('is the same where a setting names both and neither is asked for', async () => {
    const named = {
      ...files,
      '/srv/nginx-websocket.json': JSON.stringify({ mainConfiguration: ['*/nginx.conf'] }),
    };
    const told = await byCommandLine(files, [ONE, TWO]);
    expect(await byCommandLine(named, [SHARED])).toEqual(told);
    expect(await byCheckWorkspace(named, [SHARED])).toEqual(told.map(withoutFixes));
    expect(await byOpenDocuments(named, [SHARED])).toEqual(told);
  });
});

it('what is shared is judged anew when a main file of it is opened, changed and closed', async () => {
  const session = await startSession({ [ONE]: main(), [TWO]: main(HEADERS), [SHARED]: SITE });
  const { client } = session;
  const uri = await openFile(session, SHARED);
  const messages = async (): Promise<string[]> =>
    (await client.diagnostics(uri)).filter(({ code }) => code === RULE).map(({ message }) => plain(message));
  await openFile(session, ONE);
  const alone = await messages();
  expect(alone).toHaveLength(2);
  const other = await openFile(session, TWO);
  const both = await messages();
  expect(both).toEqual(alone.map((message) => `${message} (In the configuration of one/nginx.conf.)`));
  const { refreshes } = client;
  await client.close(other);
  await until('a refresh', () => client.refreshes > refreshes);
  expect(await messages()).toEqual(alone);
  await openFile(session, TWO);
  expect(await messages()).toEqual(both);
  await client.replace(other, HEADERS, '');
  expect(await messages()).toEqual(alone);
});

it('to fix all of a rule in a configuration spares the files that it shares, when that is wrong in another', async () => {
  const own =
    'server { location /ws { proxy_pass http://a; } } server { location /ws { proxy_pass http://b; } }';
  const session = await startSession({ [ONE]: main(own), [TWO]: main(HEADERS), [SHARED]: SITE });
  const { client } = session;
  const uri = await openFile(session, ONE);
  const editedFiles = async (): Promise<string[]> => {
    const { edit } = await client.action(uri, 'proxy_pass http://a', `Fix all \`${RULE}\` problems`);
    const changed = client.preview(edit, (closed) =>
      TextDocument.create(closed, 'nginx', 0, session.disk.files.get(closed.replace('file://', '')) ?? ''),
    );
    return [...changed.keys()].toSorted();
  };
  expect(await editedFiles()).toEqual([`file://${ONE}`, `file://${SHARED}`]);
  await openFile(session, TWO);
  expect(await editedFiles()).toEqual([`file://${ONE}`]);
});
