import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isBinaryExpression,
  isCallExpression,
  isFunctionLikeDeclaration,
  isNewExpression,
  isStringLiteral,
  isTaggedTemplateExpression,
  isTemplateExpression,
  isVariableDeclaration,
} from 'typescript/unstable/ast/is';
import { isNoSubstitutionTemplateLiteral, type Node, type SourceFile } from 'typescript/unstable/ast';
import { API } from 'typescript/unstable/sync';
import { describe, expect, it } from 'vitest';
import manifest from '../package.json';
import { keyOf } from './support/manifest-texts';

const root = join(import.meta.dirname, '..');

const LANGUAGES = ['zh-cn', 'zh-tw'];

type Texts = Readonly<Record<string, string>>;

function read(path: string): Texts {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

function languagesIn(folder: string, pattern: RegExp): (string | undefined)[] {
  return readdirSync(join(root, folder))
    .flatMap((name) => pattern.exec(name)?.slice(1) ?? [])
    .sort();
}

/** What a translation must have as often as its original: placeholders, code, and what links lead to. */
function kept(text: string): string[] {
  return [...text.matchAll(/\{\d+\}|`[^`]+`|\]\([^)]+\)/g)].map(([part]) => part).sort();
}

/** Where a translation differs from its original in what it must have, by the key; it may lack texts. */
function differences(original: Texts, translation: Texts): string[] {
  return Object.entries(translation).flatMap(([key, text]) => {
    const [expected, found] = [kept(original[key] ?? ''), kept(text)].map((parts) => parts.join(' '));
    return expected === found ? [] : [`${key}: ${expected} is ${found}`];
  });
}

/**
 * Prints what a translation lacks, as a note that `npm run check` shows: VS Code has the English text for it. That is
 * no error, because an author of a new text may not know the language.
 */
function noteMissing(path: string, original: readonly string[], translated: readonly string[]): void {
  const missing = original.filter((each) => !translated.includes(each));
  if (missing.length > 0) console.log(`note: English is shown for what ${path} lacks: ${missing.join(', ')}`);
}

/** The keys of translations without a Chinese character: forgotten ones, but for those without words. */
function untranslated(translation: Texts): string[] {
  return Object.entries(translation).flatMap(([key, text]) => {
    const hasWords = /[a-z]/i.test(key.replaceAll(/\{\d+\}|`[^`]+`/g, ''));
    return !hasWords || /\p{Script=Han}/u.test(text) ? [] : [key];
  });
}

it('knows what a translation must keep', () => {
  const text = 'See `map` in [{0}](command:show), `map`.';
  expect(differences({ a: text }, { a: '`map`、`map`：[{0}](command:show)' })).toEqual([]);
  for (const wrong of ['`map` [{0}](command:show)', '`map` `map` [0](command:show)', '`map` `map` {0}', '']) {
    expect(differences({ a: text }, { a: wrong })).toHaveLength(1);
  }
  expect(differences({ a: text }, {})).toEqual([]);
});

