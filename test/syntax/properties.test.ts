import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenKind } from '../../server/src/syntax/tokens';
import { type Directive, nameOf, type SyntaxTree, wordsOf } from '../../server/src/syntax/tree';
import { commentsOf } from '../../server/src/syntax/comments';
import { firstRefused } from '../../server/src/syntax/errors';
import { concat, treeOf } from './dump';

/** Fixed, so that a failure is the same everywhere; fast-check prints it with the smallest text that fails. */
const RUNS: fc.Parameters<unknown> = { seed: 20130219, numRuns: 1500 };

const space = fc.constantFrom('\n', '\r\n', ' ', '\t', '\n  ', '\n    ');
const signs = fc.constantFrom(
  '{',
  '}',
  ';',
  '"',
  "'",
  '#',
  '\\',
  '$',
  '${',
  '}\n',
  ';\n',
  '\\"',
  '# comment',
  '"open',
);
const names = fc.constantFrom(
  'server',
  'location',
  'listen',
  'map',
  'types',
  'http',
  'internal',
  'set',
  'a_b',
  '/c',
);
const parts = fc.constantFrom(
  'server {',
  'location / {',
  'map $a $b {',
  'listen 80;',
  '"quoted"',
  "'it'",
  'default x',
);
const lua = fc.constantFrom(
  'content_by_lua_block',
  'set_by_lua_block $a',
  '{ x = "}" }',
  '[[',
  ']]',
  '--',
  '[==[',
);
const brackets = fc.constantFrom('{{', '}}', '{%', '%}', '{#', '#}', '<%', '%>', '%%', '%%C%%', '${D}');
const placeholders = fc.constantFrom('{{ a }}', '{% if b %}', '{% else %}', '{# c #}', '<% d %>', '<%= e %>');
const fragments = fc.oneof(space, signs, names, parts, lua, brackets, placeholders);

const texts = fc
  .array(
    fc.oneof({ weight: 8, arbitrary: fragments }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) }),
    {
      maxLength: 60,
    },
  )
  .map((parts) => parts.join(''));

const files = fc.record({ text: texts, template: fc.boolean() });

/** Holds for the tree of any text. */
function always(check: (tree: SyntaxTree) => void): void {
  fc.assert(
    fc.property(files, ({ text, template }) => check(treeOf(text, template))),
    RUNS,
  );
}

/** What is amiss with the places of the directives: each must lie in its parent's braces, after the one before. */
function misplaced(tree: SyntaxTree): string[] {
  const faults: string[] = [];
  const open: { list: readonly Directive[]; parent: Directive | null; after: number; before: number }[] = [
    { list: tree.directives, parent: null, after: -1, before: tree.tokens.count },
  ];
  for (const { list, parent, after, before } of open) {
    let previous = after;
    for (const directive of list) {
      const { first, lastWord, last, children } = directive;
      const name = `${nameOf(tree, directive)} at ${first}`;
      if (directive.parent !== parent) faults.push(`${name} has another parent`);
      if (first <= previous) faults.push(`${name} begins before the end of what stands before it`);
      if (last >= before) faults.push(`${name} ends after its parent`);
      if (first > last || lastWord > last || lastWord < first - 1)
        faults.push(`${name} ends before it begins`);
      if (children === null && directive.open !== -1) faults.push(`${name} has a brace but no block`);
      if (children !== null) {
        if (directive.open < first || directive.open > last) faults.push(`${name} has its brace elsewhere`);
        // The last token is the `}` only where that is there.
        const end = directive.terminated ? last : last + 1;
        open.push({ list: children, parent: directive, after: directive.open, before: end });
      }
      previous = last;
    }
  }
  return faults;
}

