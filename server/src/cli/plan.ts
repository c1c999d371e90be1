import type { SourceFile } from '../model/source-file';
import { filesOf, fixAll, type Fixed, isFixable, withNewTexts } from '../project/fix-all';
import { problemsOf } from '../project/problems';
import type { Problem } from '../rules/support/problem';
import type { Analysis } from '../service';

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
  /** The rules whose findings in the file are fixed, with how many each. Empty when it changes only for a finding in another file. */
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

/** A fix may make others possible; what is left after so many rounds is not fixed. */
const ROUND_LIMIT = 4;

/** Works out all changes to some configurations. Nothing is written. */
export async function planFor(found: readonly Analysis[], options: PlanOptions): Promise<Plan> {
  const planner = new Planner(found, options);
  const before = planner.fixable();
  for (let round = 0; round < ROUND_LIMIT; round += 1) {
    if (!(await planner.mend())) break;
  }
  const { texts, obstacles, originals } = planner;
  const left = planner.fixable();
  const [countsBefore, countsAfter] = [before, left].map(countByFileAndRule);
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
  /** As they were read, by real path. */
  readonly originals: ReadonlyMap<string, SourceFile>;
  /** The texts taken so far, by real path. */
  readonly texts = new Map<string, string>();
  readonly obstacles = new Map<string, Obstacle>();
  private analyses: readonly Analysis[];

  constructor(
    found: readonly Analysis[],
    private readonly options: PlanOptions,
  ) {
    this.analyses = found;
    this.originals = filesOf(found);
  }

  /** What is fixable after the changes so far. */
  fixable(): Problem[] {
    const { suggestions } = this.options;
    return problemsOf(this.analyses).filter((problem) => isFixable(problem, { suggestions }));
  }

  /** Fixes the configurations as they are after the changes so far; whether that changes anything more. */
  async mend(): Promise<boolean> {
    const { suggestions } = this.options;
    if (await this.take(fixAll(this.analyses, { suggestions }))) return true;
    if (this.obstacles.size === 0) return false;
    // Some file cannot be changed: what would need that is left out, the rest is done file by file.
    let isChanged = false;
    const files = new Set(this.fixable().map(({ place }) => place.file.realPath));
    for (const file of files) {
      isChanged =
        (await this.take(fixAll(this.analyses, { suggestions, files: new Set([file]) }))) || isChanged;
    }
    return isChanged;
  }

  /** Takes all of the texts, or none when one of them cannot be written. Whether there were any. */
  private async take(fixed: readonly Fixed[]): Promise<boolean> {
    let isPossible = true;
    for (const { file, text } of fixed) {
      if (!(await this.isPossible(this.originals.get(file.realPath) ?? file, text))) isPossible = false;
    }
    if (!isPossible || fixed.length === 0) return false;
    const texts = new Map(fixed.map(({ file, text }) => [file.realPath, text] as const));
    for (const [realPath, text] of texts) this.texts.set(realPath, text);
    this.analyses = this.analyses.map((analysis) => withNewTexts(analysis, texts));
    return true;
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

/** How many fewer findings there are of each rule; rules without fewer are left out. */
function difference(before: Counts = new Map(), after: Counts = new Map()): Counts {
  return new Map(
    [...before]
      .map(([rule, count]) => [rule, count - (after.get(rule) ?? 0)] as const)
      .filter(([, fewer]) => fewer > 0),
  );
}
