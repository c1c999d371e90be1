import { languageOfNames, type TemplateLanguage } from './language';

/** `@NAME@` of Autoconf, CMake and Debian's scripts. */
export const atSigns: TemplateLanguage = languageOfNames('@', /@[A-Za-z_]\w*@/y, {
  inWord: /@[A-Za-z_]\w*@/,
  fileName: /\.in$/i,
  sign: /@[A-Z][A-Z0-9_]+@/,
});
