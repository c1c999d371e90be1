import { combine } from '../edits/edit';
import { replaceWord } from '../edits/insert';
import { headersNamedIn } from '../handshake/upstream-request';
import type { Route } from '../handshake/routes';
import { t } from '../l10n';
import type { ConfigDirective } from '../model/configuration';
import { hasWebSocketPath } from '../model/intent';
import type { Model } from '../model/model';
import { locationName } from '../values/location';
import { type ConnectionValue, connectionValue, isFixedUpgrade } from './support/connection-value';
import { standsOn } from './support/place';
import type { Finding, Fix, Rule, RuleDocs } from './support/rule';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'connection-hardcoded',
  category: 'websocket',
  severity: 'information',
  fix: 'suggestion',
  check: { visits: 'route', run: check },
};

function* check(route: Route, model: Model): Generator<Finding> {
  // A fragment without the http level has no map, and none can be inserted: nothing better can be offered.
  const kind = model.ask('kind of http', null, ({ http }) => http?.kind, Object.is, 'names');
  if (!servesOthers(route) || kind !== 'http') return;
  for (const header of headersNamedIn(route.request.set.directives, 'connection').filter(isFixedUpgrade)) {
    yield {
      severity: 'information',
      message: t`Every request is sent as an upgrade: ${quoted(`Connection "${header.argument(1)}"`)} is fixed, and ordinary requests pass here too. Use a map of \`$http_upgrade\`, which upgrades only those that ask for it.`,
      ...standsOn(route.proxyPass, header, t('The header is set here.')),
      fixes: () => fixesFor(header, connectionValue(model, route)),
    };
  }
}

/** A path that is a sign of WebSocket, or an exact one, is assumed to serve nothing else. */
function servesOthers({ location, intent }: Route): boolean {
  const isExact = location.block !== null && locationName(location.block).kind === 'exact';
  return !isExact && !hasWebSocketPath(intent);
}

function fixesFor(header: ConfigDirective, connection: ConnectionValue): Fix[] {
  if (connection.text.startsWith('"')) return [];
  const edits = combine([replaceWord(header, 2, connection.text), ...connection.edits]);
  if (edits === null) return [];
  return [{ title: t`Set Connection to ${connection.text}`, kind: 'suggestion', edits }];
}

export const docs: RuleDocs = {
  what: '`Connection "upgrade"` is fixed in a location that serves ordinary requests too.',
  why:
    'The back end gets `Connection: upgrade` with every page and every call, though no client requests an upgrade ' +
    'there, and has to ignore it. It costs no connection: those that the upstream keeps alive stay so. In ' +
    'a location that serves WebSocket alone it does no harm.',
  how: 'Set `Connection` to the variable of a map of `$http_upgrade`.',
  bad: `
events {}
http {
    map $http_upgrade $connection_upgrade {
        default upgrade;
        '' close;
    }
    server {
        listen 80;
        location / {
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
    map $http_upgrade $connection_upgrade {
        default upgrade;
        '' close;
    }
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_read_timeout 1h;
        }
    }
}
`,
  proof: [
    {
      claim: 'an ordinary request',
      url: 'http://localhost/',
      sees: { headers: { Connection: 'upgrade', Upgrade: null } },
      mended: { headers: { Connection: 'close', Upgrade: null } },
    },
    { claim: 'a handshake', sees: { answer: 'works' }, mended: 'same' },
    {
      claim: 'connections to the back end are kept alive all the same',
      text: {
        bad: [
          ['server {', 'upstream app { server 127.0.0.1:3000; keepalive 8; }\n    server {'],
          ['http://127.0.0.1:3000', 'http://app'],
          ["'' close", "'' ''"],
        ],
      },
      backEnd: 'lenient',
      pages: ['/'],
      url: ['http://localhost/', 'http://localhost/', 'http://localhost/', 'http://localhost/'],
      sees: { connections: 1, headers: { Connection: 'upgrade' } },
      mended: { connections: 1, headers: { Connection: null } },
    },
    {
      claim: 'in a location for WebSocket alone it is no mistake',
      text: { bad: [['location / ', 'location /ws ']] },
      finds: false,
      sees: { answer: 'works' },
    },
  ],
  sources: ['https://nginx.org/en/docs/http/websocket.html'],
};
