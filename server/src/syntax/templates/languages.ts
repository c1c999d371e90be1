import { angles } from './angles';
import { atSigns } from './at-signs';
import { blade } from './blade';
import { braces } from './braces';
import { dotted } from './dotted';
import { doublePercent } from './double-percent';
import { ejs } from './ejs';
import { envsubst } from './envsubst';
import { erb } from './erb';
import { explode } from './explode';
import { freemarker } from './freemarker';
import { go } from './go';
import { jinja } from './jinja';
import type { Role, TemplateLanguage } from './language';
import { mustache } from './mustache';
import { percent } from './percent';
import { php } from './php';
import { stubLines } from './stubs';
import { tmplTags } from './tmpl-tags';
import { underscores } from './underscores';

/**
 * All languages. They do not get in each other's way, and people mix them: in a template each is read. Of those with one
 * opening the narrower goes first.
 */
const LANGUAGES: readonly TemplateLanguage[] = [
  blade,
  mustache,
  go,
  jinja,
  ejs,
  erb,
  php,
  tmplTags,
  freemarker,
  dotted,
  envsubst,
  explode,
  doublePercent,
  percent,
  angles,
  atSigns,
  underscores,
  braces,
  stubLines,
];

/** By the code of the first character: nearly all characters begin no placeholder. */
const byFirst = new Map<number, readonly TemplateLanguage[]>();
for (const language of LANGUAGES) {
  for (const code of new Set(language.openings.map((opening) => opening.charCodeAt(0)))) {
    byFirst.set(code, [...(byFirst.get(code) ?? []), language]);
  }
}

/** A placeholder in a text. */
export interface Placeholder {
  readonly language: TemplateLanguage;
  /** Offset after it. */
  readonly end: number;
}

/** The placeholder that begins at `offset`; null when none does. */
export function placeholderAt(text: string, offset: number): Placeholder | null {
  const languages = byFirst.get(text.charCodeAt(offset));
  if (languages === undefined) return null;
  for (const language of languages) {
    if (!language.openings.some((opening) => text.startsWith(opening, offset))) continue;
    const end = language.end(text, offset);
    if (end !== -1) return { language, end };
  }
  return null;
}

/** What a placeholder does to the text around it. */
export function roleOf(placeholder: string): Role {
  return placeholderAt(placeholder, 0)?.language.roleOf(placeholder) ?? { kind: 'text' };
}

/** What is left of a word without the placeholders that it begins with. */
export function behindPlaceholders(word: string): string {
  let offset = 0;
  for (let found = placeholderAt(word, 0); found !== null; found = placeholderAt(word, offset)) {
    offset = found.end;
  }
  return word.slice(offset);
}

const IN_WORD = new RegExp(
  LANGUAGES.flatMap(({ inWord }) => (inWord === null ? [] : [`(?:${inWord.source})`])).join('|'),
);

/** Whether a word holds a placeholder that no word of nginx has. `${NAME}` is not among them. */
export function hasPlaceholder(word: string): boolean {
  return IN_WORD.test(word);
}

/** Whether a file of that name is a template, whatever stands in it. */
export function isTemplateName(path: string): boolean {
  return LANGUAGES.some(({ fileName }) => fileName?.test(path) === true);
}

/** Whether a file is a template, by its name or by placeholders that nginx would refuse or not mean. */
export function isTemplate(path: string, text: string): boolean {
  const mayBeIn = ({ openings }: TemplateLanguage): boolean =>
    openings.some((opening) => text.includes(opening));
  return isTemplateName(path) || LANGUAGES.some((language) => mayBeIn(language) && language.isIn(text));
}

/** Whether a text that is no template may be one once these lines stand in it, alone or together with others. */
export function mayMakeTemplate(path: string, lines: string): boolean {
  return isTemplate(path, lines) || LANGUAGES.some(({ pair }) => pair?.some((half) => lines.includes(half)));
}
