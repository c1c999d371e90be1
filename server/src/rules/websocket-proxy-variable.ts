import type { Route } from '../handshake/routes';
import { isOpaque, knownText, prefixOf, sampleText } from '../handshake/value';
import { t } from '../l10n';
import { placeOf } from '../model/configuration';
import { hostOf, parseProxyTarget } from '../values/pass-url';
import { parseValue } from '../values/script';
import type { Finding, Reasons, Rule, RuleDocs } from './support/rule';
import { isOfConcern, severityFor } from './support/severity';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'websocket-proxy-variable',
  category: 'websocket',
  severity: 'error',
  fix: 'none',
  check: { visits: 'evidence', run: check },
};

function* check(reasons: Reasons): Generator<Finding> {
  const { route, intent } = reasons;
  const { proxyPass } = route;
  const target = targetOf(route);
  if (target === null || !(target.isFixed || isOfConcern(reasons))) return;
  const name = target.isFixed ? hostOf(target.address) : t`the host of ${quoted(proxyPass.argument(0))}`;
  yield {
    severity: target.isFixed ? 'error' : severityFor(intent),
    intent,
    message: t`no resolver defined to resolve ${name}: requests get 502, because nginx looks the host of a \`proxy_pass\` with a variable up when they come. Add \`resolver\` with the address of a DNS server, or name an \`upstream\`.`,
    place: placeOf(proxyPass),
  };
}

function withPort(url: string): string {
  const { scheme, authority } = parseProxyTarget(url);
  const lower = authority.toLowerCase();
  if (/:\d+$/.test(lower)) return lower;
  return `${lower}:${scheme?.toLowerCase() === 'https' ? 443 : 80}`;
}

/** Where a `proxy_pass` with variables leads. */
interface Target {
  /** Host and port. */
  readonly address: string;
  /** Whether it is the same for all requests; else the host is an example of one that the client names. */
  readonly isFixed: boolean;
}

/** Null where the files do not determine it. */
function targetOf({ proxyPass, valueOf }: Route): Target | null {
  let url = '';
  let isFixed = true;
  for (const part of parseValue(proxyPass.argument(0))) {
    const value = part.kind === 'text' ? [part.text] : valueOf(`\${${part.name}}`);
    if (isOpaque(value)) return null;
    // `$request_uri` and the like begin with a slash: they follow the host.
    if (knownText(value) === null && !prefixOf(value).startsWith('/')) isFixed = false;
    url += sampleText(value);
    if (/:\/\/[^/?]*[/?]/.test(url)) break;
  }
  const { scheme, authority } = parseProxyTarget(url);
  return scheme === null || authority === '' ? null : { address: withPort(url), isFixed };
}

export const docs: RuleDocs = {
  what: '`proxy_pass` has a variable and a host by name, and no `resolver` is in force.',
  why:
    'Without variables nginx looks the host up once, when it starts. With one, in the path too, it looks it up for ' +
    'each request, and needs `resolver` for that; not even `localhost` is known otherwise. Every request then gets ' +
    '502. An address, the name of an `upstream`, and a host that another `proxy_pass` names without variables need none.',
  how: 'Add `resolver`, or define an `upstream` and use its name.',
  bad: `
events {}
http {
    server {
        listen 80;
        location /ws {
            set $backend http://chat.example:3000;
            proxy_pass $backend;
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
            resolver 127.0.0.1;
            set $backend http://chat.example:3000;
            proxy_pass $backend;
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
    { sees: { answer: 502, log: 'no resolver defined to resolve chat.example' } },
    {
      claim: '`localhost`, and a variable in the path',
      text: { bad: [['proxy_pass $backend', 'proxy_pass http://localhost:3000$request_uri']] },
      good: { good: [['proxy_pass $backend', 'proxy_pass http://localhost:3000$request_uri']] },
      sees: { answer: 502, log: 'no resolver defined to resolve localhost' },
    },
    {
      claim: 'an address',
      text: { bad: [['chat.example', '127.0.0.1']] },
      finds: false,
      sees: { answer: 'works' },
    },
    {
      claim: 'an `upstream`',
      text: {
        bad: [
          ['http://chat.example:3000', 'http://App'],
          ['server {', 'upstream app { server 127.0.0.1:3000; }\n    server {'],
        ],
      },
      finds: false,
      sees: { answer: 'works' },
    },
    {
      claim: 'a host that another `proxy_pass` names',
      text: {
        bad: [
          ['chat.example', 'localhost'],
          ['location', 'location /other { proxy_pass http://localhost:3000; }\n        location'],
        ],
      },
      finds: false,
      sees: { answer: 'works' },
    },
    {
      claim: 'without a variable the host is looked up at the start',
      text: { bad: [['proxy_pass $backend', 'proxy_pass http://chat.example:3000']] },
      finds: false,
      sees: { refused: 'host not found in upstream "chat.example"' },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass',
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#resolver',
  ],
};
