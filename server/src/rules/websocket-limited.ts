import type { Evidence } from '../handshake/evidence';
import type { Route } from '../handshake/routes';
import { t } from '../l10n';
import { blockAround, type ConfigDirective } from '../model/configuration';
import { effective } from '../model/inheritance';
import { hasSignBesidesHeaders } from '../model/intent';
import type { Level } from '../model/levels';
import type { Model } from '../model/model';
import { ownPath } from '../handshake/own-paths';
import { isLedTo } from '../handshake/internal-targets';
import { standsOn } from './support/place';
import { isByReferer } from './support/redirects';
import type { Finding, Reasons, Rule, RuleDocs } from './support/rule';
import { isOfConcern, severityOnTheWay } from './support/severity';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'websocket-limited',
  category: 'websocket',
  severity: 'warning',
  fix: 'none',
  check: {
    visits: 'evidence',
    ids: ['websocket-limited', 'websocket-redirected', 'answered-by-nginx'],
    run: check,
  },
};

function* check(reasons: Reasons, model: Model): Generator<Finding> {
  const { route, intent, evidence } = reasons;
  if (!isOfConcern(reasons)) return;
  for (const each of evidence) {
    const limit = limitOf(model, route, each);
    if (limit === null) continue;
    yield {
      severity: severityOnTheWay(intent),
      intent,
      message: limit.message,
      ...standsOn(route.proxyPass, limit.directive, t('It is limited here.')),
    };
  }
}

/** What keeps handshakes out. */
interface Limit {
  readonly directive: ConfigDirective;
  readonly message: string;
}

function limitOf(model: Model, route: Route, { id, about, message }: Evidence): Limit | null {
  if (about === null || about === undefined || !('words' in about)) return null;
  if (id !== 'websocket-limited') return isByReferer(about) ? refererLimit(route.location) : null;
  switch (about.name) {
    case 'deny': {
      const block = blockAround(about);
      return block?.name === 'limit_except' ? methodLimit(block, about) : denial(about);
    }
    case 'internal':
      return internalLimit(model, route, about);
    default:
      return { directive: about, message };
  }
}

/** `limit_except` without GET, and a `deny` in it. */
function methodLimit(block: ConfigDirective, deny: ConfigDirective): Limit {
  const methods = block.words.map(({ value }) => value).join(' ');
  return {
    directive: block,
    message: t`A handshake is a GET request, which ${quoted(methods)} does not name: ${quoted(`deny ${deny.argument(0)}`)} refuses it with 403. Add GET.`,
  };
}

function denial(deny: ConfigDirective): Limit {
  const message = t`${quoted(`deny ${deny.argument(0)}`)} refuses every handshake for this location with 403. Allow the addresses that may connect in front of it.`;
  return { directive: deny, message };
}

/**
 * `internal` is right for a location that other directives lead to, or a back end with `X-Accel-Redirect`. Upgrade
 * headers alone may come from a file included everywhere; they do not show that clients request the location.
 */
function internalLimit(model: Model, { location, intent }: Route, internal: ConfigDirective): Limit | null {
  if (!hasSignBesidesHeaders(intent)) return null;
  const path = ownPath(location);
  if (path === null || location.server === null || isLedTo(model, location.server, path)) return null;
  return {
    directive: internal,
    message: t(
      '`internal` keeps every request from outside away: handshakes get 404, and nothing leads here from within. ' +
        'Remove it.',
    ),
  };
}

/** `valid_referers` without `none`, and an `if` that refuses invalid ones. */
function refererLimit(location: Level): Limit | null {
  const referers = effective(location, 'valid_referers').directives.at(-1);
  if (referers === undefined) return null;
  return {
    directive: referers,
    message: t(
      'Browsers send no `Referer` with a handshake, and `valid_referers` without `none` takes that for invalid: nginx ' +
        'turns the handshake away. Add `none`, and let the back end look at `Origin`.',
    ),
  };
}

const LIMIT = `limit_except POST {
                deny all;
            }`;

export const docs: RuleDocs = {
  what: 'Every handshake for a WebSocket location is refused: by `limit_except`, `deny`, `internal`, `valid_referers` or `max_headers`.',
  why:
    'A handshake is a GET request from outside, without a `Referer`. `limit_except POST` limits GET too; `deny all` ' +
    'without an `allow` before it refuses everybody; `internal` answers requests from outside with 404; ' +
    '`valid_referers` finds a request without `Referer` invalid unless it names `none`; `max_headers` (since 1.29.8) of ' +
    'less than five leaves no room for the headers of a handshake. Passwords, certificates of ' +
    'clients and `auth_request` are there to refuse some: of them nothing is said.',
  how:
    'Add GET to `limit_except`, `allow` before `deny all`, or `none` to `valid_referers`; remove `internal`; raise ' +
    '`max_headers` above the headers that a browser sends.',
  bad: `
events {}
http {
    server {
        listen 80;
        location /ws {
            limit_except POST {
                deny all;
            }
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
            limit_except GET POST {
                deny all;
            }
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
    { sees: { answer: 403 } },
    {
      claim: '`deny all`',
      text: { bad: [[LIMIT, 'deny all;']] },
      good: { bad: [[LIMIT, 'allow 127.0.0.0/8;\n            deny all;']] },
      sees: { answer: 403 },
    },
    {
      claim: '`internal`',
      text: { bad: [[LIMIT, 'internal;']] },
      good: { bad: [[LIMIT, '']] },
      sees: { answer: 404 },
    },
    {
      claim: '`valid_referers` without `none`',
      text: {
        bad: [[LIMIT, 'valid_referers server_names;\n            if ($invalid_referer) { return 403; }']],
      },
      good: {
        bad: [
          [LIMIT, 'valid_referers none server_names;\n            if ($invalid_referer) { return 403; }'],
        ],
      },
      sees: { answer: 403 },
    },
    {
      claim: '`max_headers 4`',
      since: '1.29.8',
      text: {
        bad: [
          [LIMIT, ''],
          ['listen 80;', 'listen 80;\n        max_headers 4;'],
        ],
      },
      good: { bad: [[LIMIT, '']] },
      sees: { answer: 400 },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#limit_except',
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#internal',
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#max_headers',
    'https://nginx.org/en/docs/http/ngx_http_access_module.html',
    'https://nginx.org/en/docs/http/ngx_http_referer_module.html',
  ],
};
