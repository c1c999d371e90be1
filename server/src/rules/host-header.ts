import { t } from '../l10n';
import type { Level } from '../model/levels';
import type { Edit } from '../edits/edit';
import { replaceWord } from '../edits/insert';
import { readTarget, type Target } from '../handshake/target';
import { headersNamedIn } from '../handshake/upstream-request';
import type { Route } from '../handshake/routes';
import { type ConfigDirective, placeOf } from '../model/configuration';
import { replaced } from '../model/inheritance';
import { isTemplated, listenersOf } from '../model/listeners';
import type { Model } from '../model/model';
import { hostOf, parseProxyTarget } from '../values/pass-url';
import { isFilledIn } from '../model/variables';
import { addHeader } from './support/forward-upgrade';
import { isIpAddress } from '../values/address';
import { sendsOneHost, sinceOf } from '../reference/versions';
import { upstreamOf } from '../model/asking';
import { isUpstreamServer } from './support/hosts';
import { standsOn } from './support/place';
import type { Finding, Rule, RuleDocs, Severity } from './support/rule';
import { severityOfHarm } from './support/severity';
import { wantedHost } from './support/wanted-host';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'host-header',
  category: 'websocket',
  severity: 'information',
  fix: 'suggestion',
  check: [
    { visits: 'route', run: proxyHost },
    { visits: 'route', run: lostPort },
  ],
};

function* proxyHost(route: Route, model: Model): Generator<Finding> {
  const { proxyPass, request, faults } = route;
  const group = upstreamOf(model, hostIn(proxyPass))?.name;
  // Where no header is set at all, the upgrade is missing: that is one mistake, and the first to fix.
  const isBare = request.set.directives.length === 0;
  if ((isBare && group === undefined) || isSite(route, model) || !seesProxyHost(route)) return;
  // Of two lines one must go first: another rule speaks of them.
  if (isSetTwice(request.set.directives) && !sendsOneHost(sinceOf(model.version))) return;
  const own = hostHeader(request.set.directives);
  const outer = own === undefined ? outerHost(route) : undefined;
  const lost = outer !== undefined && !isProxyHost(outer) ? outer : undefined;
  // The fix for that mistake also restores `Host`.
  if (lost !== undefined && faults.some(({ id }) => id === 'websocket-headers-overridden')) return;
  const isMeant = own !== undefined || outer !== undefined || group !== undefined;
  const severity = isBare ? hintOf(route) : severityOf(route, isMeant);
  if (severity === null) return;
  const right = hasOwnPort(route, model) ? '$http_host' : '$host';
  const seen =
    group === undefined
      ? t('The back end sees the host of `proxy_pass` as `Host`, not the name that the browser asked for.')
      : t`The back end sees ${quoted(group)} as \`Host\`, the name of the \`upstream\`, not the name that the browser asked for.`;
  yield {
    severity,
    intent: route.intent,
    message: t`${seen} Many back ends compare it with \`Origin\`, and refuse the handshake of a browser. Set \`Host ${right}\`.`,
    ...(own === undefined
      ? { place: placeOf(proxyPass) }
      : standsOn(proxyPass, own, t('The header is set here.'))),
    ...(lost === undefined
      ? {}
      : {
          related: [
            { place: placeOf(lost), message: t('`Host` is set here, and lost: the location sets others.') },
          ],
        }),
    fixes: () => {
      const edit: Edit =
        own === undefined ? addHeader(route, `proxy_set_header Host ${right};`) : replaceWord(own, 2, right);
      return [{ title: t`Set Host to ${right}`, kind: 'suggestion', edits: [edit] }];
    },
  };
}

