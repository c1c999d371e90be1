import { t } from '../l10n';
import { placeOf } from '../model/configuration';
import type { Route } from '../handshake/routes';
import type { Model } from '../model/model';
import { releasesText } from '../handshake/faults';
import { connectionValue, connectionValueByMap } from './support/connection-value';
import {
  forwardUpgrade,
  type Missing,
  missingIn,
  neededFor,
  refusesUpgrades,
} from './support/forward-upgrade';
import type { Finding, Fix, Reasons, Rule, RuleDocs } from './support/rule';
import { severityFor } from './support/severity';
import { isMeantForOthers } from './support/shared-headers';

export const rule: Rule = {
  id: 'websocket-upgrade-missing',
  category: 'websocket',
  severity: 'warning',
  fix: 'safe',
  check: { visits: 'evidence', run: check },
};

function* check(reasons: Reasons, model: Model): Generator<Finding> {
  const { route, intent } = reasons;
  const missing = missingIn(reasons);
  if (missing.length === 0 || refusesUpgrades(route, reasons.intent)) return;
  yield {
    severity: severityFor(intent),
    intent,
    message: messageFor(model, reasons, missing),
    place: placeOf(route.proxyPass),
    fixes: () => fixesFor(model, route, missing),
  };
}

function messageFor(model: Model, { route, intent }: Reasons, missing: readonly Missing[]): string {
  const forwards =
    intent.strength === 'none'
      ? t('WebSocket handshakes would fail here')
      : t('WebSocket handshakes fail here');
  const headers = missing.includes('upgrade')
    ? missing.includes('connection')
      ? t('the back end gets neither `Upgrade` nor `Connection: upgrade`')
      : t('the back end gets no `Upgrade`')
    : missing.includes('connection')
      ? t('the back end gets no `Connection: upgrade`')
      : '';
  const elsewhere = unlessSetAround(route);
  const releases = releasesText(model, route.request).trim();
  if (headers === '') {
    const handshakes =
      releases === '' ? t('WebSocket handshakes') : t`${capitalized(releases)} WebSocket handshakes`;
    return t`${handshakes} reach the back end over HTTP/1.0, which many refuse${elsewhere}. Add \`proxy_http_version 1.1\`.`;
  }
  const and = releases === '' ? t('and') : t`and, ${releases},`;
  const version = missing.includes('http-version') ? t` ${and} is asked over HTTP/1.0` : '';
  return t`${forwards}: ${headers}${version}${elsewhere}. ${adviceFor(route, missing)}.`;
}

/** What is not here is taken to set nothing. */
function unlessSetAround({ request: { taken } }: Route): string {
  if (taken === null) return '';
  return taken === 'http' ? t(', unless nginx.conf sets it') : t(', unless the server around it sets it');
}

/** Names what the fix writes: in a fragment that is more than what is certainly missing. */
function adviceFor(route: Route, missing: readonly Missing[]): string {
  const { added, changed, host } = neededFor(route, missing);
  if (added.length === 3 && missing.length === 3)
    return host === null
      ? t('Add the three directives')
      : t`Add the three directives, and \`proxy_set_header Host ${host}\``;
  const steps: string[] = [];
  const sent = host === null ? [] : [`\`proxy_set_header Host ${host}\``];
  if (added.length > 0)
    steps.push(t`add ${listed([...added.map((condition) => DIRECTIVES[condition]), ...sent])}`);
  if (changed !== undefined) steps.push(t`give ${DIRECTIVES.connection} the value \`upgrade\``);
  return capitalized(steps.join(t(', and ')));
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : t`${names.slice(0, -1).join(t(', '))} and ${names.at(-1)}`;
}

const DIRECTIVES: Readonly<Record<Missing, string>> = {
  upgrade: '`proxy_set_header Upgrade $http_upgrade`',
  connection: '`proxy_set_header Connection`',
  'http-version': '`proxy_http_version 1.1`',
};

function fixesFor(model: Model, route: Route, missing: readonly Missing[]): Fix[] {
  const fixes: Fix[] = [];
  const needsConnection = missing.includes('connection');
  const connection = connectionValue(model, route);
  const edits = forwardUpgrade(route, missing, connection);
  if (edits !== null) {
    const isCautious =
      (needsConnection && connection.text.startsWith('"') && !route.intent.byPath) ||
      isMeantForOthers(model, route);
    const kind = isCautious ? 'suggestion' : 'safe';
    fixes.push({ title: titleFor(needsConnection && connection.edits.length > 0, missing), kind, edits });
  }
  const byMap = needsConnection ? connectionValueByMap(model, route) : null;
  const alternative = byMap === null ? null : forwardUpgrade(route, missing, byMap);
  if (alternative !== null)
    fixes.push({ title: titleFor(true, missing), kind: 'suggestion', edits: alternative });
  return fixes;
}

function titleFor(withMap: boolean, missing: readonly Missing[]): string {
  if (missing.every((condition) => condition === 'http-version')) return t('Speak HTTP/1.1 to the back end');
  const title = t('Forward the WebSocket upgrade');
  return withMap ? t`${title}, with \`map $http_upgrade $connection_upgrade\`` : title;
}

export const docs: RuleDocs = {
  what: 'What a WebSocket handshake needs does not reach the back end: the headers `Upgrade` and `Connection`, or HTTP/1.1.',
  why:
    'nginx never passes on `Upgrade` and `Connection` of itself: they are about one connection only. Before ' +
    'version 1.29.7 it also speaks HTTP/1.0 to a back end unless told otherwise, and sends `Connection: close`. ' +
    'The back end then sees an ordinary request and answers 426 or a page.',
  how:
    'Set the two headers and the version in the location. A map gives `Connection` the value `upgrade` only when ' +
    'the client asked for an upgrade, so that the location can serve ordinary requests too.',
  bad: `
events {}
http {
    server {
        listen 80;
        location /ws {
            proxy_pass http://127.0.0.1:3000;
            proxy_set_header Host $host;
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
        location /ws {
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
    { sees: { answer: 426, headers: { Upgrade: null } } },
    {
      claim: 'a back end that has a page there',
      pages: ['/ws'],
      sees: { answer: 200 },
    },
    {
      claim: 'what reaches the back end',
      before: '1.29.7',
      sees: { request: 'GET /ws HTTP/1.0', headers: { Upgrade: null, Connection: 'close' } },
      mended: { request: 'GET /ws HTTP/1.1', headers: { Upgrade: 'websocket', Connection: 'upgrade' } },
    },
    {
      claim: 'what reaches the back end',
      since: '1.29.7',
      sees: { request: 'GET /ws HTTP/1.1', headers: { Upgrade: null, Connection: null } },
      mended: { request: 'GET /ws HTTP/1.1', headers: { Upgrade: 'websocket', Connection: 'upgrade' } },
    },
    {
      claim: 'an ordinary request, with the map',
      text: 'good',
      finds: false,
      url: 'http://localhost/ws',
      sees: { headers: { Upgrade: null, Connection: 'close' } },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/websocket.html',
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header',
    'https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1',
  ],
};