describe('the texts of the manifest', () => {
  const english = read('package.nls.json');

  it('are all used, and all there', () => {
    const used = new Set<string>();
    JSON.stringify(manifest, (_, value: unknown) => {
      const key = typeof value === 'string' ? keyOf(value) : undefined;
      if (key !== undefined) used.add(key);
      return value;
    });
    expect([...used].sort()).toEqual(Object.keys(english).sort());
    expect(Object.values(english).filter((text) => text.trim() === '')).toEqual([]);
  });

  it('stand in the manifest as keys', () => {
    const literal: string[] = [];
    const { problemMatchers, languageModelTools, ...contributes } = manifest.contributes;
    // What else a tool has is for language models.
    const shown = languageModelTools.flatMap(({ displayName, userDescription }) => [
      displayName,
      userDescription,
    ]);
    expect(shown.filter((text) => keyOf(text) === undefined)).toEqual([]);
    // A task names a problem matcher by its name; what is shown is the label.
    expect(problemMatchers.map(({ label }) => label).filter((label) => keyOf(label) === undefined)).toEqual(
      [],
    );
    JSON.stringify(contributes, (name, value: unknown) => {
      const isText =
        /^(?:title|category|name|contextualTitle|description|markdownDescription|contents|patternErrorMessage)$/;
      const texts = /^(?:enumDescriptions|markdownEnumDescriptions)$/.test(name) ? value : [value];
      if (!isText.test(name) && texts !== value) return value;
      for (const text of Array.isArray(texts) ? texts : []) {
        if (typeof text === 'string' && keyOf(text) === undefined) literal.push(text);
      }
      return value;
    });
    // The name of the product is the same everywhere.
    expect(new Set(literal)).toEqual(new Set(['NGINX WebSocket']));
  });

  it('are there in the languages that we have', () => {
    expect(languagesIn('.', /^package\.nls\.(.+)\.json$/)).toEqual(LANGUAGES);
  });

  describe.each(LANGUAGES)('in %s', (language) => {
    const path = `package.nls.${language}.json`;
    const translation = read(path);

    it('are English ones, in their order', () => {
      const [keys, translated] = [Object.keys(english), Object.keys(translation)];
      expect(translated).toEqual(keys.filter((key) => translated.includes(key)));
      noteMissing(path, keys, translated);
    });

    it('keep code and links', () => {
      expect(differences(english, translation)).toEqual([]);
    });

    it('are translated', () => {
      expect(untranslated(translation)).toEqual([]);
    });
  });

  it('are pages of the walkthrough that say the same', () => {
    const pages = readdirSync(join(root, 'docs/walkthrough'));
    const originals = pages.filter((name) => !name.includes('.nls.'));
    const translations = originals.flatMap((name) =>
      LANGUAGES.map((language) => name.replace('.md', `.nls.${language}.md`)),
    );
    const known = new Set([...originals, ...translations]);
    expect(pages.filter((name) => !known.has(name))).toEqual([]);
    noteMissing('docs/walkthrough', translations, pages);
    const marked = (name: string): string[] => {
      const text = readFileSync(join(root, 'docs/walkthrough', name), 'utf8');
      // Code, and what links and pictures lead to. A translation may have them in another order.
      return (text.match(/```[^`]*```|`[^`\n]+`|\]\([^)]+\)/gm) ?? []).toSorted();
    };
    for (const original of originals) {
      expect(marked(original).length).toBeGreaterThan(1);
      const own = pages.filter((name) => name.startsWith(original.replace('.md', '.nls.')));
      for (const translation of own)
        expect([translation, ...marked(translation)]).toEqual([translation, ...marked(original)]);
    }
  });

  it('are shipped', () => {
    expect(manifest.files).toEqual(expect.arrayContaining(['package.nls*.json', 'l10n/*.json']));
    expect(manifest.l10n).toBe('./l10n');
  });
});

