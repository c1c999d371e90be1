import { codeRole, erb } from './erb';
import { endAfter, LINES, TEXT, type TemplateLanguage } from './language';

/** A name, a part of one, or a call. ERB writes code this way: that is told by its words. */
const EXPRESSION = /^[\w$@.[\]'"()/, -]+$/;
const RUBY = /^(?:if|unless|else|elsif|end|case|when|for|while|until|begin|do)\b|\bdo$/;

const INCLUDE = /^<%-\s*include\b/;

/** What EJS has beyond ERB: `<%- value %>`, a value that is not escaped; `<%- include('part') %>`. */
export const ejs: TemplateLanguage = {
  openings: ['<%-'],
  end: (text, offset) => {
    const end = endAfter(text, offset, 3, '%>');
    return end !== -1 && isValue(text.slice(offset, end)) ? end : -1;
  },
  roleOf: (placeholder) => (INCLUDE.test(placeholder) ? LINES : TEXT),
  inWord: erb.inWord,
  fileName: /\.ejs$/i,
  isIn: () => false,
};

function isValue(placeholder: string): boolean {
  if (INCLUDE.test(placeholder)) return true;
  const code = placeholder.slice(3, -2).trim();
  return (
    !placeholder.endsWith('-%>') &&
    EXPRESSION.test(code) &&
    !RUBY.test(code) &&
    codeRole(code).kind === 'nothing'
  );
}
