import { combine, type Edit } from '../edits/edit';
import { insertAfter } from '../edits/insert';
import { allOf, t } from '../l10n';
import { type Place, placeOf } from '../model/configuration';
import type { Fault } from '../handshake/evidence';
import { isNamed } from '../values/header-name';
import { type Route, routesOf } from '../handshake/routes';
import type { ConfigDirective, Heading } from '../model/configuration';
import { replaced } from '../model/inheritance';
import type { Model } from '../model/model';
import { type ConnectionValue, connectionValue, isFixedUpgrade } from './support/connection-value';
import { faultsIn, refusesUpgrades, repeat } from './support/forward-upgrade';
import type { Finding, Fix, Reasons, Rule, RuleDocs } from './support/rule';
import { isMeantForOthers, ownHeaders, servesOthers } from './support/shared-headers';
import { severityFor } from './support/severity';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'websocket-headers-overridden',
  category: 'websocket',
  severity: 'warning',
  fix: 'safe',
  check: { visits: 'evidence', run: check },
};

function* check(reasons: Reasons, model: Model): Generator<Finding> {
  const { route, intent } = reasons;
  const faults = faultsIn(reasons);
  const [first] = route.request.set.directives;
  const lost = faults.flatMap(({ directive }) => (directive === null ? [] : [directive]));
  const [origin] = lost;
  if (first === undefined || origin === undefined || refusesUpgrades(route, reasons.intent)) return;
  const names = allOf(faults.map(nameOf));
  const by = quoted(`proxy_set_header ${first.argument(0)}`);
  const advice = lost.length > 1 ? t('Repeat them here.') : t('Repeat it here.');
  const isLocal = servesOthers(model, route);
  const isFurtherOut = route.request.set.level !== route.location;
  yield {
    severity: severityFor(intent),
    intent,
    message: isFurtherOut
      ? t`The back end never sees the upgrade: ${by} further out replaces the inherited ${names}. ${advice}`
      : t`The back end never sees the upgrade: ${by} at this level replaces the inherited ${names}. ${advice}`,
    place: isLocal ? placeOf(route.proxyPass) : placeFor(route, first),
    related: [
      ...(isLocal ? [{ place: placeOf(first), message: t('This replaces what is set further out.') }] : []),
      ...lost.map((directive) => ({
        place: placeOf(directive),
        message: t`\`${directive.argument(0)}\` is set here, and lost.`,
      })),
    ],
    fixes: () => fixesFor(model, route, isLocal),
  };
}

function nameOf({ condition }: Fault): string {
  return condition === 'upgrade' ? '`Upgrade`' : '`Connection`';
}

/** On the header that replaces the others, or on the `proxy_pass` when that header is in another file. */
function placeFor({ proxyPass }: Route, first: ConfigDirective): Place {
  return placeOf(first.file.realPath === proxyPass.file.realPath ? first : proxyPass);
}

/** Headers that must come from the client: where an outer level sets them, losing them is right. */
const NOT_REPEATED = /^sec-websocket-(?:key|version)$/i;

/** @param isLocal whether the headers go into the location, as others share those of the level around it */
function fixesFor(model: Model, route: Route, isLocal: boolean): Fix[] {
  const { set } = route.request;
  if (set.level === null) return [];
  const lost = replaced(set.level, 'proxy_set_header').filter(
    (header) =>
      !NOT_REPEATED.test(header.argument(0)) &&
      !set.directives.some((own) => isNamed(own, header.argument(0).toLowerCase())),
  );
  const anchor = anchorFor(set.directives, set.level.block);
  if (anchor === undefined) return [];
  const title = t('Repeat the inherited headers here');
  const kind = isMeantForOthers(model, route) ? 'suggestion' : 'safe';
  const forAll = (): Fix | null => {
    const { lines, map } = repeated(lost, connectionValue(model, leastMeant(model, route)));
    return fixOf(
      isLocal ? t('Repeat the inherited headers for all locations around') : title,
      isLocal ? 'suggestion' : kind,
      [insertAfter(anchor, lines), ...map],
    );
  };
  const forThis = (): Fix | null => {
    const { lines, map } = repeated(lost, connectionValue(model, route));
    return fixOf(title, kind, [ownHeaders(route, repeat, lines), ...map]);
  };
  return (isLocal ? [forThis(), forAll()] : [forAll()]).filter((fix) => fix !== null);
}

/**
 * The lines of headers that are lost. A fixed `upgrade` would be wrong where ordinary requests pass too: the map of
 * `connection` replaces it there, and is inserted when it does not exist.
 */
function repeated(
  lost: readonly ConfigDirective[],
  connection: ConnectionValue,
): { lines: string[]; map: readonly Edit[] } {
  const isReplaced = (header: ConfigDirective): boolean =>
    isFixedUpgrade(header) && connection.text.startsWith('$');
  const lines = lost.map((header) =>
    isReplaced(header) ? `proxy_set_header Connection ${connection.text};` : repeat(header),
  );
  return { lines: [...new Set(lines)], map: lost.some(isReplaced) ? connection.edits : [] };
}

/** One of the routes with headers from the same level that serves more than WebSocket, if there is one. */
function leastMeant(model: Model, route: Route): Route {
  const { level } = route.request.set;
  const others = routesOf(model.latest).filter(({ request }) => request.set.level === level);
  return others.find(({ intent }) => !intent.byPath) ?? route;
}

function fixOf(title: string, kind: Fix['kind'], edits: readonly Edit[]): Fix | null {
  const combined = combine(edits);
  return combined === null ? null : { title, kind, edits: combined };
}

/** The last header of the block itself, or the `include` in it that contains the headers. */
function anchorFor(set: readonly ConfigDirective[], block: Heading | null): ConfigDirective | undefined {
  const last = set.at(-1);
  if (block === null || last === undefined) return undefined;
  let anchor: ConfigDirective | null = last;
  while (anchor !== null && anchor.via !== block.via) anchor = anchor.via;
  return anchor ?? undefined;
}

export const docs: RuleDocs = {
  what: 'A `proxy_set_header` at this level wipes the upgrade headers that an outer level sets.',
  why:
    'nginx takes the `proxy_set_header` directives of one level only: the innermost that has any. One header of any ' +
    'name drops all that were set further out, `Upgrade` and `Connection` with them. An included file such as ' +
    "Debian's `proxy_params` does it too.",
  how: 'Repeat the headers at this level, or keep all of them in one file and include it wherever headers are set.',
  bad: `
events {}
http {
    map $http_upgrade $connection_upgrade {
        default upgrade;
        '' close;
    }
    server {
        listen 80;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
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
        proxy_http_version 1.1;
        location /ws {
            proxy_pass http://127.0.0.1:3000;
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
      claim: 'an included file sets a header',
      text: { bad: [['proxy_set_header Host $host', 'include proxy_params']] },
      files: { proxy_params: 'proxy_set_header X-Real-IP $remote_addr;\n' },
      sees: { answer: 426, headers: { Upgrade: null } },
    },
  ],
  sources: ['https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header'],
};
