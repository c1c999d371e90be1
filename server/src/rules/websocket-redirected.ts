import { combine, type Edit } from '../edits/edit';
import { insertBlockBefore } from '../edits/insert';
import { english, t } from '../l10n';
import { bytesOf, textOf } from '../model/bytes';
import type { Route } from '../handshake/routes';
import { blockAround, type ConfigDirective, placeOf } from '../model/configuration';
import { effectiveValue } from '../model/inheritance';
import { locationName } from '../values/location';
import type { Model } from '../model/model';
import { isAskedAsIs, isSeenWhole, ownPath, searchFor } from '../handshake/own-paths';
import { isEndpoint } from './support/endpoints';
import { standsOn } from './support/place';
import { httpsPortOf, isByReferer, redirectIn, worksOverTls } from './support/redirects';
import type { Text } from './support/proof';
import type { Finding, Fix, Reasons, Rule, RuleDocs } from './support/rule';
import { isOfConcern, severityOnTheWay, severityOfHarm } from './support/severity';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'websocket-redirected',
  category: 'websocket',
  severity: 'warning',
  fix: 'suggestion',
  check: [
    { visits: 'evidence', run: redirected },
    { visits: 'route', run: ownPathAlone },
    { visits: 'route', run: missingSlash },
  ],
};

function* redirected(reasons: Reasons, model: Model): Generator<Finding> {
  const { route, intent, evidence } = reasons;
  if (!isOfConcern(reasons)) return;
  for (const { about, message } of evidence) {
    if (about === null || about === undefined) continue;
    if (!('words' in about)) {
      // A rewritten path lacks the slash of the location that it leads to.
      if (about.block === null) continue;
      yield {
        severity: severityOnTheWay(intent),
        intent,
        message: t`${message} Write the slash where the path is made.`,
        ...standsOn(route.proxyPass, about.block, t('The location with the slash.')),
      };
      continue;
    }
    // Of that by the `Referer` another rule speaks, and of that to TLS.
    if (isByReferer(about) || worksOverTls(model, route, about) !== null) continue;
    const isToTls = httpsPortOf(about) !== null;
    yield {
      severity: severityOnTheWay(intent),
      intent,
      message: t`${quoted(`${about.name} ${about.argument(0)}`)} redirects handshakes, and WebSocket clients do not follow redirects: they never reach the back end. ${isToTls ? t(TO_TLS) : t('Let them through before it.')}`,
      ...standsOn(route.proxyPass, about, t('The redirect is here.')),
      // A location that is meant for https:// only must not be opened for http://.
      fixes: () => (isToTls || isStoppedFurtherOn(route, model, about) ? [] : letThrough(about)),
    };
  }
}

/** Other paths of the location pass, so it is a condition, but one that many clients meet. */
function* ownPathAlone(route: Route, model: Model): Generator<Finding> {
  const { verdict, cases, intent } = route;
  if (verdict !== 'depends' || intent.strength === 'none') return;
  const redirect = redirectIn(cases.bare?.steps ?? []);
  if (redirect?.name !== 'rewrite' || worksOverTls(model, route, redirect) !== null) return;
  const path = ownPath(route.location);
  if (path === null) return;
  yield {
    severity: 'hint',
    message: t`${quoted(`${redirect.name} ${redirect.argument(0)}`)} redirects a handshake for just ${quoted(textOf(path))}, and WebSocket clients do not follow redirects. Let them through before it, or connect with a path that is not redirected.`,
    ...standsOn(route.proxyPass, redirect, t('The redirect is here.')),
    fixes: () => (isStoppedFurtherOn(route, model, redirect) ? [] : letThrough(redirect)),
  };
}

const TO_TLS = english('Give the server for https:// the location, and connect with wss://.');

/** What may stop a handshake after the redirect. */
const FURTHER_LIMITS: readonly string[] = ['deny', 'internal', 'valid_referers'];

/** Whether something else may stop a handshake that is let through, or send it to another location. */
function isStoppedFurtherOn(route: Route, model: Model, { parent }: ConfigDirective): boolean {
  const { location } = route;
  const path = ownPath(location);
  const isOfLocation = parent === location.block || parent?.parent === location.block;
  return (
    FURTHER_LIMITS.some((name) => effectiveValue(location, name, model.version).directives.length > 0) ||
    location.levels.some(({ kind }) => kind === 'limit_except') ||
    (!isOfLocation && ['return', 'rewrite', 'if'].some((name) => location.byName.has(name))) ||
    path === null ||
    location.server === null ||
    searchFor(location.server, path)?.level !== location
  );
}

/** An `if` in front of the redirect: directives after `break` are not run. */
function letThrough(redirect: ConfigDirective): Fix[] {
  const block = blockAround(redirect);
  const anchor = block?.name === 'if' ? block : redirect;
  return [
    {
      title: t('Let WebSocket handshakes through before the redirect'),
      kind: 'suggestion',
      edits: [insertBlockBefore(anchor, 'if ($http_upgrade ~* ^websocket$)', ['break;'])],
    },
  ];
}

