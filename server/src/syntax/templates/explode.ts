import { endOnLine, NOTHING, type TemplateLanguage } from './language';

/** `!{explode domain(vhn)}` of Zimbra: writes the file once for each domain. */
export const explode: TemplateLanguage = {
  openings: ['!{'],
  end: (text, offset) => endOnLine(text, offset, 2, '}'),
  roleOf: () => NOTHING,
  inWord: null,
  fileName: null,
  isIn: (text) => text.includes('!{explode '),
};
