import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Closures, type OpenTexts } from '../server/src/project/closures';
import { assumedVersion } from '../server/src/reference/versions';
import { type Analysis, analyze, type AnalysisOptions } from '../server/src/service';
import { randomConfigurations } from './live/random/configuration';
import { everydayConfigurations } from './live/random/everyday';
import { closureOf, inOnePart, MemoryHost } from './support/memory-host';
import { textsOf } from './support/random-texts';
import { reportOf } from './support/report';

/** What is kept from one version of the files to the next is what a fresh start would find. */

const SEED = Number(process.env['SEED'] ?? 20_261_130);
/** Configurations of each kind. */
const RUNS = Number(process.env['RUNS'] ?? 6);
/** Edits of each. */
const EDITS = Number(process.env['EDITS'] ?? 5);

type Texts = Readonly<Record<string, string>>;

const options: AnalysisOptions = {
  version: assumedVersion,
  remember: true,
  onFault: (rule, error) => {
    throw new Error(`${rule}: ${String(error)}`, { cause: error });
  },
};

const all: readonly Texts[] = [
  ...randomConfigurations(SEED, RUNS, 0).map(({ directives }) => directives),
  ...everydayConfigurations(SEED, RUNS),
].map(textsOf);

/** Read as a whole, with nothing of before. */
async function fresh(texts: Texts): Promise<Analysis> {
  return analyze(await closureOf(texts, { makeFile: inOnePart }), options);
}

/** The files of an editor: all of them are open. */
class Editor extends MemoryHost implements OpenTexts {
  openPaths(): Iterable<string> {
    return this.files.keys();
  }

  openText(path: string): string | undefined {
    return this.files.get(path);
  }
}

/** Read in parts, however small, from version to version, as the language server does it. */
class Kept {
  private readonly editor: Editor;
  private readonly closures: Closures;
  private readonly main: string;
  private analysis: Analysis | null = null;

  constructor(private texts: Texts) {
    this.editor = new Editor(texts);
    this.closures = new Closures(this.editor, 0);
    [this.main = ''] = Object.keys(texts);
  }

  change(texts: Texts): void {
    for (const path of new Set([...Object.keys(this.texts), ...Object.keys(texts)])) {
      const text = texts[path];
      const isNew = (text === undefined) !== (this.texts[path] === undefined);
      if (text === undefined) this.editor.files.delete(path);
      else this.editor.files.set(path, text);
      if (isNew) this.closures.forget(path, true);
    }
    this.texts = texts;
  }

  async analyze(): Promise<Analysis> {
    const closure = await this.closures.load(this.main, []);
    if ('problem' in closure) throw new Error(`${this.main} cannot be read: ${closure.problem.kind}`);
    this.analysis = analyze(closure, options, this.analysis);
    return this.analysis;
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

/** Which requests reach a server. */
const OF_LISTENERS = /^\s*["']?(?:listen|server_name)\b/;

/** A `listen` or `server_name` says what another one says. */
function likeAnother(lines: string[], { line, other }: Draw): void {
  const candidates = [...lines.entries()].filter(([, each]) => OF_LISTENERS.test(each));
  const [index = -1, own = ''] = candidates[line % candidates.length] ?? [];
  const [, model = ''] = candidates[other % candidates.length] ?? [];
  const isAlike = own.includes('listen') === model.includes('listen');
  if (index !== -1 && isAlike) lines[index] = model;
}

/** What somebody has typed so far. */
const HALF_TYPED = [
  'proxy_pa',
  'proxy_pass http://127.0.0.1',
  'location /typed {',
  'server {',
  'proxy_set_header Upgrade',
  '    if ($http_a) {',
  'set $typed "a"b;',
  ';',
  '}',
];

/** What somebody types at the level of `http`: servers may depend on it or not. */
const IN_HTTP = [
  'gzip on;',
  'gzip_typ',
  'server_names_hash_max_size 512;',
  'unheard of;',
  'root /typed;',
  'allow 10.0.0.1;',
  'error_page 500 502 /typed;',
  'proxy_read_timeout 7s;',
  'proxy_http_versoin 1.1;',
  'proxy_set_header Upgrade $http_upgrade;',
];

/** A line is left out, doubled, moved, half typed, or has another value; a file is there or not. */
function edited(texts: Texts, drawn: Draw): Texts {
  const paths = Object.keys(texts);
  const path = paths[drawn.path % paths.length] ?? '';
  const lines = (texts[path] ?? '').split('\n');
  const at = drawn.line % lines.length;
  const line = lines[at] ?? '';
  const other = drawn.other % lines.length;
  switch (drawn.kind % 13) {
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
    case 6:
    case 7:
      likeAnother(lines, drawn);
      break;
    case 8:
      lines.splice(at, 0, HALF_TYPED[drawn.other % HALF_TYPED.length] ?? '');
      break;
    case 9:
      lines[at] = line.slice(0, drawn.other % (line.length + 1));
      break;
    case 10:
      lines[at] = line.replace(/[;{}]\s*$/, '');
      break;
    case 11:
      lines.splice(
        lines.findIndex((each) => /^http\b/.test(each)) + 1,
        0,
        IN_HTTP[other % IN_HTTP.length] ?? '',
      );
      break;
    default:
      if (paths.length > 1 && path !== paths[0]) {
        return Object.fromEntries(Object.entries(texts).filter(([each]) => each !== path));
      }
      lines[at] = `${line} `;
  }
  return { ...texts, [path]: lines.join('\n') };
}

/** @param history the texts, and those before */
function expectSame(kept: Analysis, started: Analysis, history: readonly Texts[]): void {
  const [found, expected] = [reportOf(kept), reportOf(started)];
  // The texts are shown where they are of use.
  if (found !== expected) expect([history, found]).toEqual([history, expected]);
}

describe(`SEED=${SEED} RUNS=${RUNS} EDITS=${EDITS}`, () => {
  it('finds in parts what it finds in the whole', { timeout: 600_000 }, async () => {
    for (const texts of all) {
      const parts = await new Kept(texts).analyze();
      expectSame(parts, await fresh(texts), [texts]);
    }
  });

  it('finds after edits what a fresh start finds', { timeout: 3_600_000 }, async () => {
    for (const [index, texts] of all.entries()) {
      const kept = new Kept(texts);
      const history = [texts];
      reportOf(await kept.analyze());
      for (const drawn of draws[index] ?? []) {
        const next = edited(history.at(-1) ?? texts, drawn);
        history.push(next);
        kept.change(next);
        expectSame(await kept.analyze(), await fresh(next), history.slice(-2));
      }
    }
  });
});

/** Of two servers of one name the first takes the requests. */
it('tells servers apart that say the same of names and listeners, when they change places', async () => {
  const server = (port: number): string =>
    `  server {\n    listen 80;\n    server_name a.example;\n    location /ws${port} {\n      proxy_pass http://10.0.0.1:${port};\n    }\n  }\n`;
  const text = (...servers: readonly string[]): Texts => ({
    '/etc/nginx/nginx.conf': `events {\n}\nhttp {\n${servers.join('')}}\n`,
  });
  const versions = [text(server(1), server(2)), text(server(2), server(1))];
  const kept = new Kept(versions[0] ?? {});
  for (const version of versions) {
    kept.change(version);
    const analysis = await kept.analyze();
    expectSame(analysis, await fresh(version), versions);
  }
});
