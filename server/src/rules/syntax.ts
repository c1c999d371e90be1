import { english, sentences, t } from '../l10n';
import type { SourceFile } from '../model/source-file';
import { partAt, placeInFile } from '../model/place-in-file';
import type { Refusal } from '../nginx-test/refusal';
import { memoized } from '../model/memo';
import { textsIn } from '../model/texts';
import type { Model } from '../model/model';
import { isDirective } from '../reference/directives';
import { beginsWithMark } from '../syntax/byte-order-mark';
import { slashCommentsIn } from '../syntax/comments';
import type { SyntaxError, SyntaxErrorCode } from '../syntax/errors';
import { type Directive, nameOf, type SyntaxTree, wordsOf } from '../syntax/tree';
import { type Tokens, tokenEnd } from '../syntax/tokens';
import { damagedFrom } from './support/damage';
import { refusalsFor } from './support/refusals';
import type { Finding, Fix, NginxCheck, Rule, RuleDocs, Severity } from './support/rule';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'syntax',
  category: 'syntax',
  severity: 'error',
  fix: 'suggestion',
  check: { visits: 'configuration', run: (model, _routes, nginx) => check(model, nginx) },
};

function* check(model: Model, nginx: NginxCheck): Generator<Finding> {
  for (const file of model.configuration.closure.files.values()) {
    if (damagedFrom(file) !== Number.POSITIVE_INFINITY) yield controlCharacter(file, model, nginx);
    yield* findingsIn(file);
  }
  for (const { text, place } of refusalsFor('syntax', model, nginx)) {
    yield { severity: 'error', message: `${text}.`, place };
  }
}

/** What is wrong with a file, whatever configuration it is in. */
const findingsIn = memoized((file: SourceFile): readonly Finding[] => {
  const damage = damagedFrom(file);
  const errors = file.tree.errors.filter(({ end }) => end <= damage);
  return [
    ...byteOrderMark(file),
    ...lostVariables(file),
    ...(damage === Number.POSITIVE_INFINITY
      ? textsIn(file).flatMap(slashComments)
      : slashComments(file).filter(({ place }) => place.end <= damage)),
    ...errors.map((error) => findingFor(file, error)),
  ];
});

/** An editor that does not show the mark cannot have it removed by an edit either. */
function* byteOrderMark(file: SourceFile): Generator<Finding> {
  const { text, tree, hadMark = false } = file;
  if (!hadMark && !beginsWithMark(text)) return;
  const [first] = tree.directives;
  // The entries of a map that other files include are not refused: they never match.
  const isEntry = first !== undefined && !isDirective(nameOf(tree, first), argumentCount(tree, first));
  yield {
    severity: isEntry ? 'warning' : 'error',
    message: t(
      'The file begins with a byte order mark (bytes EF BB BF), which nginx takes for a part of the first word. ' +
        'Remove it: save the file as UTF-8 without it.',
    ),
    place: { file, start: 0, end: text === '' ? 0 : 1 },
    fixes: () =>
      hadMark
        ? []
        : [
            {
              title: t('Remove the byte order mark'),
              kind: 'safe',
              edits: [{ file, start: 0, end: 1, newText: '' }],
            },
          ],
  };
}

/** Nothing else is told of such a file: see `withoutConsequences`. */
function* lostVariables(file: SourceFile): Generator<Finding> {
  for (const { name, at } of file.lost ?? []) {
    yield {
      severity: 'warning',
      message: sentences(
        t`The shell takes ${quoted(`$${name}`)} for a variable of its own and leaves nothing here: nginx never sees it.`,
        t`Write ${quoted(`\\$${name}`)}, or quote the word behind \`<<\` so that all stays as it is written.`,
      ),
      place: { file, start: at, end: at },
      fixes: () => [
        {
          title: t`Escape ${quoted(`$${name}`)}`,
          kind: 'safe',
          edits: [{ file, start: at, end: at, newText: `$${name}` }],
        },
      ],
    };
  }
}

/** nginx reads each as a directive of that name, up to the next `;` or brace. */
const slashComments = memoized((file: SourceFile): readonly Finding[] =>
  slashCommentsIn(file.tree).map(({ start, end }) => ({
    severity: 'error',
    message: t('nginx has no comments with `//` and takes this for a directive: comments begin with `#`.'),
    place: { file, start, end },
    fixes: () => [useSharp(file, start)],
  })),
);

