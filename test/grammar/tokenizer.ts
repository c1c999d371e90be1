import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import oniguruma from 'vscode-oniguruma';
import textMate, { type IGrammar, type StateStack } from 'vscode-textmate';

const { createOnigScanner, createOnigString, loadWASM } = oniguruma;
const { INITIAL, parseRawGrammar, Registry } = textMate;

/** A piece of a line and its scopes, from the outermost to the innermost, without that of the whole file. */
export interface ScopedText {
  readonly text: string;
  readonly scopes: readonly string[];
}

/** Tokenises a text line by line, as an editor does. */
export interface Tokenizer {
  /** The pieces of each line. Lines end as in VS Code, which gives the grammar none of the line endings. */
  lines(text: string): ScopedText[][];
  /** How many rules are open at the end of the text: one when every block and string has its end. */
  depthAfter(text: string): number;
}

/** Stands for the grammar of Lua that the editor has: comments, strings and a few keywords. */
const LUA = {
  scopeName: 'source.lua',
  patterns: [
    { name: 'comment.block.lua', begin: String.raw`--\[\[`, end: String.raw`\]\]` },
    { name: 'comment.line.lua', match: '--.*$' },
    { name: 'string.quoted.lua', match: String.raw`"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'` },
    { name: 'keyword.control.lua', match: String.raw`\b(?:local|function|if|then|end|return)\b` },
  ],
};

/** Stand for the grammars of other languages that the editor has: what is injected into them is what counts. */
const OUTER = [
  {
    scopeName: 'source.yaml',
    patterns: [
      { name: 'comment.line.number-sign.yaml', match: '#.*$' },
      { name: 'entity.name.tag.yaml', match: String.raw`[\w./-]+(?=:)` },
    ],
  },
  {
    scopeName: 'text.html.markdown',
    patterns: [
      { name: 'markup.heading.markdown', match: '^#.*$' },
      { name: 'markup.fenced_code.block.markdown', begin: '^```', end: '^```' },
    ],
  },
];

/** The grammars that are injected, by what into. */
const INJECTED: ReadonlyMap<string, string> = new Map([
  ['source.yaml', 'yaml.nginx'],
  ['text.html.markdown', 'markdown.nginx'],
]);

/**
 * The grammar in the engine that VS Code has.
 * @param root the project's folder
 * @param scope of the language that the text is in
 */
export async function loadTokenizer(
  root = join(import.meta.dirname, '../..'),
  scope = 'source.nginx',
): Promise<Tokenizer> {
  const require = createRequire(join(root, 'package.json'));
  const wasm = readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'));
  await loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const own = ['nginx', 'nginx-in-yaml', 'nginx-in-markdown'].map((name) => {
    const path = join(root, `syntaxes/${name}.tmLanguage.json`);
    return parseRawGrammar(readFileSync(path, 'utf8'), path);
  });
  const others = [LUA, ...OUTER].map((each) => parseRawGrammar(JSON.stringify(each), 'other.json'));
  const grammars = new Map([...own, ...others].map((each) => [each.scopeName, each] as const));
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async (scopeName) => grammars.get(scopeName) ?? null,
    getInjections: (scopeName) => {
      const injected = INJECTED.get(scopeName);
      return injected === undefined ? undefined : [injected];
    },
  });
  const grammar = await registry.loadGrammar(scope);
  if (grammar === null) throw new Error('The grammar was not loaded.');
  return tokenizerOf(grammar, INITIAL);
}

function tokenizerOf(grammar: IGrammar, initial: StateStack): Tokenizer {
  const run = (text: string) => {
    let stack = initial;
    const lines = text.split(/\r\n|\r|\n/).map((line) => {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
      stack = ruleStack;
      return tokens
        .map(({ startIndex, endIndex, scopes }) => ({
          text: line.slice(startIndex, endIndex),
          scopes: scopes.slice(1),
        }))
        .filter((piece) => piece.text !== '');
    });
    return { lines, depth: stack.depth };
  };
  return { lines: (text) => run(text).lines, depthAfter: (text) => run(text).depth };
}
