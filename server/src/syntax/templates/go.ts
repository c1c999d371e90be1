import {
  condition,
  conditionalRole,
  END,
  endAfter,
  endOnLine,
  firstWord,
  NOTHING,
  type Role,
  TEXT,
  type TemplateLanguage,
  toldByPair,
} from './language';

/** Go's text/template, Helm, consul-template, confd; and the values of Jinja. */
export const go: TemplateLanguage = {
  openings: ['{{'],
  end: (text, offset) => {
    // A comment may run over lines; an expression stands on one: two braces that do not are something else.
    const comment = /^\{\{-?\s*\/\*/.exec(text.slice(offset, offset + 16));
    if (comment !== null) return endAfter(text, offset, comment[0].length, '}}');
    return text.startsWith('{{{', offset) && endOnLine(text, offset, 3, '}}}') !== -1
      ? endOnLine(text, offset, 3, '}}}')
      : endOnLine(text, offset, 2, '}}');
  },
  roleOf,
  inWord: /\{\{/,
  fileName: /\.(?:tmpl|gotmpl|ctmpl|tpl)$/i,
  ...toldByPair('{{', '}}'),
};

function roleOf(placeholder: string): Role {
  const inner = placeholder
    .replace(/^\{\{[-~]?/, '')
    .replace(/[-~]?\}\}$/, '')
    .trim();
  if (inner.startsWith('/*') || /^\$\w+\s*(?:,\s*\$\w+\s*)?:?=/.test(inner)) return NOTHING;
  const { word, rest } = firstWord(inner);
  // `end.port` and the like are values.
  if (rest.startsWith('.') && !inner.startsWith(`${word} `)) return TEXT;
  switch (word) {
    case 'end':
      return END;
    case 'range':
      return { kind: 'loop', condition: condition(rest) };
    case 'with':
      return { kind: 'if', condition: condition(rest) };
    case 'define':
      return { kind: 'block', lines: false };
    case 'block':
      return { kind: 'block', lines: true };
    case 'break':
    case 'continue':
      return NOTHING;
    case 'if':
    case 'else':
      return conditionalRole(word, rest) ?? TEXT;
    default:
      return TEXT;
  }
}
