import type { Directive, IncludedFile } from './tree';

/** Whether what is looked for is still there. */
export type StillFails = (directives: readonly Directive[]) => Promise<boolean>;

/**
 * Makes a configuration that fails smaller, as long as it fails: included files are read in, then directives and
 * blocks are taken out: half of them at once, a quarter, and so on, at last one by one until none can go.
 *
 * @param milliseconds after which no more is tried
 */
export async function reduce(
  directives: readonly Directive[],
  stillFails: StillFails,
  milliseconds: number,
): Promise<readonly Directive[]> {
  const end = performance.now() + milliseconds;
  let smallest = directives;
  const isSmaller = async (tried: readonly Directive[]): Promise<boolean> => {
    if (performance.now() > end || !(await stillFails(tried))) return false;
    smallest = tried;
    return true;
  };
  await isSmaller(plainly(directives));
  let length = size(smallest);
  for (let before = -1; (length > 1 || before !== size(smallest)) && performance.now() < end; ) {
    before = size(smallest);
    length = Math.max(1, Math.floor(length / 2));
    for (let from = 0; from < size(smallest) && performance.now() < end; )
      if (!(await isSmaller(without(smallest, from, from + length)))) from += length;
  }
  return smallest;
}

/** The same without included files, comments and odd blanks. */
function plainly(directives: readonly Directive[]): Directive[] {
  return directives.flatMap((each) => {
    if (each.files.length > 0) return each.files.flatMap((file) => plainly(file.directives));
    const layout = { before: '\n', gaps: [' '], end: each.block === null ? '' : ' ' } as const;
    return [{ ...each, layout, block: each.block === null ? null : plainly(each.block) }];
  });
}

/** How many directives there are. */
function size(directives: readonly Directive[]): number {
  return directives.reduce((sum, each) => sum + sizeOf(each), 0);
}

function sizeOf({ block, files }: Directive): number {
  return 1 + size(block ?? []) + files.reduce((sum, file) => sum + size(file.directives), 0);
}

/** All but those of a range, counted from 0 in the order of the text, with what is in them. */
function without(directives: readonly Directive[], from: number, to: number): Directive[] {
  let index = 0;
  const kept = (each: readonly Directive[]): Directive[] => each.flatMap(inside);
  const inside = (one: Directive): Directive[] => {
    const isOut = index >= from && index < to;
    index += isOut ? sizeOf(one) : 1;
    if (isOut) return [];
    const block = one.block === null ? null : kept(one.block);
    const files = one.files.map(
      (file): IncludedFile => ({ path: file.path, directives: kept(file.directives) }),
    );
    return [{ ...one, block, files }];
  };
  return kept(directives);
}