/** `/ws/` requested as `/ws`: nginx redirects the client to the path with the slash. */
function* missingSlash(route: Route, model: Model): Generator<Finding> {
  const { location } = route;
  const { block } = location;
  const path = ownPath(location);
  if (block === null || path === null || path === '/' || !path.endsWith('/')) return;
  if (locationName(block).kind === 'regex' || isAskedAsIs(path)) return;
  const harm = severityOfHarm(route);
  const severity = harm === null || isEndpoint(path) ? harm : 'hint';
  const { server } = location;
  if (severity === null || server === null || !isSeenWhole(model, location)) return;
  const found = searchFor(server, path.slice(0, -1));
  if (found?.redirects !== true || found.level !== location) return;
  const { name } = locationName(block);
  const short = name.slice(0, -1);
  yield {
    severity,
    intent: route.intent,
    message: t`A handshake for ${quoted(short)} is sent to ${quoted(name)} with 301, and WebSocket clients do not follow redirects. Connect with the slash, or add a location for the path without the slash.`,
    place: placeOf(block),
    fixes: () => withoutSlash(route, name, short),
  };
}

function withoutSlash({ location }: Route, name: string, short: string): Fix[] {
  const { block, server, parent } = location;
  if (block === null || server === null || parent !== server || !/^[\w./~-]+$/.test(name)) return [];
  if (searchFor(server, bytesOf(short))?.redirects !== true) return [];
  const edit: Edit = insertBlockBefore(block, `location = ${short}`, [`rewrite ^ ${name} last;`]);
  const edits = combine([edit]);
  return edits === null
    ? []
    : [{ title: t`Serve ${quoted(short)} like ${quoted(name)}`, kind: 'suggestion', edits }];
}

const REWRITE = 'rewrite ^/(.*[^/])$ /$1/ permanent;';
const SLASH: Text = {
  good: [
    [REWRITE, 'return 404;'],
    ['location = /ws {', 'location /ws/ {'],
  ],
};
const SLASH_AND_PATH: Text = {
  good: [
    [REWRITE, 'return 404;'],
    ['location = /ws {', 'location /ws/ {'],
    ['127.0.0.1:3000;', '127.0.0.1:3000/app/;'],
  ],
};

export const docs: RuleDocs = {
  what: 'A redirect stands in front of a WebSocket location, or the path is asked for without its slash.',
  why:
    'Browsers and most WebSocket clients do not follow redirects: a handshake that gets 301 or 302 has failed. `return` ' +
    'and `rewrite` of a server run before any location is searched for, those of a location before its `proxy_pass`. ' +
    'And where a location `/ws/` has a `proxy_pass`, nginx answers `/ws` with a redirect to `/ws/`. Redirects that only ' +
    'some handshakes get (by a cookie, a header, the path) are conditions, not faults; `wss-redirect` reports ' +
    'those to https://.',
  how:
    'Let handshakes through before the redirect, redirect in the locations that serve pages, or give the path without ' +
    'the slash a location of its own.',
  bad: `
events {}
http {
    server {
        listen 80;
        rewrite ^/(.*[^/])$ /$1/ permanent;
        location = /ws {
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
        location / {
            rewrite ^/(.*[^/])$ /$1/ permanent;
        }
        location = /ws {
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
    { claim: 'a `rewrite` of the server', sees: { answer: 301 } },
    {
      claim: 'other requests get it as before',
      text: { bad: [[REWRITE, 'return 302 /home;']] },
      sends: { Upgrade: 'h2c' },
      sees: { answer: 302 },
      mended: 'same',
    },
    {
      claim: 'a `return` of the server',
      text: { bad: [[REWRITE, 'return 302 /home;']] },
      sees: { answer: 302 },
    },
    {
      claim: 'a `return` in an `if` of the server',
      text: { bad: [[REWRITE, 'if ($request_method = GET) { return 308 /home; }']] },
      sees: { answer: 308 },
    },
    {
      claim: 'a `return` of the location',
      text: {
        bad: [
          [REWRITE, ''],
          ['location = /ws {', 'location = /ws { return 307 /home;'],
        ],
      },
      sees: { answer: 307 },
    },
    {
      claim: 'a `return` in an `if` of the location',
      text: {
        bad: [
          [REWRITE, ''],
          ['location = /ws {', 'location = /ws { if ($scheme = http) { return 301 /home; }'],
        ],
      },
      sees: { answer: 301 },
    },
    {
      claim: 'a `return` of a location whose `proxy_pass` has a path',
      text: {
        bad: [
          [REWRITE, ''],
          ['location = /ws {', 'location = /ws { return 301 /home;'],
          ['127.0.0.1:3000;', '127.0.0.1:3000/app;'],
        ],
      },
      sees: { answer: 301 },
    },
    {
      claim: 'the path without its slash',
      text: SLASH,
      url: 'ws://localhost/ws?room=1',
      sees: { answer: 301, location: 'http://localhost/ws/?room=1' },
      mended: { answer: 'works', request: 'GET /ws/?room=1 HTTP/1.1' },
    },
    {
      claim: 'the path with its slash',
      text: SLASH,
      url: 'ws://localhost/ws/',
      sees: { answer: 'works' },
      mended: 'same',
    },
    {
      claim: 'the path without its slash, and a `proxy_pass` with a path',
      text: SLASH_AND_PATH,
      url: 'ws://localhost/ws?room=1',
      sees: { answer: 301 },
      mended: { answer: 'works', request: 'GET /app/?room=1 HTTP/1.1' },
    },
  ],
  sources: [
    'https://www.rfc-editor.org/rfc/rfc6455#section-4.1',
    'https://nginx.org/en/docs/http/ngx_http_rewrite_module.html',
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#location',
  ],
};
