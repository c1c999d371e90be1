import type { SourceFile } from '../model/load';
import { withTexts } from '../model/load';
import type { Problem } from '../rules/support/problem';
import { type Analysis, analyze, type Fixed, fixAll } from '../service';
import { isMendable } from './report';

/** What `fix` is going to do. */
export interface Plan {
  /** The new texts of the files that change. */
  readonly changes: readonly Change[];
  /** Why other files stay as they are, though they should change. */
  readonly obstacles: readonly Obstacle[];
  /** What is fixable and yet not fixed. */
  readonly left: readonly Problem[];
}

export interface Change {
  /** As it was read. */
  readonly file: SourceFile;
  readonly text: string;
  /** The rules whose findings in the file are mended, with how many each. Empty when it changes for another file's sake. */
  readonly mended: ReadonlyMap<string, number>;
}

export interface Obstacle {
  readonly file: SourceFile;
  /** In words that follow the name of the file. */
  readonly reason: string;
}

export interface PlanOptions {
  /** Whether suggestions are applied too. */
  readonly suggestions: boolean;
  /** Why a file cannot be given a text, or null. */
  readonly obstacleTo: (file: SourceFile, text: string) => Promise<string | null>;
}

/** A file that several configurations share is mended for one after the other; what that spoils is left after so many rounds. */
const ROUND_LIMIT = 4;

/** Works out all changes to some configurations. Nothing is written. */
export async function planFor(found: readonly Analysis[], options: PlanOptions): Promise<Plan> {
  const planner = new Planner(options);
  const before = found.map((each) => planner.analyze(each));
  for (let round = 0; round < ROUND_LIMIT; round += 1) {
    let isChanged = false;
    for (const each of found) isChanged = (await planner.mend(each)) || isChanged;
    if (!isChanged) break;
  }
  const { texts, obstacles } = planner;
  const after = found.map((each) => planner.analyze(each));
  const left = mendableOf(after, options.suggestions);
  const [countsBefore, countsAfter] = [mendableOf(before, options.suggestions), left].map(countByFileAndRule);
  const originals = new Map(found.flatMap(({ closure }) => [...closure.files]));
  const changes = [...texts].flatMap(([realPath, text]) => {
    const file = originals.get(realPath);
    if (file === undefined || file.text === text) return [];
    return [{ file, text, mended: difference(countsBefore?.get(realPath), countsAfter?.get(realPath)) }];
  });
  return {
    changes,
    obstacles: [...obstacles.values()],
    left: left.filter(({ place }) => !obstacles.has(place.file.realPath)),
  };
}

class Planner {
  /** By real path. */
  readonly texts = new Map<string, string>();
  readonly obstacles = new Map<string, Obstacle>();

  /** By configuration as it was read, with the number of texts taken before. */
  private readonly analyses = new Map<Analysis, { readonly revision: number; readonly analysis: Analysis }>();
  private revision = 0;

  constructor(private readonly options: PlanOptions) {}

  /** The analysis of a configuration as it is after the changes so far. */
  analyze(original: Analysis): Analysis {
    const known = this.analyses.get(original);
    if (known?.revision === this.revision) return known.analysis;
    const analysis = analyze(withTexts(original.closure, this.texts), original.options);
    this.analyses.set(original, { revision: this.revision, analysis });
    return analysis;
  }

  /** Mends one configuration as it is after the changes so far; whether that changes anything more. */
  async mend(original: Analysis): Promise<boolean> {
    const { suggestions } = this.options;
    const analysis = this.analyze(original);
    if (await this.take(original, fixAll(analysis, { suggestions }))) return true;
    if (this.obstacles.size === 0) return false;
    // Some file cannot be changed: what would need that is left out, the rest is done file by file.
    let isChanged = false;
    const files = new Set(mendableOf([analysis], suggestions).map(({ place }) => place.file.realPath));
    for (const file of files) {
      const fixed = fixAll(this.analyze(original), { suggestions, file });
      isChanged = (await this.take(original, fixed)) || isChanged;
    }
    return isChanged;
  }

  /** Takes all of the texts, or none when one of them cannot be written. Whether there were any. */
  private async take(original: Analysis, fixed: readonly Fixed[]): Promise<boolean> {
    let isPossible = true;
    for (const { file, text } of fixed) {
      if (await this.isPossible(original.closure.files.get(file.realPath) ?? file, text)) continue;
      isPossible = false;
    }
    if (!isPossible) return false;
    for (const { file, text } of fixed) this.texts.set(file.realPath, text);
    this.revision += fixed.length;
    return fixed.length > 0;
  }

  private async isPossible(file: SourceFile, text: string): Promise<boolean> {
    if (this.obstacles.has(file.realPath)) return false;
    const reason = await this.options.obstacleTo(file, text);
    if (reason !== null) this.obstacles.set(file.realPath, { file, reason });
    return reason === null;
  }
}

type Counts = ReadonlyMap<string, number>;

/** By real path, then by rule. */
function countByFileAndRule(problems: readonly Problem[]): Map<string, Map<string, number>> {
  const byFile = new Map<string, Map<string, number>>();
  for (const { rule, place } of problems) {
    const counts = byFile.get(place.file.realPath) ?? new Map<string, number>();
    byFile.set(place.file.realPath, counts.set(rule, (counts.get(rule) ?? 0) + 1));
  }
  return byFile;
}

/** How many fewer there are of each rule; rules of which there are not fewer are left out. */
function difference(before: Counts = new Map(), after: Counts = new Map()): Counts {
  return new Map(
    [...before]
      .map(([rule, count]) => [rule, count - (after.get(rule) ?? 0)] as const)
      .filter(([, fewer]) => fewer > 0),
  );
}

/** The fixable findings of all configurations, one of a shared file once. */
function mendableOf(analyses: readonly Analysis[], suggestions: boolean): Problem[] {
  const unique = new Map<string, Problem>();
  for (const problem of analyses.flatMap(({ problems }) => problems)) {
    const { rule, place, message } = problem;
    const key = JSON.stringify([rule, place.file.realPath, place.start, place.end, message]);
    if (!unique.has(key) && isMendable(problem, suggestions)) unique.set(key, problem);
  }
  return [...unique.values()];
}
