import type { Closure } from '../model/load';
import type { SourceFile } from '../model/source-file';
import type { Host } from '../model/host';
import type { FixArguments } from './arguments';
import { openConfigurations } from './configurations';
import { outermost, outermostChanges } from './embedded-fix';
import { reasonOf } from './errors';
import {
  currentOf,
  obstacleTo,
  removeLeftovers,
  removeTemporaries,
  stage,
  type Staged,
} from './file-on-disk';
import type { Io } from './io';
import type { Names } from './names';
import { type Change, type Obstacle, type Plan, planFor } from './plan';
import { isLarge, Progress } from './progress';
import { Ranges } from '../project/ranges';
import type { StandardInput } from './standard-input';
import { versionNote } from './report-text';
import { unifiedDiff } from './unified-diff';
import { visible, visibleLines } from '../features/support/escape';
import { counted } from './words';

/**
 * The command `fix`. Its report goes to standard error. With `--dry-run` standard output gets the diff, and files are not
 * changed; when the input is standard input, standard output gets the fixed text.
 *
 * @param input the standard input, when it is one of the files
 * @returns exit status: 0 when nothing fixable is left, else 1; with `--dry-run` 1 when there is anything to change
 * @throws InputError when a file given cannot be read, or its settings
 */
export async function fix(
  given: FixArguments,
  host: Host,
  io: Io,
  input: StandardInput | null,
): Promise<number> {
  const progress = new Progress(io.stderr);
  const say = (text: string): void => {
    progress.done();
    io.stderr.write(`${visible(text)}\n`);
  };
  try {
    const { configurations, names, args, analyses } = await openConfigurations(given, host, io, progress);
    const closures = configurations.map(({ closure }) => closure);
    if (!args.isDryRun && input === null) {
      await removeLeftovers(closures.flatMap(({ files }) => [...files.values()]));
    }
    progress.step('looking for what can be mended', closures.some(isLarge));
    const found = configurations.map((configuration) => analyses.once(configuration));
    const obstacle = input === null ? obstacleTo : obstacleBeside(input);
    const planned = await planFor(found, {
      suggestions: args.isUnsafe,
      obstacleTo: (file, text) => obstacle(outermost(file, names), text),
    });
    const plan = { ...planned, changes: outermostChanges(planned.changes, names) };
    const skipped = withSyntaxErrors(plan.obstacles, closures, new Ranges(names));
    for (const { file, reason } of skipped) say(`skipped ${names.of(file)}: ${reason}`);
    if (input !== null && !args.isDryRun) printInput(input, plan.changes, io);
    else {
      const isDone = args.isDryRun
        ? await printDiff(plan.changes, names, io, input, say)
        : await write(plan.changes, names, io, say);
      if (!isDone) return 1;
    }
    say(`${sumOf(plan, skipped.length > 0, args)} (${versionNote(args)}).`);
    const hasRemainder = skipped.length > 0 || plan.left.length > 0;
    return hasRemainder || (args.isDryRun && plan.changes.length > 0) ? 1 : 0;
  } finally {
    progress.done();
  }
}

/** With standard input only its text is fixed and printed. */
function obstacleBeside(input: StandardInput): (file: SourceFile) => Promise<string | null> {
  return ({ realPath, tree }) => {
    if (realPath !== input.realPath) return Promise.resolve('only the standard input is fixed here.');
    return Promise.resolve(tree.errors.length > 0 ? 'it has syntax errors: mend those first.' : null);
  };
}

/** Prints the text that the standard input becomes, or stays. */
function printInput({ realPath, text, encoding }: StandardInput, changes: readonly Change[], io: Io): void {
  const change = changes.find(({ file }) => file.realPath === realPath);
  io.stdout.write(Buffer.from(change?.text ?? text, encoding));
}

