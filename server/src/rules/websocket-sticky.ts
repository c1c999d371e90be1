import type { Edit } from '../edits/edit';
import { insertAfter, insertBefore, replaceWord } from '../edits/insert';
import type { Route } from '../handshake/routes';
import { readTarget } from '../handshake/target';
import { t } from '../l10n';
import type { ConfigDirective } from '../model/configuration';
import type { Intent } from '../model/intent';
import type { Level } from '../model/levels';
import { pathSegments } from '../model/signs';
import type { Model } from '../model/model';
import { type Upstream } from '../model/upstreams';
import { hostOf, parseProxyTarget } from '../values/pass-url';
import { placeholdersIn } from '../syntax/comments';
import { upstreamOf } from '../model/asking';
import { memoized } from '../model/memo';
import { isAtLeast, type NginxVersion } from '../reference/versions';
import { standsOn } from './support/place';
import type { Finding, Fix, Rule, RuleDocs } from './support/rule';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'websocket-sticky',
  category: 'websocket',
  severity: 'information',
  fix: 'suggestion',
  check: { visits: 'route', run: check },
};

/** Protocols that begin with ordinary requests, and continue with them where WebSocket fails: all must reach one server. */
const STATEFUL: ReadonlySet<string> = new Set(['socket.io', 'signalr', '_blazor', 'sockjs']);

/** Its hubs may be at any path. */
const OF_ANY_PATH: ReadonlyMap<string, string> = new Map([['ASP.NET Core SignalR', 'signalr']]);

/** What sends a client to the same server each time. */
const STICKY: ReadonlySet<string> = new Set(['ip_hash', 'hash', 'sticky', 'sticky_cookie_insert']);

/** The other ways to choose a server; an upstream has only one. */
const METHODS: ReadonlySet<string> = new Set(['least_conn', 'random', 'least_time', 'round_robin', 'fair']);

function* check({ location, proxyPass, intent }: Route, model: Model): Generator<Finding> {
  const protocol = segmentsOf(location, intent).find(isStateful);
  if (protocol === undefined) return;
  const upstream = upstreamOf(model, hostOf(parseProxyTarget(proxyPass.argument(0)).authority));
  const count = upstream === undefined ? 0 : serversInTurn(upstream);
  if (upstream === undefined || count < 2) return;
  const methods = hasSticky(model.version) ? t('`ip_hash`, or `sticky cookie`,') : '`ip_hash`';
  yield {
    severity: 'information',
    message: t`Clients of \`${protocol}\` fail now and then: their requests go to ${count} servers in turn, and only one of them knows the session. Add ${methods} to ${quoted(`upstream ${upstream.name}`)}.`,
    ...standsOn(proxyPass, upstream.directive, t('The upstream.')),
    fixes: () => {
      const lines = upstream.directive.children ?? [];
      return [...byAddress(lines), ...(hasSticky(model.version) ? byCookie(lines) : [])];
    },
  };
}

/** The segments of the path of a location, and of those that it surely takes: URLs asked for, those of an application. */
function segmentsOf({ block }: Level, { signs }: Intent): string[] {
  const paths = signs.flatMap((sign) => {
    if (sign.kind === 'application')
      return sign.weight === 'strong' ? [sign.path, OF_ANY_PATH.get(sign.text) ?? ''] : [];
    const target = sign.kind === 'url' ? readTarget(sign.text) : null;
    return target === null || 'error' in target ? [] : [target.path];
  });
  return [...(block === null ? [] : pathSegments(block)), ...paths.flatMap((path) => path.split('/'))];
}

function isStateful(segment: string): boolean {
  return STATEFUL.has(segment);
}

function parametersOf(server: ConfigDirective): string[] {
  return server.words.slice(2).map(({ value }) => value);
}

/** Whether requests go to a server while all are up. */
function isInUse(line: ConfigDirective): boolean {
  if (line.name !== 'server') return false;
  const parameters = parametersOf(line);
  return !parameters.includes('backup') && !parameters.includes('down');
}

/** How many servers a client may reach in turn; 0 where each client stays with one, or not all servers are known. */
const serversInTurn = memoized(({ directive }: Upstream): number => {
  const lines = directive.children ?? [];
  const isUnseen = lines.some(({ name }) => name === 'include') || hasPlaceholders(directive);
  if (isUnseen || lines.some(({ name }) => STICKY.has(name))) return 0;
  return lines.filter(isInUse).length;
});

