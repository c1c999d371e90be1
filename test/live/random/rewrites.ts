import { clientCondition } from './clients';
import type { Draft } from './draft';
import { proxyPass } from './handlers';
import { simplePath } from './paths';
import { block, directive, type Directive, type Word } from './tree';

/** Directives of the rewrite module: `set`, `return`, `rewrite`, `break` and `if`. */

/** Where they stand: what may be in an `if` depends on it. */
export type RewritePlace = 'server' | 'location';

/** A few of them, in any order, mostly such that the request goes on. */
export function rewriteCodes(draft: Draft, place: RewritePlace): Directive[] {
  const { choices } = draft;
  const codes = choices.several(1, 3, () => rewriteCode(draft, place));
  // What stops or redirects every request would hide all else.
  const [last] = choices.chance(8) ? [returns(draft)] : [];
  return last === undefined ? codes : [...codes, last];
}

function rewriteCode(draft: Draft, place: RewritePlace): Directive {
  const { choices } = draft;
  return choices.weighted<() => Directive>([
    [8, () => sets(draft)],
    [8, () => rewrites(draft)],
    [10, () => conditional(draft, place)],
    [1, () => breaks(draft)],
    [1, () => loop(draft)],
  ])();
}

function breaks(draft: Draft): Directive {
  draft.note('break');
  return directive('break');
}

/** nginx gives up after ten rounds. */
function loop(draft: Draft): Directive {
  draft.note('rewrite loop');
  return directive('rewrite', '^(.*)$', '/loop$1', 'last');
}

/** `set` of one of the variables that the configuration uses. */
export function sets(draft: Draft): Directive {
  const { choices } = draft;
  draft.note('set');
  const [variable, value] = choices.weighted<readonly [string, string]>([
    [5, ['$set_up', choices.of(['upgrade', 'Upgrade', '$http_connection', 'up${set_c}grade', 'close'])]],
    [4, ['$set_a', choices.of(['1', '0', '', '$uri', '$1', '$set_b$set_a', '$arg_x', '$host'])]],
    [3, ['$set_b', choices.of(['b', '$set_a', '${set_a}x', '$by_uri', '$name'])]],
    [2, ['$target', choices.of(['back', 'other', '@BACKEND', '$up'])]],
    [1, ['$connection_upgrade', choices.of(['upgrade', 'close'])]],
    [1, ['$args', choices.of(['x=1', '', '$args&y=2'])]],
  ]);
  return directive('set', variable, value);
}

/** `return` with any kind of answer. */
export function returns(draft: Draft): Directive {
  const { choices } = draft;
  draft.note('return');
  const words = choices.weighted<readonly Word[]>([
    [3, ['200', choices.of(['ok', '', '$uri'])]],
    [2, ['204']],
    [3, ['301', choices.of(['https://$host$request_uri', '/ws', '$scheme://$host/'])]],
    [2, ['302', choices.of(['/chat', 'http://b.example/$1', 'https://b.example'])]],
    [1, ['307', '/a']],
    [2, ['https://$host$request_uri']],
    [1, ['$scheme://b.example$uri']],
    [3, ['403']],
    [3, ['404']],
    [2, ['418']],
    [1, ['426', 'Upgrade required']],
    [1, ['500']],
    [2, ['503']],
    [1, ['444']],
    [1, ['101']],
    [1, ['200']],
  ]);
  return directive('return', ...words);
}

const REGEXES = [
  '^/a(.*)$',
  '^/(ws|chat)/(.*)$',
  '^/([^/]+)/([^/]+)$',
  '^/(?<first>[a-z]+)',
  '(?i)^/WS',
  '^(.*)/$',
  '^/b{1,2}$',
  '\\.(php|png)$',
  '^',
  '^(.*)$',
  '/api',
] as const;

/** `rewrite` with each flag. */
function rewrites(draft: Draft): Directive {
  const { choices } = draft;
  const isRedirect = choices.chance(12);
  const flag = isRedirect
    ? choices.of(['redirect', 'permanent'])
    : choices.weighted([
        [4, 'last'],
        [4, 'break'],
        [3, ''],
      ]);
  const target = isRedirect && choices.chance(50) ? redirectTarget(draft) : internalTarget(draft);
  draft.note(`rewrite ${flag === '' ? 'without flag' : flag}`);
  return directive('rewrite', choices.of(REGEXES), target, ...(flag === '' ? [] : [flag]));
}

