import { argumentsAsWritten } from '../edits/insert';
import { removeDirective } from '../edits/remove';
import { isNamed } from '../values/header-name';
import type { Route } from '../handshake/routes';
import type { ConfigDirective } from '../model/configuration';
import { effective, ownDirectives, replaced } from '../model/inheritance';
import type { Level } from '../model/levels';
import { standsOn } from './support/place';
import type { Finding, Fix, Rule, RuleDocs } from './support/rule';
import { insertInLocation } from './support/settings-of-location';
import { severityFor } from './support/severity';

export const rule: Rule = {
  id: 'websocket-response-header-hidden',
  category: 'websocket',
  severity: 'warning',
  fix: 'suggestion',
  check: { visits: 'route', run: check },
};

/** Without these a client rejects the answer. `Connection` nginx writes itself. */
const NEEDED: readonly string[] = ['Upgrade', 'Sec-WebSocket-Accept'];

function* check(route: Route): Generator<Finding> {
  for (const { header, directive } of hiddenHeaders(route.location)) {
    yield {
      severity: severityFor(route.intent),
      message:
        `The client rejects the handshake though the back end accepts it: \`proxy_hide_header ${header}\` takes ` +
        `\`${header}\` out of the answer. Let it through here.`,
      ...standsOn(route.proxyPass, directive, 'The header is hidden here.'),
      fixes: () => [fixFor(route, header, directive)],
    };
  }
}

/** What of the answer is hidden from the client: hidden by name, and not let through by `proxy_pass_header`. */
function hiddenHeaders(location: Level): { header: string; directive: ConfigDirective }[] {
  const hidden = effective(location, 'proxy_hide_header').directives;
  if (hidden.length === 0) return [];
  const passed = effective(location, 'proxy_pass_header');
  return NEEDED.flatMap((header) => {
    const directive = hidden.find((each) => isNamed(each, header.toLowerCase()));
    const isPassed = passed.directives.some((each) => isNamed(each, header.toLowerCase()));
    return directive === undefined || isPassed || !passed.certain ? [] : [{ header, directive }];
  });
}

function fixFor(route: Route, header: string, directive: ConfigDirective): Fix {
  const { location } = route;
  const own = ownDirectives(location, 'proxy_hide_header');
  // Without any of its own the location would inherit others.
  const isLast = own.length === 1 && replaced(location, 'proxy_hide_header').length > 0;
  if (own.includes(directive) && !isLast) {
    return { title: `Do not hide ${header}`, kind: 'suggestion', edits: [removeDirective(directive)] };
  }
  const hasOwn = ownDirectives(location, 'proxy_pass_header').length > 0;
  const inherited = hasOwn ? [] : effective(location, 'proxy_pass_header').directives;
  const lines = [
    ...inherited.map((each) => `proxy_pass_header ${argumentsAsWritten(each)};`),
    `proxy_pass_header ${header};`,
  ];
  return {
    title: `Let ${header} through here`,
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
