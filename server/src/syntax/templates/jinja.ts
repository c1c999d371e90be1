import {
  condition,
  conditionalRole,
  END,
  endAfter,
  firstWord,
  LINES,
  NOTHING,
  type Role,
  type TemplateLanguage,
  toldByPair,
} from './language';

/** Statements that bring lines of another template. */
const BRINGS_LINES = /^(?:include|render)$/;
/** Statements that have an end. */
const BLOCKS = /^(?:call|filter|with|raw|verbatim|autoescape|spaceless)$/;

/** Jinja2, Salt, Twig, Liquid: `{% if %}`, `{# comment #}`. Their `{{ values }}` are those of Go as well. */
export const jinja: TemplateLanguage = {
  openings: ['{%', '{#'],
  end: (text, offset) => endAfter(text, offset, 2, text.startsWith('{%', offset) ? '%}' : '#}'),
  roleOf,
  inWord: /\{[%#]/,
  fileName: /\.(?:j2|jinja2?|twig|liquid)$/i,
  ...toldByPair('{%', '%}'),
};

function roleOf(placeholder: string): Role {
  if (placeholder.startsWith('{#')) return NOTHING;
  const { word, rest } = firstWord(placeholder.replace(/^\{%[-+]?/, '').replace(/[-+]?%\}$/, ''));
  if (BRINGS_LINES.test(word)) return LINES;
  if (word === 'for') return { kind: 'loop', condition: condition(rest) };
  if (word === 'macro') return { kind: 'definition', condition: condition(`macro ${rest}`) };
  if (word === 'block') return { kind: 'block', lines: true };
  // `set` has an end where it has no `=`.
  if (BLOCKS.test(word) || (word === 'set' && !rest.includes('='))) return { kind: 'block', lines: false };
  if (word.startsWith('end')) return END;
  return conditionalRole(word, rest) ?? NOTHING;
}
