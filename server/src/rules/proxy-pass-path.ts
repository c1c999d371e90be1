import type { Edit } from '../edits/edit';
import { replaceWord } from '../edits/insert';
import { handshake } from '../handshake/handshake';
import { locationOf } from '../handshake/location-config';
import { isSeenWhole, pathBelow, searchFor } from '../handshake/own-paths';
import type { Route } from '../handshake/routes';
import { readTarget } from '../handshake/target';
import { knownText } from '../handshake/value';
import { english, t } from '../l10n';
import { type ConfigDirective, placeOf } from '../model/configuration';
import type { Level } from '../model/levels';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import { isFilledIn } from '../model/variables';
import { locationName } from '../values/location';
import { parseProxyTarget } from '../values/pass-url';
import { variablesIn } from '../values/script';
import { isEndpoint } from './support/endpoints';
import { standsOn } from './support/place';
import type { Finding, Fix, Rule, RuleDocs } from './support/rule';
import { plain, quoted } from './support/words';

export const rule: Rule = {
  id: 'proxy-pass-path',
  category: 'websocket',
  severity: 'information',
  fix: 'suggestion',
  check: [
    { visits: 'route', run: check },
    { visits: 'route', run: socketIo },
    { visits: 'route', run: doubled },
    { visits: 'route', run: lostQuery },
  ],
};

function* check(route: Route, model: Model): Generator<Finding> {
  const { proxyPass, intent } = route;
  const paths = replacedPath(route, model);
  if (paths === null) return;
  const { name, path } = paths;
  if (isOfSocketIo(paths)) return;
  const rest = name.endsWith('/') ? 'x' : '/x';
  const better = betterFor(paths);
  yield {
    // Clients that open just this path do not meet it.
    severity: intent.strength === 'none' || isEndpoint(name) ? 'hint' : 'information',
    intent,
    message: t`The back end gets ${quoted(`${path}${rest}`)} for ${quoted(`${name}${rest}`)}: what ${quoted(`location ${name}`)} matches is replaced by ${quoted(path)}, and only one of the two ends with a slash. Write ${quoted(better.text)}.`,
    place: placeOf(proxyPass),
    fixes: () => fixesFor(route, paths, better),
  };
}

/** A Socket.IO server answers at `/socket.io/`, the default of its `path`, and at nothing else. */
function* socketIo({ proxyPass, location, intent }: Route): Generator<Finding> {
  const { block } = location;
  const written = proxyPass.argument(0);
  const path = parseProxyTarget(written).uri;
  if (block === null || path !== '/' || isFilledIn(proxyPass, 0) || isRewritten(location)) return;
  const { kind, name } = locationName(block);
  if (kind !== 'prefix' || !isOfSocketIo({ name, path })) return;
  yield {
    severity: 'information',
    intent,
    message: t`The back end gets \`/\` for ${quoted('/socket.io/')}, and a Socket.IO server answers there alone, unless its \`path\` says otherwise. Write \`proxy_pass\` without the slash at its end.`,
    place: placeOf(proxyPass),
    fixes: () => [
      {
        title: t('Send the path as it is'),
        kind: 'suggestion',
        edits: [replaceWord(proxyPass, 1, written.slice(0, -1))],
      },
    ],
  };
}

function isOfSocketIo({ name, path }: Paths): boolean {
  return path === '/' && /\/socket\.io\/?$/.test(name);
}

/** `location /` with the path of an application: its pages ask for that path themselves, and it is there twice. */
function* doubled({ proxyPass, location, intent }: Route, model: Model): Generator<Finding> {
  if (model.websocketUrls.length === 0) return;
  const url = model.ask('URL with its path twice', location, (all) => urlsWithPathTwice(all).get(location));
  if (url === undefined) return;
  const path = parseProxyTarget(proxyPass.argument(0)).uri;
  yield {
    severity: 'information',
    intent,
    message: t`${plain(url)} reaches the back end with ${quoted(path)} twice: what \`location\` matches is replaced by the path of \`proxy_pass\`, and the URL has it already. Leave it away.`,
    place: placeOf(proxyPass),
  };
}

