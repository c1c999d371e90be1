import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodeActionRequest, CodeLensRequest, HoverRequest, MarkupKind } from 'vscode-languageserver/node';
import {
  codeSpan,
  jsonText,
  markdownLink,
  markdownText,
  visible,
} from '../server/src/features/support/escape';
import { runIn } from './cli/support';
import { capable } from './lsp/support/client';
import { openFile, startSession } from './lsp/support/in-process';
import { HOSTILE_PIECES, leadsTo, OBEYED } from './support/hostile';
import { MemoryHost } from './support/memory-host';

const hostile = fc
  .array(fc.constantFrom(...HOSTILE_PIECES), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''));

const quote = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** A configuration that has the text wherever one may stand, in a file of that name. */
function configurationWith(text: string): { readonly name: string; readonly files: Record<string, string> } {
  const name = `${text.replaceAll(/[/\0]/g, '-')}.conf`;
  const word = quote(text);
  const main = `events {}
http {
  include ${quote(name)};
  map $http_upgrade $u { default ${word}; }
  upstream ${word} { server 127.0.0.1:1; }
  proxy_set_header Connection ${word};
  server {
    listen 80; server_name ${word}; # ${text.replaceAll(/[\r\n]/g, ' ')}
    location /ws { proxy_pass http://127.0.0.1:1; proxy_set_header Upgrade $u; proxy_set_header Host ${word}; }
    location ${quote(`/a${text}`)} { proxy_pass ${quote(`http://a/${text}`)}; ${word} on; }
  }
}
`;
  const included = `server { listen 81; location /websocket { proxy_pass http://127.0.0.1:1; proxy_set_header Connection ${word}; } }\n`;
  return { name, files: { '/w/nginx.conf': main, [`/w/${name}`]: included } };
}

const textOf = (message: string | { readonly value: string }): string =>
  typeof message === 'string' ? message : message.value;

const readsMarkdown = {
  ...capable,
  textDocument: { ...capable.textDocument, hover: { contentFormat: [MarkupKind.Markdown] } },
};

describe('a text of others', () => {
  it('is code, or text, in Markdown, and leads nowhere', () => {
    fc.assert(
      fc.property(hostile, hostile, (a, b) => {
        expect(leadsTo(codeSpan(a))).toEqual([]);
        expect(leadsTo(`${markdownText(`Said of \`${a}\`: ${b}`)} and ${codeSpan(b)}`)).toEqual([]);
        expect(leadsTo(markdownLink(a, `file:///w/${b.replaceAll('%', '')}`))).toHaveLength(1);
        expect(leadsTo(markdownLink(a, 'file:///w/x#L1'))).toEqual(['file:///w/x#L1']);
      }),
      { numRuns: 1000 },
    );
  });

  it('means the same in JSON, and holds nothing that is obeyed', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const json = jsonText({ [text]: [text] });
        expect(json).not.toMatch(OBEYED);
        expect(JSON.parse(json)).toEqual({ [text]: [text] });
      }),
    );
  });

  it('is one line of a terminal, and no command of a workflow', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(visible(text)).not.toMatch(OBEYED);
        expect(visible(text)).not.toMatch(/\n|^\s*::[\w-]+.*::|##\[/);
      }),
    );
  });
});