describe('the texts of client and server', () => {
  const client = textsOf(
    ['client/tsconfig.json', 'client/tsconfig.web.json', 'client/webview/tsconfig.json'],
    /\/client\/(?:src|webview)\//,
  );
  const server = textsOf(['server/tsconfig.json', 'server/tsconfig.node.json'], /\/server\/src\//);
  const localized = new Set([...client.localized, ...server.localized]);

  it('are found', () => {
    expect(client.localized.size).toBeGreaterThan(100);
    expect(client.localized).toContain('Show Output');
    expect(server.localized.size).toBeGreaterThan(400);
    expect(server.localized).toContain('No `Upgrade: websocket` reaches the back end.');
    expect(server.localized).toContain('`deny {0}` refuses the handshake with 403.');
  });

  it('all go through the localizer, those of the client', () => {
    // The name of a snippet, and the name of the product.
    expect(new Set(client.bare)).toEqual(new Set(['The example configuration', 'NGINX WebSocket']));
  });

  it('all go through the localizer, those of verdicts and rules', () => {
    const { bare } = textsOf(['server/tsconfig.json'], /\/server\/src\/(?:rules|handshake)\//);
    // Sentences, and what fixes are called: other texts of theirs are names of questions, lines of files, nginx's words.
    expect(bare.filter((text) => /[.?]$|^[A-Z][a-z]/.test(text))).toEqual([]);
  });

  it('are said when the language is known', () => {
    expect([...client.early, ...server.early]).toEqual([]);
  });

  it('are there in the languages that we have', () => {
    expect(languagesIn('l10n', /^bundle\.l10n\.(.+)\.json$/)).toEqual(LANGUAGES);
  });

  describe.each(LANGUAGES)('in %s', (language) => {
    const path = `l10n/bundle.l10n.${language}.json`;
    const translation = read(path);
    const english = Object.fromEntries([...localized].map((text) => [text, text]));

    it('are those of client and server, and no others', () => {
      expect(Object.keys(translation).filter((text) => !localized.has(text))).toEqual([]);
      noteMissing(path, [...localized], Object.keys(translation));
    });

    it('keep placeholders and code', () => {
      expect(differences(english, translation)).toEqual([]);
    });

    it('are translated', () => {
      // nginx has no other words for these.
      const same = new Set([
        'location {0}',
        'nginx {0} ({1})',
        'location',
        'ping',
        '{0} ms',
        '~ WebSocket {0}',
        'The {0} `{1}`',
      ]);
      expect(untranslated(translation).filter((text) => !same.has(text))).toEqual([]);
    });

    it('name commands as the manifest does', () => {
      const titles = read('package.nls.json');
      const translatedTitles = read(`package.nls.${language}.json`);
      const shared = Object.entries(titles).filter(
        ([key, text]) => key.startsWith('command.') && localized.has(text),
      );
      expect(shared.length).toBeGreaterThan(4);
      for (const [key, text] of shared) {
        if (text in translation && key in translatedTitles)
          expect(translation[text]).toBe(translatedTitles[key]);
      }
    });
  });
});

/** Texts of the source, as TypeScript's own parser finds them. */
interface Found {
  /** The English texts that are given to a localizer, with `{0}`, `{1}`, … for values. */
  readonly localized: ReadonlySet<string>;
  /**
   * Other strings with two words at least, which somebody may see, but for what is logged, which stays English, for what
   * an error says, and for the documentation of rules.
   */
  readonly bare: readonly string[];
  /** What is translated while its module is loaded, when no language is known yet. */
  readonly early: readonly string[];
}

/** @param where the paths of the files to read, below the folder of their projects */
function textsOf(projects: readonly string[], where: RegExp): Found {
  const localized = new Set<string>();
  const bare: string[] = [];
  const early: string[] = [];
  const visit = (file: SourceFile): void => {
    const open = [{ node: file as Node, isUnseen: false, isLate: false }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { node } = next;
      let { isUnseen } = next;
      const isLate = next.isLate || isFunctionLikeDeclaration(node);
      const goOn = (nodes: readonly Node[]): void => {
        open.push(...nodes.map((each) => ({ node: each, isUnseen, isLate })));
      };
      if (isTaggedTemplateExpression(node)) {
        const { template } = node;
        const tag = node.tag.getText(file);
        if (tag === 't') {
          localized.add(keyOfTemplate(template));
          if (!isLate) early.push(keyOfTemplate(template));
        } else {
          const markup = tag === 'css' ? '' : textOfMarkup(template);
          if (isSentence(markup)) bare.push(markup);
        }
        // What is put into it is read as any other code.
        if (isTemplateExpression(template)) goOn(template.templateSpans.map(({ expression }) => expression));
        continue;
      }
      if (isVariableDeclaration(node)) isUnseen ||= node.name.getText(file) === 'docs';
      if (isCallExpression(node) || isNewExpression(node)) {
        const called = node.expression.getText(file);
        const [first, ...others] = node.arguments ?? [];
        const text = first === undefined ? null : plainText(first);
        const isLocalizer = called === 'l10n.t' || called === 't' || called === 'english';
        if (isLocalizer && text !== null) {
          localized.add(text);
          if (!isLate && called !== 'english') early.push(text);
          goOn(others);
          continue;
        }
        // What a table holds may be said; else a text that nobody finds is never translated.
        if (called === 'l10n.t' || called === 'english') throw new Error(node.getText(file));
        isUnseen ||= /^(?:[A-Z]\w*)?Error$/.test(called) || /(?:^|#)output\.\w+$/.test(called);
      }
      const text = isUnseen ? '' : textOf(node);
      if (isSentence(text)) bare.push(text);
      node.forEachChild((child) => goOn([child]));
    }
  };
  const api = new API({ cwd: root });
  try {
    for (const name of projects) {
      const project = join(root, name);
      const program = api.updateSnapshot({ openProject: project }).getProject(project)?.program;
      for (const path of program?.getSourceFileNames() ?? []) {
        const file = where.test(path) ? program?.getSourceFile(path) : undefined;
        if (file !== undefined) visit(file);
      }
    }
  } finally {
    api.close();
  }
  return { localized, bare, early };
}

/** A text in one piece, or in several with `+` between them; null for anything else. */
function plainText(node: Node): string | null {
  if (isStringLiteral(node)) return node.text;
  if (!isBinaryExpression(node)) return null;
  const [left, right] = [plainText(node.left), plainText(node.right)];
  return left === null || right === null ? null : left + right;
}

/** The text of a template with a placeholder for each value. */
function keyOfTemplate(template: Node): string {
  if (!isTemplateExpression(template)) return textOf(template);
  return template.templateSpans.reduce(
    (key, { literal }, index) => `${key}{${index}}${literal.text}`,
    template.head.text,
  );
}

/** What a literal says, with a sign for each substitution; '' for any other node. */
function textOf(node: Node): string {
  if (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!isTemplateExpression(node)) return '';
  return [node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join('…');
}

/** What the markup of a template shows by itself, on one line. */
function textOfMarkup(template: Node): string {
  return textOf(template)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

/** Two words beside each other; lists of names have lines. */
function isSentence(text: string): boolean {
  return /[a-z] [a-z]/i.test(text) && !text.includes('\n');
}
