import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Closure, fileOf, loadClosure, type MakeFile } from '../server/src/model/load';
import type { SourceFile } from '../server/src/model/source-file';
import { assumedVersion } from '../server/src/reference/versions';
import { type Analysis, analyze, type AnalysisOptions } from '../server/src/service';
import { randomConfigurations } from './live/random/configuration';
import { everydayConfigurations } from './live/random/everyday';
import { inOnePart, MemoryHost } from './support/memory-host';
import { textsOf } from './support/random-texts';
import { reportOf } from './support/report';

/** What is kept from one version of the files to the next is what a fresh start would find. */

const SEED = Number(process.env['SEED'] ?? 20_261_130);
/** Configurations of each kind. */
const RUNS = Number(process.env['RUNS'] ?? 25);
/** Edits of each. */
const EDITS = Number(process.env['EDITS'] ?? 6);

type Texts = Readonly<Record<string, string>>;

const options: AnalysisOptions = {
  version: assumedVersion,
  onFault: (rule, error) => {
    throw new Error(`${rule}: ${String(error)}`, { cause: error });
  },
};

const all: readonly Texts[] = [
  ...randomConfigurations(SEED, RUNS, 0).map(({ directives }) => directives),
  ...everydayConfigurations(SEED, RUNS),
].map(textsOf);

async function load(texts: Texts, makeFile: MakeFile, before: Closure | null): Promise<Closure> {
  const [main = ''] = Object.keys(texts);
  const closure = await loadClosure(new MemoryHost(texts), main, { makeFile, before });
  if ('problem' in closure) throw new Error(`${main} cannot be read: ${closure.problem.kind}`);
  return closure;
}

/** Read as a whole, with nothing of before. */
async function fresh(texts: Texts): Promise<Analysis> {
  return analyze(await load(texts, inOnePart, null), options);
}

/** Read in parts, however small, from version to version. */
class Kept {
  private readonly files = new Map<string, SourceFile>();
  private closure: Closure | null = null;
  private analysis: Analysis | null = null;

  async next(texts: Texts): Promise<Analysis> {
    this.closure = await load(texts, (read) => this.file(read), this.closure);
    this.analysis = analyze(this.closure, options, this.analysis);
    return this.analysis;
  }

  private file(read: Parameters<MakeFile>[0]): SourceFile {
    const known = this.files.get(read.realPath);
    if (known?.text === read.text) return known;
    const file = fileOf(read, known ?? null, 0);
    this.files.set(read.realPath, file);
    return file;
  }
}

/** What an edit does, in numbers that are cut to what is there. */
interface Draw {
  readonly kind: number;
  readonly path: number;
  readonly line: number;
  readonly other: number;
}

const number = fc.noBias(fc.nat());
const draw: fc.Arbitrary<Draw> = fc.record({ kind: number, path: number, line: number, other: number });

const draws = fc.sample(fc.array(draw, { minLength: EDITS, maxLength: EDITS }), {
  seed: SEED,
  numRuns: all.length,
});

/** A line is left out, doubled, moved, or has another value; a file is there or not. */
function edited(texts: Texts, drawn: Draw): Texts {
  const paths = Object.keys(texts);
  const path = paths[drawn.path % paths.length] ?? '';
  const lines = (texts[path] ?? '').split('\n');
  const at = drawn.line % lines.length;
  const line = lines[at] ?? '';
  const other = drawn.other % lines.length;
  switch (drawn.kind % 7) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.splice(at, 0, line);
      break;
    case 2:
      lines.splice(at, 0, '# a comment');
      break;
    case 3:
      lines[at] = line.replace(/\d+/, (digits) => String(Number(digits) + 1));
      break;
    case 4:
      lines[at] = line.replace(/(?<=\s)\S+;/, 'on;');
      break;
    case 5:
      lines.splice(other, 0, ...lines.splice(at, 1));
      break;
    default:
      if (paths.length > 1 && path !== paths[0]) {
        return Object.fromEntries(Object.entries(texts).filter(([each]) => each !== path));
      }
      lines[at] = `${line} `;
  }
  return { ...texts, [path]: lines.join('\n') };
}

describe(`SEED=${SEED} RUNS=${RUNS} EDITS=${EDITS}`, () => {
  it('finds in parts what it finds in the whole', { timeout: 600_000 }, async () => {
    for (const texts of all) {
      const parts = await new Kept().next(texts);
      expect(reportOf(parts), JSON.stringify(texts)).toEqual(reportOf(await fresh(texts)));
    }
  });

  it('finds after edits what a fresh start finds', { timeout: 1_200_000 }, async () => {
    for (const [index, texts] of all.entries()) {
      const kept = new Kept();
      const history = [texts];
      reportOf(await kept.next(texts));
      for (const drawn of draws[index] ?? []) {
        const next = edited(history.at(-1) ?? texts, drawn);
        history.push(next);
        const report = reportOf(await kept.next(next));
        expect(report, JSON.stringify(history.slice(-2))).toEqual(reportOf(await fresh(next)));
      }
    }
  });
});