describe('a configuration of hostile texts', () => {
  it('prints nothing that is obeyed, with any command', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const { name, files } = configurationWith(text);
        const host = new MemoryHost(files);
        const of = (...argv: string[]) =>
          runIn('/w', argv, { host, isTerminal: true, environment: { NO_COLOR: '1' } });
        const outcomes = {
          text: await of('check', '--severity', 'hint', 'nginx.conf', '--', name),
          github: await of('check', '--format', 'github', '--severity', 'hint', 'nginx.conf'),
          json: await of('check', '--format', 'json', 'nginx.conf'),
          sarif: await of('check', '--format', 'sarif', 'nginx.conf'),
          routes: await of('routes', 'nginx.conf'),
          routesJson: await of('routes', '--format', 'json', 'nginx.conf'),
          explain: await of('explain', 'nginx.conf', 'ws://localhost/ws'),
          explainJson: await of('explain', '--format', 'json', 'nginx.conf', 'ws://localhost/ws'),
          fix: await of('fix', '--dry-run', '--unsafe', 'nginx.conf'),
        };
        for (const [kind, { stdout, stderr }] of Object.entries(outcomes)) {
          // What erases a line of progress is our own.
          const printed =
            stdout + stderr.replaceAll('\r\u001B[K', '').replaceAll('\u001B[2K', '').replaceAll('\r', '');
          expect(printed).not.toMatch(OBEYED);
          expect(printed).not.toMatch(/##\[/);
          if (kind !== 'github') expect(printed).not.toMatch(/^\s*::[\w-]+.*::/m);
        }
        expect(outcomes.github.stdout).not.toMatch(/^::(?!error |warning |notice )/m);
        expect(outcomes.github.stdout).not.toMatch(/^(?!::|$)/m);
        for (const kind of ['json', 'sarif', 'routesJson', 'explainJson'] as const) {
          expect(() => JSON.parse(outcomes[kind].stdout)).not.toThrow();
        }
        for (const uri of outcomes.sarif.stdout.match(/(?<="uri": ")[^"]*/g) ?? []) {
          expect(uri).toMatch(/^(?:[\w\-.!~*'()/]|%[\dA-F]{2})*$/);
        }
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it('shows nothing that is obeyed in an editor, and leads only to its own lines', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const { files } = configurationWith(text);
        const session = await startSession(files, {
          capabilities: readsMarkdown,
          initializationOptions: { commands: ['nginxWebsocket.explain', 'nginxWebsocket.probe'] },
        });
        const { client } = session;
        const uri = await openFile(session, '/w/nginx.conf');
        const textDocument = { uri };
        const lines = (files['/w/nginx.conf'] ?? '').split('\n');
        for (const [line, each] of lines.entries()) {
          for (const word of ['proxy_pass', 'proxy_set_header', '$u', 'Upgrade']) {
            const character = each.indexOf(word);
            if (character === -1) continue;
            const position = { line, character: character + 1 };
            const hover = await client.connection.sendRequest(HoverRequest.type, { textDocument, position });
            const contents = hover?.contents ?? '';
            const value = typeof contents === 'object' && 'value' in contents ? contents.value : '';
            expect(value).not.toMatch(OBEYED);
            for (const target of leadsTo(value))
              expect(target).toMatch(/^(?:file:\/\/\/w\/|https:\/\/nginx\.org\/)/);
          }
        }
        const end = { line: lines.length, character: 0 };
        const range = { start: { line: 0, character: 0 }, end };
        const diagnostics = await client.diagnostics(uri);
        const actions = await client.connection.sendRequest(CodeActionRequest.type, {
          textDocument,
          range,
          context: { diagnostics: [] },
        });
        const lenses = await client.connection.sendRequest(CodeLensRequest.type, { textDocument });
        const shown = [
          ...diagnostics.map(({ message }) => textOf(message)),
          ...(actions ?? []).map(({ title }) => title),
          ...(lenses ?? []).map(({ command }) => command?.title ?? ''),
        ];
        expect(shown.length).toBeGreaterThan(3);
        for (const each of shown) {
          expect(each).not.toMatch(OBEYED);
          expect(each).not.toContain('\n');
        }
      }),
      { numRuns: 15 },
    );
  }, 120_000);
});

it('the client trusts no Markdown and shows no HTML', () => {
  const folder = join(import.meta.dirname, '../client/src');
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((each) =>
    each.endsWith('.ts'),
  )) {
    const text = readFileSync(join(folder, file), 'utf8');
    expect(text.replaceAll('workspace.isTrusted', '')).not.toMatch(/MarkdownString|supportHtml|isTrusted/);
  }
});
