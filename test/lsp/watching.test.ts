import { expect, it } from 'vitest';
import { watchersOf } from '../../server/src/lsp/watching';

const many = (count: number, path: (index: number) => string): Set<string> =>
  new Set(Array.from({ length: count }, (_, index) => path(index)));

it('a few files are watched one by one', () => {
  const watchers = watchersOf(
    { files: many(3, (index) => `/etc/${index}.conf`), directories: new Set() },
    false,
  );
  expect(watchers).toHaveLength(3);
});

it('many files are watched by directory', () => {
  const files = many(10_000, (index) => `/etc/${index % 10}/${index}.conf`);
  const watchers = watchersOf({ files, directories: new Set() }, false);
  expect(watchers.map(({ globPattern }) => globPattern)).toEqual(
    Array.from({ length: 10 }, (_, index) => `/etc/${index}/*`),
  );
});

it('there are never more than 2,000', () => {
  const directories = many(50_000, (index) => `/etc/${index}`);
  expect(watchersOf({ files: new Set(), directories }, true)).toHaveLength(2000);
});
