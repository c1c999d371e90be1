import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError, reasonOf } from './errors';
import type { Report, ReportedProblem } from '../project/report';
import { compareTexts } from '../values/compare';

/**
 * What is known and accepted of what `check` finds: how often each rule finds something on lines of a file that read the
 * same. Lines may move; a finding on a line that was changed is a new one.
 */
type Baseline = ReadonlyMap<string, number>;

/** The text of such a file: by name of the file, rules and lines in order, so that changes of it are easy to read. */
interface Written {
  readonly version: 1;
  readonly findings: Readonly<Record<string, readonly Entry[]>>;
}

interface Entry {
  readonly rule: string;
  /** What stands for the text of the line: it may be a secret. */
  readonly line: string;
  readonly count: number;
}

/**
 * Reads a file of what is known.
 *
 * @param name as given, relative to the working directory
 * @throws InputError when it cannot be read, or is none
 */
export async function readBaseline(name: string, cwd: string): Promise<Baseline> {
  let text: string;
  try {
    text = await readFile(resolve(cwd, name), 'utf8');
  } catch (error) {
    throw new InputError(`${name} cannot be read: ${reasonOf(error)}. --update-baseline writes it.`);
  }
  const entries = entriesOf(text);
  if (entries === null) {
    throw new InputError(`${name} is no baseline of this program. --update-baseline writes it anew.`);
  }
  return new Map(entries);
}

function entriesOf(text: string): [string, number][] | null {
  let written: Partial<Written> | null;
  try {
    written = JSON.parse(text) as Partial<Written> | null;
  } catch {
    return null;
  }
  if (written?.version !== 1 || typeof written.findings !== 'object' || written.findings === null)
    return null;
  const entries: [string, number][] = [];
  for (const [file, those] of Object.entries(written.findings)) {
    if (!Array.isArray(those)) return null;
    for (const { rule, line, count } of those as readonly Partial<Entry>[]) {
      if (rule === undefined || line === undefined || typeof count !== 'number') return null;
      entries.push([keyOf(file, rule, line), count]);
    }
  }
  return entries;
}

/**
 * Writes what a report has found, of any severity, as what is known from now on.
 *
 * @param name as given, relative to the working directory
 * @returns how many findings that are
 * @throws InputError when it cannot be written
 */
export async function writeBaseline(name: string, cwd: string, { files }: Report): Promise<number> {
  const found = files.filter(({ problems }) => problems.length > 0);
  const findings = Object.fromEntries(
    found
      .toSorted((a, b) => compareTexts(a.file, b.file))
      .map(({ file, problems }) => [file, entriesFor(problems)] as const),
  );
  const written: Written = { version: 1, findings };
  try {
    await writeFile(resolve(cwd, name), `${JSON.stringify(written, null, 2)}\n`);
  } catch (error) {
    throw new InputError(`${name} cannot be written: ${reasonOf(error)}.`);
  }
  return found.reduce((sum, { problems }) => sum + problems.length, 0);
}

function entriesFor(problems: readonly ReportedProblem[]): Entry[] {
  const entries = new Map<string, Entry>();
  for (const { rule, lineText } of problems) {
    const line = hashOf(lineText);
    const key = keyOf('', rule, line);
    entries.set(key, { rule, line, count: (entries.get(key)?.count ?? 0) + 1 });
  }
  return [...entries.values()].toSorted(
    (a, b) => compareTexts(a.rule, b.rule) || compareTexts(a.line, b.line),
  );
}

/** What is new in a report, and how much of what is known was not found any more. */
export interface Compared {
  readonly report: Report;
  readonly gone: number;
}

/** Marks what is known in a report; its summary counts what is new. */
export function compareWith(baseline: Baseline, report: Report): Compared {
  const left = new Map(baseline);
  const files = report.files.map(({ file, problems }) => ({
    file,
    problems: problems.map((problem) => {
      const key = keyOf(file, problem.rule, hashOf(problem.lineText));
      const count = left.get(key) ?? 0;
      if (count > 0) left.set(key, count - 1);
      return { ...problem, isKnown: count > 0 };
    }),
  }));
  const gone = [...left.values()].reduce((sum, count) => sum + count, 0);
  return { report: { ...report, files }, gone };
}

/** A short text that stands for a line, wherever blanks are in it. */
export function hashOf(line: string): string {
  const plain = line.trim().replaceAll(/\s+/g, ' ');
  return createHash('sha256').update(plain).digest('hex').slice(0, 16);
}

function keyOf(file: string, rule: string, line: string): string {
  return `${file}\0${rule}\0${line}`;
}
