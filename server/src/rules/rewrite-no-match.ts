import { replaceWord } from '../edits/insert';
import { matchPattern } from '../handshake/patterns';
import type { Route } from '../handshake/routes';
import { t } from '../l10n';
import { textOf } from '../model/bytes';
import type { ConfigDirective } from '../model/configuration';
import type { Level } from '../model/levels';
import { locationName } from '../values/location';
import type { Model } from '../model/model';
import { isFilledIn } from '../model/variables';
import { isSeenWhole, ownPath, searchFor } from '../handshake/own-paths';
import { literalStart } from '../handshake/literal-start';
import { standsOn } from './support/place';
import type { Text } from './support/proof';
import type { Finding, Fix, Rule, RuleDocs } from './support/rule';
import { severityOfHarm } from './support/severity';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'rewrite-no-match',
  category: 'websocket',
  severity: 'information',
  fix: 'suggestion',
  check: { visits: 'route', run: check },
};

function* check(route: Route, model: Model): Generator<Finding> {
  const { location, proxyPass } = route;
  const severity = severityOfHarm(route);
  const { block } = location;
  if (severity === null || block === null || !isSeenWhole(model, location)) return;
  const { kind, name } = locationName(block);
  const path = ownPath(location);
  if (path === null || kind === 'regex') return;
  const rewrites = firstRewrites(location);
  for (const rewrite of rewrites) {
    const pattern = rewrite.argument(0);
    if (neverMatches(pattern, path, kind === 'exact')) {
      const paths =
        kind === 'exact'
          ? t`the only path here is ${quoted(name)}`
          : t`every path here begins with ${quoted(name)}`;
      yield {
        severity,
        intent: route.intent,
        message: t`${quoted(`rewrite ${pattern}`)} never matches: ${paths}. Correct the pattern.`,
        ...standsOn(proxyPass, rewrite, t('The rewrite is here.')),
      };
    } else if (kind === 'prefix' && missesOwnPath(pattern, path) && comesUnchanged(route, path, rewrites)) {
      yield {
        severity,
        intent: route.intent,
        message: t`${quoted(`rewrite ${pattern}`)} does not match ${quoted(textOf(path))} itself: a handshake for just that path goes to the back end unchanged. Make what follows it optional.`,
        ...standsOn(proxyPass, rewrite, t('The rewrite is here.')),
        fixes: () => matchOwnPath(rewrite, path),
      };
    }
  }
}

/** The rewrites of a location that see its own paths: one without a flag changes the path for those after it. */
function firstRewrites(location: Level): ConfigDirective[] {
  const rewrites: ConfigDirective[] = [];
  for (const directive of location.directives) {
    if (directive.name === 'break' || directive.name === 'return') break;
    if (directive.name !== 'rewrite') continue;
    if (isFilledIn(directive, 0)) break;
    rewrites.push(directive);
    if (directive.words.length < 4) break;
  }
  return rewrites;
}

/** Whether no path of the location can match: what the pattern begins with and what the path begins with differ. */
function neverMatches(pattern: string, path: string, isExact: boolean): boolean {
  if (isExact) return matchPattern(pattern, false, path) === null;
  const start = literalStart(pattern);
  return start !== null && !start.startsWith(path) && !path.startsWith(start);
}

/** Whether a pattern was meant for all paths of a prefix, and misses the shortest of them. */
function missesOwnPath(pattern: string, path: string): boolean {
  const withSlash = path.endsWith('/') ? path : `${path}/`;
  const start = literalStart(pattern);
  if (start === null || start !== withSlash || path === '/') return false;
  const matches = (each: string): boolean => matchPattern(pattern, false, each) !== null;
  return !matches(path) && isMatch(pattern, `${withSlash}x`) && isMatch(pattern, `${withSlash}x/y`);
}

function isMatch(pattern: string, path: string): boolean {
  const match = matchPattern(pattern, false, path);
  return match !== null && match !== 'unknown';
}

/** Whether a request for exactly this path reaches the location, and none of its rewrites changes the path. */
function comesUnchanged(route: Route, path: string, rewrites: readonly ConfigDirective[]): boolean {
  return (
    rewrites.every((rewrite) => matchPattern(rewrite.argument(0), false, path) === null) &&
    route.location.server !== null &&
    searchFor(route.location.server, path)?.level === route.location
  );
}

