import {
  condition,
  conditionalRole,
  END,
  endOnLine,
  firstWord,
  LINES,
  NOTHING,
  type Role,
  type TemplateLanguage,
} from './language';

/** Sections and comments of Mustache and Handlebars: `{{#if a}}`, `{{^a}}`, `{{/a}}`, `{{> part}}`, `{{! words }}`. */
export const mustache: TemplateLanguage = {
  openings: ['{{#', '{{~#', '{{^', '{{~^', '{{/', '{{~/', '{{>', '{{!'],
  end: (text, offset) => (text.startsWith('{{/*', offset) ? -1 : endOnLine(text, offset, 2, '}}')),
  roleOf,
  inWord: /\{\{/,
  fileName: /\.(?:mustache|hbs|handlebars)$/i,
  isIn: () => false,
};

function roleOf(placeholder: string): Role {
  const inner = placeholder.replace(/^\{\{~?/, '').replace(/~?\}\}$/, '');
  const rest = inner.slice(1).trim();
  switch (inner.charAt(0)) {
    case '!':
      return NOTHING;
    case '>':
      return LINES;
    case '/':
      return END;
    case '^':
      return rest === ''
        ? { kind: 'else', condition: null }
        : { kind: 'if', condition: condition(rest, true) };
    default: {
      const { word, rest: asked } = firstWord(rest);
      if (word === 'each') return { kind: 'loop', condition: condition(asked) };
      return conditionalRole(word, asked) ?? { kind: 'if', condition: condition(rest) };
    }
  }
}
