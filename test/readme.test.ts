import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** The targets of links and pictures that are files of the project. */
function files(text: string): string[] {
  return [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].flatMap(([, target = '']) =>
    /^[a-z]+:/.test(target) ? [] : [target],
  );
}

it.each(['README.md', 'CONTRIBUTING.md'])('%s leads to files that are there', (name) => {
  const found = files(readFileSync(join(root, name), 'utf8'));
  expect(found.length).toBeGreaterThan(2);
  expect(found.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

it('the architecture names files that are there', () => {
  const text = readFileSync(join(root, 'docs/ARCHITECTURE.md'), 'utf8');
  const named = [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.\w+)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(15);
  const isThere = (path: string): boolean =>
    ['', 'server/src', 'client/src'].some((folder) => existsSync(join(root, folder, path)));
  expect(named.filter((path) => !isThere(path))).toEqual([]);
});

it('the README shows every picture, and says in words what each shows', () => {
  const pictures = readdirSync(join(root, 'docs/images')).map((name) => `docs/images/${name}`);
  const shown = [...readme.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)];
  expect(shown.map(([, , file = '']) => file).toSorted()).toEqual(pictures.toSorted());
  expect(shown.filter(([, words = '']) => words.length < 10)).toEqual([]);
});
