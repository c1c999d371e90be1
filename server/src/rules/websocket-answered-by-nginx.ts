import { placeOf } from '../model/configuration';
import { refusesUpgrades } from './support/forward-upgrade';
import { standsOn } from './support/place';
import type { Finding, Reasons, Rule, RuleDocs } from './support/rule';
import { isOfConcern, severityFor } from './support/severity';

export const rule: Rule = {
  id: 'websocket-answered-by-nginx',
  category: 'websocket',
  severity: 'warning',
  fix: 'none',
  check: { visits: 'evidence', ids: 'rest', run: check },
};

function* check(reasons: Reasons): Generator<Finding> {
  const {
    route,
    intent,
    evidence: [first],
  } = reasons;
  if (!isOfConcern(reasons) || refusesUpgrades(route, reasons.intent)) return;
  const { proxyPass } = route;
  const { about, message } = first;
  const isDirective = about !== null && about !== undefined && 'words' in about;
  const block = about !== null && about !== undefined && 'block' in about ? about.block : null;
  const directive = isDirective ? about : block;
  yield {
    severity: severityFor(intent),
    message: `WebSocket handshakes fail here in every case. ${message}`,
    ...(directive === null
      ? { place: placeOf(proxyPass) }
      : standsOn(proxyPass, directive, 'This is what stops them.')),
  };
}

export const docs: RuleDocs = {
  what: 'No handshake for a WebSocket location gets through, and no other rule says why: nginx itself answers them all.',
  why:
    'A `return` of the server runs before any location is searched for. A nested location does not run the `set` ' +
    'directives of the one around it, so that a `proxy_pass` with their variables names no host: 500. Where files are ' +
    'served no back end is asked.',
  how: 'Let the requests for this location through before the directive that answers them, or set there what is missing.',
  bad: `
events {}
http {
    server {
        listen 80;
        return 503;
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
        location / {
            return 503;
        }
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
    { sees: { answer: 503 } },
    {
      claim: 'variables that only the location around sets',
      text: {
        bad: [
          ['return 503;', 'location /w { set $app 127.0.0.1:3000;'],
          ['proxy_pass http://127.0.0.1:3000;', 'proxy_pass http://$app;'],
          ['proxy_read_timeout 1h;\n        }', 'proxy_read_timeout 1h;\n        } }'],
        ],
      },
      good: 'good',
      sees: { answer: 500 },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_rewrite_module.html',
    'https://nginx.org/en/docs/http/request_processing.html',
  ],
};
