import type { Route } from '../handshake/routes';
import { t } from '../l10n';
import { placeOf } from '../model/configuration';
import { effective } from '../model/inheritance';
import type { Model } from '../model/model';
import { type Upstream } from '../model/upstreams';
import { hostOf, parseProxyTarget } from '../values/pass-url';
import { hasPlaceholder } from '../syntax/templates/languages';
import { isIpAddress } from '../values/address';
import { upstreamOf } from '../model/asking';
import { memoized } from '../model/memo';
import type { Finding, Rule, RuleDocs } from './support/rule';
import { insertInLocation } from './support/settings-of-location';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'upstream-tls-name',
  category: 'tls',
  severity: 'information',
  fix: 'suggestion',
  check: { visits: 'route', run: check },
};

/** `wss` is reported by proxy-pass-scheme; fixed, it is `https`. */
const TLS: ReadonlySet<string> = new Set(['https', 'wss']);

function* check(route: Route, model: Model): Generator<Finding> {
  const { proxyPass, location } = route;
  const { scheme, authority } = parseProxyTarget(proxyPass.argument(0));
  if (scheme === null || !TLS.has(scheme.toLowerCase()) || hasPlaceholder(authority)) return;
  const sends = effective(location, 'proxy_ssl_server_name');
  // An explicit `off` is intended.
  if (sends.directives.length > 0 || !sends.certain) return;
  const host = hostOf(authority);
  const upstream = upstreamOf(model, host);
  const name = upstream === undefined ? host : firstName(upstream);
  if (name === undefined || (upstream === undefined && !isPublicName(host))) return;
  const hasName = effective(location, 'proxy_ssl_name').directives.length > 0;
  const needsName = upstream !== undefined && !hasName;
  yield {
    severity: 'information',
    message: t`\`proxy_pass https://\` sends no server name (SNI) to the back end, and a host with several certificates refuses or presents another one. Add \`proxy_ssl_server_name on\`${needsName ? t` and ${quoted(`proxy_ssl_name ${name}`)}` : ''}.`,
    place: placeOf(proxyPass),
    fixes: () => {
      const lines = ['proxy_ssl_server_name on;', ...(needsName ? [`proxy_ssl_name ${name};`] : [])];
      const title = t('Send the server name to the back end');
      return [{ title, kind: 'suggestion', edits: [insertInLocation(route, lines)] }];
    },
  };
}

const firstName = memoized(({ servers }: Upstream) => servers.map(hostOf).find(isPublicName));

/** Whether a host has a name that a certificate may be for. nginx sends no name for an address (ngx_http_upstream_ssl_name). */
function isPublicName(host: string): boolean {
  if (host === '' || host.startsWith('unix:') || isIpAddress(host)) return false;
  return host !== 'localhost';
}

export const docs: RuleDocs = {
  what: '`proxy_pass https://` without `proxy_ssl_server_name on`.',
  why:
    'nginx sends no server name (SNI) to a back end unless told to. A host that serves several names may then ' +
    'break off the TLS handshake, and the client gets 502. When `proxy_pass` names an `upstream`, that name is ' +
    'sent: `proxy_ssl_name` says the right one.',
  how: 'Add `proxy_ssl_server_name on`, and `proxy_ssl_name` where `proxy_pass` names an `upstream`.',
  bad: `
events {}
http {
    server {
        listen 80;
        location /ws {
            proxy_pass https://chat.example;
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
            proxy_pass https://chat.example;
            proxy_ssl_server_name on;
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
      claim: 'a back end that has a certificate only for those who ask for its name',
      backEnd: 'tls',
      sees: { answer: 502, log: 'SSL_do_handshake() failed' },
      ownWords: true,
    },
    {
      claim: 'an `upstream` of another name',
      text: {
        good: [
          ['server {', 'upstream chat { server 127.0.0.1:3000; }\n    server {'],
          ['https://chat.example', 'https://chat'],
        ],
      },
      finds: false,
      backEnd: 'tls',
      sees: { answer: 502, log: 'SSL_do_handshake() failed' },
    },
    {
      claim: 'the same with `proxy_ssl_name`',
      text: {
        good: [
          ['server {', 'upstream chat { server 127.0.0.1:3000; }\n    server {'],
          ['https://chat.example;', 'https://chat;\n            proxy_ssl_name chat.example;'],
        ],
      },
      finds: false,
      backEnd: 'tls',
      sees: { answer: 'works' },
    },
  ],
  sources: ['https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_server_name'],
};
