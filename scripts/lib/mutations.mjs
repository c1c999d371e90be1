// Small changes of source text that tests should notice.

/**
 * @typedef {object} Mutation
 * @property {number} line from one
 * @property {string} before the line as it is
 * @property {string} after the line as it becomes
 */

/** What is turned into what: comparisons, bounds, connectives, jumps and constants. A match is replaced by the text. */
const CHANGES = /** @type {const} */ ([
  [/ === /g, ' !== '],
  [/ !== /g, ' === '],
  [/ < /g, ' <= '],
  [/ <= /g, ' < '],
  [/ > /g, ' >= '],
  [/ >= /g, ' > '],
  [/ && /g, ' || '],
  [/ \|\| /g, ' && '],
  [/ \?\? /g, ' && '],
  [/ \+ 1\b/g, ' + 2'],
  [/ - 1\b/g, ' - 0'],
  [/\bcontinue;/g, 'break;'],
  [/\bbreak;/g, 'continue;'],
  [/\btrue\b/g, 'false'],
  [/\bfalse\b/g, 'true'],
  [/\.some\(/g, '.every('],
  [/\.every\(/g, '.some('],
  [/(?<=[(\s])!(?=[\w(])/g, ''],
  [/\.at\(-1\)/g, '.at(0)'],
]);

/**
 * Each change that can be made to a text in one place. Comments, imports, types on lines of their own and what stands in
 * quotes are left alone.
 * @param {string} text
 * @returns {Mutation[]}
 */
export function mutationsOf(text) {
  return text.split('\n').flatMap((before, index) =>
    isCode(before)
      ? CHANGES.flatMap(([pattern, replacement]) =>
          [...before.matchAll(pattern)]
            .filter((match) => !isQuoted(before, match.index))
            .map((match) => ({
              line: index + 1,
              before,
              after: before.slice(0, match.index) + replacement + before.slice(match.index + match[0].length),
            })),
        )
      : [],
  );
}

/** @param {string} line */
function isCode(line) {
  return !/^\s*(?:\/?\*|\/\/|import\b|export type\b|type\b|readonly\b|\|)/.test(line);
}

/**
 * Whether an offset of a line is within quotes, or behind the beginning of a comment.
 * @param {string} line
 * @param {number} offset
 */
function isQuoted(line, offset) {
  const before = line.slice(0, offset);
  return before.includes('// ') || ["'", '"', '`'].some((quote) => before.split(quote).length % 2 === 0);
}

/**
 * The text with a mutation made.
 * @param {string} text
 * @param {Mutation} mutation
 */
export function withMutation(text, { line, after }) {
  return text
    .split('\n')
    .with(line - 1, after)
    .join('\n');
}

/**
 * A list in another order, drawn by a seed (mulberry32): the same for the same seed.
 * @template Item
 * @param {readonly Item[]} items
 * @param {number} seed
 * @returns {Item[]}
 */
export function drawn(items, seed) {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return items
    .map((item) => ({ item, rank: random() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
