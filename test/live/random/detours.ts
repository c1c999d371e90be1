import type { Draft } from './draft';
import { NETWORKS } from './clients';
import { PAGES } from './pages';
import { simplePath } from './paths';
import { directive, type Directive } from './tree';

/** What sends a request elsewhere, or refuses it, before or after its content handler. */

/** Locations of a server that others send requests to. */
export interface Destinations {
  /** With `@`; one of them may be missing. */
  readonly named: readonly [string, ...string[]];
  /** Paths of those that auth_request asks. */
  readonly auth: readonly string[];
  /** Paths of those that mirror sends to. */
  readonly mirrors: readonly string[];
}

export function tryFiles(draft: Draft, { named }: Destinations): Directive {
  const { choices } = draft;
  draft.note('try_files');
  const files = choices.several(1, 2, () =>
    choices.of(['$uri', '$uri', '$uri/', '/nothing.html', '$uri.html', '/none/$1', '$uri/index.html']),
  );
  const page = `/page/${choices.of(PAGES)}`;
  const last = choices.weighted([
    [9, choices.of(named)],
    [1, '@$kind'],
    [3, `=${choices.of(['404', '404', '403', '500'])}`],
    [5, page],
    [1, `${page}?x=1&$args`],
    [1, '$uri'],
  ]);
  if (files.includes('$uri/')) draft.note('try_files $uri/');
  draft.note(
    last.startsWith('@')
      ? 'try_files to a name'
      : last.startsWith('=')
        ? 'try_files to a code'
        : 'try_files to a URI',
  );
  return directive('try_files', ...files, last);
}

export function errorPage(draft: Draft, { named }: Pick<Destinations, 'named'>): Directive[] {
  const { choices } = draft;
  const codes = choices
    .shuffled(['404', '404', '403', '418', '500', '502', '503', '400', '426', '401'])
    .slice(0, choices.between(1, 4));
  const answer = choices.weighted([
    [4, ''],
    [6, '='],
    [1, '=200'],
    [1, '=101'],
    [1, '=404'],
  ]);
  const target = choices.weighted([
    [8, choices.of(named)],
    [6, simplePath(choices)],
    [1, 'https://b.example/'],
    [1, '/a$uri'],
  ]);
  draft.note('error_page');
  draft.note(
    `error_page ${answer === '' ? 'keeps the code' : answer} to a ${target.startsWith('@') ? 'name' : 'URI'}`,
  );
  const page = directive('error_page', ...codes, ...(answer === '' ? [] : [answer]), target);
  if (!choices.chance(12)) return [page];
  draft.note('recursive_error_pages');
  return [page, directive('recursive_error_pages', choices.of(['on', 'on', 'off']))];
}

/** Who may come in. */
export function access(draft: Draft, { auth }: Destinations): Directive[] {
  const { choices } = draft;
  const [first, ...others] = auth;
  const kind = choices.weighted([
    [3, 'deny'],
    [3, 'allow'],
    [2, 'internal'],
    [3, 'auth_basic'],
    [2, 'satisfy'],
    [first === undefined ? 0 : 8, 'auth_request'],
    [4, 'address'],
  ]);
  draft.note(kind);
  switch (kind) {
    case 'deny':
      return choices.of([[directive('deny', 'all')], [directive('deny', 'all'), directive('allow', 'all')]]);
    case 'allow':
      return [directive('allow', 'all'), directive('deny', 'all')];
    case 'internal':
      return [directive('internal')];
    case 'auth_basic':
      return [
        directive('auth_basic', choices.of(['members', 'members', 'off'])),
        directive('auth_basic_user_file', 'users'),
      ];
    case 'satisfy':
      return [
        directive('satisfy', choices.of(['any', 'all'])),
        ...choices.of([
          [directive('deny', 'all')],
          [directive('allow', 'all')],
          [directive('allow', choices.of(NETWORKS)), directive('deny', 'all')],
          [directive('deny', choices.of(NETWORKS))],
        ]),
        directive('auth_basic', 'members'),
        directive('auth_basic_user_file', 'users'),
      ];
    case 'auth_request':
      return [
        directive(
          'auth_request',
          first === undefined || choices.chance(5) ? 'off' : choices.of([first, ...others]),
        ),
      ];
    default:
      return choices.weighted([
        [6, [directive('allow', choices.of(NETWORKS)), directive('deny', 'all')]],
        [2, [directive('deny', choices.of(NETWORKS))]],
        [
          1,
          [
            directive('deny', choices.of(NETWORKS)),
            directive('allow', choices.of(NETWORKS)),
            directive('deny', 'all'),
          ],
        ],
        [
          1,
          [directive('allow', 'unix:'), directive('allow', choices.of(NETWORKS)), directive('deny', 'all')],
        ],
      ]);
  }
}

export function mirror(draft: Draft, { mirrors }: Destinations): Directive[] {
  const [first, ...others] = mirrors;
  if (first === undefined) return [];
  draft.note('mirror');
  return [directive('mirror', draft.choices.of([first, ...others]))];
}
