import { insertAfter } from '../edits/insert';
import { type Handshake, handshake } from '../handshake/handshake';
import { urlsOf } from '../handshake/route-urls';
import type { Route } from '../handshake/routes';
import { t } from '../l10n';
import { type ConfigDirective, type Place, placeOf } from '../model/configuration';
import { effective, ownDirectives } from '../model/inheritance';
import type { Level } from '../model/levels';
import { type Listener, listenersOf } from '../model/listeners';
import { passDirectives } from '../reference/pass-directives';
import { locationName } from '../values/location';
import type { Model } from '../model/model';
import { serverNames } from '../model/server-names';
import { type Socket, socketsOf } from '../model/sockets';
import { keptByServer } from './support/by-server';
import { addressesWithoutCertificate, hasCertificate } from './support/certificates';
import { memoized } from '../model/memo';
import { httpsPortOf, redirectIn, secureUrl } from './support/redirects';
import type { Finding, Fix, Rule, RuleDocs, Severity } from './support/rule';
import { isAtLeastAsSevere, severityOfHarm } from './support/severity';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'wss-plain-listener',
  category: 'tls',
  severity: 'information',
  fix: 'suggestion',
  check: { visits: 'configuration', run: check },
};

function check(model: Model): readonly Finding[] {
  return findings(model).flat();
}

/** A WebSocket location of a server without TLS. */
interface PlainLocation {
  readonly location: Level;
  readonly url: string;
  readonly severity: Severity;
}

const findings = keptByServer((server, routes, model): readonly Finding[] => {
  const locations = plainLocations(model, server, routes);
  const [first] = locations;
  if (first === undefined) return [];
  const hasTwin = namesWithTls(model, server);
  if (!hasTwin && !isMeantForTls(server)) return [];
  const { severity } = locations.reduce((a, b) => (isAtLeastAsSevere(a.severity, b.severity) ? a : b));
  return [
    {
      severity,
      message: messageFor(model, server, first),
      place: placeFor(server),
      related: locations
        .slice(0, RELATED_LIMIT)
        .flatMap(({ location: { block } }) =>
          block === null ? [] : [{ place: placeOf(block), message: t('WebSocket is served here.') }],
        ),
      fixes: () => (hasTwin ? [] : addListener(model.latest, server)),
    },
  ];
});

/** Whether a server has a certificate or a key, its own or those of http. */
function isMeantForTls(server: Level): boolean {
  return ['ssl_certificate', 'ssl_certificate_key'].some(
    (name) => effective(server, name).directives.length > 0,
  );
}

/** More locations than this are not listed. */
const RELATED_LIMIT = 5;

/** The WebSocket locations of a server that others can reach only without TLS. */
function plainLocations(model: Model, server: Level, routes: readonly Route[]): PlainLocation[] {
  if (!model.ask('plain', server, (all) => isPlain(all, server), Object.is, 'listeners')) return [];
  return routes.flatMap((route) => {
    const severity = severityOfHarm(route);
    const url = severity === null ? undefined : servedAt(model, route);
    if (severity === null || url === undefined || isServedOverTls(model, route.location, url)) return [];
    return [{ location: route.location, url, severity }];
  });
}

/** Addresses of this machine alone: something in front of nginx connects to them. */
const LOOPBACK = /^(?:127\.|localhost$|\[::1\]$|unix:)/i;

/** Whether a server listens without TLS alone, at an address that others can connect to. */
function isPlain(model: Model, server: Level): boolean {
  const listeners = listenersFor(model, server);
  return (
    // Another rule reports a listener on port 443. A connection with a PROXY header has been decrypted before.
    listeners.every(({ port, proxyProtocol }) => port !== 443 && !proxyProtocol) &&
    listeners.some(({ address }) => !LOOPBACK.test(address)) &&
    !listeners.some((listener) => tlsListeners(model).has(listener))
  );
}

function listenersFor({ http }: Model, server: Level): readonly Readonly<Listener>[] {
  return http === null ? [] : (listenersOf(http).get(server) ?? []);
}

function socketsFor({ http, version }: Model): readonly Socket[] {
  return http === null ? [] : socketsOf(http, version);
}

const tlsListeners = memoized(
  (model: Model): ReadonlySet<Readonly<Listener>> =>
    new Set(socketsFor(model).flatMap(({ tls, listeners }) => (tls ? listeners : []))),
);

/** The names that servers with TLS have. */
const tlsNames = memoized((model: Model): ReadonlySet<string> => {
  const names = new Set<string>();
  if (model.http === null) return names;
  for (const [server, listeners] of listenersOf(model.http)) {
    if (!listeners.some((listener) => tlsListeners(model).has(listener))) continue;
    for (const name of serverNames(server)) if (name !== '' && name !== '_') names.add(name.toLowerCase());
  }
  return names;
});

/** Whether a server with TLS has one of the names of this one. */
function namesWithTls(model: Model, server: Level): boolean {
  const find = (all: Model): boolean => {
    const names = tlsNames(all);
    return serverNames(server).some((name) => names.has(name.toLowerCase()));
  };
  return model.ask('names with TLS', server, find, Object.is, 'listeners');
}

/** A URL at which a location serves WebSocket, or would without another mistake: not where requests are sent to https://. */
function servedAt(model: Model, { location, reasons }: Route): string | undefined {
  const redirect = redirectIn(reasons);
  const isAway = redirect !== undefined && httpsPortOf(redirect) !== null;
  return isAway || reasons.some(({ id }) => id === 'answered-by-nginx')
    ? undefined
    : urlsOf(model, location)[0];
}

