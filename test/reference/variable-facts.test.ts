import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isFixedVariable, mayBeBuiltIn } from '../../server/src/reference/variable-facts';
import { isAtLeast, type NginxVersion, parseVersion } from '../../server/src/reference/versions';

/** What sixteen releases, built with all their modules, say of each variable: ../fixtures/variables-by-version.json. */

/** Whether they take it: all of them, none, or those from a release on. */
type Taken = true | null | string;

interface Recorded {
  readonly releases: readonly string[];
  readonly variables: Readonly<
    Record<string, { readonly http: Taken; readonly stream: Taken; readonly setIsDuplicate: Taken }>
  >;
}

const fixture = join(import.meta.dirname, '../fixtures/variables-by-version.json');
const { releases, variables } = JSON.parse(readFileSync(fixture, 'utf8')) as Recorded;

/** The releases of those recorded for which something holds. */
function releasesWith(holds: (version: NginxVersion) => boolean): string[] {
  return releases.filter((release) => holds(read(release)));
}

function isTaken(taken: Taken, version: NginxVersion): boolean {
  return taken === true || (taken !== null && isAtLeast(version, read(taken)));
}

function read(text: string): NginxVersion {
  const version = parseVersion(text);
  if (version === null) throw new Error(`${text} is no version.`);
  return version;
}

describe.each(Object.entries(variables))('$%s', (name, { http, stream, setIsDuplicate }) => {
  it('is in http of the releases that take it', () => {
    expect(releasesWith((version) => mayBeBuiltIn(name, 'http', version))).toEqual(
      releasesWith((version) => isTaken(http, version)),
    );
  });

  it('is in stream of the releases that take it', () => {
    expect(releasesWith((version) => mayBeBuiltIn(name, 'stream', version))).toEqual(
      releasesWith((version) => isTaken(stream, version)),
    );
  });

  it('is refused to `set` of http by the releases that say so', () => {
    expect(releasesWith((version) => isFixedVariable(name, 'http', version))).toEqual(
      releasesWith((version) => isTaken(setIsDuplicate, version)),
    );
  });
});
