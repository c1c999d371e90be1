import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../package.json';
import { type CommandName, COMMANDS } from '../server/src/cli/arguments';
import { usageOf } from '../server/src/cli/usage';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** The targets of links and pictures that are files of the project. */
function files(text: string): string[] {
  return [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].flatMap(([, target = '']) =>
    /^[a-z]+:/.test(target) ? [] : [target],
  );
}

function isCommand(word: string): word is CommandName {
  return COMMANDS.some((command) => command === word);
}

/** All documents, those that are made of the rules left out. */
const documents: readonly string[] = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
  ...readdirSync(join(root, '.github/ISSUE_TEMPLATE')).map((name) => `.github/ISSUE_TEMPLATE/${name}`),
];

describe.each(documents)('%s', (name) => {
  const text = readFileSync(join(root, name), 'utf8');
  /** What is written as code. */
  const code = [...text.matchAll(/```[^`]*```|`[^`\n]+`/g)].map(([written]) => written);

  it('leads to files that are there', () => {
    const from = dirname(join(root, name));
    expect(files(text).filter((file) => !existsSync(join(from, file)))).toEqual([]);
  });

  it('names settings and commands that are there', () => {
    const { commands, configuration } = manifest.contributes;
    const known = new Set([
      ...commands.map(({ command }) => command),
      ...Object.keys(configuration.properties),
    ]);
    const named = [...text.matchAll(/[`"](nginxWebsocket\.\w+(?:\.[\w-]+)*)[`"]/g)].map(
      ([, word = '']) => word,
    );
    const isKnown = (word: string): boolean => known.has(word) || word.startsWith('nginxWebsocket.rules.');
    expect(named.filter((word) => !isKnown(word))).toEqual([]);
  });

  it('names commands and options of the command line that are there', () => {
    const used = /(?:nginx-websocket|dist\/cli\.js) ([a-z]+)\b([^\n`|]*)/g;
    const lines = code.flatMap((each) => Array.from(each.matchAll(used)));
    const wrong = lines.flatMap(([line, command = '', rest = '']) => {
      if (!isCommand(command)) return [line];
      const options = [...rest.matchAll(/(?<=\s)--[a-z-]+/g)].map(([option]) => option);
      return options
        .filter((option) => !usageOf(command).includes(option))
        .map((option) => `${line}: ${option}`);
    });
    expect(wrong).toEqual([]);
  });
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