/** One finding for all of them, and for what else is wrong from the first one on. */
function controlCharacter(file: SourceFile, model: Model, nginx: NginxCheck): Finding {
  const start = damagedFrom(file);
  const isBehind = ({ place: own }: Refusal): boolean => {
    const place = own === null ? null : placeInFile(model.configuration.closure, own);
    return place?.file.realPath === file.realPath && place.end > start;
  };
  const isRefused =
    file.tree.errors.some(({ end, nginxOffset }) => end > start && nginxOffset !== -1) ||
    nginx.refusals().some(isBehind);
  const code = file.text.charCodeAt(start).toString(16).toUpperCase().padStart(4, '0');
  return {
    severity: isRefused ? 'error' : 'warning',
    message: t`A control character stands here (U+${code}), which no configuration has: the file is damaged, or no text in UTF-8. Nothing is said of what follows.`,
    place: { file, start, end: start + 1 },
  };
}

function argumentCount(tree: SyntaxTree, directive: Directive): number {
  return wordsOf(tree, directive).length - 1;
}

function findingFor(file: SourceFile, error: SyntaxError): Finding {
  const { end } = error;
  const lacksSemicolon = error.code === 'missing-semicolon';
  const start = lacksSemicolon ? startOnLastLine(file.text, error) : error.start;
  const directive = lacksSemicolon ? unterminatedAt(file, error) : null;
  return {
    severity: directive === null ? 'error' : severityOf(error, directive),
    message: directive === null ? t(MESSAGES[error.code]) : missingSemicolon(directive),
    place: { file, start, end },
    fixes: () => fixesFor(file, error),
  };
}

/** Where the last line of a range begins, without its blanks: the last word of a directive may run over lines. */
function startOnLastLine(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): number {
  let at = text.lastIndexOf('\n', end - 1) + 1;
  if (at <= start) return start;
  while (at < end && ' \t'.includes(text.charAt(at))) at += 1;
  return at;
}

/** The directive that lacks its semicolon, and the one that follows it in the same block. */
interface Unterminated {
  readonly tree: SyntaxTree;
  readonly directive: Directive;
  readonly next: Directive | undefined;
}

function unterminatedAt(file: SourceFile, { start, end }: SyntaxError): Unterminated | null {
  const text = partAt(file, start);
  const { tree } = text.file;
  let list = tree.directives;
  while (true) {
    const index = firstReaching(list, tree.tokens, text.offset + end - start);
    const directive = list[index];
    if (directive === undefined) return null;
    if (directive.children === null)
      return directive.terminated ? null : { tree, directive, next: list[index + 1] };
    list = directive.children;
  }
}

