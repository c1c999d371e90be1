import {
  condition,
  conditionalRole,
  END,
  endAfter,
  firstWord,
  isOpening,
  NOTHING,
  type Role,
  TEXT,
  type TemplateLanguage,
  toldByPair,
} from './language';

/** What `<% %>` begins with when it is no code: a value, or a comment. */
const VALUE = /^<%[=-]?=/;
const COMMENT = /^<%-?#/;

/** ERB of Chef and Puppet, EPP of Puppet: `<%= @port %>`, `<% if @tls -%>`. */
export const erb: TemplateLanguage = {
  openings: ['<%'],
  end: (text, offset) => endAfter(text, offset, 2, '%>'),
  roleOf: (placeholder) => {
    if (VALUE.test(placeholder)) return TEXT;
    if (COMMENT.test(placeholder)) return NOTHING;
    return codeRole(placeholder.replace(/^<%[-_]?/, '').replace(/[-_]?%>$/, ''));
  },
  inWord: /<%/,
  fileName: /\.(?:erb|epp)$/i,
  ...toldByPair('<%', '%>'),
};

/** What code does to the text: that of its last line which does anything to it, and an end right before that. */
export function codeRole(code: string): Role {
  const [last = NOTHING, before] = code
    .split(/[\n;]/)
    .map(lineRole)
    .filter(({ kind }) => kind !== 'nothing')
    .toReversed();
  return before?.kind === 'end' && isOpening(last) ? { kind: 'end', next: last } : last;
}

function lineRole(code: string): Role {
  const line = code.trim();
  const { word, rest } = firstWord(line);
  if (/^\}\s*(?:else|elsif|elseif)\b/.test(line)) {
    const chained = firstWord(line.slice(1));
    return conditionalRole(chained.word, chained.rest.replace(/\{$/, '')) ?? NOTHING;
  }
  if (/^\}[)\s]*$/.test(line) || line === 'end') return END;
  const behind = /^\}[)\s]*(.*\{)$/.exec(line);
  if (behind !== null) {
    const next = lineRole(behind[1] ?? '');
    return isOpening(next) ? { kind: 'end', next } : END;
  }
  if (line.endsWith('{')) return braceRole(word, rest.slice(0, -1));
  if (/^(?:for|while|until)\b/.test(word)) return { kind: 'loop', condition: condition(rest) };
  const loop = /^(.*?)\s+do\b(?:\s*\|[^|]*\|)?$/.exec(line);
  if (loop !== null) return { kind: 'loop', condition: condition(loop[1] ?? '') };
  if (/\bend$/.test(line)) return NOTHING;
  if (word === 'begin') return { kind: 'block', lines: false };
  return conditionalRole(word, rest.replace(/\sthen$/, '')) ?? NOTHING;
}

/** Code of JavaScript and of EPP that opens a brace. */
function braceRole(word: string, rest: string): Role {
  return conditionalRole(word, rest) ?? { kind: 'loop', condition: condition(`${word} ${rest}`) };
}