/** The obstacles, and one for each file with syntax errors: what is left to fix in it is unknown. */
function withSyntaxErrors(
  obstacles: readonly Obstacle[],
  closures: readonly Closure[],
  ranges: Ranges,
): Obstacle[] {
  const all = new Map(obstacles.map((obstacle) => [obstacle.file.realPath, obstacle] as const));
  for (const file of closures.flatMap(({ files }) => [...files.values()])) {
    const reason = syntaxErrorsOf(file, ranges);
    if (reason !== null) all.set(file.realPath, { file, reason });
  }
  return [...all.values()];
}

function syntaxErrorsOf(file: SourceFile, ranges: Ranges): string | null {
  const { tree } = file;
  const [first] = tree.errors;
  if (first === undefined) return null;
  const { line } = ranges.of({ file, start: first.start, end: first.start });
  return `it has ${counted(tree.errors.length, 'syntax error')}, the first in line ${line}. Mend that by hand.`;
}

async function printDiff(
  changes: readonly Change[],
  names: Names,
  io: Io,
  input: StandardInput | null,
  say: (text: string) => void,
): Promise<boolean> {
  for (const { file, text } of changes) {
    try {
      const { encoding } = input ?? (await currentOf(file));
      const diff = unifiedDiff(names.of(file), file.text, text, encoding);
      // A terminal would obey what stands in the file; a program gets it byte for byte.
      io.stdout.write(io.stdout.isTerminal ? visibleLines(diff.toString(encoding)) : diff);
    } catch (error) {
      say(`skipped ${names.of(file)}: ${reasonOf(error)}.`);
      return false;
    }
  }
  return true;
}

/**
 * Writes all changes. Until every one of them is whole on the disk no file is replaced: half of the fixes may be worse
 * than none. Who stops it before that finds everything as it was, who does so later finds all of it done.
 */
async function write(
  changes: readonly Change[],
  names: Names,
  io: Io,
  say: (text: string) => void,
): Promise<boolean> {
  let isReplacing = false;
  let endLater: (() => void) | null = null;
  const release = io.onStop((end) => {
    if (isReplacing) {
      endLater = end;
      return 'later';
    }
    removeTemporaries();
    say('stopped: no file was changed.');
    return 'now';
  });
  try {
    return await replaceAll(changes, names, say, () => {
      isReplacing = true;
    });
  } finally {
    release();
    const end = endLater as (() => void) | null;
    end?.();
  }
}

/** @param onReplace is called before the first file is replaced */
async function replaceAll(
  changes: readonly Change[],
  names: Names,
  say: (text: string) => void,
  onReplace: () => void,
): Promise<boolean> {
  const staged: { readonly change: Change; readonly file: Staged }[] = [];
  let current: Change | undefined;
  try {
    for (const change of changes) {
      current = change;
      staged.push({ change, file: await stage(change.file, change.text) });
    }
    onReplace();
    for (const { change, file } of staged) {
      current = change;
      await file.commit();
      say(`fixed ${names.of(change.file)}: ${rulesOf(change)}`);
    }
    return true;
  } catch (error) {
    for (const { file } of staged) await file.discard();
    const name = current === undefined ? 'a file' : names.of(current.file);
    say(
      `${name} cannot be written: ${reasonOf(error)}. It is as it was, and so are the files not named above.`,
    );
    return false;
  }
}

/** `websocket-upgrade-missing (2), connection-map-missing (1)`. */
function rulesOf({ mended }: Change): string {
  if (mended.size === 0) return 'what other files need';
  return [...mended].map(([rule, count]) => `${rule} (${count})`).join(', ');
}

function sumOf({ changes, left }: Plan, isAnySkipped: boolean, { isDryRun }: FixArguments): string {
  const files = counted(changes.length, 'file');
  const done = isDryRun ? `${files} would change` : `${files} fixed`;
  const sum = changes.length > 0 ? done : isAnySkipped ? 'Nothing fixed' : 'Nothing to fix';
  if (left.length === 0) return sum;
  const remainder = `${counted(left.length, 'fixable finding')} left that could not be mended`;
  return changes.length === 0 ? remainder : `${sum}, ${remainder}`;
}
