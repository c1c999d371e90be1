import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../package.json';
import texts from '../package.nls.json';
import { placesCommand } from '../server/src/protocol';
import { type CommandName, COMMANDS } from '../server/src/cli/arguments';
import { usageOf } from '../server/src/cli/usage';

const root = join(import.meta.dirname, '..');

/** The targets of links and pictures within the project: the file, if it is another one, and the heading, if any. */
function targets(text: string): (readonly [file: string, heading: string])[] {
  return [...text.matchAll(/\]\(([^)#]*)#?([^)]*)\)/g)].flatMap(([, file = '', heading = '']) =>
    /^[a-z]+:/.test(file) ? [] : [[file, heading] as const],
  );
}

/** The names by which GitHub and the Marketplace lead to the headings of a page. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isCommand(word: string): word is CommandName {
  return COMMANDS.some((command) => command === word);
}

/** All documents, those that are made of the rules left out. */
const documents: readonly string[] = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
  ...readdirSync(join(root, 'docs/walkthrough')).map((name) => `docs/walkthrough/${name}`),
  ...readdirSync(join(root, '.github/ISSUE_TEMPLATE')).map((name) => `.github/ISSUE_TEMPLATE/${name}`),
];

/** The titles of commands, without what says that more is asked for. */
const titles: ReadonlySet<string> = new Set(
  Object.entries(texts).flatMap(([key, title]) =>
    key.startsWith('command.') ? [title.replace('…', '')] : [],
  ),
);

describe.each(documents)('%s', (name) => {
  const text = readFileSync(join(root, name), 'utf8');
  /** What is written as code. */
  const code = [...text.matchAll(/```[^`]*```|`[^`\n]+`/g)].map(([written]) => written);

  it('leads to files and headings that are there', () => {
    const wrong = targets(text).filter(([file, heading]) => {
      const path = file === '' ? join(root, name) : join(dirname(join(root, name)), file);
      if (!existsSync(path)) return true;
      return heading !== '' && !headings(readFileSync(path, 'utf8')).includes(heading);
    });
    expect(wrong).toEqual([]);
  });

  it('names files and scripts of the project that are there', () => {
    const paths = code.flatMap((each) => [
      ...each.matchAll(
        /(?<![\w./-])((?:client|docs|examples|scripts|server|snippets|syntaxes|test|\.github)\/[\w./-]*\w)/g,
      ),
    ]);
    const wrong = paths.map(([, path = '']) => path).filter((path) => !existsSync(join(root, path)));
    const scripts = code.flatMap((each) => [
      ...each.matchAll(/\bnpm (?:run )?(test(?:[:\w]*)|(?<=run )[\w:]+)/g),
    ]);
    const missing = scripts
      .map(([, script = '']) => script)
      .filter((script) => !(script in manifest.scripts));
    expect([...wrong, ...missing]).toEqual([]);
  });

  it('calls commands of the palette by their titles', () => {
    const named = [...text.matchAll(/NGINX WebSocket: ([^"\n]+)"/g)].map(([, title = '']) => title);
    expect(named.filter((title) => !titles.has(title))).toEqual([]);
  });

  it('names settings and commands that are there', () => {
    const { commands, configuration } = manifest.contributes;
    const known = new Set([
      ...commands.map(({ command }) => command),
      ...Object.keys(configuration.properties),
      // Not for people: the server has lenses name it.
      placesCommand,
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
  // What a build makes is there after one.
  const named = [...text.matchAll(/`((?!dist\/)(?:[\w.-]+\/)+[\w.-]+\.\w+)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(15);
  const isThere = (path: string): boolean =>
    ['', 'server/src', 'client/src'].some((folder) => existsSync(join(root, folder, path)));
  expect(named.filter((path) => !isThere(path))).toEqual([]);
});

it('the page of the extension shows every picture, and says in words what each shows', () => {
  const page = readFileSync(join(root, 'EXTENSION.md'), 'utf8');
  const pictures = readdirSync(join(root, 'docs/images')).map((name) => `docs/images/${name}`);
  const shown = [...page.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)];
  expect(shown.map(([, , file = '']) => file).toSorted()).toEqual(pictures.toSorted());
  expect(shown.filter(([, words = '']) => words.length < 10)).toEqual([]);
});
