import { languageOfNames, type TemplateLanguage } from './language';

/** `%%NAME%%` of installers. */
export const doublePercent: TemplateLanguage = languageOfNames('%%', /%%\w+%%/y, {
  inWord: /%%/,
  sign: /%%[A-Za-z]\w+%%/,
});
