import { codeRole } from './erb';
import {
  condition,
  conditionalRole,
  END,
  endAfter,
  firstWord,
  LINES,
  type Role,
  TEXT,
  type TemplateLanguage,
  toldByPair,
} from './language';

/** PHP, in which Plesk and others write their templates: `<?php echo $VAR->name ?>`, `<?php if ($a): ?>`. */
export const php: TemplateLanguage = {
  openings: ['<?php', '<?='],
  end: (text, offset) => endAfter(text, offset, 3, '?>'),
  roleOf,
  inWord: /<\?(?:php\b|=)/,
  fileName: null,
  ...toldByPair('<?', '?>'),
};

function roleOf(placeholder: string): Role {
  if (placeholder.startsWith('<?=')) return TEXT;
  const code = placeholder
    .replace(/^<\?php/, '')
    .replace(/\?>$/, '')
    .trim();
  if (/\b(?:include|require)(?:_once)?\b|includeTemplate/.test(code)) return LINES;
  if (/^(?:echo|print)\b/.test(code)) return TEXT;
  const { word, rest } = firstWord(code);
  if (/^end(?:if|for|foreach|while|switch)$/.test(word)) return END;
  if (code.endsWith(':')) {
    const asked = rest.slice(0, -1);
    return conditionalRole(word, asked) ?? { kind: 'loop', condition: condition(asked) };
  }
  return codeRole(code);
}
