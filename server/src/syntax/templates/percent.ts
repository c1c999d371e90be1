import { languageOfNames, type TemplateLanguage } from './language';

/** `%name%` of VestaCP, HestiaCP and other panels. Two digits in hex between them are bytes of a path. */
export const percent: TemplateLanguage = languageOfNames(
  '%',
  /%(?![0-9a-f]{2}(?:%|\b))[a-z]\w*%(?![0-9a-f]{2})/iy,
  {
    inWord: /%(?![0-9a-fA-F]{2}(?:%|\b))[A-Za-z]\w*%(?![0-9a-fA-F]{2})/,
    fileName: /\.s?tpl$/i,
    sign: /^[ \t]*(?:listen|server_name|root|include|proxy_pass|ssl_certificate|access_log|error_log)\s[^\n#;]*%(?![0-9a-f]{2}%)[a-z]\w+%/im,
  },
);
