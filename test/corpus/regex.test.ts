import { describe, expect, it } from 'vitest';
import { compileRegex } from '../../server/src/model/regex';
import { parse } from '../../server/src/syntax/parser';
import { type Directive, wordsOf } from '../../server/src/syntax/tree';
import { corpusRows, corpusText } from './corpus';

interface Pattern {
  readonly directive: string;
  readonly text: string;
  readonly ignoreCase: boolean;
}

/** The pattern of a directive, if it has one. */
function patternsOf(words: readonly string[], parent: string): Pattern[] {
  const [directive = '', first = ''] = words;
  if (directive === 'rewrite') return [{ directive, text: first, ignoreCase: false }];
  if (directive === 'server_name') {
    const names = words.slice(1).filter((word) => word.startsWith('~'));
    return names.map((name) => ({ directive, text: name.slice(1), ignoreCase: true }));
  }
  if (directive === 'location' || directive === 'if') {
    const operator = words.findIndex((word) => /^!?~\*?$/.test(word));
    const text = words[operator + 1];
    if (operator < 1 || text === undefined) return [];
    // The bracket that ends the condition is a word of its own behind quotes.
    const endsCondition = directive === 'if' && operator + 2 === words.length;
    const ignoreCase = words[operator]?.endsWith('*') === true;
    return [{ directive, text: endsCondition ? text.slice(0, -1) : text, ignoreCase }];
  }
  const key = parent === 'map' ? /^~(\*?)([^]*)/.exec(directive) : null;
  return key === null ? [] : [{ directive: 'map', text: key[2] ?? '', ignoreCase: key[1] === '*' }];
}

function patternsIn(text: string): Pattern[] {
  const tree = parse(text);
  const found: Pattern[] = [];
  const open: { readonly directives: readonly Directive[]; readonly parent: string }[] = [
    { directives: tree.directives, parent: '' },
  ];
  for (let block = open.pop(); block !== undefined; block = open.pop()) {
    for (const directive of block.directives) {
      const words = wordsOf(tree, directive).map(({ value }) => value);
      found.push(...patternsOf(words, block.parent));
      if (directive.children !== null) open.push({ directives: directive.children, parent: words[0] ?? '' });
    }
  }
  return found;
}

describe('the patterns of real configurations', () => {
  it('are translated but for very few', () => {
    const patterns = corpusRows.filter(({ ok }) => ok).flatMap((row) => patternsIn(corpusText(row)));
    expect(patterns.length).toBeGreaterThan(200);
    const refused = patterns.filter(({ text, ignoreCase }) => compileRegex(text, ignoreCase) === null);
    // Where nginx accepts a pattern, one in a hundred may be beyond what is known here.
    expect(refused.length < 0.01 * patterns.length ? [] : refused).toEqual([]);
  });
});
