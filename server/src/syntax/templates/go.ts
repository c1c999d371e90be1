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

/** What no expression that runs over lines has in it: such braces are something else, or lack their end. */
const NO_EXPRESSION = /;|\{[{%]/;

/** Go's text/template, Helm, consul-template, confd; and the values of Jinja. */
export const go: TemplateLanguage = {
  openings: ['{{'],
  end: (text, offset) => {
    const comment = /^\{\{-?\s*\/\*/.exec(text.slice(offset, offset + 16));
    if (comment !== null) return endAfter(text, offset, comment[0].length, '}}');
    const ofThree = text.startsWith('{{{', offset) ? endOnLine(text, offset, 3, '}}}') : -1;
    if (ofThree !== -1) return ofThree;
    const end = endAfter(text, offset, 2, '}}');
    const inner = text.slice(offset + 2, end);
    return end !== -1 && inner.includes('\n') && NO_EXPRESSION.test(inner) ? -1 : end;
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
      return { kind: 'definition', condition: condition(inner) };
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
