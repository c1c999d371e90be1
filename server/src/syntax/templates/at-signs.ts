import { languageOfNames, type TemplateLanguage } from './language';

/** `@NAME@` of Autoconf, CMake and Debian's scripts; with two or three signs of other scripts. */
export const atSigns: TemplateLanguage = languageOfNames('@', /@{1,3}[A-Za-z_]\w*@{1,3}/y, {
  inWord: /@{1,3}[A-Za-z_]\w*@{1,3}/,
  fileName: /\.in$/i,
  sign: /@[A-Z][A-Z0-9_]+@/,
});
