import { argumentsAsWritten } from '../edits/insert';
import { removeDirective } from '../edits/remove';
import type { Route } from '../handshake/routes';
import { t } from '../l10n';
import type { ConfigDirective } from '../model/configuration';
import { effective, ownDirectives, replaced } from '../model/inheritance';
import { standsOn } from './support/place';
import type { Finding, Fix, Reasons, Rule, RuleDocs } from './support/rule';
import { insertInLocation } from './support/settings-of-location';
import { severityFor } from './support/severity';

export const rule: Rule = {
  id: 'websocket-response-header-hidden',
  category: 'websocket',
  severity: 'warning',
  fix: 'suggestion',
  check: { visits: 'evidence', run: check },
};

function* check({ route, intent, evidence }: Reasons): Generator<Finding> {
  for (const { about } of evidence) {
    if (about === null || about === undefined || !('words' in about)) continue;
    const header = canonical(about.argument(0));
    const isAdded = about.name === 'add_header';
    yield {
      severity: severityFor(intent),
      intent,
      message: isAdded
        ? t`The client rejects the handshake though the back end accepts it: \`add_header ${header}\` with \`always\` adds a header to the 101 that it did not ask for. Leave it out here.`
        : t`The client rejects the handshake though the back end accepts it: \`proxy_hide_header ${header}\` takes \`${header}\` out of the answer. Let it through here.`,
      ...standsOn(
        route.proxyPass,
        about,
        isAdded ? t('The header is added here.') : t('The header is hidden here.'),
      ),
      fixes: () => (isAdded ? [] : [fixFor(route, header, about)]),
    };
  }
}

/** As RFC 6455 writes it. */
function canonical(header: string): string {
  return CANONICAL.find((each) => each.toLowerCase() === header.toLowerCase()) ?? header;
}

const CANONICAL: readonly string[] = ['Upgrade', 'Sec-WebSocket-Accept'];

function fixFor(route: Route, header: string, directive: ConfigDirective): Fix {
  const { location } = route;
  const own = ownDirectives(location, 'proxy_hide_header');
  // Without any of its own the location would inherit others.
  const isLast = own.length === 1 && replaced(location, 'proxy_hide_header').length > 0;
  if (own.includes(directive) && !isLast) {
    return { title: t`Do not hide ${header}`, kind: 'suggestion', edits: [removeDirective(directive)] };
  }
  const hasOwn = ownDirectives(location, 'proxy_pass_header').length > 0;
  const inherited = hasOwn ? [] : effective(location, 'proxy_pass_header').directives;
  const lines = [
    ...inherited.map((each) => `proxy_pass_header ${argumentsAsWritten(each)};`),
    `proxy_pass_header ${header};`,
  ];
  return {
    title: t`Let ${header} through here`,
    kind: 'suggestion',
    edits: [insertInLocation(route, lines)],
  };
}

export const docs: RuleDocs = {
  what: '`proxy_hide_header` hides `Upgrade` or `Sec-WebSocket-Accept` of the answer.',
  why:
    'A client accepts a WebSocket only with both headers in the answer (RFC 6455, 4.1). `proxy_hide_header ' +
    'Upgrade` is written against the `Upgrade: h2` that Apache sends, and hides that of the 101 too. The back ' +
    'end and nginx answer 101; the client fails.',
  how: 'Remove the line, or undo an inherited one with `proxy_pass_header` in the location.',
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
            proxy_hide_header Upgrade;
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
    { sees: { answer: 101, reason: 'Upgrade is not websocket: none' } },
    {
      claim: '`Sec-WebSocket-Accept`',
      text: { bad: [['proxy_hide_header Upgrade', 'proxy_hide_header sec-websocket-accept']] },
      sees: { answer: 101, reason: 'Sec-WebSocket-Accept does not answer the key: none' },
    },
    {
      claim: 'hidden by the server',
      text: {
        bad: [
          ['proxy_hide_header Upgrade;', ''],
          ['listen 80;', 'listen 80;\n        proxy_hide_header Upgrade;'],
        ],
      },
      sees: { answer: 101, reason: 'Upgrade is not websocket: none' },
    },
    {
      claim: '`Connection`, which nginx writes itself',
      text: { bad: [['proxy_hide_header Upgrade', 'proxy_hide_header Connection']] },
      finds: false,
      sees: { answer: 'works' },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_hide_header',
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass_header',
    'https://www.rfc-editor.org/rfc/rfc6455#section-4.1',
  ],
};