/** Whether a location of the same path takes the handshake over TLS, or the files do not determine which one does. */
function isServedOverTls(model: Model, location: Level, url: string): boolean {
  const secure = handshake(model, secureUrl(url, 443));
  const other = foundFirst(secure);
  if (other === undefined) return secure.verdict === 'unknown';
  const nameOf = ({ block }: Level): string | null => (block === null ? null : locationName(block).name);
  return nameOf(other) === nameOf(location);
}

/** The location that the search finds first; undefined when it finds none, or there is no search. */
function foundFirst({ because }: Handshake): Level | undefined {
  const about = because.find(({ step, id }) => step === 'location' && id === null)?.about;
  return about !== undefined && about !== null && 'kind' in about && about.kind === 'location'
    ? about
    : undefined;
}

function messageFor(model: Model, server: Level, { location, url }: PlainLocation): string {
  const path = location.block === null ? '' : locationName(location.block).name;
  const why = t`${quoted(path)} is on a port without TLS only, and pages that come over https:// can open wss:// only.`;
  if (!namesWithTls(model, server)) {
    return t`${why} The certificate here is not in use: add a \`listen 443 ssl\`.`;
  }
  const secure = handshake(model, secureUrl(url, 443));
  const taker = foundFirst(secure);
  const block = taker !== undefined && hasBackEnd(taker) ? taker.block : null;
  return block === null
    ? t`${why} ${quoted(secure.url)} is not served: give the server with TLS the location too.`
    : t`${why} Connect with ${quoted(secure.url)}, which ${quoted(shown(block))} of the server with TLS takes.`;
}

function hasBackEnd({ byName }: Level): boolean {
  return passDirectives.some((name) => byName.has(name));
}

function shown(block: ConfigDirective): string {
  return block.words.map(({ value }) => value).join(' ');
}

/** On the first `listen`, or on the server when there is none or it is in another file. */
function placeFor(server: Level): Place {
  const { block } = server;
  const listen = ownDirectives(server, 'listen')[0] ?? null;
  if (block === null) throw new RangeError('The server is not in the files.');
  return placeOf(listen !== null && listen.file === block.file ? listen : block);
}

/** With the listener they would be in force. */
function hasWeakProtocols(server: Level): boolean {
  return effective(server, 'ssl_protocols').directives.some(({ words }) =>
    words.some(({ value }) => /^(?:SSLv[23]|TLSv1(?:\.1)?)$/.test(value)),
  );
}

function addListener(model: Model, server: Level): Fix[] {
  if (model.http === null || !hasCertificate(server) || hasWeakProtocols(server)) return [];
  const listeners = listenersFor(model, server);
  const directives = listeners.flatMap(({ directive }) => (directive === null ? [] : [directive]));
  const last: ConfigDirective | undefined = directives.at(-1);
  const addresses = [...new Set(listeners.map(({ address }) => address))];
  if (last === undefined || addresses.some((address) => address !== '*' && address !== '[::]')) return [];
  const others = listenersOf(model.http);
  // TLS on an address is TLS for all servers there.
  const isTaken = addresses.some((address) =>
    [...others.values()].some((own) =>
      own.some((each) => each.address === address && each.port === 443 && !each.tls),
    ),
  );
  const lacks = addresses.some((address) => addressesWithoutCertificate(others).has(`${address}:443`));
  if (isTaken || lacks) return [];
  const lines = addresses.map((address) => `listen ${address === '*' ? '' : `${address}:`}443 ssl;`);
  return [{ title: t('Listen with TLS on port 443'), kind: 'suggestion', edits: [insertAfter(last, lines)] }];
}

export const docs: RuleDocs = {
  what: 'A WebSocket location is reached without TLS only, though its server has a certificate or its name has TLS elsewhere.',
  why:
    'A page that came over https:// can open wss:// connections only: browsers refuse ws:// as mixed content. A ' +
    'certificate alone does not make a port speak TLS: `listen` must say `ssl`. Where a configuration has no TLS ' +
    'at all, something in front of nginx may see to it, and nothing is said.',
  how: 'Listen on port 443 with `ssl`, or give the server with TLS the location, and connect with wss://.',
  bad: `
events {}
http {
    server {
        listen 80;
        server_name example.com;
        ssl_certificate /etc/nginx/ssl/localhost.crt;
        ssl_certificate_key /etc/nginx/ssl/localhost.key;
        location /ws {
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
        listen 443 ssl;
        server_name example.com;
        ssl_certificate /etc/nginx/ssl/localhost.crt;
        ssl_certificate_key /etc/nginx/ssl/localhost.key;
        location /ws {
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
    { claim: 'over TLS', url: 'wss://example.com/ws', sees: { answer: 'none' } },
    { claim: 'without TLS', url: 'ws://example.com/ws', sees: { answer: 'works' }, mended: 'same' },
    {
      claim: 'over TLS on port 80: a certificate alone does not do',
      url: 'wss://example.com:80/ws',
      sees: { answer: 'none' },
      mended: 'same',
    },
    { claim: '`nginx -t`', sees: { starts: true }, mended: 'same' },
  ],
  sources: [
    'https://www.w3.org/TR/mixed-content/',
    'https://nginx.org/en/docs/http/configuring_https_servers.html',
  ],
};