/** What a `proxy_pass` replaces of a path, and by what. */
interface Paths {
  /** The name of the location. */
  readonly name: string;
  /** The path of the `proxy_pass`. */
  readonly path: string;
}

/**
 * Where only one of the two ends with a slash, and the location takes paths below its own. A `rewrite` that changes the
 * path is sent as it is, and a path with variables whole (ngx_http_proxy_create_request).
 */
function replacedPath({ proxyPass, level, location }: Route, model: Model): Paths | null {
  const { block, server } = location;
  const url = proxyPass.argument(0);
  const path = parseProxyTarget(url).uri;
  if (level !== location || block === null || server === null || url.includes('$')) return null;
  if (path === '' || path.includes('?') || isFilledIn(proxyPass, 0) || !isSeenWhole(model, location))
    return null;
  const { kind, name } = locationName(block);
  const below = pathBelow(location);
  if (kind !== 'prefix' || below === null || name.endsWith('/') === path.endsWith('/')) return null;
  return isRewritten(location) || searchFor(server, below)?.level !== location ? null : { name, path };
}

function isRewritten(location: Level): boolean {
  return [location, ...location.levels].some((each) => each.byName.has('rewrite'));
}

/** How the two agree again: by the path of the `proxy_pass`, unless that is a slash alone. */
interface Better {
  readonly isLocation: boolean;
  readonly text: string;
}

function betterFor({ name, path }: Paths): Better {
  if (name.endsWith('/')) return { isLocation: false, text: `${path}/` };
  return path === '/'
    ? { isLocation: true, text: `location ${name}/` }
    : { isLocation: false, text: path.slice(0, -1) };
}

function fixesFor({ proxyPass, location }: Route, { name, path }: Paths, better: Better): Fix[] {
  const { block } = location;
  if (block === null) return [];
  const directive = better.isLocation ? block : proxyPass;
  const index = directive.words.length - 1;
  const word = directive.words[index];
  if (word === undefined || directive.file !== proxyPass.file) return [];
  // With the slash nginx redirects handshakes for the path that lacks it.
  if (better.isLocation && isEndpoint(name)) return [];
  const written = directive.file.text.slice(word.start, word.end);
  const replacedPart = better.isLocation ? name : path;
  if (!written.endsWith(replacedPart)) return [];
  const start = written.slice(0, -replacedPart.length);
  const edit: Edit = replaceWord(directive, index, `${start}${better.isLocation ? `${name}/` : better.text}`);
  const title = better.isLocation
    ? t`Change it to \`${better.text}\``
    : t`Change the path of \`proxy_pass\` to \`${better.text}\``;
  return [{ title, kind: 'suggestion', edits: [edit] }];
}

/** A token or a session is often in the query. Told where somebody asks for a URL that loses it, or where any does. */
function* lostQuery(route: Route, model: Model): Generator<Finding> {
  const { location, proxyPass, intent } = route;
  const url =
    model.websocketUrls.length === 0
      ? undefined
      : model.ask('URL that loses its query', location, (all) => urlsWithoutQuery(all).get(location));
  const rewrite = losingRewrite(route);
  const losesAlways = sendsCapturesAlone(route) || sendsOnePathForSocketIo(route);
  if (url === undefined && rewrite === null && !losesAlways) return;
  const written = proxyPass.argument(0);
  const isByVariables = written.includes('$') && !written.includes('?') && !isRewritten(location);
  const why = isByVariables ? t(OF_VARIABLES) : rewrite === null ? t(OF_PATH) : t(OF_REWRITE);
  yield {
    severity: url === undefined && intent.strength === 'none' ? 'hint' : 'information',
    intent,
    message: t`${url === undefined ? t('A request') : plain(url)} reaches the back end without its query: ${why}`,
    ...(rewrite === null
      ? { place: placeOf(proxyPass) }
      : standsOn(proxyPass, rewrite, t('This drops the query.'))),
    fixes: () => [
      ...(isByVariables ? [addQuery(replaceWord(proxyPass, 1, `${written}$is_args$args`))] : []),
      ...(rewrite === null ? [] : [addQuery(replaceWord(rewrite, 2, rewrite.argument(1).slice(0, -1)))]),
    ],
  };
}

