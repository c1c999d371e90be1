import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixAll, nginxTestOf } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';
import { testMainFile } from './harness/nginx';
import { Resources, temporaryDirectory } from './harness/resources';
import { compareRefusals, type Mismatch } from './support/refusals';
import { makeMistake, Random, randomConfiguration } from './support/random-configurations';

/**
 * What we say that nginx refuses first, compared with what it refuses, in text and line: files made at random with
 * mistakes made at random. NGINX_TEST_FILES is their number, NGINX_TEST_SEED the seed.
 */

const count = Number(process.env['NGINX_TEST_FILES'] ?? 400);
const seed = Number(process.env['NGINX_TEST_SEED'] ?? 20_261_123);
const corpus = join(import.meta.dirname, '../../../shared/corpus');

async function compare(texts: readonly string[]): Promise<readonly Mismatch[]> {
  return (await compareRefusals(texts)).mismatches;
}

describe('what nginx refuses first', () => {
  it(`is what we say, in ${count} files with mistakes made at random`, {
    timeout: count * 500 + 60_000,
  }, async () => {
    const random = new Random(seed);
    const texts = Array.from({ length: count }, () => {
      let text = randomConfiguration(random);
      for (let mistakes = random.below(4); mistakes > 0; mistakes -= 1) text = makeMistake(text, random);
      return text;
    });
    expect(await compare(texts), `seed ${seed}`).toEqual([]);
  });
});

describe('a byte order mark', () => {
  const rest = 'events {}\nhttp { server { listen 127.0.0.1:8099; } }\n';

  it.each([
    ['before a directive', `\uFEFF${rest}`],
    ['before a comment', `\uFEFF# The main file.\n${rest}`],
    ['on a line of its own', `\uFEFF\n${rest}`],
    ['before a space', `\uFEFF ${rest}`],
    ['after a line', `\n\uFEFF${rest}`],
  ])('%s', async (_, text) => {
    expect(await compare([text])).toEqual([]);
  });

  it('is refused, and the same without it is not', async () => {
    const resources = new Resources();
    try {
      const { path: directory } = resources.add(await temporaryDirectory());
      const path = join(directory, 'nginx.conf');
      await writeFile(path, `\uFEFF${rest}`);
      expect(await testMainFile(path, { exact: true })).toMatchObject({
        ok: false,
        first: { text: 'unknown directive "\uFEFFevents"', line: 1 },
      });
      const [fixed] = fixAll(await analysisOf({ [path]: `\uFEFF${rest}` }));
      expect(fixed?.text).toBe(rest);
      await writeFile(path, fixed?.text ?? '');
      expect(await testMainFile(path, { exact: true })).toMatchObject({ ok: true });
    } finally {
      await resources.stop();
    }
  });
});

describe('a location with', () => {
  it.each([
    'try_files $uri =404',
    'try_files $uri =1000',
    'try_files $uri =@named',
    'try_files $uri =',
    'try_files $uri =4$arg_x',
    'rewrite ^/(.) /$1',
    'rewrite ^/(.) "/${1}"',
    'rewrite ^/(.) /$0',
  ])('%s', async (line) => {
    const text = `events {}\nhttp {\n server {\n listen 127.0.0.1:8099;\n location / {\n ${line};\n } } }\n`;
    expect(await compare([text])).toEqual([]);
  });
});

