import { combine, type Edit } from '../edits/edit';
import { replaceWord } from '../edits/insert';
import type { Fault } from '../handshake/evidence';
import { isNamed } from '../values/header-name';
import type { Route } from '../handshake/routes';
import { type ConfigDirective, placeOf } from '../model/configuration';
import { effective } from '../model/inheritance';
import type { Level } from '../model/levels';
import type { Model } from '../model/model';
import { repeat } from './support/forward-upgrade';
import { locationNamed } from './support/literal-locations';
import type { Finding, Fix, Rule, RuleDocs, Severity } from './support/rule';
import { insertInLocation } from './support/settings-of-location';
import { isAtLeastAsSevere, severityFor } from './support/severity';
import { SUBREQUESTS } from './support/subrequests';

export const rule: Rule = {
  id: 'websocket-subrequest',
  category: 'websocket',
  severity: 'warning',
  fix: 'safe',
  check: { visits: 'configuration', run: check },
};

function* check(_: Model, routes: readonly Route[]): Generator<Finding> {
  const byLocation = new Map(routes.map((route) => [route.location, route] as const));
  for (const [target, { route, asks, severity }] of subrequests(routes, byLocation)) {
    yield {
      severity,
      message:
        `Handshakes break at \`${asks.name} ${asks.argument(0)}\`: this location ` +
        `${route.request.set.level === target ? 'sends' : 'inherits the upgrade headers and sends'} the upgrade to its ` +
        'back end too, and nginx drops the connection when that one accepts. Blank `Upgrade` and `Connection` here.',
      place: placeOf(route.proxyPass),
      related: [{ place: placeOf(asks), message: 'The request is made here.' }],
      fixes: () => fixesFor(route),
    };
  }
}

/** A location that answers subrequests of handshakes, and forwards their upgrade. */
interface Subrequest {
  readonly route: Route;
  readonly asks: ConfigDirective;
  /** By the location with the strongest intent among those that ask. */
  readonly severity: Severity;
}

function subrequests(
  routes: readonly Route[],
  byLocation: ReadonlyMap<Level, Route>,
): ReadonlyMap<Level, Subrequest> {
  const found = new Map<Level, Subrequest>();
  for (const { location, intent } of routes) {
    const { server } = location;
    if (server === null) continue;
    for (const asks of SUBREQUESTS.flatMap((name) => effective(location, name).directives)) {
      const target = locationNamed(server, asks.argument(0));
      const route = target === undefined ? undefined : byLocation.get(target);
      if (target === undefined || route === undefined || target === location || !forwardsUpgrade(route))
        continue;
      const severity = severityFor(intent);
      const known = found.get(target);
      if (known === undefined || !isAtLeastAsSevere(known.severity, severity)) {
        found.set(target, { route, asks, severity });
      }
    }
  }
  return found;
}

/** Whether the back end of a route surely sees the upgrade, or would as soon as a map that is at fault is mended. */
function forwardsUpgrade({ verdict, faults }: Route): boolean {
  const isLost = ({ condition, id }: Fault): boolean =>
    condition === 'upgrade' || (condition === 'connection' && !id.startsWith('connection-map-'));
  return verdict !== 'unknown' && !faults.some(isLost);
}

function fixesFor(route: Route): Fix[] {
  const { set } = route.request;
  const isUpgrade = (header: ConfigDirective): boolean =>
    isNamed(header, 'upgrade') || isNamed(header, 'connection');
  const edits: Edit[] =
    set.level === route.location
      ? set.directives.filter(isUpgrade).map((header) => replaceWord(header, 2, '""'))
      : [
          insertInLocation(route, [
            'proxy_set_header Upgrade "";',
            'proxy_set_header Connection "";',
            // What is set here replaces all that is inherited.
            ...set.directives.filter((header) => !isUpgrade(header)).map(repeat),
          ]),
        ];
  const combined = combine(edits);
  return combined === null ? [] : [{ title: 'Do not upgrade here', kind: 'safe', edits: combined }];
}

export const docs: RuleDocs = {
  what: 'The location of an `auth_request` or `mirror` forwards the upgrade of the handshake to its own back end.',
  why:
    'A subrequest has the headers of the client. Where `Upgrade` and `Connection` are set for the whole server, the ' +
    'location that checks access inherits them. When its back end accepts, nginx logs `connection upgrade in ' +
    'subrequest` and drops the client; when it refuses with 400, the client gets 500.',
  how: 'Blank both headers in that location.',
  bad: `
events {}
http {
    server {
        listen 80;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_set_header Host $host;
        location /ws {
            auth_request /auth;
            proxy_pass http://127.0.0.1:3000;
            proxy_read_timeout 1h;
        }
        location = /auth {
            internal;
            proxy_pass http://127.0.0.1:3000;
        }
    }
}
`,
  good: `
events {}
http {
    server {
        listen 80;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_set_header Host $host;
        location /ws {
            auth_request /auth;
            proxy_pass http://127.0.0.1:3000;
            proxy_read_timeout 1h;
        }
        location = /auth {
            internal;
            proxy_pass http://127.0.0.1:3000;
            proxy_set_header Host $host;
            proxy_set_header Upgrade "";
            proxy_set_header Connection "";
        }
    }
}
`,
  proof: [
    {
      claim: '`auth_request`',
      pages: ['/auth'],
      sees: { answer: 'none', log: 'connection upgrade in subrequest' },
      ownWords: true,
    },
    {
      claim: '`mirror`',
      text: { bad: [['auth_request /auth', 'mirror /auth']] },
      pages: ['/auth'],
      sees: { answer: 101, log: 'connection upgrade in subrequest' },
      ownWords: true,
    },
    {
      claim: 'the back end of `auth_request` refuses with 400',
      text: {
        bad: [
          [
            'internal;',
            'internal;\n            proxy_set_header Upgrade $http_upgrade;\n            proxy_set_header Connection "upgrade";\n            proxy_set_header Sec-WebSocket-Key "";',
          ],
        ],
      },
      pages: ['/auth'],
      sees: { answer: 500 },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_auth_request_module.html',
    'https://nginx.org/en/docs/http/ngx_http_mirror_module.html',
  ],
};
