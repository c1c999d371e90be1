/** As many lines as this above and below are looked at, and as many characters: a fix must not cost more. */
const NEAR = 8;
const REACH = 2048;

/** `name argument rest`, on a line of its own; blanks only between, as tabs do not say where a column is. */
const STATEMENT = /^([ \t]*)(\w+)( +)([^\s;{}]+)(?:( +)[^\s;{}][^;{}]*)?;/;

/** Offsets from the beginning of a directive; null where the lines around have no column. */
interface Columns {
  readonly first: number | null;
  readonly second: number | null;
}

/**
 * Simple directives as the lines around an offset have theirs: with arguments in the columns of these, if they have
 * any. It takes two lines with their arguments in one column, one of them with more blanks than it needs.
 *
 * @param offset of the directive that they will be next to
 */
export function inColumns(text: string, offset: number, statements: readonly string[]): readonly string[] {
  const { first, second } = columnsAround(text, offset);
  if (first === null && second === null) return statements;
  return statements.map((statement) => {
    const [name = '', argument, ...rest] = statement.split(' ');
    if (argument === undefined || /^["']|^$/.test(argument)) return statement;
    const head = `${padded(name, first)}${argument}`;
    return rest.length === 0 ? head : `${padded(head, second)}${rest.join(' ')}`;
  });
}

function padded(text: string, column: number | null): string {
  return column === null || text.length >= column ? `${text} ` : text.padEnd(column);
}

function columnsAround(text: string, offset: number): Columns {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const indent = text.slice(start, offset);
  const firsts: Gap[] = [];
  const seconds: Gap[] = [];
  for (const line of [...linesAbove(text, start), ...linesBelow(text, start)]) {
    const match = STATEMENT.exec(line);
    if (match === null || match[1] !== indent) continue;
    const [, , name = '', gap = '', argument = '', nextGap] = match;
    const column = name.length + gap.length;
    firsts.push({ column, isWide: gap.length > 1 });
    if (nextGap === undefined) continue;
    seconds.push({ column: column + argument.length + nextGap.length, isWide: nextGap.length > 1 });
  }
  return { first: commonColumn(firsts), second: commonColumn(seconds) };
}

interface Gap {
  readonly column: number;
  readonly isWide: boolean;
}

/** The most frequent column; null where no two share one, or none of these is padded to it. */
function commonColumn(gaps: readonly Gap[]): number | null {
  const groups = new Map<number, Gap[]>();
  for (const gap of gaps) groups.set(gap.column, [...(groups.get(gap.column) ?? []), gap]);
  const [most = []] = [...groups.values()].toSorted((a, b) => b.length - a.length);
  const [one] = most;
  return one !== undefined && most.length > 1 && most.some(({ isWide }) => isWide) ? one.column : null;
}

/** The lines above one, the nearest first, up to the next that begins or ends a block. */
function linesAbove(text: string, start: number): string[] {
  const lines = text
    .slice(Math.max(start - REACH, 0), start)
    .split('\n')
    .slice(0, -1);
  return upToBlock(lines.toReversed());
}

/** A line and those below, up to the next that begins or ends a block. */
function linesBelow(text: string, start: number): string[] {
  return upToBlock(text.slice(start, start + REACH).split('\n'));
}

function upToBlock(lines: readonly string[]): string[] {
  const near = lines.slice(0, NEAR);
  const block = near.findIndex((line) => /[{}]/.test(line));
  return block === -1 ? near : near.slice(0, block);
}
