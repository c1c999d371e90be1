import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Closure, fileOf, withTexts } from '../../server/src/model/load';
import { buildModel, type Model } from '../../server/src/model/model';
import { placeInFile } from '../../server/src/model/place-in-file';
import { refusalsOf } from '../../server/src/nginx-test/nginx-test';
import type { Refusal } from '../../server/src/nginx-test/refusal';
import { assumedVersion } from '../../server/src/reference/versions';
import { closureOf } from '../support/memory-host';

/** What is refused after an edit is what is refused in the text alone, however much was taken over. */

const SEED = Number(process.env['SEED'] ?? 20_261_130);

const MAIN = '/etc/nginx/nginx.conf';

/** A file in parts, however small, from version to version. */
class Editor {
  private model: Model | null = null;
  private closure: Closure | null = null;

  async refusals(text: string): Promise<readonly Refusal[]> {
    this.closure =
      this.closure === null
        ? await closureOf({ [MAIN]: text }, { makeFile: (read) => fileOf(read, null, 0) })
        : withTexts(this.closure, new Map([[MAIN, text]]), 0);
    this.model = buildModel(this.closure, assumedVersion, undefined, this.model, true);
    return refusalsOf(this.model);
  }

  /** In words, with places in the whole file. */
  async said(text: string): Promise<unknown> {
    const refusals = await this.refusals(text);
    return this.closure === null ? [] : shown(refusals, this.closure);
  }
}

async function saidAlone(text: string): Promise<unknown> {
  const closure = await closureOf({ [MAIN]: text }, { makeFile: (read) => fileOf(read, null, Infinity) });
  return shown(refusalsOf(buildModel(closure, assumedVersion)), closure);
}

function shown(refusals: readonly Refusal[], closure: Closure): unknown {
  return refusals.map(({ rule, text, certain, context, place, named, directive }) => {
    const at = place === null ? null : placeInFile(closure, place);
    const end = named && placeInFile(closure, { file: named.file, start: named.offset, end: named.offset });
    return {
      rule,
      text,
      certain,
      context,
      name: directive?.name,
      at: at && [at.start, at.end],
      end: end?.start,
    };
  });
}

/** Each text in turn, and the first one again. */
async function expectSame(versions: readonly string[]): Promise<void> {
  const editor = new Editor();
  for (const text of [...versions, ...versions.slice(0, 1)]) {
    expect([text, await editor.said(text)]).toEqual([text, await saidAlone(text)]);
  }
}

const config = (...blocks: readonly string[]): string =>
  `events {\n}\nhttp {\n${blocks.map((block) => `${block.replace(/^.+[{;] /, '$&\n').replace(/ \}$/, '\n}')}\n`).join('')}}\n`;

const SERVER = 'server { listen 8080; }';

describe('what one block notes and another looks up', () => {
  it.each<[name: string, before: readonly string[], after: readonly string[]]>([
    [
      'a default server',
      ['server { listen 80 default_server; }', 'server { listen 80 default_server; server_name b; }'],
      ['server { listen 80; }', 'server { listen 80 default_server; server_name b; }'],
    ],
    [
      'options of a listener',
      ['server { listen 80 backlog=5; }', 'server { listen 80 backlog=5; server_name b; }'],
      ['server { listen 81 backlog=5; }', 'server { listen 80 backlog=5; server_name b; }'],
    ],
    [
      'an upstream with a port in front of its block',
      ['server { location / { proxy_pass http://b:1; } }', 'upstream b { server a; }'],
      ['server { location / { proxy_pass http://c:1; } }', 'upstream b { server a; }'],
    ],
    [
      'an upstream with a port after its block',
      ['upstream b { server a; }', 'server { location / { proxy_pass http://b:1; } }'],
      ['upstream c { server a; }', 'server { location / { proxy_pass http://b:1; } }'],
    ],
    [
      'a use without a port, and a block',
      ['server { location / { fastcgi_pass b; } }', 'upstream b { server a; }'],
      ['server { location / { fastcgi_pass b; } }', 'upstream c { server a; }'],
    ],
    [
      'a format of logs',
      ['log_format a "$uri";', 'server { access_log /l a; }'],
      ['log_format b "$uri";', 'server { access_log /l a; }'],
    ],
    [
      'the buffer of a log',
      ['server { access_log /l combined buffer=1k; }', 'server { access_log /l combined buffer=2k; }'],
      ['server { access_log /m combined buffer=1k; }', 'server { access_log /l combined buffer=2k; }'],
    ],
    [
      'a zone that is used in another way',
      ['upstream u { zone z 64k; server a; }', 'limit_req_zone $uri zone=z:1m rate=1r/s;', SERVER],
      ['upstream u { zone y 64k; server a; }', 'limit_req_zone $uri zone=z:1m rate=1r/s;', SERVER],
    ],
    [
      'a zone that is not there',
      ['limit_req_zone $uri zone=z:1m rate=1r/s;', 'server { limit_req zone=z; }'],
      ['limit_req_zone $uri zone=y:1m rate=1r/s;', 'server { limit_req zone=z; }'],
    ],
    [
      'a zone of a cache',
      ['proxy_cache_path /c keys_zone=z:1m;', SERVER, 'server { proxy_cache z; }'],
      ['proxy_cache_path /c keys_zone=y:1m;', SERVER, 'server { proxy_cache z; }'],
    ],
    [
      'a cache of http, merged with the first server',
      ['proxy_cache z;', 'server { proxy_cache off; }', SERVER],
      ['proxy_cache z;', SERVER, 'server { proxy_cache off; }'],
    ],
    [
      'a variable that another server sets',
      ['server { set $a 1; }', 'server { return 200 $a; }'],
      ['server { set $b 1; }', 'server { return 200 $a; }'],
    ],
    [
      'the first use of a variable',
      ['server { return 200 $a; }', 'server { return 201 $a; }'],
      [SERVER, 'server { return 201 $a; }'],
    ],
    [
      'a header of http, compiled with the first server that inherits it',
      ['proxy_set_header A "$";', SERVER, 'server { proxy_set_header B b; }', 'server { listen 1; }'],
      ['proxy_set_header A "$";', 'server { proxy_set_header B b; }', 'server { listen 1; }'],
    ],
    [
      'a pool of threads',
      ['server { aio threads=p; }', 'server { listen 1; }'],
      ['server { aio off; }', 'server { aio threads=p; }'],
    ],
    [
      'a directive that nobody knows, which may define anything',
      ['server { foo; }', 'server { access_log /l a; return 200 $a; }'],
      [SERVER, 'server { access_log /l a; return 200 $a; }'],
    ],
    [
      'the certificate of a default server',
      ['server { listen 443 ssl; ssl_certificate a; ssl_certificate_key b; }', 'server { listen 443; }'],
      ['server { listen 444 ssl; ssl_certificate a; ssl_certificate_key b; }', 'server { listen 443 ssl; }'],
    ],
    [
      'a certificate of http',
      ['ssl_certificate a;', 'ssl_certificate_key b;', 'server { listen 443 ssl; }'],
      ['ssl_certificate a;', 'server { listen 443 ssl; }'],
    ],
    [
      'a table of charsets',
      ['charset_map koi8-r utf-8 { 80 E282AC; }', 'server { charset utf-8; source_charset koi8-r; }'],
      ['charset_map koi8-r win { 80 80; }', 'server { charset utf-8; source_charset koi8-r; }'],
    ],
    [
      'a name that a shared listener cannot hold',
      ['server { listen 80; server_name a.*.b; }', 'server { listen 80; server_name c; }'],
      ['server { listen 80; server_name a.*.b; }', 'server { listen 81; server_name c; }'],
    ],
  ])('%s', async (_, before, after) => {
    await expectSame([config(...before), config(...after)]);
    await expectSame([config(...after), config(...before)]);
    await expectSame([config(...before), config(...before.toReversed())]);
    await expectSame([config(...before, SERVER), config(SERVER, ...before), config(...before.slice(1))]);
  });
});