describe('any text', () => {
  it('is the sum of its tokens, none of them empty', () => {
    always(({ text, tokens }) => {
      expect(concat(tokens)).toBe(text);
      expect(tokens.starts).toHaveLength(tokens.count + 1);
      expect(tokens.starts[tokens.count]).toBe(text.length);
      for (let index = 0; index < tokens.count; index += 1) {
        expect(tokens.starts[index + 1]).toBeGreaterThan(tokens.starts[index] ?? 0);
      }
    });
  });

  it('gives directives within each other and in order', () => {
    always((tree) => {
      expect(misplaced(tree)).toEqual([]);
    });
  });

  it('has every word in exactly one directive', () => {
    always((tree) => {
      const starts: number[] = [];
      const open = [...tree.directives];
      for (const directive of open) {
        starts.push(...wordsOf(tree, directive).map(({ start }) => start));
        open.push(...(directive.children ?? []));
      }
      const words = [...tree.tokens.kinds].flatMap((kind, index) =>
        kind === TokenKind.Word || kind === TokenKind.Quoted || kind === TokenKind.OpenQuoted
          ? [tree.tokens.starts[index] ?? -1]
          : [],
      );
      expect(starts.toSorted((a, b) => a - b)).toEqual(words);
    });
  });

  it('gives errors in order, each in its own place', () => {
    always(({ text, errors }) => {
      let previous = -1;
      for (const { start, end, nginxOffset } of errors) {
        expect(start).toBeGreaterThan(previous);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(nginxOffset === -1 || (nginxOffset >= 0 && nginxOffset <= text.length)).toBe(true);
        previous = start;
      }
      expect(firstRefused(errors) === null).toBe(errors.every(({ nginxOffset }) => nginxOffset === -1));
    });
  });

  it('gives the same tree each time, and comments without fail', () => {
    always((tree) => {
      expect(treeOf(tree.text, tree.template)).toEqual(tree);
      for (const directive of tree.directives) expect(commentsOf(tree, directive)).toBeInstanceOf(Array);
    });
  });

  it('has no error without braces, quotes and semicolons but a missing semicolon', () => {
    const plain = texts.map((text) => text.replaceAll(/[{}"';#\\]/g, 'x'));
    fc.assert(
      fc.property(plain, (text) => {
        for (const { code } of treeOf(text).errors) expect(code).toBe('missing-semicolon');
      }),
      RUNS,
    );
  });
});

describe('a well-formed configuration', () => {
  const word = fc.oneof(
    fc.stringMatching(/^[a-z_/$.~^:=*?()[\]|-]{1,12}$/),
    fc.stringMatching(/^\$\{[a-z]{1,5}\}$/),
    fc
      .string({ unit: 'grapheme' })
      .map((text) => `"${text.replaceAll(/["\\]/g, (special) => `\\${special}`)}"`),
    fc
      .string({ unit: 'grapheme' })
      .map((text) => `'${text.replaceAll(/['\\]/g, (special) => `\\${special}`)}'`),
  );
  const blank = fc.constantFrom(' ', '  ', '\t', '\n', '\r\n', ' # a comment; { " }\n');
  const words = fc
    .array(fc.tuple(word, blank), { minLength: 1, maxLength: 5 })
    .map((all) => all.flat().join(''));
  const simple = words.map((all) => ({ text: `x ${all};`, count: 1 }));
  const { directive } = fc.letrec<{ directive: { text: string; count: number } }>((tie) => ({
    directive: fc.oneof(
      { maxDepth: 4 },
      simple,
      fc.tuple(words, fc.array(tie('directive'), { maxLength: 4 }), blank).map(([head, children, space]) => ({
        text: `x ${head}{${children.map(({ text }) => text).join(space)}${space}}`,
        count: children.reduce((sum, { count }) => sum + count, 1),
      })),
    ),
  }));

  it('has no errors, and all of its directives', () => {
    fc.assert(
      fc.property(fc.array(directive, { maxLength: 5 }), (directives) => {
        const tree = treeOf(directives.map(({ text }) => text).join('\n'));
        expect(tree.errors).toEqual([]);
        const open = [...tree.directives];
        for (const each of open) open.push(...(each.children ?? []));
        expect(open).toHaveLength(directives.reduce((sum, { count }) => sum + count, 0));
        expect(open.every(({ terminated }) => terminated)).toBe(true);
      }),
      { ...RUNS, numRuns: 400 },
    );
  });
});
