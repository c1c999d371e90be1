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

it('the README leads to files that are there', () => {
  expect(files(readme).filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

it('the README shows every picture, and says in words what each shows', () => {
  const pictures = readdirSync(join(root, 'docs/images')).map((name) => `docs/images/${name}`);
  const shown = [...readme.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)];
  expect(shown.map(([, , file = '']) => file).toSorted()).toEqual(pictures.toSorted());
  expect(shown.filter(([, words = '']) => words.length < 10)).toEqual([]);
});