/** Small files, each with something that nginx refuses: ../fixtures/nginx-t.json. */
const fixture = join(import.meta.dirname, '../fixtures/nginx-t.json');
const cases = Object.values(JSON.parse(readFileSync(fixture, 'utf8')) as Record<string, { config: string }>);

it('says the same of recorded files whatever stood in front of their blocks', async () => {
  // Every third is enough.
  const some = cases.filter((_, index) => index % 3 === 0);
  const http = some.flatMap(({ config: text }) => /^http \{\n?(.*)\}\n*$/ms.exec(text)?.[1] ?? []);
  expect(http.length).toBeGreaterThan(30);
  for (const [index, own] of http.entries()) {
    const next = http[(index + 1) % http.length] ?? '';
    await expectSame([own, `${own}\n${next}`, next, `${next}\n${own}`].map((text) => config(text)));
  }
});

it('does not read again what stays', async () => {
  const editor = new Editor();
  const wrong = 'server { sendfile maybe; }';
  const [before] = await editor.refusals(config(wrong, 'server { listen 1; }'));
  const [after] = await editor.refusals(config(wrong, 'server { listen 2; }'));
  expect(before?.text).toContain('sendfile');
  expect(after).toBe(before);
});

it('reads all again when http has accepted something else than what was inherited', async () => {
  const editor = new Editor();
  const text = (zone: string): string =>
    config(
      `upstream u { zone ${zone} 64k; server a; }`,
      'ssl_session_cache shared:z:1m;',
      'server { sendfile maybe; }',
    );
  const before = await editor.refusals(text('y'));
  const after = await editor.refusals(text('z'));
  expect([before.length, after.length]).toEqual([1, 2]);
  expect(after[0]?.text).toContain('already declared');
  expect(after[1]).toEqual(before[0]);
  expect(after[1]).not.toBe(before[0]);
});

it('blocks of the main level that stand in http are no end of it', async () => {
  const text = `events {}\nhttp {\nhttp {\n${SERVER}\nhttp {\n${SERVER}\n}\nstream {\n}\nmail {\n}\n}\n${SERVER}\n}\n`;
  await expectSame([text, text.replace('8080', '8081'), `events {}\nhttp {\n${SERVER}\n}\n`]);
});

it(`blocks stand in whatever block (SEED=${SEED})`, async () => {
  const heads = fc.constantFrom(
    'http',
    'server',
    'location /',
    'event',
    'stream',
    'proxy_pass http://a',
    'upstream a',
  );
  const line = fc.oneof(
    { arbitrary: heads.map((head) => `${head} {`), weight: 3 },
    { arbitrary: fc.constantFrom('}', 'listen 8080;'), weight: 2 },
  );
  const texts = fc
    .array(line, { minLength: 2, maxLength: 12 })
    .map((lines) => `events {\n}\nhttp {\n${[...lines, '}', '}', '}', ''].join('\n')}`);
  await fc.assert(
    fc.asyncProperty(texts, (text) => expectSame([text, text.replace('8080', '8081')])),
    { numRuns: 100, seed: SEED },
  );
});
