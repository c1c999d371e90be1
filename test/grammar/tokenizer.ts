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

/**
 * The grammar in the engine that VS Code has.
 * @param root the project's folder
 */
export async function loadTokenizer(root = join(import.meta.dirname, '../..')): Promise<Tokenizer> {
  const require = createRequire(join(root, 'package.json'));
  const wasm = readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'));
  await loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const path = join(root, 'syntaxes/nginx.tmLanguage.json');
  const grammars = new Map([
    ['source.nginx', parseRawGrammar(readFileSync(path, 'utf8'), path)],
    ['source.lua', parseRawGrammar(JSON.stringify(LUA), 'lua.json')],
  ]);
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async (scopeName) => grammars.get(scopeName) ?? null,
  });
  const grammar = await registry.loadGrammar('source.nginx');
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
