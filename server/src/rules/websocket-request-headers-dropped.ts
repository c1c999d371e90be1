import { allOf, t } from '../l10n';
import { isNamed } from '../values/header-name';
import type { Edit } from '../edits/edit';
import { replaceWord } from '../edits/insert';
import { removeDirective } from '../edits/remove';
import type { Fault } from '../handshake/evidence';
import type { Route } from '../handshake/routes';
import type { ConfigDirective } from '../model/configuration';
import { faultsIn } from './support/forward-upgrade';
import { standsOn } from './support/place';
import type { Finding, Fix, Reasons, Rule, RuleDocs } from './support/rule';
import { setInLocation } from './support/settings-of-location';
import { severityFor } from './support/severity';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'websocket-request-headers-dropped',
  category: 'websocket',
  severity: 'warning',
  fix: 'suggestion',
  check: { visits: 'evidence', run: check },
};

function* check(reasons: Reasons): Generator<Finding> {
  const { route, intent } = reasons;
  for (const [directive, faults] of faultsByDirective(reasons)) {
    yield {
      severity: severityFor(intent),
      intent,
      message: messageFor(directive, faults),
      ...standsOn(route.proxyPass, directive, t('The headers are dropped here.')),
      fixes: () => [fixFor(route, directive)],
    };
  }
}

/** One directive may drop several headers: that is one mistake. */
function faultsByDirective(reasons: Reasons): Map<ConfigDirective, Fault[]> {
  const byDirective = new Map<ConfigDirective, Fault[]>();
  for (const fault of faultsIn(reasons)) {
    if (fault.directive === null) continue;
    const list = byDirective.get(fault.directive);
    if (list === undefined) byDirective.set(fault.directive, [fault]);
    else list.push(fault);
  }
  return byDirective;
}

function messageFor(directive: ConfigDirective, faults: readonly Fault[]): string {
  const names = faults.map(({ condition }) => HEADERS.get(condition) ?? condition);
  const list = allOf(names.map((name) => `\`${name}\``));
  if (directive.name === 'proxy_pass_request_headers') {
    return t`The back end refuses the handshake: with \`proxy_pass_request_headers off\` it never sees the client's ${list}. Pass them on here.`;
  }
  const value = directive.argument(1);
  const written = value === '' ? t('blanked') : t`set to ${quoted(value)}`;
  const advice = isNamed(directive, 'host')
    ? t('Set it to `$host`.')
    : t("Leave it to the client's own value: remove the line.");
  return t`The back end refuses the handshake: ${list} is ${written}. ${advice}`;
}

const HEADERS: ReadonlyMap<string, string> = new Map([
  ['host', 'Host'],
  ['key', 'Sec-WebSocket-Key'],
  ['websocket-version', 'Sec-WebSocket-Version'],
]);

function fixFor(route: Route, directive: ConfigDirective): Fix {
  const fix = (title: string, edit: Edit): Fix => ({ title, kind: 'suggestion', edits: [edit] });
  if (directive.name === 'proxy_pass_request_headers') {
    return fix(t("Pass the client's headers on"), setInLocation(route, directive.name, 'on'));
  }
  if (isNamed(directive, 'host')) return fix(t('Set Host to $host'), replaceWord(directive, 2, '$host'));
  const name = directive.argument(0);
  // Without any header of its own the level would inherit others.
  if (route.request.set.directives.length === 1) {
    const variable = `$http_${name.toLowerCase().replaceAll('-', '_')}`;
    return fix(t`Set ${name} to the client's own`, replaceWord(directive, 2, variable));
  }
  return fix(t`Remove this ${name}`, removeDirective(directive));
}

const OFF = 'proxy_pass_request_headers off;';

export const docs: RuleDocs = {
  what: 'Headers of the client that a handshake needs are dropped: `Sec-WebSocket-Key`, `Sec-WebSocket-Version`, `Host`.',
  why:
    'nginx passes the `Sec-WebSocket-` headers of the client on as they are, unless `proxy_pass_request_headers` is ' +
    'off, or a `proxy_set_header` blanks or changes them. The back end then answers 400 or 426. A blanked `Host` is ' +
    'not sent at all before nginx 1.31.4.',
  how: 'Pass the headers of the client on in this location, and leave the `Sec-WebSocket-` ones alone.',
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
            proxy_pass_request_headers off;
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
    { sees: { answer: 400, headers: { 'Sec-WebSocket-Key': null } } },
    {
      claim: 'a blank key',
      text: { bad: [[OFF, 'proxy_set_header Sec-WebSocket-Key "";']] },
      sees: { answer: 400, headers: { 'Sec-WebSocket-Key': null } },
    },
    {
      claim: 'another version',
      text: { bad: [[OFF, 'proxy_set_header Sec-WebSocket-Version 8;']] },
      sees: { answer: 426, headers: { 'Sec-WebSocket-Version': '8' } },
    },
    {
      claim: 'a blank `Host`',
      text: {
        bad: [
          [OFF, ''],
          ['Host $host', 'Host ""'],
        ],
      },
      before: '1.31.4',
      sees: { answer: 400, headers: { Host: null } },
    },
    {
      claim: 'the headers of the client as they are',
      text: 'good',
      finds: false,
      sends: { 'Sec-WebSocket-Extensions': 'permessage-deflate' },
      sees: {
        answer: 'works',
        headers: { 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Extensions': 'permessage-deflate' },
      },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass_request_headers',
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header',
    'https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1',
  ],
};
