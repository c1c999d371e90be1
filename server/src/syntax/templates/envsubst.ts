import { languageOfNames, type TemplateLanguage } from './language';

/**
 * envsubst and the shell: `${NAME}`, `${NAME:-80}`. nginx reads the same as one of its variables, but has none in upper
 * case; a word alone does not tell.
 */
export const envsubst: TemplateLanguage = languageOfNames('${', /\$\{\w+(?::?[-=+?][^}\s]*)?\}/y, {
  inWord: null,
  fileName: /\.template(?:\.[\w-]+)*$/i,
  sign: /\$\{[A-Z][A-Z0-9_]+(?::?[-=+?][^}\s]*)?\}/,
});
