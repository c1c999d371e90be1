import { languageOfNames, type TemplateLanguage } from './language';

/** `${a.b}` of Zimbra, Carbonio and Terraform: what nginx takes for no variable, and has no blank in it. */
export const dotted: TemplateLanguage = languageOfNames('${', /\$\{\w+[.:|([][^{}\s;]*\}/y, {
  inWord: /\$\{\w+[.:|([][^{}\s;]*\}/,
  sign: /\$\{\w+\.[\w.]+\}/,
});
