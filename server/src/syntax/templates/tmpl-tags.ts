import {
  condition,
  conditionalRole,
  END,
  LINES,
  NOTHING,
  type Role,
  TEXT,
  type TemplateLanguage,
} from './language';

const TAG =
  /(?:<\/?tmpl_\w+(?:[^<>'"\n]|'[^'\n]*'|"[^"\n]*")*>|\{\/?tmpl_\w+(?:[^{}'"\n]|'[^'\n]*'|"[^"\n]*")*\})/iy;

/** The tags of vlibTemplate, in which ISPConfig writes its files: `<tmpl_if name='a'>`, `{tmpl_var name='b'}`. */
export const tmplTags: TemplateLanguage = {
  openings: ['<tmpl_', '</tmpl_', '{tmpl_', '{/tmpl_', '<TMPL_', '</TMPL_', '{TMPL_', '{/TMPL_'],
  end: (text, offset) => {
    TAG.lastIndex = offset;
    return TAG.test(text) ? TAG.lastIndex : -1;
  },
  roleOf,
  inWord: /[<{]\/?(?:tmpl|TMPL)_/,
  fileName: null,
  isIn: (text) => /[<{]tmpl_\w/i.test(text),
};

function roleOf(tag: string): Role {
  if (tag.startsWith('/', 1)) return END;
  const [, name = '', rest = ''] = /^.tmpl_(\w+)(.*).$/is.exec(tag) ?? [];
  switch (name.toLowerCase()) {
    case 'var':
      return TEXT;
    case 'include':
    case 'dyninclude':
    case 'phpinclude':
      return LINES;
    case 'loop':
      return { kind: 'loop', condition: condition(rest) };
    case 'comment':
      return { kind: 'block', lines: false };
    default:
      return conditionalRole(name.toLowerCase(), rest.trim()) ?? NOTHING;
  }
}