/** `$host` has no port (ngx_http_validate_host): the `Origin` of a browser has the one that it connects to. */
function* lostPort(route: Route, model: Model): Generator<Finding> {
  const { directives } = route.request.set;
  const isAsked = askedFor(route).some(({ port }) => !USUAL_PORTS.has(port));
  const host = hostHeader(directives);
  // Some back ends believe this header before `Host`.
  const forwarded = isAsked ? headersNamedIn(directives, 'x-forwarded-host').at(-1) : undefined;
  const own = [host, forwarded].find((header) => header !== undefined && isHostVariable(header));
  const severity = isAsked ? 'information' : hintOf(route);
  if (own === undefined || severity === null) return;
  if (!isAsked && !hasOwnPort(route, model)) return;
  const name = own.argument(0);
  yield {
    severity,
    message: t`\`$host\` has no port, and clients connect to one that is neither 80 nor 443: a back end that compares ${quoted(name)} with \`Origin\` refuses the handshake of a browser. \`$http_host\` has the port.`,
    ...standsOn(route.proxyPass, own, t('The header is set here.')),
    fixes: () => [
      {
        title: t`Set ${name} to $http_host`,
        kind: 'suggestion',
        edits: [replaceWord(own, 2, '$http_host')],
      },
    ],
  };
}

function isHostVariable(header: ConfigDirective): boolean {
  return /^\$(?:host|\{host\})$/i.test(header.argument(1));
}

/** The ports that a browser leaves out. */
const USUAL_PORTS: ReadonlySet<number> = new Set([80, 443]);

/** Whether clients of a server write a port, wherever they connect to it. */
function hasOwnPort({ location: { server } }: Route, model: Model): boolean {
  return (
    server !== null &&
    model.ask(
      'own port',
      server,
      ({ http }) => http !== null && hasPort(http, server),
      Object.is,
      'listeners',
    )
  );
}

function hasPort(http: Level, server: Level): boolean {
  const listeners = (listenersOf(http).get(server) ?? []).filter(
    ({ address, quic }) => !quic && !address.startsWith('unix:'),
  );
  return (
    listeners.length > 0 &&
    listeners.every(({ address, port }) => !isTemplated(address) && port !== 0 && !USUAL_PORTS.has(port))
  );
}

/**
 * The URLs that somebody asks for and the location takes, where nothing else surely stops their handshakes: a back end that
 * compares `Host` with `Origin` may be why they fail.
 */
function askedFor({ intent, verdict }: Route): Target[] {
  if (verdict === 'blocked') return [];
  return intent.signs.flatMap(({ kind, text }) => {
    const target = kind === 'url' ? readTarget(text) : null;
    return target === null || 'error' in target ? [] : [target];
  });
}

/** A Hint where a WebSocket is meant. */
function hintOf(route: Route): Severity | null {
  return severityOfHarm(route) === null ? null : 'hint';
}

/**
 * Information where somebody asks for a URL that nothing else stops, where the documentation of the application asks for the
 * header, where other headers already pass facts about the client on, and only `Host` is lost or forgotten, or where the
 * name of a group goes out, which no server knows. With the upgrade headers alone it is a Hint: they may come from a
 * quick-fix, which must not cause more than that.
 *
 * @param isMeant whether something in the files says that `Host` matters
 */
function severityOf(route: Route, isMeant: boolean): Severity | null {
  const severity = severityOfHarm(route);
  if (severity === null) return null;
  if (askedFor(route).length > 0 || wantedHost(route) !== null) return 'information';
  // The http level of a fragment may set it.
  if (route.location.server?.parent?.unseen === true) return 'hint';
  if (isMeant && route.intent.strength === 'strong') return 'information';
  return isMeant || describesClient(route.request.set.directives) ? severity : 'hint';
}

/** Whether some headers pass facts about the client to the back end. All locations of a level ask for the same ones. */
function describesClient(headers: readonly ConfigDirective[]): boolean {
  const isKnown =
    described.get(headers) ??
    headers.some((header) => /^(?:x-forwarded-|x-real-ip$|forwarded$)/i.test(header.argument(0)));
  described.set(headers, isKnown);
  return isKnown;
}

const described = new WeakMap<readonly ConfigDirective[], boolean>();

/**
 * Whether `proxy_pass` names another site, which needs its own name in `Host`. Also true for a name that depends on the
 * request: it is not judged.
 */
function isSite({ proxyPass }: Route, model: Model): boolean {
  const { authority } = parseProxyTarget(proxyPass.argument(0));
  if (authority === '' || authority.includes('$') || isFilledIn(proxyPass, 0)) return true;
  const host = hostOf(authority);
  if (host.startsWith('unix:') || isIpAddress(host)) return false;
  return host.includes('.') && !isUpstreamServer(model, host);
}

function hostIn(proxyPass: ConfigDirective): string {
  return hostOf(parseProxyTarget(proxyPass.argument(0)).authority);
}