function hasPlaceholders({ file, node }: ConfigDirective): boolean {
  return file.tree.template && placeholdersIn(file.tree, node).length > 0;
}

/** Since this release nginx has `sticky` without a subscription (CHANGES, 1.29.6). */
const stickySince: NginxVersion = { major: 1, minor: 29, patch: 6 };

function hasSticky(version: NginxVersion): boolean {
  return isAtLeast(version, stickySince);
}

function byAddress(lines: readonly ConfigDirective[]): Fix[] {
  const [first] = lines;
  // nginx refuses `backup` beside `ip_hash`.
  const hasBackup = lines.some((line) => line.name === 'server' && parametersOf(line).includes('backup'));
  if (first === undefined || hasBackup) return [];
  const method = lines.find(({ name }) => METHODS.has(name));
  const edit: Edit =
    method === undefined
      ? insertBefore(first, ['ip_hash;'])
      : { ...replaceWord(method, 0, 'ip_hash'), end: method.wordsEnd };
  return [{ title: t('Send each client to the same server (`ip_hash`)'), kind: 'suggestion', edits: [edit] }];
}

/** It goes on top of the method, which chooses the server of the first request: after the line of that. */
function byCookie(lines: readonly ConfigDirective[]): Fix[] {
  const [first] = lines;
  if (first === undefined) return [];
  const cookie = ['sticky cookie srv_id path=/;'];
  const method = lines.find(({ name }) => METHODS.has(name));
  const edit = method === undefined ? insertBefore(first, cookie) : insertAfter(method, cookie);
  return [
    { title: t('Send each client to the same server (`sticky cookie`)'), kind: 'suggestion', edits: [edit] },
  ];
}

const SOCKET_IO = 'http://localhost/socket.io/';

export const docs: RuleDocs = {
  what:
    'A path of socket.io, SignalR or SockJS leads to several servers, and nothing keeps a client at one of them: the path ' +
    'of the location, of a URL that is asked for, or of the application behind it.',
  why:
    'These protocols open a session with ordinary requests before they upgrade, and fall back to such requests. A ' +
    'server that does not know the session answers 400 or 404. By default nginx takes the servers in turn.',
  how:
    'Add `ip_hash` or `hash` to the upstream, before `keepalive` (nginx warns otherwise, until 1.29.7). Where all clients come through one address, use ' +
    '`hash` of a cookie or header, or, from nginx 1.29.6 on, `sticky cookie`.',
  bad: `
events {}
http {
    upstream app {
        server 127.0.0.1:3000;
        server 127.0.0.1:3001;
    }
    server {
        listen 80;
        location /socket.io/ {
            proxy_pass http://app;
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
    upstream app {
        ip_hash;
        server 127.0.0.1:3000;
        server 127.0.0.1:3001;
    }
    server {
        listen 80;
        location /socket.io/ {
            proxy_pass http://app;
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
      claim: 'four requests of one client',
      url: [SOCKET_IO, SOCKET_IO, SOCKET_IO, SOCKET_IO],
      sees: { shares: [2, 2] },
      mended: { shares: [0, 4] },
    },
    {
      claim: '`hash`',
      text: { good: [['ip_hash', 'hash $remote_addr']] },
      finds: false,
      url: [SOCKET_IO, SOCKET_IO, SOCKET_IO, SOCKET_IO],
      sees: { shares: [0, 4] },
    },
    {
      claim: '`sticky cookie`',
      text: { good: [['ip_hash', 'sticky cookie srv_id path=/']] },
      finds: false,
      since: '1.29.6',
      sees: { starts: true },
    },
    {
      claim: '`sticky cookie` before that release',
      text: { good: [['ip_hash', 'sticky cookie srv_id path=/']] },
      good: 'good',
      finds: false,
      before: '1.29.6',
      sees: { refused: 'unknown directive "sticky"', line: 4 },
    },
    {
      claim: '`ip_hash` after `keepalive`',
      text: { good: [['ip_hash;', 'keepalive 8;\n        ip_hash;']] },
      finds: false,
      before: '1.29.7',
      sees: { warns: 'load balancing method redefined', line: 5 },
    },
    {
      claim: '`ip_hash` and a `backup` server: nginx refuses it, so there is no fix',
      text: { good: [['3001;', '3001 backup;']] },
      finds: false,
      sees: { refused: 'balancing method does not support parameter "backup"' },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_upstream_module.html#ip_hash',
    'https://socket.io/docs/v4/using-multiple-nodes/',
  ],
};