describe('http with', () => {
  it.each([
    'log_format x "$remote_addr $"',
    'log_format x "$host" "a$+b"',
    'log_format x "$remote_addr ${}"',
    'log_format x "${"',
    'log_format x "${host"',
    'log_format x "$1"',
    'log_format x "$host}"',
    'access_log syslog:server=127.0.0.1:514,facility=local7,tag=nginx,severity=info',
    'access_log syslog:server=127.0.0.1 nope',
    'access_log syslog:server/=127.0.0.1',
    'access_log syslog:',
    'error_log syslog:server=127.0.0.1,nohostname notice',
    'error_log syslog:server=127.0.0.1,, nope',
    'error_log syslog:facility=user',
    'error_log syslog:server=127.0.0.1,facility=users',
    'error_log syslog:server=127.0.0.1,severity=err',
    'error_log syslog:server=127.0.0.1,tag=a-b',
    `error_log syslog:server=127.0.0.1,tag=${'a'.repeat(33)}`,
    'error_log syslog:server=127.0.0.1,tag=a,tag=b',
    'error_log syslog:server=127.0.0.1:99999',
    'error_log syslog:server=unix:',
    'error_log syslog:server=',
    ...['', '1', '1:2', '2:2:1', '1:', ':1', '12', '3', '1:2:1:2'].map(
      (levels) => `proxy_cache_path /tmp/nginx-levels levels=${levels} keys_zone=pages:1m`,
    ),
    'geo $ inside { }',
    'geo a inside { }',
    'geo $a inside { }',
    'geo $ $inside { }',
    'server { listen 127.0.0.1:8081-8080; }',
    'server { listen 8081-8080; }',
    'server { listen [::1]:8081-8080; }',
    'server { listen 127.0.0.1:8081-0; }',
    'server { listen 127.0.0.1:0-5; }',
    'server { listen 127.0.0.1:99999-1; }',
    'server { listen 127.0.0.1:8081-; }',
  ])('%s', async (line) => {
    expect(await compare([`events {}\nhttp {\n ${line}${line.endsWith('}') ? '' : ';'}\n}\n`])).toEqual([]);
  });
});

describe('a server of stream with TLS', () => {
  const OLD = { major: 1, minor: 22, patch: 1 };
  const tls = (lines: string, outer = ''): string =>
    `events {}\nstream {\n${outer}\nserver {\nlisten 127.0.0.1:8081;\nreturn a;\n}\nserver {\nlisten 127.0.0.1:8082\n ssl;\n${lines}\nreturn b;\n}\n}\n`;
  it.each([
    ['no certificate', tls('')],
    ['a key alone', tls('ssl_certificate_key a.key;')],
    ['a certificate alone', tls('ssl_certificate a.crt;')],
    ['a certificate around it', tls('', 'ssl_certificate a.crt;')],
    ['fewer keys', tls('ssl_certificate a.crt; ssl_certificate b.crt; ssl_certificate_key a.key;')],
  ])('%s', async (_name, text) => {
    expect(await compare([text])).toEqual([]);
    expect(nginxTestOf(await analysisOf(text, OLD))?.text).toMatch(/^no "ssl_certificate/);
  });
});

it('a brace that is missing in front of stream', async () => {
  const stream = 'stream {\n server {\n listen 127.0.0.1:8099;\n proxy_pass 127.0.0.1:9;\n }\n}\n';
  expect(await compare([`events {\n${stream}`])).toEqual([]);
});

interface CorpusRow {
  readonly file: string;
  readonly context: string;
  readonly ok: boolean;
}

describe.skipIf(!existsSync(corpus))('real configurations', () => {
  const bases = existsSync(corpus) ? acceptable() : [];

  it(`with mistakes are refused as we say (${Math.ceil(count / 4)} files)`, {
    timeout: count * 500 + 60_000,
  }, async () => {
    const random = new Random(seed + 1);
    const texts = Array.from({ length: Math.ceil(count / 4) }, () => {
      let text = random.of(bases);
      for (let mistakes = random.below(3); mistakes > 0; mistakes -= 1) text = makeMistake(text, random);
      return text;
    });
    expect(await compare(texts), `seed ${seed}`).toEqual([]);
  });
});

/** Whole configurations that nginx accepts once the machine has what they ask for. */
function acceptable(): string[] {
  const rows = JSON.parse(readFileSync(join(corpus, 'index.json'), 'utf8')) as CorpusRow[];
  return rows
    .filter(({ context, ok }) => context === 'main' && ok)
    .map(({ file }) => readFileSync(join(corpus, file), 'utf8'))
    .filter((text) => text.length < 20_000 && !/\b(?:include|load_module|mail)\b/.test(text));
}
