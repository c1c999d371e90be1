import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The parts of vscode-textmate and vscode-oniguruma that are used here. */
interface TextMate {
  readonly Registry: new (options: {
    readonly onigLib: Promise<OnigLib>;
    loadGrammar(scopeName: string): Promise<RawGrammar | null>;
  }) => { loadGrammar(scopeName: string): Promise<Grammar | null> };
  parseRawGrammar(content: string, path: string): RawGrammar;
  readonly INITIAL: StateStack;
}

interface Oniguruma {
  loadWASM(data: ArrayBuffer): Promise<void>;
  createOnigScanner(patterns: readonly string[]): unknown;
  createOnigString(text: string): unknown;
}

type OnigLib = Pick<Oniguruma, 'createOnigScanner' | 'createOnigString'>;
type RawGrammar = Readonly<Record<string, unknown>>;
interface StateStack {
  readonly depth: number;
}

interface Grammar {
  tokenizeLine(
    line: string,
    before: StateStack,
  ): {
    readonly tokens: readonly {
      readonly startIndex: number;
      readonly endIndex: number;
      readonly scopes: readonly string[];
    }[];
    readonly ruleStack: StateStack;
  };
}

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

const root = join(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);

/** Where the engine of VS Code may be: installed by itself, or in the VS Code that the tests in a window use. */
const PLACES: readonly string[] = [
  join(root, 'node_modules'),
  join(root, '.vscode-test/host/node_modules/code-server/lib/vscode/node_modules'),
];

const place = PLACES.find((each) =>
  ['vscode-textmate', 'vscode-oniguruma'].every((name) => existsSync(join(each, name))),
);

/** Whether there is an engine to tokenise with; without one there is nothing to run the grammar in. */
export const hasEngine: boolean = place !== undefined;

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

/**
 * The grammar in the engine that VS Code has.
 *
 * @throws Error when there is no engine
 */
export async function loadTokenizer(): Promise<Tokenizer> {
  if (place === undefined) throw new Error('vscode-textmate and vscode-oniguruma are not installed.');
  const textMate = require(join(place, 'vscode-textmate')) as TextMate;
  const oniguruma = require(join(place, 'vscode-oniguruma')) as Oniguruma;
  const wasm = readFileSync(join(place, 'vscode-oniguruma/release/onig.wasm'));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const path = join(root, 'syntaxes/nginx.tmLanguage.json');
  const grammars = new Map([
    ['source.nginx', textMate.parseRawGrammar(readFileSync(path, 'utf8'), path)],
    ['source.lua', textMate.parseRawGrammar(JSON.stringify(LUA), 'lua.json')],
  ]);
  const registry = new textMate.Registry({
    onigLib: Promise.resolve(oniguruma),
    loadGrammar: async (scopeName) => grammars.get(scopeName) ?? null,
  });
  const grammar = await registry.loadGrammar('source.nginx');
  if (grammar === null) throw new Error('The grammar was not loaded.');
  return tokenizerOf(grammar, textMate.INITIAL);
}

function tokenizerOf(grammar: Grammar, initial: StateStack): Tokenizer {
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
