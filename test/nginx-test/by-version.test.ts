import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isAtLeast, type NginxVersion, parseVersion } from '../../server/src/reference/versions';
import { analyze, nginxTestOf } from '../../server/src/service';
import { closureOf } from '../support/memory-host';

/** What eleven releases, built with all their modules, said of small files: ../fixtures/nginx-t-by-version.json. */

interface Recorded {
  readonly about: string;
  readonly text: string;
  /** What nginx says first from a release on: `TEXT in line N`, null where it takes the file. */
  readonly from: readonly (readonly [release: string, said: string | null])[];
}

const RELEASES = '1.18.0 1.20.2 1.24.0 1.25.0 1.25.1 1.26.3 1.28.3 1.29.6 1.29.7 1.30.4 1.31.4'.split(' ');

const fixture = join(import.meta.dirname, '../fixtures/nginx-t-by-version.json');
const recorded = JSON.parse(readFileSync(fixture, 'utf8')) as readonly Recorded[];

/** nginx says it as an error, and takes the file: another platform has such filters. */
const IGNORED = /are not supported on this platform, ignored in line \d+$/;

it.each(recorded)('$about', async ({ text, from }) => {
  const closure = await closureOf({ '/etc/nginx/nginx.conf': text });
  const expected: [release: string, said: string | null][] = [];
  const ours: typeof expected = [];
  for (const release of RELEASES) {
    const version = read(release);
    const said = from.findLast(([since]) => isAtLeast(version, read(since)))?.[1];
    // Of this release nothing was recorded.
    if (said === undefined) continue;
    const test = nginxTestOf(analyze(closure, { version }));
    const { text: own = null, line = null } = test ?? {};
    ours.push([release, line === null ? own : `${own} in line ${line}`]);
    expected.push([release, said !== null && IGNORED.test(said) ? null : said]);
  }
  expect(ours).toEqual(expected);
});

function read(text: string): NginxVersion {
  const version = parseVersion(text);
  if (version === null) throw new Error(`${text} is no version.`);
  return version;
}
