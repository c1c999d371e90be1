import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import manifest from '../package.json';

interface Package {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock: { readonly packages: Readonly<Record<string, Package>> } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8'),
);

it('lists the binaries for every platform: `npm ci` refuses a lock file that does not', () => {
  const names = new Set(
    Object.keys(lock.packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)),
  );
  const missing = Object.values(lock.packages)
    .flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
    .filter((name) => !names.has(name));
  expect(missing).toEqual([]);
});

it('names no registry', () => {
  expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});

it('has a checksum for each package, so that what is installed is what was tested', () => {
  const without = Object.entries(lock.packages).filter(
    ([path, { integrity, link }]) => path !== '' && link !== true && integrity === undefined,
  );
  expect(without.map(([path]) => path)).toEqual([]);
});

it('is of exact versions, and of nothing that is installed along with what is published', () => {
  const versions = Object.entries({ ...manifest.devDependencies, ...manifest.overrides });
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  expect(Object.keys(manifest).filter((key) => /^(?:peer|optional)?dependencies$/i.test(key))).toEqual([]);
});
