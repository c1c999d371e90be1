import { languageOfNames, type TemplateLanguage } from './language';

/** `__NAME__` of YunoHost and of scripts with sed. */
export const underscores: TemplateLanguage = languageOfNames('__', /__[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*__/y, {
  inWord: /__[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*__/,
  sign: /(?<![\w$])__[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*__/,
});
