import { languageOfNames, type TemplateLanguage } from './language';

/** `{name}` of the installer of ISPConfig and of i-MSCP. Not `${name}`, and not `\p{Greek}` of a pattern. */
export const braces: TemplateLanguage = languageOfNames('{', /(?<!\$|\\[pP])\{[A-Za-z_]\w*\}/y, {
  inWord: /(?<!\$|\\[pP])\{[A-Za-z_]\w*\}/,
  sign: /^[ \t]*(?:listen|server_name|root|include|proxy_pass|fastcgi_pass|ssl_certificate|access_log|error_log)[ \t][^\n#;"']*(?<!\$|\\[pP])\{[A-Za-z_]\w*\}/m,
});
