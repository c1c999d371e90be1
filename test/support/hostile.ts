import { createRequire } from 'node:module';

/** What a terminal, a log or an editor would obey. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
export const OBEYED = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/;

/** Texts that mean something to a terminal, a workflow of GitHub, or a reader of Markdown. */
export const HOSTILE_PIECES: readonly string[] = [
  '\n::error::pwned\n',
  '::warning file=a,line=1::pwned',
  '##[error]pwned',
  '\u001B[31mred\u001B[0m',
  '\u0007',
  '\u0085',
  '\u007F',
  '\u009B31m',
  '\u202Egnp.exe',
  '\u2066',
  '![x](https://evil.example/x.png)',
  '[click](command:evil)',
  '<img src=https://evil.example/x.png>',
  '<https://evil.example>',
  'https://evil.example/y',
  'www.evil.example',
  '`',
  '``',
  '|',
  '\\',
  '\\|',
  '](https://evil.example)',
  '&#91;x](https://evil.example)',
  '\r',
  '\n\n# Title\n\n',
  '%0A',
  'é',
  '/ws',
  ' ',
];

/** The parser that the marketplace's tool uses, with all that could make a link of a text. */
interface Token {
  readonly type: string;
  readonly attrs: readonly (readonly [string, string])[] | null;
  readonly children: readonly Token[] | null;
}
const require = createRequire(import.meta.url);
const toolsOf = createRequire(require.resolve('@vscode/vsce/package.json'));
const Markdown = toolsOf('markdown-it');
const parser: { parse: (text: string, env: object) => Token[]; validateLink: () => boolean } = new Markdown({
  html: true,
  linkify: true,
});

// Whatever it leads to counts.
parser.validateLink = () => true;

/** All that Markdown leads to or loads, and HTML in it. */
export function leadsTo(markdown: string): string[] {
  const found: string[] = [];
  const visit = ({ type, attrs, children }: Token): void => {
    if (type === 'link_open' || type === 'image') found.push(attrs?.[0]?.[1] ?? '');
    if (type.startsWith('html_')) found.push(type);
    for (const child of children ?? []) visit(child);
  };
  for (const token of parser.parse(markdown, {})) visit(token);
  return found;
}
