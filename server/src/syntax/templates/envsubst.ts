import { languageOfNames, type TemplateLanguage } from './language';

const NAME = '\\$\\{[A-Z][A-Z0-9_]+(?::?[-=+?][^{}\\s]*)?\\}';

/** The first words of variables of nginx, which may be written in capitals, too. */
const OF_NGINX =
  'ARG|BODY|BYTES|CONNECTION|CONTENT|COOKIE|DOCUMENT|HTTP|IS|LIMIT|NGINX|PROXY|QUERY|REALIP|REALPATH|REMOTE|REQUEST|SENT|' +
  'SERVER|SSL_(?:ALPN|CIPHERS?|CLIENT|CURVES?|EARLY|ECH|PREREAD|PROTOCOL|SERVER|SESSION|SIGALG)|TIME|UPSTREAM';

/** Its variables of one word. */
const WORDS_OF_NGINX =
  'ARGS|CONNECTION|HOST|HOSTNAME|HTTP[23]|HTTPS|MSEC|PID|PIPE|PROTOCOL|REQUEST|SCHEME|STATUS|URI';

/** Alone on a line. */
const ALONE = /^[ \t]*\$\{(?:[a-z]\w*|[A-Z][A-Z0-9_]+(?::?[-=+?][^{}\s]*)?)\}[ \t]*(?:#[^\n]*)?\r?$/gm;

/**
 * What no variable of nginx is: in front of a unit, where nginx takes none, with a default, or with a
 * name that nginx does not have.
 */
const SIGNS: readonly string[] = [
  `${NAME}(?:ms|[smhdkKMG])[ \\t]*;`,
  `^[ \\t]*(?:listen|server_name|server|include|upstream|user|worker_\\w+|keepalive|[a-z_]+_(?:timeout|size))[ \\t][^\\n;#]*${NAME}`,
  '\\$\\{[A-Z][A-Z0-9_]+:?[-=+?][^{}\\s]*\\}',
  `\\$\\{(?!(?:${OF_NGINX})_)[A-Z][A-Z0-9]*_[A-Z0-9_]+\\}`,
  `\\$\\{(?!(?:${WORDS_OF_NGINX})\\})[A-Z][A-Z0-9]+\\}`,
  // In lower case only where nginx takes no variable whatever its name.
  '^[ \\t]*listen[ \\t][^\\n;#]*\\$\\{[a-z]\\w*\\}',
];

const named = languageOfNames('${', /\$\{\w+(?::?[-=+?][^{}\s]*)?\}/y, {
  inWord: null,
  fileName: /\.template(?:\.[\w-]+)*$/i,
  sign: new RegExp(SIGNS.join('|'), 'm'),
});

/**
 * envsubst and the shell: `${NAME}`, `${NAME:-80}`. nginx reads the same as one of its variables, whose names are written
 * in lower case by nearly everybody; a word alone does not tell.
 */
export const envsubst: TemplateLanguage = {
  ...named,
  // Most texts have none.
  isIn: (text) => text.includes('${') && (named.isIn(text) || isDirective(text)),
};

/** Whether a placeholder is alone on a line where a directive begins: there it brings directives. */
function isDirective(text: string): boolean {
  for (const { index } of text.matchAll(ALONE)) if (/^$|[;{}]$/.test(lineAbove(text, index))) return true;
  return false;
}

/** The nearest line in front of an offset that says something, without its comment; '' where none does. */
function lineAbove(text: string, offset: number): string {
  for (let end = offset - 1; end > 0; ) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = text
      .slice(start, end)
      .replace(/(?:^|\s)#.*/s, '')
      .trim();
    if (line !== '') return line;
    end = start - 1;
  }
  return '';
}
