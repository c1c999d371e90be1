import type { Directive, IncludedFile } from './tree';

/** Whether what is looked for is still there. */
export type StillFails = (directives: readonly Directive[]) => Promise<boolean>;

/**
 * Makes a configuration that fails smaller, as long as it fails: included files are read in, then directives and
 * blocks are taken out, the largest first, over and over until none can go.
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
  for (let before = -1; before !== size(smallest) && performance.now() < end; ) {
    before = size(smallest);
    for (let index = 0; index < size(smallest) && performance.now() < end; )
      if (!(await isSmaller(without(smallest, index)))) index += 1;
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

/** All but one, counted from 0 in the order of the text, with what is in it. */
function without(directives: readonly Directive[], index: number): Directive[] {
  let left = index;
  return directives.flatMap((each) => {
    const at = left;
    left -= sizeOf(each);
    if (at === 0) return [];
    // It is before this one, or behind it.
    return at < 0 || left >= 0 ? [each] : [inside(each, at - 1)];
  });
}

function inside(one: Directive, index: number): Directive {
  let left = index;
  const take = (directives: readonly Directive[]): readonly Directive[] => {
    const at = left;
    left -= size(directives);
    return at < 0 || left >= 0 ? directives : without(directives, at);
  };
  const block = one.block === null ? null : take(one.block);
  const files = one.files.map((file): IncludedFile => ({ ...file, directives: take(file.directives) }));
  return { ...one, block, files };
}
