import { t } from '../l10n';
import { mapOf } from '../model/asking';
import type { Edit } from '../edits/edit';
import { insertAfter, insertBefore, replaceWord } from '../edits/insert';
import { headersNamedIn } from '../handshake/upstream-request';
import type { Route } from '../handshake/routes';
import type { ConfigDirective } from '../model/configuration';
import { replaced } from '../model/inheritance';
import type { Model } from '../model/model';
import { type VariableMap } from '../model/variables';
import { variablesIn } from '../values/script';
import { harmToOthers, isByConnection, isByUpgrade, isKeptAlive } from './support/maps';
import { standsOn } from './support/place';
import type { Finding, Fix, Reasons, Rule, RuleDocs } from './support/rule';
import { severityFor } from './support/severity';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'connection-map-incomplete',
  category: 'websocket',
  severity: 'warning',
  fix: 'suggestion',
  check: [
    { visits: 'evidence', run: neverUpgrades },
    { visits: 'route', run: spoilsOthers },
  ],
};

function* neverUpgrades({ route, intent, evidence: [{ fault }] }: Reasons, model: Model): Generator<Finding> {
  const header = fault?.directive ?? null;
  const [map] = header === null ? [] : mapsIn(model, header);
  if (map === undefined) return;
  const entry = missingEntry(map);
  yield {
    severity: severityFor(intent),
    intent,
    message: t`The back end refuses the handshake: ${nameOf(map)} never gives \`upgrade\` for one. ${entry === null ? t('Make it a map of `$http_upgrade`.') : t`Add \`${entry.key} upgrade\` to it.`}`,
    ...standsOn(route.proxyPass, map.directive, t('The map.')),
    fixes: () => (entry === null ? [] : yieldUpgrade(map, entry)),
  };
}

/** What a map of headers lacks to give `upgrade` for a handshake. */
interface MissingEntry {
  /** As it is written. */
  readonly key: string;
  /** An exact key that comes before it. */
  readonly exact: string;
}

/** The client's `Connection` may have other tokens beside `upgrade`. */
function missingEntry(map: VariableMap): MissingEntry | null {
  if (isByUpgrade(map)) return { key: 'websocket', exact: 'websocket' };
  return isByConnection(map) ? { key: '~*upgrade', exact: 'upgrade' } : null;
}

function yieldUpgrade(map: VariableMap, { key, exact }: MissingEntry): Fix[] {
  const entries = map.directive.children ?? [];
  const wrong = entries.find(({ name, words }) => words.length === 2 && name.toLowerCase() === exact);
  const title = t`Give \`upgrade\` for \`${exact}\``;
  if (wrong !== undefined) return [{ title, kind: 'suggestion', edits: [replaceWord(wrong, 1, 'upgrade')] }];
  // Patterns are tried in their order.
  const first = entries.find(isHere(map));
  if (first === undefined) return [];
  return [{ title, kind: 'suggestion', edits: [insertBefore(first, [`${key} upgrade;`])] }];
}

/** The map works for handshakes, but has no entry for requests without an upgrade. */
function* spoilsOthers(route: Route, model: Model): Generator<Finding> {
  if (route.faults.some(({ id }) => id === rule.id)) return;
  const { set } = route.request;
  // A quick-fix may repeat headers of outer levels here.
  const further = set.level === null ? [] : replaced(set.level, 'proxy_set_header');
  const headers = [set.directives, further].flatMap((each) => headersNamedIn(each, 'connection'));
  const keepsAlive = headers.length > 0 && isKeptAlive(route, model);
  for (const map of new Set(headers.flatMap((header) => mapsIn(model, header)))) {
    const harm = harmToOthers(map, keepsAlive);
    if (harm === null) continue;
    const ordinary = keepsAlive ? "''" : 'close';
    const consequence =
      harm === 'upgrades'
        ? t('tells the back end of an upgrade with every ordinary request too')
        : t('closes the connection to the back end after every ordinary request');
    yield {
      severity: 'information',
      message: t`${nameOf(map)} ${consequence}, for want of an entry for \`''\`. Add \`'' ${ordinary}\`.`,
      ...standsOn(route.proxyPass, map.directive, t('The map.')),
      fixes: () => addEmptyEntry(map, ordinary),
    };
  }
}

function addEmptyEntry(map: VariableMap, ordinary: string): Fix[] {
  const last = map.directive.children?.findLast(isHere(map));
  if (last === undefined) return [];
  const edit: Edit = insertAfter(last, [`'' ${ordinary};`]);
  return [{ title: t`Add \`'' ${ordinary}\``, kind: 'suggestion', edits: [edit] }];
}

/** Whether an entry is in the block of the map itself, not in a file that it includes. */
function isHere({ directive }: VariableMap): (entry: ConfigDirective) => boolean {
  return (entry) => entry.via === directive.via;
}

function mapsIn(model: Model, header: ConfigDirective): VariableMap[] {
  return variablesIn(header.argument(1)).flatMap((name) => mapOf(model, name) ?? []);
}

function nameOf({ source, name }: VariableMap): string {
  return quoted(`map ${source} $${name}`);
}

export const docs: RuleDocs = {
  what: 'The map behind `Connection` never gives `upgrade`, or lacks an entry for ordinary requests.',
  why:
    'For `Upgrade: websocket` the map must give `upgrade`, or the back end refuses the handshake. For a request ' +
    "without `Upgrade` it takes the entry `''`, and without one the default: then the back end sees upgrades that " +
    'the client did not request, or connections are closed that would be kept alive.',
  how: "Use `default upgrade` and `'' close`; where connections to the back end are kept alive, `'' ''`.",
  bad: `
events {}
http {
    map $http_upgrade $connection_upgrade {
        default close;
        upgrade upgrade;
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
    { sees: { answer: 400 } },
    {
      claim: 'a wrong entry',
      text: { bad: [['upgrade upgrade;', 'websocket websocket;']] },
      sees: { answer: 400 },
    },
    {
      claim: 'a map of `$http_connection`',
      text: {
        bad: [
          ['map $http_upgrade', 'map $http_connection'],
          ['upgrade upgrade;', ''],
        ],
      },
      sees: { answer: 400 },
    },
    {
      claim: "an ordinary request without an entry for `''`",
      text: {
        bad: [
          ['default close', 'default upgrade'],
          ['upgrade upgrade;', ''],
        ],
      },
      pages: ['/ws'],
      url: 'http://localhost/ws',
      before: '1.29.7',
      sees: { headers: { Connection: 'upgrade' } },
      mended: { headers: { Connection: 'close' } },
    },
    {
      claim: "an ordinary request without an entry for `''`",
      text: {
        bad: [
          ['default close', 'default upgrade'],
          ['upgrade upgrade;', ''],
        ],
      },
      pages: ['/ws'],
      url: 'http://localhost/ws',
      since: '1.29.7',
      sees: { headers: { Connection: 'upgrade' } },
      mended: { headers: { Connection: null } },
    },
    {
      claim: 'connections to the back end would be kept alive',
      text: {
        bad: [
          ['server {', 'upstream app { server 127.0.0.1:3000; keepalive 8; }\n    server {'],
          ['http://127.0.0.1:3000', 'http://app'],
          ['upgrade upgrade;', 'websocket upgrade;'],
        ],
      },
      backEnd: 'lenient',
      pages: ['/ws'],
      url: ['http://localhost/ws', 'http://localhost/ws', 'http://localhost/ws'],
      sees: { connections: 3 },
      mended: { connections: 1 },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/websocket.html',
    'https://nginx.org/en/docs/http/ngx_http_map_module.html#map',
  ],
};
