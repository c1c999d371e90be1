import { combine } from '../edits/edit';
import { replaceWord } from '../edits/insert';
import { headersNamedIn } from '../handshake/upstream-request';
import type { Route } from '../handshake/routes';
import { t } from '../l10n';
import type { ConfigDirective } from '../model/configuration';
import type { Model } from '../model/model';
import { freeName, insertMapBlock } from './support/connection-value';
import { standsOn } from './support/place';
import type { Finding, Fix, Rule, RuleDocs } from './support/rule';

export const rule: Rule = {
  id: 'websocket-any-protocol',
  category: 'websocket',
  severity: 'information',
  fix: 'suggestion',
  enabledByDefault: false,
  check: { visits: 'route', run: check },
};

function* check({ request, proxyPass }: Route, model: Model): Generator<Finding> {
  for (const header of headersNamedIn(request.set.directives, 'upgrade')) {
    if (!/^\$(?:http_upgrade|\{http_upgrade\})$/i.test(header.argument(1))) continue;
    yield {
      severity: 'information',
      message: t(
        'A client can switch to any protocol that the back end offers, not only to WebSocket: `Upgrade $http_upgrade` ' +
          'passes on whatever it asks for, `h2c` too. Use a map that lets only `websocket` through.',
      ),
      ...standsOn(proxyPass, header, t('The header is set here.')),
      fixes: () => fixesFor(model, header),
    };
  }
}

function fixesFor(model: Model, header: ConfigDirective): Fix[] {
  const name = freeName(model, ['websocket_upgrade', 'only_websocket']);
  if (name === undefined) return [];
  const map = insertMapBlock(model, name, ["default '';", '~*^websocket$ $http_upgrade;']);
  const edits = map === null ? null : combine([map, replaceWord(header, 2, `$${name}`)]);
  if (edits === null) return [];
  return [{ title: t('Let only `websocket` through'), kind: 'suggestion', edits }];
}

export const docs: RuleDocs = {
  what: '`Upgrade $http_upgrade` forwards an upgrade to any protocol. Off unless the settings turn it on.',
  why:
    'nginx opens the tunnel for whatever the back end accepts. If it offers HTTP/2 in the clear (`h2c`), a client ' +
    'gets a connection to it past all locations and access rules of nginx. Most back ends do not, so this rule is ' +
    'off by default.',
  how: 'Set `Upgrade` to the variable of a map that is empty for anything but `websocket`.',
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
            proxy_read_timeout 1h;
        }
    }
}
`,
  good: `
events {}
http {
    map $http_upgrade $websocket_upgrade {
        default '';
        ~*^websocket$ $http_upgrade;
    }

    server {
        listen 80;
        location /ws {
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $websocket_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_read_timeout 1h;
        }
    }
}
`,
  proof: [
    {
      claim: 'a client that asks for `h2c`, and a back end that accepts it',
      backEnd: 'any-upgrade',
      sends: { Upgrade: 'h2c' },
      sees: { answer: 'works', headers: { Upgrade: 'h2c' } },
      mended: { answer: 426, headers: { Upgrade: null } },
    },
    { claim: 'a handshake', sees: { answer: 'works' }, mended: 'same' },
    {
      claim: '`Upgrade: WebSocket`',
      sends: { Upgrade: 'WebSocket' },
      sees: { answer: 'works' },
      mended: 'same',
    },
  ],
  sources: ['https://github.com/nginx/nginx/issues/1472', 'https://nginx.org/en/docs/http/websocket.html'],
};