function internalTarget(draft: Draft): string {
  const { choices } = draft;
  const path = simplePath(choices);
  return choices.weighted([
    [6, path],
    [5, '/$1'],
    [2, '$1'],
    [3, `${path}/$1`],
    [2, '/$2/$1'],
    [2, `${path}?x=$1`],
    [2, `${path}?`],
    [1, `${path}/$1?mode=ws&y=$arg_x?`],
    [1, `/$first${path}`],
    [1, `/$set_a$uri`],
    [1, `/a$uri`],
    [1, redirectTarget(draft)],
  ]);
}

function redirectTarget({ choices }: Draft): string {
  return choices.of([
    'https://$host$request_uri',
    'http://b.example/$1',
    '$scheme://$host/x?',
    'https://b.example/?',
  ]);
}

/** One condition: what is in the brackets, by its words as written. */
function condition(draft: Draft): readonly Word[] {
  const { choices } = draft;
  const [variable, operator, value] = choices.weighted<readonly [string, string?, string?]>([
    [6, ['$http_upgrade']],
    [5, ['$http_upgrade', choices.of(['=', '!=']), choices.of(['websocket', 'WebSocket'])]],
    [5, ['$http_upgrade', choices.of(['~', '~*', '!~', '!~*']), choices.of(['^web', 'SOCKET$'])]],
    [4, ['$request_method', choices.of(['=', '!=']), choices.of(['GET', 'POST'])]],
    [3, ['$request_method', '!~', '^(GET|HEAD)$']],
    [
      6,
      [
        '$uri',
        choices.of(['~', '~*', '!~']),
        choices.of(['^/(a|ws)(/.*)?$', '^/(?<name>[^/]+)', '/CHAT', '^/.{1,2}$']),
      ],
    ],
    [4, ['$host', choices.of(['=', '!=']), choices.of(['a.example', 'b.example', ''])]],
    [3, ['$host', choices.of(['~', '!~*']), '^(www\\.)?(.+)$']],
    [2, ['$args', '~', 'x=(\\d)']],
    [2, ['$arg_x', '=', '1']],
    [2, ['$by_arg']],
    [2, ['$set_a']],
    [2, ['$set_a', '=', choices.of(['1', '', '$arg_x'])]],
    [2, ['$connection_upgrade', '=', 'upgrade']],
    [2, ['$scheme', choices.of(['=', '!=']), 'https']],
    [7, clientCondition(choices)],
    [1, ['$combined']],
    [1, ['$by_uri', '!=', '$by_host']],
  ]);
  if (operator === undefined || value === undefined) return ifWords(draft, variable);
  draft.note(`if ${operator}`);
  draft.note(`if of ${variable}`);
  return ifWords(draft, variable, operator, value);
}

/** The words of the condition: the brackets may stand apart, the value in quotes. */
function ifWords({ choices }: Draft, variable: string, operator?: string, value = ''): readonly Word[] {
  const open = choices.of(['(', '(', '( ']);
  const close = choices.of([')', ')', ' )']);
  if (operator === undefined) return [{ source: `${open}${variable}${close}` }];
  const mustQuote = value === '' || /[{};()\s]/.test(value);
  const quote = choices.of(mustQuote ? ['"', "'"] : ['', '', '"', "'"]);
  return [
    { source: `${open}${variable}` },
    { source: operator },
    { source: `${quote}${value}${quote}${close}` },
  ];
}

/** An `if` with directives for its place. */
export function conditional(draft: Draft, place: RewritePlace): Directive {
  const { choices } = draft;
  draft.note(`if in ${place}`);
  const body = choices.weighted<() => Directive[]>([
    [6, () => [sets(draft)]],
    [place === 'server' ? 3 : 5, () => [rewrites(draft)]],
    [3, () => [returns(draft)]],
    [2, () => [sets(draft), breaks(draft)]],
    [1, () => [sets(draft), rewrites(draft), returns(draft)]],
    [place === 'location' ? 9 : 0, () => proxied(draft)],
    [place === 'location' ? 1 : 0, () => [directive('add_header', 'X-If', '1')]],
  ])();
  return block(['if', ...condition(draft)], body);
}

function proxied(draft: Draft): Directive[] {
  draft.note('proxy_pass in if');
  const code = draft.choices.chance(25) ? [sets(draft)] : [];
  return [...code, proxyPass(draft, 'in a block')];
}
