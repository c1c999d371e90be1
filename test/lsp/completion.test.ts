import {
  type ClientCapabilities,
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  CompletionRequest,
  CompletionResolveRequest,
  CompletionTriggerKind,
  HoverRequest,
  type Hover,
  SignatureHelpRequest,
  type SignatureHelp,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { describe, expect, it } from 'vitest';
import { readMarks } from '../support/marks';
import { capable, type ClientOptions, pushOnly } from './support/client';
import { openFile, type Session, startSession } from './support/in-process';

const MAIN = '/etc/nginx/nginx.conf';

/** As VS Code says of itself. */
const modern: ClientCapabilities = {
  ...capable,
  textDocument: {
    ...capable.textDocument,
    completion: {
      completionItem: {
        snippetSupport: true,
        labelDetailsSupport: true,
        documentationFormat: ['markdown', 'plaintext'],
        tagSupport: { valueSet: [1] },
        insertTextModeSupport: { valueSet: [1, 2] },
        resolveSupport: { properties: ['documentation'] },
      },
      completionItemKind: { valueSet: [...Array(25).keys()].map((kind) => (kind + 1) as CompletionItemKind) },
      completionList: { itemDefaults: ['editRange', 'data'] },
    },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    signatureHelp: {
      signatureInformation: {
        documentationFormat: ['markdown'],
        parameterInformation: { labelOffsetSupport: true },
        activeParameterSupport: true,
      },
    },
  },
};

/** The least that a client can say. */
const plain: ClientCapabilities = {
  ...pushOnly,
  textDocument: { ...pushOnly.textDocument, completion: {}, hover: {}, signatureHelp: {} },
};

interface Open {
  readonly session: Session;
  readonly uri: string;
  readonly position: { line: number; character: number };
}

/** Opens the main file, whose text has a `|` at the place. */
async function open(
  marked: string,
  options: ClientOptions,
  files: Record<string, string> = {},
): Promise<Open> {
  const { text, offsets } = readMarks(marked);
  const session = await startSession({ [MAIN]: text, ...files }, options);
  const uri = await openFile(session, MAIN);
  return { session, uri, position: TextDocument.create(uri, 'nginx', 0, text).positionAt(offsets[0] ?? 0) };
}

async function complete(
  { session, uri, position }: Open,
  triggerCharacter?: string,
): Promise<CompletionList | null> {
  const context =
    triggerCharacter === undefined
      ? { triggerKind: CompletionTriggerKind.Invoked }
      : { triggerKind: CompletionTriggerKind.TriggerCharacter, triggerCharacter };
  const params = { textDocument: { uri }, position, context };
  return (await session.client.connection.sendRequest(
    CompletionRequest.type,
    params,
  )) as CompletionList | null;
}

function item(list: CompletionList | null, label: string): CompletionItem {
  const found = list?.items.find((each) => each.label === label);
  if (found === undefined) throw new Error(`${label} is not offered.`);
  return found;
}

describe('completion', () => {
  it('gives snippets, one range for all, and documentation on demand', async () => {
    const place = await open('events {}\nhttp { server { loca| } }', { capabilities: modern });
    const list = await complete(place);
    expect(list?.isIncomplete).toBe(false);
    expect(list?.itemDefaults?.editRange).toEqual({
      start: { line: 1, character: 16 },
      end: { line: 1, character: 20 },
    });
    const location = item(list, 'location');
    expect(location).toMatchObject({
      kind: CompletionItemKind.Module,
      textEditText: 'location ${1:/path} {\n\t$0\n}',
      insertTextFormat: 2,
      insertTextMode: 2,
    });
    expect(location.documentation).toBeUndefined();
    // As a client does it.
    const whole = { ...location, data: list?.itemDefaults?.data };
    const resolved = await place.session.client.connection.sendRequest(CompletionResolveRequest.type, whole);
    expect(resolved.documentation).toMatchObject({
      kind: 'markdown',
      value: expect.stringContaining('ngx_http_core_module.html#location'),
    });
    expect(item(list, 'ssl')).toMatchObject({
      tags: [1],
      labelDetails: { description: 'removed in 1.25.1' },
    });
    const sorted = (list?.items ?? []).toSorted((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1));
    expect(sorted.at(-1)?.labelDetails?.description).toMatch(/^(?:since|removed)/);
  });

  it('opens with a space where an argument begins that has values to choose from', async () => {
    const at = async (statement: string): Promise<CompletionList | null> =>
      complete(await open(`events {}\nhttp { server { ${statement} } }`, { capabilities: modern }), ' ');
    expect(item(await at('proxy_buffering |'), 'on')).toBeDefined();
    expect(item(await at('proxy_set_header |'), 'Upgrade')).toBeDefined();
    for (const quiet of [' |', 'listen 80; |', 'client_max_body_size |', '# listen |', 'nonsense |'])
      expect([quiet, await at(quiet)]).toEqual([quiet, null]);
  });

  it('gives a client that says nothing plain text with a range for each item', async () => {
    const place = await open('events {}\nhttp { server { loca| } }', { capabilities: plain });
    const list = await complete(place);
    expect(list?.itemDefaults).toBeUndefined();
    const location = item(list, 'location');
    expect(location).toMatchObject({
      textEdit: {
        newText: 'location',
        range: { start: { line: 1, character: 16 }, end: { line: 1, character: 20 } },
      },
    });
    expect(location.insertTextFormat).toBeUndefined();
    expect(item(list, 'ssl')).toMatchObject({ detail: 'removed in 1.25.1' });
    expect(item(list, 'ssl').tags).toBeUndefined();
    const resolved = await place.session.client.connection.sendRequest(
      CompletionResolveRequest.type,
      location,
    );
    expect(resolved.documentation).toMatchObject({
      kind: 'plaintext',
      value: expect.not.stringContaining('`'),
    });
    const values = await complete(await open('events {}\nhttp { gzip |; }', { capabilities: plain }));
    expect(item(values, 'on').kind).toBe(CompletionItemKind.Value);
  });

  it('is not offered to a client that does not know it', async () => {
    const { client } = await startSession({}, { capabilities: pushOnly });
    const { completionProvider, hoverProvider, signatureHelpProvider } = client.result.capabilities;
    expect([completionProvider, hoverProvider, signatureHelpProvider]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('of variables has their documentation', async () => {
    const place = await open('events {}\nhttp { proxy_set_header A $ht|; }', { capabilities: modern });
    const list = await complete(place, '$');
    const upgrade = item(list, '$http_upgrade');
    expect(upgrade.kind).toBe(CompletionItemKind.Variable);
    const whole = { ...upgrade, data: list?.itemDefaults?.data };
    const resolved = await place.session.client.connection.sendRequest(CompletionResolveRequest.type, whole);
    expect(resolved.documentation).toMatchObject({ value: expect.stringContaining('header `upgrade`') });
  });

  it('keeps quiet when a character was typed that begins no name', async () => {
    const ask = async (text: string, character: string): Promise<CompletionList | null> =>
      complete(await open(`events {}\nhttp { server { ${text}\n} }`, { capabilities: modern }), character);
    expect(await ask('location / {|', '{')).toBeNull();
    expect(await ask('location /|', '/')).toBeNull();
    expect(await ask('# see http://|', '/')).toBeNull();
    expect(await ask('location ~ a$|', '$')).toBeNull();
    expect(await ask('return 200 ${|', '{')).not.toBeNull();
    expect(await ask('return 200 me@|', '@')).toBeNull();
  });

  it('lists files as they are on the disk, and goes on after a directory where the client can', async () => {
    const files = { '/etc/nginx/conf.d/a.conf': '', '/etc/nginx/conf.d/deep/b.conf': '' };
    const commands = ['editor.action.triggerSuggest'];
    const options = { capabilities: modern, initializationOptions: { commands } };
    const place = await open('events {}\nhttp { include conf.d/|; }', options, files);
    const list = await complete(place, '/');
    expect(list?.items.map(({ label }) => label).toSorted()).toEqual(['*.conf', 'a.conf', 'deep/']);
    expect(item(list, 'deep/').command?.command).toBe('editor.action.triggerSuggest');
    place.session.disk.files.set('/etc/nginx/conf.d/new.conf', '');
    expect((await complete(place))?.items.map(({ label }) => label)).toContain('new.conf');
    const other = await complete(
      await open('events {}\nhttp { include |; }', { capabilities: modern }, files),
    );
    expect(item(other, 'conf.d/').command).toBeUndefined();
  });

  it('asks to be asked again where a directory has too many names', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [
        `/etc/nginx/certs/${index % 2 === 0 ? 'a' : 'b'}${index}.pem`,
        '',
      ]),
    );
    const place = await open('events {}\nhttp { ssl_certificate certs/a|; }', { capabilities: modern }, many);
    const list = await complete(place);
    expect(list?.isIncomplete).toBe(true);
    expect(list?.items.length).toBe(200);
  });
});

describe('hover', () => {
  const text =
    'events {}\nhttp { server {\nproxy_set_header Upgrade $http_upgrade;\nlocation /ws { proxy_p|ass http://b; }\n} }';
  const ask = ({ session, uri, position }: Open): Promise<Hover | null> =>
    session.client.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position });

  it('is Markdown with links to lines, on the word', async () => {
    const hover = await ask(await open(text, { capabilities: modern }));
    expect(hover?.range).toEqual({ start: { line: 3, character: 15 }, end: { line: 3, character: 25 } });
    expect(hover?.contents).toMatchObject({
      kind: 'markdown',
      value: expect.stringContaining('server, [line 3](file:///etc/nginx/nginx.conf#L3)'),
    });
  });

  it('is plain text for a client that shows no other', async () => {
    const hover = await ask(await open(text, { capabilities: plain }));
    expect(hover?.contents).toMatchObject({
      kind: 'plaintext',
      value: expect.stringContaining('server, line 3'),
    });
  });
});

describe('signature help', () => {
  const ask = ({ session, uri, position }: Open): Promise<SignatureHelp | null> =>
    session.client.connection.sendRequest(SignatureHelpRequest.type, { textDocument: { uri }, position });

  it('has the syntax with the active argument, and the documentation', async () => {
    const help = await ask(
      await open('events {}\nhttp { proxy_set_header Host | }', { capabilities: modern }),
    );
    expect(help).toMatchObject({
      activeSignature: 0,
      activeParameter: 1,
      signatures: [
        {
          label: 'proxy_set_header field value',
          parameters: [{ label: [17, 22] }, { label: [23, 28] }],
          documentation: {
            kind: 'markdown',
            value: expect.stringMatching(/^Allows redefining.*server\. \[nginx\.org\]\(\S+\)$/s),
          },
        },
      ],
    });
    const other = await ask(await open('events {}\nhttp { gzip | }', { capabilities: plain }));
    expect(other?.signatures).toMatchObject([
      { label: 'gzip on | off', parameters: [{ label: 'on | off' }] },
    ]);
  });
});
