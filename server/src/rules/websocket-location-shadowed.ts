import { handshake } from '../handshake/handshake';
import { isAskedAsIs, isSeenWhole, ownPath, pathBelow, searchFor } from '../handshake/own-paths';
import { originsOf } from '../handshake/route-urls';
import type { Route } from '../handshake/routes';
import { escapePath } from '../handshake/uri';
import { originText } from '../handshake/value';
import { t } from '../l10n';
import { textOf } from '../model/bytes';
import { placeOf } from '../model/configuration';
import { hasWebSocketPath, isMeantItself } from '../model/intent';
import type { Level } from '../model/levels';
import type { Model } from '../model/model';
import { keptByServer } from './support/by-server';
import { locationName } from '../values/location';
import type { Finding, Rule, RuleDocs } from './support/rule';
import { severityFor, severityOfHarm } from './support/severity';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'websocket-location-shadowed',
  category: 'websocket',
  severity: 'warning',
  fix: 'none',
  check: { visits: 'configuration', run: check },
};

function check(model: Model): readonly Finding[] {
  return findings(model).flat();
}

const findings = keptByServer((_server, routes, model) => {
  const byLocation = new Map(routes.map((route) => [route.location, route] as const));
  return routes.flatMap((route) => {
    const isOfConcern = isMeantItself(route.intent) || route.faults.length > 0;
    return isOfConcern ? (shadowed(model, route, byLocation) ?? []) : [];
  });
});

function shadowed(model: Model, route: Route, byLocation: ReadonlyMap<Level, Route>): Finding | null {
  const { location, intent } = route;
  const { block, server } = location;
  const path = ownPath(location);
  if (block === null || server === null || path === null || !isSeenWhole(model, location)) return null;
  const taker = searchFor(server, path)?.level;
  if (taker?.block === undefined || taker.block === null || taker === location || taker === server)
    return null;
  const [origin] = originsOf(model, server);
  if (origin === undefined) return null;
  const { verdict, status } = handshake(model, `${originText(origin)}${escapePath(path)}`);
  if (verdict !== 'blocked' || isAtFaultItself(byLocation.get(taker))) return null;
  const isAlone = isTakenAlone(route, server, taker);
  // Of `location /` nobody opens a WebSocket at `/` itself: what comes below does.
  if (isAlone && !hasWebSocketPath(intent)) return null;
  const severity = isAlone ? severityOfHarm(route) : severityFor(intent);
  if (severity === null) return null;
  const name = quoted(taker.block.words.map(({ value }) => value).join(' '));
  return {
    severity,
    intent,
    message: t`A handshake for ${quoted(textOf(path))} never comes here: ${name} ${reasonFor(location, taker)}, and ${status === null ? t('lets none through') : t`answers ${status}`}. ${adviceFor(location, taker)}`,
    place: placeOf(block),
    related: [{ place: placeOf(taker.block), message: t('This location takes the path.') }],
  };
}

/** A location that is meant for WebSocket too, and does not upgrade: that mistake is the one to fix. */
function isAtFaultItself(taker: Route | undefined): boolean {
  return taker?.intent.strength === 'strong' && taker.faults.length > 0;
}

/**
 * Whether the other location takes only the path of the prefix itself, and paths below it come here: an exact location,
 * written for that purpose, or a prefix with a slash at its end, where clients request paths below it.
 */
function isTakenAlone({ location }: Route, server: Level, taker: Level): boolean {
  const path = ownPath(location) ?? '';
  const below = pathBelow(location);
  const isExact = taker.block !== null && locationName(taker.block).kind === 'exact';
  if (isAskedAsIs(path) || below === null || !(isExact || path.endsWith('/'))) return false;
  return searchFor(server, below)?.level === location;
}

function reasonFor(location: Level, taker: Level): string {
  const kinds = { exact: t('is this very path'), prefix: t('is the longer prefix'), named: '', regex: '' };
  const kind = taker.block === null ? 'regex' : locationName(taker.block).kind;
  if (kind !== 'regex')
    return isRegex(location) ? t`goes before patterns, as it ${kinds[kind]}` : kinds[kind];
  return isRegex(location)
    ? t('is the first pattern that matches')
    : t('matches it, and patterns go before prefixes');
}

function adviceFor(location: Level, taker: Level): string {
  const { block } = location;
  if (isRegex(taker) && !isRegex(location) && block !== null) {
    return t`Write ${quoted(`location ^~ ${locationName(block).name}`)}.`;
  }
  if (isRegex(taker)) return t('Put this one in front of it.');
  return t('Serve WebSocket there too, or give it another path.');
}

function isRegex({ block }: Level): boolean {
  return block !== null && locationName(block).kind === 'regex';
}

export const docs: RuleDocs = {
  what: 'Another location takes the path of a WebSocket location: a pattern, an exact one, or a longer prefix.',
  why:
    'nginx takes an exact location first; else it remembers the longest prefix, and then asks the patterns in the order ' +
    'of the file: the first that matches goes before the prefix, however short its pattern. Only `^~` keeps a prefix ' +
    'from that. The location below looks right, and is never asked.',
  how: 'Write `location ^~` for the WebSocket path, make the pattern narrower, or put the patterns in another order.',
  bad: `
events {}
http {
    server {
        listen 80;
        location /ws {
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_read_timeout 1h;
        }
        location ~ ^/[a-z]+$ {
            root /srv/pages;
        }
    }
}
`,
  good: `
events {}
http {
    server {
        listen 80;
        location ^~ /ws {
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_read_timeout 1h;
        }
        location ~ ^/[a-z]+$ {
            root /srv/pages;
        }
    }
}
`,
  proof: [
    { claim: 'a pattern', sees: { answer: 404 } },
    {
      claim: 'an earlier pattern',
      text: { bad: [['location /ws', 'location ~ ^/w { return 410; }\n        location ~ ^/ws']] },
      good: {
        bad: [
          ['location /ws', 'location ~ ^/ws'],
          [
            'location ~ ^/[a-z]+$ {\n            root /srv/pages;',
            'location ~ ^/w {\n            return 410;',
          ],
        ],
      },
      sees: { answer: 410 },
    },
    {
      claim: 'a prefix with `^~` over a pattern',
      text: {
        bad: [
          ['location ~ ^/[a-z]+$', 'location ^~ /ws'],
          ['location /ws', 'location ~ ^/ws'],
        ],
      },
      good: {
        bad: [
          ['location ~ ^/[a-z]+$', 'location /pages'],
          ['location /ws', 'location ~ ^/ws'],
        ],
      },
      sees: { answer: 404 },
    },
    {
      claim: 'an exact location, for its own path',
      text: { bad: [['location ~ ^/[a-z]+$', 'location = /ws']] },
      good: 'good',
      sees: { answer: 404 },
    },
    {
      claim: 'an exact location, for another path',
      text: { bad: [['location ~ ^/[a-z]+$', 'location = /ws']] },
      good: 'good',
      url: 'ws://localhost/ws/room',
      sees: { answer: 'works' },
      mended: 'same',
    },
  ],
  sources: ['https://nginx.org/en/docs/http/ngx_http_core_module.html#location'],
};
