import { combine, type Edit } from '../edits/edit';
import { replaceArguments, replaceWord } from '../edits/insert';
import type { Fault } from '../handshake/evidence';
import type { Route } from '../handshake/routes';
import { t } from '../l10n';
import { type ConfigDirective, placeOf } from '../model/configuration';
import type { Model } from '../model/model';
import { connectionValue } from './support/connection-value';
import { faultsIn, refusesUpgrades, repeat } from './support/forward-upgrade';
import type { Finding, Fix, Reasons, Rule, RuleDocs } from './support/rule';
import { severityFor } from './support/severity';
import { isMeantForOthers, ownHeaders, servesOthers } from './support/shared-headers';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'websocket-header-value',
  category: 'websocket',
  severity: 'warning',
  fix: 'safe',
  check: { visits: 'evidence', run: check },
};

function* check(reasons: Reasons, model: Model): Generator<Finding> {
  const { route, intent } = reasons;
  if (refusesUpgrades(route, reasons.intent)) return;
  for (const fault of faultsIn(reasons)) {
    const { directive } = fault;
    if (directive === null) continue;
    const isLocal = servesOthers(model, route);
    const isHere = !isLocal && directive.file.realPath === route.proxyPass.file.realPath;
    yield {
      severity: severityFor(intent),
      intent,
      message: messageFor(fault, directive),
      place: placeOf(isHere ? directive : route.proxyPass),
      related: isHere ? [] : [{ place: placeOf(directive), message: t('The header is set here.') }],
      fixes: () => fixesFor(model, route, fault, directive, isLocal),
    };
  }
}

function messageFor({ condition }: Fault, directive: ConfigDirective): string {
  const header = condition === 'upgrade' ? 'Upgrade' : 'Connection';
  const right =
    condition === 'upgrade' ? '`$http_upgrade`' : t('`upgrade`, best by a map of `$http_upgrade`');
  if (directive.name === 'add_header') {
    return t`\`add_header ${header}\` goes to the client, not to the back end. Use \`proxy_set_header\`.`;
  }
  const name = directive.argument(0);
  if (name.endsWith(':')) {
    return t`The back end never sees \`${header}\`: with its colon, \`${name}\` is another header. Leave out the colon.`;
  }
  const value = directive.argument(1);
  const written = value === '' ? t('an empty value, so it is not sent') : t`the value ${quoted(value)}`;
  return t`The back end refuses the handshake: \`${header}\` has ${written}. It must be ${right}.`;
}

/** @param isLocal whether the header goes into the location, as others share the one of the level around it */
function fixesFor(
  model: Model,
  route: Route,
  { condition }: Fault,
  directive: ConfigDirective,
  isLocal: boolean,
): Fix[] {
  const isUpgrade = condition === 'upgrade';
  const header = isUpgrade ? 'Upgrade' : 'Connection';
  // A header of an outer level is for other locations too: they may serve more than WebSocket.
  const isShared = !isLocal && route.request.set.level !== route.location;
  const asked = isShared ? { ...route, intent: { ...route.intent, byPath: false } } : route;
  const connection = isUpgrade ? { text: '$http_upgrade', edits: [] } : connectionValue(model, asked);
  // A header set here would replace those that are inherited.
  if (directive.name === 'add_header' && route.request.set.level !== route.location) return [];
  const right = `proxy_set_header ${header} ${connection.text};`;
  const own = isLocal
    ? [ownHeaders(route, (each) => (each === directive ? right : repeat(each)))]
    : editsFor(directive, header, connection.text);
  const edits = combine([...own, ...connection.edits]);
  if (edits === null) return [];
  const isCautious =
    (connection.text.startsWith('"') && !route.intent.byPath) || isMeantForOthers(model, route);
  return [{ title: t`Set ${header} to ${connection.text}`, kind: isCautious ? 'suggestion' : 'safe', edits }];
}

function editsFor(directive: ConfigDirective, header: string, value: string): Edit[] {
  if (directive.name === 'add_header') {
    return [replaceWord(directive, 0, 'proxy_set_header'), replaceArguments(directive, `${header} ${value}`)];
  }
  if (directive.argument(0).endsWith(':')) {
    return [replaceWord(directive, 1, header), replaceWord(directive, 2, value)];
  }
  return [replaceWord(directive, 2, value)];
}

export const docs: RuleDocs = {
  what: '`Upgrade` or `Connection` is set to a value with which the handshake fails.',
  why:
    'The back end needs the token `websocket` in `Upgrade` and the token `upgrade` in `Connection` (RFC 6455, ' +
    '4.2.1). Values such as `close`, `keep-alive`, an empty one, `$http_upgrade` for `Connection` or ' +
    '`$connection_upgrade` for `Upgrade` do not have it; `$connection` is a serial number. A name with a colon is ' +
    'another header, and `add_header` speaks to the client.',
  how: 'Set `Upgrade` to `$http_upgrade`, and `Connection` to the variable of a map, or to `upgrade`.',
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
            proxy_set_header Connection close;
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
    { sees: { answer: 400, headers: { Connection: 'close' } } },
    {
      claim: '`Connection keep-alive`',
      text: { bad: [['Connection close', 'Connection keep-alive']] },
      sees: { answer: 400 },
    },
    {
      claim: '`Connection ""`',
      text: { bad: [['Connection close', 'Connection ""']] },
      sees: { answer: 400, headers: { Connection: null } },
    },
    {
      claim: '`Connection $http_upgrade`',
      text: { bad: [['Connection close', 'Connection $http_upgrade']] },
      sees: { answer: 400, headers: { Connection: 'websocket' } },
    },
    {
      claim: '`Connection $connection`',
      text: { bad: [['Connection close', 'Connection $connection']] },
      sees: { answer: 400 },
    },
    {
      claim: '`Upgrade $connection_upgrade`',
      text: {
        bad: [
          ['server {', "map $http_upgrade $connection_upgrade { default upgrade; '' close; }\n    server {"],
          ['Upgrade $http_upgrade', 'Upgrade $connection_upgrade'],
          ['Connection close', 'Connection $connection_upgrade'],
        ],
      },
      sees: { answer: 426, headers: { Upgrade: 'upgrade' } },
    },
    {
      claim: 'a name with a colon',
      text: { bad: [['Connection close', 'Connection: upgrade']] },
      sees: { answer: 400 },
    },
    {
      claim: '`add_header`',
      text: { bad: [['proxy_set_header Connection close', 'add_header Connection upgrade']] },
      sees: { answer: 400 },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/websocket.html',
    'https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1',
  ],
};