/** Whether `Host` certainly is `$proxy_host`, by default or explicitly. */
function seesProxyHost({ request, location }: Route): boolean {
  const own = hostHeader(request.set.directives);
  if (own !== undefined) return isProxyHost(own);
  return request.set.certain && location.opaqueInForce === null;
}

function isProxyHost(header: ConfigDirective): boolean {
  return /^\$(?:proxy_host|\{proxy_host\})$/i.test(header.argument(1));
}

/** A `Host` of an outer level that other headers of this one replace. */
function outerHost({ request: { set } }: Route): ConfigDirective | undefined {
  return set.level === null ? undefined : hostHeader(replaced(set.level, 'proxy_set_header'));
}

function isSetTwice(headers: readonly ConfigDirective[]): boolean {
  return headersNamedIn(headers, 'host').filter((header) => header.argument(1) !== '').length > 1;
}

function hostHeader(headers: readonly ConfigDirective[]): ConfigDirective | undefined {
  return headersNamedIn(headers, 'host').at(-1);
}

export const docs: RuleDocs = {
  what: 'The back end of a WebSocket location sees `$proxy_host`, the name in `proxy_pass`, as `Host`, or a `Host` without the port.',
  why:
    'A browser sends `Origin` with every handshake, and many servers accept it only when it names the same host as ' +
    '`Host`. nginx sends the name in `proxy_pass` unless told otherwise, and any `proxy_set_header` of a level loses ' +
    'the `Host` that is set further out. The handshake then gets 403, from browsers only. The name of an ' +
    '`upstream` is no name that a server knows. `$host` has no port: where clients connect to one other than 80 and ' +
    '443, their `Origin` has it, and a hint says so. For a URL that `websocketUrls` or `--url` names, and that nothing ' +
    'else stops, and for an application whose documentation asks for the header, it is Information. Nothing is said where `proxy_pass` names another site.',
  how: 'Add `proxy_set_header Host $host`, or `Host $http_host` where the port matters.',
  bad: `
events {}
http {
    server {
        listen 80;
        location /ws {
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
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
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_read_timeout 1h;
        }
    }
}
`,
  proof: [
    {
      claim: 'a browser, and a back end that compares `Origin` with `Host`',
      backEnd: 'checks-origin',
      sends: { Origin: 'http://localhost' },
      sees: { answer: 403, headers: { Host: '127.0.0.1:3000' } },
      mended: { answer: 'works', headers: { Host: 'localhost' } },
    },
    {
      claim: 'a client that sends no `Origin`',
      backEnd: 'checks-origin',
      sees: { answer: 'works' },
      mended: 'same',
    },
    {
      claim: 'a `Host` that is set further out is lost',
      text: { bad: [['listen 80;', 'listen 80;\n        proxy_set_header Host $host;']] },
      backEnd: 'checks-origin',
      sends: { Origin: 'http://localhost' },
      sees: { answer: 403, headers: { Host: '127.0.0.1:3000' } },
    },
    {
      claim: 'the name of an `upstream`',
      text: {
        bad: [
          ['http {', 'http {\n    upstream pool { server 127.0.0.1:3000; }'],
          ['http://127.0.0.1:3000', 'http://pool'],
        ],
      },
      sends: { Origin: 'http://localhost' },
      backEnd: 'checks-origin',
      sees: { answer: 403, headers: { Host: 'pool' } },
    },
    {
      claim: '`$host` has no port',
      text: { good: [['listen 80;', 'listen 8080;']] },
      backEnd: 'checks-origin',
      url: 'ws://localhost:8080/ws',
      sends: { Origin: 'http://localhost:8080' },
      sees: { answer: 403, headers: { Host: 'localhost' } },
    },
    {
      claim: '`$http_host` has the port',
      text: {
        good: [
          ['listen 80;', 'listen 8080;'],
          ['Host $host', 'Host $http_host'],
        ],
      },
      finds: false,
      backEnd: 'checks-origin',
      url: 'ws://localhost:8080/ws',
      sends: { Origin: 'http://localhost:8080' },
      sees: { answer: 'works', headers: { Host: 'localhost:8080' } },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header',
    'https://www.rfc-editor.org/rfc/rfc6455#section-10.2',
  ],
};
