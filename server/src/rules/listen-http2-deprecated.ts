import { combine, type Edit } from '../edits/edit';
import { insertAfter } from '../edits/insert';
import { removeWord } from '../edits/remove';
import type { Route } from '../handshake/routes';
import { t } from '../l10n';
import { type ConfigDirective, type Place, placeOf } from '../model/configuration';
import { type Level, serversIn } from '../model/levels';
import { listenersOf } from '../model/listeners';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import { hasHttp2Directive } from '../reference/versions';
import type { Text } from './support/proof';
import type { Finding, Fix, NginxCheck, Rule, RuleDocs, Severity } from './support/rule';
import { isAtLeastAsSevere, severityFor } from './support/severity';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'listen-http2-deprecated',
  category: 'tls',
  severity: 'warning',
  fix: 'safe',
  check: { visits: 'configuration', run: check },
};

function* check(model: Model, routes: readonly Route[], { versionIsSet }: NginxCheck): Generator<Finding> {
  if (model.http === null) return;
  const servers = serversIn(model.http);
  if (hasHttp2Directive(model.version)) {
    for (const server of servers) {
      if (listensWithHttp2(server).length > 0) yield* deprecated(server, versionIsSet);
    }
  } else yield* refusing(model, model.http, routes);
}

/**
 * One for each server, though nginx warns of each `listen`: it is one mistake.
 *
 * @param versionIsSet an nginx that is only assumed to be new enough may refuse the directive
 */
function* deprecated(server: Level, versionIsSet: boolean): Generator<Finding> {
  const listens = listensWithHttp2(server);
  const [first, ...others] = listens;
  if (first === undefined) return;
  const hasDirective = server.byName.has('http2');
  const advice = hasDirective
    ? t('Remove the parameter.')
    : t('Replace the parameter by `http2 on` in the server.');
  yield {
    severity: 'information',
    message: t`the "listen ... http2" directive is deprecated, use the "http2" directive instead: nginx warns of it at every start. ${advice}`,
    place: placeOfParameter(first),
    related: others.map((listen) => ({
      place: placeOfParameter(listen),
      message: t('It is used here too.'),
    })),
    fixes: () => {
      const removals = listens.map(removeParameter);
      const last = listens.at(-1) ?? first;
      const edits = combine(hasDirective ? removals : [...removals, insertAfter(last, ['http2 on;'])]);
      const kind = hasDirective || versionIsSet ? 'safe' : 'suggestion';
      const title = hasDirective ? t('Remove `http2` from `listen`') : t('Use `http2 on`');
      return edits === null ? [] : [{ title, kind, edits }];
    },
  };
}

const listensWithHttp2 = memoized((server: Level): readonly ConfigDirective[] =>
  (server.byName.get('listen') ?? []).filter((listen) => http2Index(listen) !== -1),
);

/** Before 1.25.1 a port without TLS that has `http2` speaks nothing else (ngx_http_init_connection). */
function* refusing(model: Model, http: Level, routes: readonly Route[]): Generator<Finding> {
  // A `listen` that is not in these files may say `ssl` for the same address.
  if (model.hasUnseenParts) return;
  const severities = severityByServer(routes);
  for (const [server, listeners] of listenersOf(http)) {
    const severity = severities.get(server);
    // A port for gRPC alone proxies nothing.
    if (severity === undefined) continue;
    for (const { directive, tls, port } of listeners) {
      // Port 443 without `ssl` is another mistake.
      if (directive === null || tls || port === 443 || http2Index(directive) === -1) continue;
      yield {
        severity,
        message: t`Every WebSocket handshake fails on ${quoted(`listen ${directive.argument(0)}`)}: with \`http2\` and without \`ssl\` the port speaks HTTP/2 only, before nginx 1.25.1. Remove \`http2\`.`,
        place: placeOfParameter(directive),
        fixes: () => [removal(directive)],
      };
    }
  }
}

function removal(listen: ConfigDirective): Fix {
  return { title: t('Remove `http2` from `listen`'), kind: 'safe', edits: [removeParameter(listen)] };
}

/** How much it matters that handshakes fail at a server: by the location with the strongest intent. */
function severityByServer(routes: readonly Route[]): Map<Level, Severity> {
  const severities = new Map<Level, Severity>();
  for (const { location, intent } of routes) {
    const { server } = location;
    if (server === null) continue;
    const severity = severityFor(intent);
    const known = severities.get(server);
    if (known === undefined || isAtLeastAsSevere(severity, known)) severities.set(server, severity);
  }
  return severities;
}

/** Index of the word `http2`; -1 when there is none. */
function http2Index(listen: ConfigDirective): number {
  return listen.words.findIndex(({ value }, index) => index > 1 && value === 'http2');
}

function placeOfParameter(listen: ConfigDirective): Place {
  const word = listen.words[http2Index(listen)];
  return word === undefined ? placeOf(listen) : { file: listen.file, start: word.start, end: word.end };
}

function removeParameter(listen: ConfigDirective): Edit {
  return removeWord(listen, http2Index(listen));
}

const BESIDE_SSL: Text = {
  good: [
    [
      'listen 80;',
      `listen 443 ssl http2;
        ssl_certificate /etc/nginx/ssl/localhost.crt;
        ssl_certificate_key /etc/nginx/ssl/localhost.key;`,
    ],
  ],
};

export const docs: RuleDocs = {
  what: '`listen … http2` is used, which the directive `http2` replaces since nginx 1.25.1.',
  why:
    'Since 1.25.1 nginx warns at every start. Before, the parameter is right beside `ssl`: a WebSocket is opened ' +
    'with HTTP/1.1 there. Without `ssl` such a port speaks HTTP/2 only, and every handshake fails.',
  how: 'Since 1.25.1 write `http2 on` in the server. Before, remove `http2` from a `listen` without `ssl`.',
  version: '1.24.0',
  bad: `
events {}
http {
    server {
        listen 80 http2;
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
    { before: '1.25.1', sees: { answer: 'none' } },
    {
      claim: 'beside `ssl` it is no mistake',
      text: BESIDE_SSL,
      finds: false,
      before: '1.25.1',
      url: 'wss://localhost/ws',
      sees: { answer: 'works' },
    },
    {
      since: '1.25.1',
      sees: {
        warns: 'the "listen ... http2" directive is deprecated, use the "http2" directive instead',
        line: 4,
      },
    },
    { claim: 'a handshake without `ssl`', since: '1.25.1', sees: { answer: 'works' }, mended: 'same' },
  ],
  sources: ['https://nginx.org/en/CHANGES', 'https://nginx.org/en/docs/http/ngx_http_v2_module.html#http2'],
};
