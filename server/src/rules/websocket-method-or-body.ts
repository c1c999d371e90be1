import { removeDirective } from '../edits/remove';
import type { Route } from '../handshake/routes';
import { t } from '../l10n';
import type { ConfigDirective } from '../model/configuration';
import { effective, replaced } from '../model/inheritance';
import { standsOn } from './support/place';
import type { Finding, Fix, Reasons, Rule, RuleDocs } from './support/rule';
import { setInLocation } from './support/settings-of-location';
import { severityFor } from './support/severity';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'websocket-method-or-body',
  category: 'websocket',
  severity: 'warning',
  fix: 'suggestion',
  check: { visits: 'evidence', run: check },
};

function* check(reasons: Reasons): Generator<Finding> {
  for (const { about, fault } of reasons.evidence) {
    if (about === null || about === undefined || !('words' in about)) continue;
    if (fault !== undefined) {
      const message = t`The back end refuses the handshake, which must be a GET: ${quoted(`proxy_method ${about.argument(0)}`)} changes it. Let the method be here.`;
      yield findingFor(reasons, about, message, 'GET');
      continue;
    }
    const message = t(
      'The connection breaks right after it is opened: the back end takes the text of `proxy_set_body` for a ' +
        'WebSocket frame. Send no body here.',
    );
    yield findingFor(reasons, about, message, '""');
  }
}

function findingFor(
  { route, intent }: Reasons,
  directive: ConfigDirective,
  message: string,
  harmless: string,
): Finding {
  return {
    severity: severityFor(intent),
    intent,
    message,
    ...standsOn(route.proxyPass, directive, t('It is set here.')),
    fixes: () => [fixFor(route, directive, harmless)],
  };
}

function fixFor(route: Route, directive: ConfigDirective, harmless: string): Fix {
  const { name } = directive;
  const { location } = route;
  const isOwn = effective(location, name).level === location;
  if (isOwn && replaced(location, name).length === 0) {
    return { title: t`Remove \`${name}\``, kind: 'suggestion', edits: [removeDirective(directive)] };
  }
  const title = t`Set \`${name} ${harmless}\` here`;
  return { title, kind: 'suggestion', edits: [setInLocation(route, name, harmless)] };
}

export const docs: RuleDocs = {
  what: '`proxy_method` or `proxy_set_body` changes the handshake.',
  why:
    'A handshake is a GET without a body (RFC 6455, 4.1). With another method the back end answers 405. With a body ' +
    'it answers 101, reads the body as the first frame of the client, and closes.',
  how: 'Keep both directives away from locations that serve WebSocket.',
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
            proxy_method POST;
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
    { claim: '`proxy_method`', sees: { answer: 405, request: 'POST /ws HTTP/1.1' } },
    {
      claim: '`proxy_set_body`',
      text: { bad: [['proxy_method POST;', 'proxy_set_body hello;']] },
      sees: { answer: 101, reason: 'closed' },
    },
    {
      claim: '`proxy_set_body` of the server',
      text: {
        bad: [
          ['proxy_method POST;', ''],
          ['listen 80;', 'listen 80;\n        proxy_set_body hello;'],
        ],
      },
      sees: { answer: 101, reason: 'closed' },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_method',
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_body',
    'https://www.rfc-editor.org/rfc/rfc6455#section-4.1',
  ],
};
