import {
  condition,
  conditionalRole,
  END,
  endAfter,
  LINES,
  NOTHING,
  type Role,
  TEXT,
  type TemplateLanguage,
} from './language';

const TAG =
  /<\/?[#@][a-z]\w*(?:[^<>'"\n]|'[^'\n]*'|"[^"\n]*")*>|\[\/?#(?:if|else|elseif|list|items|sep|switch|case|default|assign|local|global|macro|function|include|import|ftl)\b(?:[^[\]'"\n]|'[^'\n]*'|"[^"\n]*")*\]/iy;
/** Values that no other language has: with a default, or something that is done with them. */
const VALUE = /\$\{[A-Za-z_][\w.]*(?:[?!][^{}\n]*|\([^{}\n]*)\}/y;

/** FreeMarker: `<#if tls>`, `</#if>`, `${port?c}`, `${host!"localhost"}`; `[#if tls]` as well. */
export const freemarker: TemplateLanguage = {
  openings: ['<#', '</#', '<@', '</@', '[#', '[/#', '${'],
  end: (text, offset) => {
    if (text.startsWith('<#--', offset)) return endAfter(text, offset, 4, '-->');
    if (text.startsWith('[#--', offset)) return endAfter(text, offset, 4, '--]');
    const placeholder = text.startsWith('${', offset) ? VALUE : TAG;
    placeholder.lastIndex = offset;
    return placeholder.test(text) ? placeholder.lastIndex : -1;
  },
  roleOf,
  inWord: /<\/?#[a-z]|\$\{[A-Za-z_][\w.]*[?!]/i,
  fileName: /\.ftlh?$/i,
  isIn: (text) => /<#(?:if|list|assign|--)|^\[#ftl/m.test(text),
};

function roleOf(placeholder: string): Role {
  if (placeholder.startsWith('${')) return TEXT;
  if (placeholder.startsWith('#--', 1)) return NOTHING;
  const [, slash, word = '', rest = ''] = /^.(\/?)[#@](\w+)(.*?)\/?.$/s.exec(placeholder) ?? [];
  if (slash === '/') return END;
  switch (word.toLowerCase()) {
    case 'list':
    case 'items':
      return { kind: 'loop', condition: condition(rest) };
    case 'macro':
    case 'function':
      return { kind: 'definition', condition: condition(`macro ${rest}`) };
    case 'switch':
      return { kind: 'block', lines: false };
    case 'case':
      return { kind: 'else', condition: condition(`case ${rest}`) };
    case 'default':
      return { kind: 'else', condition: null };
    case 'include':
      return LINES;
    case 'if':
    case 'else':
    case 'elseif':
      return conditionalRole(word, rest.trim()) ?? NOTHING;
    default:
      // An assignment has an end where it has no value.
      return /^(?:assign|local|global)$/.test(word) && !rest.includes('=')
        ? { kind: 'block', lines: false }
        : NOTHING;
  }
}