function addQuery(edit: Edit): Fix {
  return { title: t('Send the query'), kind: 'suggestion', edits: [edit] };
}

const OF_VARIABLES = english(
  'a `proxy_pass` whose path has variables sends what they come to, and nothing else. Add `$is_args$args`.',
);
const OF_REWRITE = english(
  'the `?` at the end of what a `rewrite` makes of the path drops it. Remove the `?`.',
);
const OF_PATH = english('what the configuration makes of its path has none.');

/** A `rewrite` of the location that drops the query (ngx_http_rewrite_module), where it is the only one. */
function losingRewrite({ location, level }: Route): ConfigDirective | null {
  if (level !== location) return null;
  const [rewrite, ...others] = location.byName.get('rewrite') ?? [];
  const isAlone = others.length === 0 && location.levels.every(({ byName }) => !byName.has('rewrite'));
  return rewrite !== undefined && isAlone && /^[^?]+\?$/.test(rewrite.argument(1)) ? rewrite : null;
}

/**
 * Whether the path for the back end is put together of what a pattern has captured, which never has the query.
 */
function sendsCapturesAlone({ proxyPass, location, level }: Route): boolean {
  const { block } = location;
  const written = proxyPass.argument(0);
  if (block === null || level !== location || isFilledIn(proxyPass, 0) || isRewritten(location)) return false;
  const { name } = locationName(block);
  const { authority, uri } = parseProxyTarget(written);
  const hasPath = /\$/.test(uri) || /:\d+\$\d$/.test(authority);
  const isCapture = (variable: string): boolean => /^\d$/.test(variable) || name.includes(`<${variable}>`);
  return hasPath && !uri.includes('?') && variablesIn(written).every(isCapture);
}

/**
 * Whether a `proxy_pass` with variables in its host has a path: that is sent for every request, without the query, in which
 * each request of Socket.IO says what it is (`EIO`, `transport`).
 */
function sendsOnePathForSocketIo({ proxyPass, location, level }: Route): boolean {
  const { block } = location;
  const { authority, uri } = parseProxyTarget(proxyPass.argument(0));
  if (block === null || level !== location || isFilledIn(proxyPass, 0) || isRewritten(location)) return false;
  const isPlain = uri !== '' && !/[$?]/.test(uri);
  return (
    isPlain &&
    authority.includes('$') &&
    [locationName(block).name, uri].some((path) => /\/socket\.io\b/.test(path))
  );
}

/** The locations that send a URL on without its query, each with the first such URL. */
const urlsWithoutQuery = memoized((model: Model): ReadonlyMap<Level, string> => {
  const found = new Map<Level, string>();
  for (const url of model.websocketUrls.toReversed()) {
    const target = readTarget(url);
    const { upstream } = handshake(model, url);
    const uri = upstream === null ? null : knownText(upstream.backEnd.uri);
    if ('error' in target || target.query === '' || upstream === null || uri === null) continue;
    if (!uri.includes('?')) found.set(locationOf(upstream.level), url);
  }
  return found;
});

/** The locations that send a URL on with the path of their `proxy_pass` twice, each with the first such URL. */
const urlsWithPathTwice = memoized((model: Model): ReadonlyMap<Level, string> => {
  const found = new Map<Level, string>();
  for (const url of model.websocketUrls.toReversed()) {
    const { upstream } = handshake(model, url);
    const uri = upstream === null ? null : knownText(upstream.backEnd.uri);
    if (upstream === null || uri === null) continue;
    const path = parseProxyTarget(upstream.backEnd.pass.argument(0)).uri.replace(/\/$/, '');
    if (path !== '' && uri.startsWith(`${path}${path}/`)) found.set(locationOf(upstream.level), url);
  }
  return found;
});

