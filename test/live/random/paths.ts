import type { Choices } from './choices';

/** Few segments, so that locations, rewrites and URLs meet. */
const SEGMENTS = ['a', 'b', 'ws', 'chat', 'api'] as const;
const RARE_SEGMENTS = ['A', 'a.b', 'x y', 'ü', '50%', 'q?', 'index.html', 'loop'] as const;

/** A path as nginx compares it: decoded. */
export function plainPath(choices: Choices, most = 3): string {
  return `/${choices.several(1, most, () => segment(choices)).join('/')}`;
}

function segment(choices: Choices): string {
  return choices.chance(90) ? choices.of(SEGMENTS) : choices.of(RARE_SEGMENTS);
}

/** A path that a directive names as an argument: no `?` in it, nor anything that a value would replace. */
export function simplePath(choices: Choices): string {
  return `/${choices.several(1, 2, () => choices.of(SEGMENTS)).join('/')}`;
}

/** A pattern for paths and decoded paths that it matches, or nearly. */
export interface PathPattern {
  readonly regex: string;
  readonly near: readonly [string, ...string[]];
}

export const PATH_PATTERNS: readonly [PathPattern, ...PathPattern[]] = [
  { regex: '^/ws', near: ['/ws', '/wsx', '/ws/1', '/WS'] },
  { regex: '^/(a|b)/(.*)$', near: ['/a/1', '/b/', '/a/b/c'] },
  { regex: '/chat', near: ['/chat', '/a/chat/1', '/Chat'] },
  { regex: '\\.php$', near: ['/x.php', '/a/y.php', '/a/y.PHP', '/xphp'] },
  { regex: '^/(?<name>[a-z]+)/room$', near: ['/ws/room', '/a/room', '/room'] },
  { regex: '^/(?P<name>api|ws)/v(\\d+)', near: ['/api/v2', '/ws/v13/x', '/ws/v'] },
  { regex: '^/[A-Z]', near: ['/A', '/Ws', '/a'] },
  { regex: '^/a{1,2}$', near: ['/a', '/aa', '/aaa'] },
  { regex: '\\.(gif|png)$', near: ['/a.png', '/a/b.gif'] },
  { regex: '^/(.+)/$', near: ['/a/', '/ws/chat/'] },
  { regex: '^/x y', near: ['/x y', '/x y/z'] },
  { regex: '^/(?:chat|ws)(?!/b)', near: ['/ws/a', '/ws/b', '/chat'] },
];

/** A path of a URL, from a decoded one: mostly the same, else written otherwise, longer, shorter or in other case. */
export function urlPath(choices: Choices, decoded: string): string {
  const path = encodePath(varied(choices, decoded));
  const written = choices.weighted<(text: string) => string>([
    [80, (text) => text],
    [4, (text) => text.replace('/', '//')],
    [4, (text) => `${text.replace(/\/$/, '')}//x`],
    [3, (text) => `/.${text}`],
    [3, (text) => `${text}/../${choices.of(SEGMENTS)}`],
    // WHATWG leaves an encoded letter as it is, nginx decodes it.
    [6, (text) => text.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`)],
  ])(path);
  const query = choices.weighted([
    [70, ''],
    [10, '?x=1'],
    [8, '?mode=ws&x=2'],
    [6, '?x=a%20b'],
    [3, '?'],
    [3, '?X=1?&/../'],
  ]);
  return `${written}${query}`;
}

function varied(choices: Choices, path: string): string {
  return choices.weighted<() => string>([
    [48, () => path],
    [12, () => path.replace(/\/$/, '')],
    [12, () => `${path.replace(/\/$/, '')}/`],
    [12, () => `${path.replace(/\/$/, '')}/${segment(choices)}`],
    [5, () => `${path}x`],
    [4, () => path.toUpperCase()],
    [7, () => plainPath(choices)],
  ])();
}

function encodePath(path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return encoded === '' ? '/' : encoded;
}
