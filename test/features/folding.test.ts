import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldsIn } from '../../server/src/features/folding';
import { parseFile } from '../../server/src/model/load';
import { brokenText } from '../support/arbitrary-text';

/** The folds over several lines, as `kind first-last`: lines from zero, that of the closing brace included. */
function shown(text: string): string[] {
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length - 1;
  return foldsIn(parseFile('/nginx.conf', text)).flatMap(({ kind, start, end }) =>
    lineOf(start) === lineOf(end) ? [] : [`${kind} ${lineOf(start)}-${lineOf(end)}`],
  );
}

const lines = (...all: string[]): string => all.join('\n');

describe('folds', () => {
  it('are blocks, Lua among them', () => {
    const text = lines(
      'http {',
      '  server',
      '  {',
      '    location / { return 204; }',
      '    content_by_lua_block {',
      '      if a then b = { 1,',
      '        2 } end -- }',
      '    }',
      '  }',
      '}',
    );
    expect(shown(text)).toEqual(['block 0-9', 'block 2-8', 'block 4-7']);
  });

  it('are directives over several lines, unless another begins on the last', () => {
    const text = lines("log_format a '1'", "  '2'", "  '3';", "set $a 'x", "  y'; set $b 1;", 'a', 'b;');
    expect(shown(text)).toEqual(['directive 0-2', 'directive 5-6']);
  });

  it('are runs of comments on lines of their own', () => {
    const text = lines('# a', '# b', '', '# c', 'a; # d', '# e', '  # f', '\t#g', 'b;', '# h', '', '# i');
    expect(shown(text)).toEqual(['comment 0-1', 'comment 5-7']);
  });

  it('are regions, one in the other', () => {
    const text = lines(
      '# region outer',
      '# a',
      '# b',
      '#region inner',
      'a;',
      '#endregion',
      '# endregion',
      '# regional',
      '# c',
      '# endregion',
      '# region open',
    );
    expect(shown(text)).toEqual(['region 0-6', 'comment 1-2', 'region 3-5', 'comment 7-8']);
  });

  it('are no regions that a brace cuts', () => {
    expect(shown(lines('# region', 'http {', '# endregion', 'a;', '# region', '}', '# endregion'))).toEqual([
      'block 1-5',
    ]);
  });

  it('are there in broken text', () => {
    expect(
      shown(lines('http {', '  server {', '    listen 80', '    server_name a;', '  }', 'events {', '}')),
    ).toEqual(['block 0-4', 'block 1-4', 'block 5-6']);
  });

  it('of a text with 20,000 levels are found', () => {
    const text = `${'# region\na {\n'.repeat(20_000)}${'}\n# endregion\n'.repeat(20_000)}`;
    expect(foldsIn(parseFile('/nginx.conf', text))).toHaveLength(40_000);
  });
});

it('whatever the text, folds lie in it, and each within another or beside it', () => {
  fc.assert(
    fc.property(brokenText, (text) => {
      const open: { end: number }[] = [];
      let last = 0;
      for (const fold of foldsIn(parseFile('/nginx.conf', text))) {
        expect(fold.start).toBeGreaterThanOrEqual(last);
        expect(fold.end).toBeGreaterThanOrEqual(fold.start);
        expect(fold.end).toBeLessThanOrEqual(text.length);
        while ((open.at(-1)?.end ?? Infinity) <= fold.start) open.pop();
        expect(fold.end).toBeLessThanOrEqual(open.at(-1)?.end ?? text.length);
        open.push(fold);
        last = fold.start;
      }
    }),
    { numRuns: 500 },
  );
});