/** Index of the first directive that reaches `offset`, by bisection. */
function firstReaching(list: readonly Directive[], tokens: Tokens, offset: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const directive = list[middle];
    if (directive !== undefined && tokenEnd(tokens, directive.last) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Directives that take any number of any words. */
const TAKES_ANY_WORDS = /^(?:server_name|index|try_files|log_format|valid_referers|\w+_types|echo\w*)$/;

/** nginx takes the next line as more arguments, and may accept that, though it is not what the author meant. */
function severityOf(error: SyntaxError, { tree, directive, next }: Unterminated): Severity {
  if (error.nginxOffset !== -1 || next === undefined || next.children !== null || !next.terminated)
    return 'error';
  return TAKES_ANY_WORDS.test(nameOf(tree, directive)) ? 'warning' : 'error';
}

function missingSemicolon({ tree, directive }: Unterminated): string {
  return t`The directive ${quoted(nameOf(tree, directive))} is not ended. Add \`;\` here.`;
}

function fixesFor(file: SourceFile, { code, start, end }: SyntaxError): Fix[] {
  if (code === 'missing-semicolon') return [insertSemicolon(file, end)];
  if (code === 'missing-open-brace') return [insertOpenBrace(file, end)];
  return code === 'unquoted-brace' ? [quote(file, start, end)] : [];
}

function useSharp(file: SourceFile, offset: number): Fix {
  return {
    title: t('Begin the comment with `#`'),
    kind: 'suggestion',
    edits: [{ file, start: offset, end: offset + 2, newText: '#' }],
  };
}

function insertOpenBrace(file: SourceFile, offset: number): Fix {
  return {
    title: t('Add the missing `{`'),
    kind: 'suggestion',
    edits: [{ file, start: offset, end: offset, newText: ' {' }],
  };
}

/** A word without quotes has no blank; quotes in it are escaped, and backslashes stay as they are. */
function quote(file: SourceFile, start: number, end: number): Fix {
  const word = file.text
    .slice(start, end)
    .replaceAll(/(\\.)|"/gs, (whole, escaped?: string) => escaped ?? `\\${whole}`);
  return {
    title: t('Put the pattern in quotes'),
    kind: 'suggestion',
    edits: [{ file, start, end, newText: `"${word}"` }],
  };
}

function insertSemicolon(file: SourceFile, offset: number): Fix {
  return {
    title: t('Add the missing `;`'),
    kind: 'suggestion',
    edits: [{ file, start: offset, end: offset, newText: ';' }],
  };
}

const MESSAGES: Readonly<Record<SyntaxErrorCode, string>> = {
  'missing-semicolon': english('A directive is not ended. Add `;` here.'),
  'missing-open-brace': english('The block is not opened. Add `{` here.'),
  'missing-close-brace': english(
    'unexpected end of file, expecting "}": a block that is open here is never closed. Add `}`.',
  ),
  'stray-close-brace': english(
    'unexpected "}": no block is open here. Remove it, or look for one `}` too many above.',
  ),
  'open-quote': english('This quote is not closed on its line. Add the closing quote.'),
  'text-after-quote': english(
    'After a closing quote only a space, `;`, `{` or `)` may follow. Add a space, or escape the quote.',
  ),
  'unquoted-brace': english(
    'nginx takes the `{` in this pattern for the start of a block. Put the pattern in quotes.',
  ),
  'too-long-parameter': english(
    'nginx reads no word and no comment of more than 4,095 bytes. Shorten it, or look for a quote that is not closed.',
  ),
  'unexpected-semicolon': english('unexpected ";": there is no directive to end. Remove it.'),
  'unexpected-open-brace': english('unexpected "{": the name of the block is missing.'),
  'unclosed-lua': english('The Lua code of this block has no closing `}`.'),
  conflict: english(
    'A merge conflict is not resolved here: nginx refuses its markers (`<<<<<<<`, `=======`, `>>>>>>>`). Keep one side, ' +
      'and remove the markers.',
  ),
};

export const docs: RuleDocs = {
  what: 'The file is not well-formed: a `;`, a brace or a quote is missing, or one too many.',
  why:
    'nginx refuses the file, and names the place where it stumbled, which is often lines below the mistake. The ' +
    'mark here stands where the mistake is.',
  how: 'Add or remove what the message names.',
  bad: `
events {}
http {
    server {
        listen 80
        server_name localhost;
    }
}
`,
  good: `
events {}
http {
    server {
        listen 80;
        server_name localhost;
    }
}
`,
  proof: [
    { sees: { refused: 'invalid parameter "server_name"', line: 5 }, ownWords: true },
    {
      claim: 'a brace is missing on line 8',
      text: { good: [['localhost;', 'localhost;\n        location / {\n            return 404;']] },
      good: {
        good: [['localhost;', 'localhost;\n        location / {\n            return 404;\n        }']],
      },
      sees: { refused: 'unexpected end of file, expecting "}"', line: 10 },
      ownWords: true,
    },
    {
      claim: 'a brace too many on line 4',
      text: { good: [['listen 80;', '}']] },
      good: 'good',
      sees: { refused: '"server_name" directive is not allowed here', line: 5 },
      ownWords: true,
    },
    {
      claim: 'a quote is missing on line 4',
      text: { good: [['listen 80;', 'return 200 "yes;']] },
      good: { good: [['listen 80;', 'return 200 "yes";']] },
      sees: { refused: 'unexpected end of file, expecting ";" or "}"', line: 8 },
      ownWords: true,
    },
  ],
  sources: ['https://nginx.org/en/docs/beginners_guide.html#conf_structure'],
};