export const docs: RuleDocs = {
  what: '`location` and the path of `proxy_pass` disagree about the slash at the end, or the query is lost.',
  why:
    'Where `proxy_pass` has a path, it takes the place of what the location has matched. `location /chat` with ' +
    '`proxy_pass http://host/` sends `/chat/room` on as `//room`, and `location /chat/` with `http://host/v1` as ' +
    '`/v1room`. Most servers know no such path. A path with variables is sent as it is, without the query of the request; so is any path where the host has variables, and so ' +
    'is what a `rewrite` to a path with a `?` at its end makes: a token in the query is lost.',
  how: 'End both with a slash, or neither. Add `$is_args$args` to a path with variables.',
  bad: `
events {}
http {
    server {
        listen 80;
        location /signalr {
            proxy_pass http://127.0.0.1:3000/v1/;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_read_timeout 1h;
        }
    }
}
`,
  good: `
events {}
http {
    server {
        listen 80;
        location /signalr {
            proxy_pass http://127.0.0.1:3000/v1;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_read_timeout 1h;
        }
    }
}
`,
  proof: [
    {
      claim: 'the path of Socket.IO',
      text: {
        bad: [
          ['/signalr', '/socket.io/'],
          ['/v1/', '/'],
        ],
      },
      url: 'ws://localhost/socket.io/?EIO=4&transport=websocket',
      sees: { request: 'GET /?EIO=4&transport=websocket HTTP/1.1' },
      mended: { request: 'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1' },
    },
    {
      claim: 'the query of Socket.IO behind a host with a variable',
      text: {
        bad: [
          ['/signalr', '/socket.io/'],
          [
            'proxy_pass http://127.0.0.1:3000/v1/',
            'set $app 127.0.0.1;\n            proxy_pass http://$app:3000/socket.io/',
          ],
        ],
      },
      url: 'ws://localhost/socket.io/?EIO=4&transport=websocket',
      sees: { request: 'GET /socket.io/ HTTP/1.1' },
      mended: { request: 'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1' },
    },
    {
      claim: 'a path of what a pattern has captured, and a query',
      text: {
        bad: [
          ['/signalr', '~ ^/signalr/(.*)$'],
          ['/v1/', '/$1'],
        ],
      },
      url: 'ws://localhost/signalr/room?id=1',
      sees: { request: 'GET /room HTTP/1.1' },
      mended: { request: 'GET /room?id=1 HTTP/1.1' },
    },
    {
      claim: 'a slash too many',
      url: 'ws://localhost/signalr/room',
      sees: { request: 'GET /v1//room HTTP/1.1' },
      mended: { request: 'GET /v1/room HTTP/1.1' },
    },
    {
      claim: 'a slash alone',
      text: { bad: [['/v1/', '/']] },
      url: 'ws://localhost/signalr/room',
      sees: { request: 'GET //room HTTP/1.1' },
      mended: { request: 'GET /room HTTP/1.1' },
    },
    {
      claim: 'a slash too few',
      text: {
        bad: [
          ['/signalr', '/signalr/'],
          ['/v1/', '/v1'],
        ],
      },
      url: 'ws://localhost/signalr/room',
      sees: { request: 'GET /v1room HTTP/1.1' },
      mended: { request: 'GET /v1/room HTTP/1.1' },
    },
    {
      claim: 'the path of the location itself',
      text: { bad: [['/v1/', '/']] },
      url: 'ws://localhost/signalr',
      sees: { request: 'GET / HTTP/1.1' },
      mended: { answer: 301 },
    },
    {
      claim: 'a path that a `rewrite` changes',
      text: { bad: [['proxy_pass', 'rewrite ^/signalr/(.*) /$1 break;\n            proxy_pass']] },
      finds: false,
      url: 'ws://localhost/signalr/room',
      sees: { request: 'GET /room HTTP/1.1' },
    },
    {
      claim: 'a `rewrite` with a `?` at its end',
      text: { bad: [['proxy_pass', 'rewrite ^/signalr/(.*) /$1? break;\n            proxy_pass']] },
      url: 'ws://localhost/signalr/room?id=1',
      sees: { request: 'GET /room HTTP/1.1' },
      mended: { request: 'GET /room?id=1 HTTP/1.1' },
    },
    {
      claim: 'a path with variables, and a query',
      text: { bad: [['/v1/', '$uri']] },
      good: { bad: [['/v1/', '$uri$is_args$args']] },
      finds: false,
      url: 'ws://localhost/signalr?id=1',
      sees: { request: 'GET /signalr HTTP/1.1' },
      mended: { request: 'GET /signalr?id=1 HTTP/1.1' },
    },
  ],
  sources: ['https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass'],
};