/** `^/ws/(.*)` becomes `^/ws(?:/(.*))?$`, `^/ws/(.+)` in `location /ws/` becomes `^/ws/(.*)$`. */
function matchOwnPath(rewrite: ConfigDirective, path: string): Fix[] {
  const pattern = rewrite.argument(0);
  const word = rewrite.words[1];
  const parts = /^(?<start>\^.*)\/\(\.[*+]\)\$?$/s.exec(pattern)?.groups;
  // Without what the group has matched, the new path must still be one.
  if (parts?.['start'] === undefined || word === undefined || !rewrite.argument(1).startsWith('/')) return [];
  const better = path.endsWith('/') ? `${parts['start']}/(.*)$` : `${parts['start']}(?:/(.*))?$`;
  if (!isMatch(better, path)) return [];
  const written = rewrite.file.text.slice(word.start, word.end);
  const quote = /^["']/.exec(written)?.[0] ?? '';
  // The file and the pattern have different escapes.
  if (written !== `${quote}${pattern}${quote}`) return [];
  return [
    {
      title: t`Match ${quoted(textOf(path))} too`,
      kind: 'suggestion',
      edits: [replaceWord(rewrite, 1, `${quote}${better}${quote}`)],
    },
  ];
}

const ONE_OR_MORE: Text = {
  bad: [
    ['^/ws/(.*)', '^/ws/(.+)'],
    ['location /ws', 'location /ws/'],
  ],
};

export const docs: RuleDocs = {
  what: 'A `rewrite` in a WebSocket location can never match, or misses the path of the location itself.',
  why:
    'The pattern of a `rewrite` sees the whole path, that of the location included. `location /api/chat` takes ' +
    '`/api/chat` as well as `/api/chat/room`, but `^/api/chat/(.*)` matches only the second: the first goes to the back ' +
    'end unchanged, with the prefix that all others lose.',
  how: 'Make the slash and what follows it optional, or connect with the slash.',
  bad: `
events {}
http {
    server {
        listen 80;
        location /ws {
            rewrite ^/ws/(.*) /$1 break;
            proxy_pass http://127.0.0.1:3000;
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
        location /ws {
            rewrite ^/ws(?:/(.*))?$ /$1 break;
            proxy_pass http://127.0.0.1:3000;
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
      claim: 'the path of the location itself',
      sees: { answer: 'works', request: 'GET /ws HTTP/1.1' },
      mended: { answer: 'works', request: 'GET / HTTP/1.1' },
    },
    {
      claim: 'a path below it',
      url: 'ws://localhost/ws/a/b?c=d',
      sees: { answer: 'works', request: 'GET /a/b?c=d HTTP/1.1' },
      mended: 'same',
    },
    {
      claim: 'the path with a slash',
      url: 'ws://localhost/ws/',
      sees: { answer: 'works', request: 'GET / HTTP/1.1' },
      mended: 'same',
    },
    {
      claim: 'a longer name',
      url: 'ws://localhost/wsx',
      sees: { answer: 'works', request: 'GET /wsx HTTP/1.1' },
      mended: 'same',
    },
    {
      claim: 'a pattern that wants something after the slash',
      text: ONE_OR_MORE,
      url: 'ws://localhost/ws/',
      sees: { answer: 'works', request: 'GET /ws/ HTTP/1.1' },
      mended: { answer: 'works', request: 'GET / HTTP/1.1' },
    },
    {
      claim: 'the same, and something is there',
      text: ONE_OR_MORE,
      url: 'ws://localhost/ws/room',
      sees: { answer: 'works', request: 'GET /room HTTP/1.1' },
      mended: 'same',
    },
    {
      claim: 'a pattern that never matches',
      text: { bad: [['^/ws/(.*)', '^/api/ws/(.*)']] },
      good: 'good',
      url: 'ws://localhost/ws/room',
      sees: { answer: 'works', request: 'GET /ws/room HTTP/1.1' },
      mended: { answer: 'works', request: 'GET /room HTTP/1.1' },
    },
  ],
  sources: ['https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#rewrite'],
};
