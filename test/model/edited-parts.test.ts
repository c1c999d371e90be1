import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { fileOf } from '../../server/src/model/load';
import type { Part, SourceFile } from '../../server/src/model/source-file';
import { textsIn } from '../../server/src/model/texts';
import { randomConfigurations } from '../live/random/configuration';
import { everydayConfigurations } from '../live/random/everyday';
import { textsOf } from '../support/random-texts';

/** A file that is read in parts after an edit is divided as if there had been nothing before. */

const SEED = Number(process.env['SEED'] ?? 20_261_130);
const RUNS = Number(process.env['RUNS'] ?? 10);
const EDITS = Number(process.env['EDITS'] ?? 12);

const PATH = '/etc/nginx/nginx.conf';

const texts = [
  ...randomConfigurations(SEED, RUNS, 0).map(({ directives }) => directives),
  ...everydayConfigurations(SEED, RUNS),
].map((each) => Object.values(textsOf(each))[0] ?? '');

function read(text: string, before: SourceFile | null): SourceFile {
  return fileOf({ path: PATH, realPath: PATH, text }, before, 0);
}

interface Draw {
  readonly kind: number;
  readonly at: number;
  readonly other: number;
}

const number = fc.noBias(fc.nat());
const draw: fc.Arbitrary<Draw> = fc.record({ kind: number, at: number, other: number });
const draws = fc.sample(fc.array(draw, { minLength: EDITS, maxLength: EDITS }), {
  seed: SEED,
  numRuns: texts.length,
});

/** What changes how a text is divided, or how that beside it is read. */
const WRITTEN = [
  '# a comment',
  "# it's a comment",
  'server {',
  '}',
  'server { listen 80; }',
  'server { listen 80; } server { listen 81; }',
  'map $a $b { default 1; }',
  'map $a $b {',
  'gzip on;',
  'gzip on; gzip_vary on;',
  'gzip on',
  'unheard_of "a',
  "unheard_of 'a",
  "unheard_of a b;  # it's",
  '// no comment',
  'content_by_lua_block {',
  '"quoted" {',
  '\uFEFF',
  'proxy_pa',
  'proxy_pass http://a',
  'location /typed {',
  'if ($http_a) {',
  'types {',
  ';',
  'add_header A "b"c;',
  'rewrite ^/[0-9]{2} /a;',
  'gzip on }',
  '        }',
  '{{ value }}',
  '{% if a %}',
  '%}',
  `\${NAME}`,
  '<<<<<<< HEAD',
  '\r',
  '',
];

function edited(text: string, { kind, at, other }: Draw): string {
  const lines = text.split('\n');
  const index = at % lines.length;
  const line = lines[index] ?? '';
  switch (kind % 8) {
    case 0:
      lines.splice(index, 1);
      break;
    case 1:
      lines.splice(index, 0, line);
      break;
    case 2:
      lines.splice(other % lines.length, 0, ...lines.splice(index, 1 + (kind % 7)));
      break;
    case 3:
      lines[index] = `${line} ${WRITTEN[other % WRITTEN.length] ?? ''}`;
      break;
    case 4: {
      const offset = at % (text.length + 1);
      return text.slice(0, offset) + text.slice(offset + (other % 12));
    }
    default:
      lines.splice(index, 0, WRITTEN[other % WRITTEN.length] ?? '');
  }
  return lines.join('\n');
}

/** How a file is divided, and what each part of it is. */
function divisionOf({ text, tree, parts = [] }: SourceFile): unknown {
  const shown = (each: readonly Part[]): unknown[] =>
    each.map(({ file, start, inner }) => ({
      text: file.text,
      start,
      indentUnit: file.indentUnit,
      tree: treeOf(file),
      inner: inner === null ? null : { ...inner, parts: shown(inner.parts) },
    }));
  return { text, errors: tree.errors, template: tree.template, parts: shown(parts) };
}

function treeOf({ tree: { tokens, errors, directives, template } }: SourceFile): unknown {
  return { kinds: tokens.kinds, starts: tokens.starts, errors, template, directives: directives.length };
}

it('is divided after edits as it is when it is read for the first time', { timeout: 3_600_000 }, () => {
  let keptParts = 0;
  let broken = 0;
  for (const [index, text] of texts.entries()) {
    let file = read(text, null);
    let whole = file;
    for (const each of draws[index] ?? []) {
      const before = new Set(textsIn(file));
      const wasInParts = file.parts !== undefined;
      const now = read(edited(file.text, each), file);
      expect(divisionOf(now)).toEqual(divisionOf(read(now.text, null)));
      expect(treeOf(now)).toEqual(treeOf(read(now.text, null)));
      const numbers = textsIn(now).map(({ part }) => part);
      expect(new Set(numbers).size).toBe(numbers.length);
      if (wasInParts) keptParts += textsIn(now).filter((own) => before.has(own)).length;
      if (now.tree.errors.length === 0) whole = now;
      else if (now.parts !== undefined) broken += 1;
      // Mistakes are made on top of others, but not for ever; what is beyond mending is left behind.
      const isLeft = now.parts === undefined || now.tree.errors.length > 4;
      file = isLeft && whole.parts !== undefined ? whole : now;
    }
  }
  expect(broken).toBeGreaterThan(texts.length);
  expect(keptParts).toBeGreaterThan(texts.length * EDITS);
});

it('has other parts alone where nothing of them has changed', () => {
  const servers = Array.from({ length: 9 }, (_, index) => `    server {\n        listen ${index};\n    }\n`);
  const file = read(`events {}\nhttp {\n${servers.join('')}}\n`, null);
  const now = read(file.text.replace('listen 4;', 'listen 4;\n        # a comment'), file);
  const before = new Set(textsIn(file));
  expect(textsIn(now).filter((each) => !before.has(each))).toHaveLength(1);
  expect(now.tree.directives).toHaveLength(2);
});
