import {
  condition,
  conditionalRole,
  END,
  endAfter,
  endOnLine,
  LINES,
  NOTHING,
  type Role,
  TEXT,
  type TemplateLanguage,
} from './language';

/** Statements with a question in parentheses, in nested ones too: `@if ($site->has('tls'))`. */
const ASKING =
  /(?<!\w)@(?:if|elseif|unless|isset|empty|foreach|forelse|for|while|switch|case|include\w*)[ \t]*\((?:[^()\n]|\((?:[^()\n]|\([^()\n]*\))*\))*\)/y;
/** Statements without one. A location may be called `@else`: a `;` or `{` follows that. */
const BARE = /(?<!\w)@(?:end[a-z]+|(?:else|default|break|continue)(?=[ \t]*(?:\r?$|[^\s\w;{])))\b/my;
const PHP = /@php\b/y;

/** Blade of Laravel: `@if ($tls)`, `@endif`, `{!! $value !!}`, `{{-- comment --}}`. Its `{{ $values }}` are those of Go as well. */
export const blade: TemplateLanguage = {
  openings: ['@', '{!!', '{{--'],
  end: (text, offset) => {
    if (text.startsWith('{{--', offset)) return endAfter(text, offset, 4, '--}}');
    if (text.startsWith('{!!', offset)) return endOnLine(text, offset, 3, '!!}');
    PHP.lastIndex = offset;
    if (PHP.test(text)) return endAfter(text, offset, 4, '@endphp');
    for (const statement of [ASKING, BARE]) {
      statement.lastIndex = offset;
      if (statement.test(text)) return statement.lastIndex;
    }
    return -1;
  },
  roleOf,
  inWord: /\{!!|@(?:if|foreach|unless)\(/,
  fileName: /\.blade\.php$/i,
  isIn: (text) => /^[ \t]*@(?:if|foreach|unless|isset)[ \t]*\(/m.test(text) && /^[ \t]*@end[a-z]/m.test(text),
};

function roleOf(placeholder: string): Role {
  if (placeholder.startsWith('{!!')) return TEXT;
  const [, word = '', rest = ''] = /^@([a-z]+)(.*)$/is.exec(placeholder) ?? [];
  const asked = rest.trim();
  if (word.startsWith('end')) return END;
  if (word.startsWith('include')) return LINES;
  switch (word) {
    case 'foreach':
    case 'forelse':
    case 'for':
    case 'while':
      return { kind: 'loop', condition: condition(asked) };
    case 'isset':
      return { kind: 'if', condition: condition(`isset ${asked}`) };
    case 'empty':
      return { kind: 'if', condition: condition(`isset ${asked}`, true) };
    case 'switch':
      return { kind: 'block', lines: false };
    case 'case':
      return { kind: 'else', condition: condition(`case ${asked}`) };
    case 'default':
      return { kind: 'else', condition: null };
    default:
      return conditionalRole(word, asked) ?? NOTHING;
  }
}
