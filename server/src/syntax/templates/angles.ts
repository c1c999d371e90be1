import { languageOfNames, type TemplateLanguage } from './language';

/** `<<NAME>>` of Laragon and others. */
export const angles: TemplateLanguage = languageOfNames('<<', /<<[ \t]?[A-Za-z_][\w.-]*[ \t]?>>/y, {
  inWord: /<<[ \t]?[A-Za-z_][\w.-]*[ \t]?>>/,
  sign: /<<[ \t]?[A-Za-z_][\w.-]*[ \t]?>>/,
});
