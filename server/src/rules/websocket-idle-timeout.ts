import { replaceArguments } from '../edits/insert';
import type { Route } from '../handshake/routes';
import { t } from '../l10n';
import { type ConfigDirective, placeOf } from '../model/configuration';
import { effectiveValue } from '../model/inheritance';
import type { Model } from '../model/model';
import { defaultOf } from '../reference/defaults';
import { parseTime } from '../values/time';
import { standsOn } from './support/place';
import type { Finding, Fix, Rule, RuleDocs } from './support/rule';
import { insertInLocation } from './support/settings-of-location';
import { severityOfHarm } from './support/severity';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'websocket-idle-timeout',
  category: 'websocket',
  severity: 'error',
  fix: 'suggestion',
  check: { visits: 'route', run: check },
};

/** What the fixes write. */
const LONG = '1h';

function* check(route: Route, { version }: Model): Generator<Finding> {
  const timeout = effectiveValue(route.location, 'proxy_read_timeout', version);
  const { directive, kind } = timeout.origin;
  const time = parseTime(timeout.text ?? '');
  if (directive === null) {
    if (time !== null) yield* ofDefault(route, time / 1000, timeout.certain);
    return;
  }
  // A timeout of the default or less was not chosen for WebSocket.
  const short = parseTime(defaultOf('proxy_read_timeout', ['location'], version) ?? '') ?? 0;
  const severity = time === 0 ? 'error' : severityOfHarm(route);
  if (time === null || time > short || severity === null) return;
  const isOwn = kind === 'own';
  const where = { place: placeOf(directive), message: t('The time is set here.') };
  yield {
    severity,
    intent: route.intent,
    message: time === 0 ? messageForNone(directive) : messageForShort(directive),
    ...(isOwn
      ? standsOn(route.proxyPass, directive, where.message)
      : { place: placeOf(route.proxyPass), related: [where] }),
    fixes: () => [fixFor(route, isOwn ? directive : null)],
  };
}

/** The default is a hint, and only where a handshake gets through, but for an application that is surely often silent. */
function* ofDefault(route: Route, seconds: number, certain: boolean): Generator<Finding> {
  // Of a fragment that is not certain: what is around it is taken to set nothing.
  const isFragment = !certain && route.location.opaqueInForce === null;
  if (!certain && !isFragment) return;
  if (severityOfHarm(route) === null || route.verdict === 'unknown') return;
  const quiet = route.intent.signs.find(
    (sign) => sign.kind === 'application' && sign.quiet && sign.weight === 'strong',
  );
  if (quiet !== undefined) {
    yield {
      severity: 'information',
      message: t`nginx cuts a WebSocket over which nothing goes for ${seconds} s, the default of \`proxy_read_timeout\`, and ${quiet.text} is often silent that long${isFragment ? t(', unless nginx.conf sets it') : ''}. Allow more, such as \`${LONG}\`, or let one side ping more often.`,
      place: placeOf(route.proxyPass),
      fixes: () => [fixFor(route, null)],
    };
    return;
  }
  if (isFragment || route.faults.length > 0) return;
  yield {
    severity: 'hint',
    message: t`nginx cuts a WebSocket over which nothing goes for ${seconds} s, the default of \`proxy_read_timeout\`. Allow more, such as \`${LONG}\`, or let one side ping more often.`,
    place: placeOf(route.proxyPass),
    fixes: () => [fixFor(route, null)],
  };
}

function messageForNone(directive: ConfigDirective): string {
  return t`Every request gets 504: ${quoted(`proxy_read_timeout ${directive.argument(0)}`)} gives the back end no time at all, it does not turn the limit off. Write a time such as \`${LONG}\`.`;
}

function messageForShort(directive: ConfigDirective): string {
  return t`nginx cuts a WebSocket over which nothing goes for ${quoted(directive.argument(0))} (\`proxy_read_timeout\`). Allow more, such as \`${LONG}\`, or let one side ping more often.`;
}

function fixFor(route: Route, own: ConfigDirective | null): Fix {
  const edit =
    own === null ? insertInLocation(route, [`proxy_read_timeout ${LONG};`]) : replaceArguments(own, LONG);
  return { title: t`Allow \`${LONG}\` of silence`, kind: 'suggestion', edits: [edit] };
}

export const docs: RuleDocs = {
  what: '`proxy_read_timeout` cuts a WebSocket that is silent for 60 seconds or less.',
  why:
    'Once the tunnel is open, nginx closes it when nothing has gone over it, in either direction, for ' +
    '`proxy_read_timeout`: the client sees code 1006. `proxy_send_timeout` and `keepalive_timeout` do not matter. ' +
    'There is no value that turns it off: with 0 every request gets 504. The default is 60 seconds; that is a hint, as ' +
    'many applications send pings of their own, and Information for one that is known to be silent that long, such as ' +
    'MQTT or noVNC.',
  how: 'Set `proxy_read_timeout` in the location to more than the longest silence, or send pings more often than that.',
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
            proxy_read_timeout 0;
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
    { claim: '`proxy_read_timeout 0`', sees: { answer: 504 } },
    {
      claim: '`proxy_read_timeout 2s`, and three seconds of silence',
      text: { bad: [['proxy_read_timeout 0', 'proxy_read_timeout 2s']] },
      silence: { seconds: 3 },
      sees: {
        answer: 101,
        reason: 'closed without a close frame (1006)',
        log: 'timed out (110: Connection timed out) while proxying upgraded connection',
      },
      ownWords: true,
    },
    {
      claim: '`proxy_read_timeout 2s`, and the client alone sends something',
      text: { bad: [['proxy_read_timeout 0', 'proxy_read_timeout 2s']] },
      silence: { seconds: 3, withPongs: true },
      sees: { answer: 'works' },
      mended: 'same',
    },
    {
      claim:
        '`proxy_send_timeout`, `send_timeout` and `keepalive_timeout` of 2 s, and three seconds of silence',
      text: {
        good: [
          [
            'proxy_read_timeout 1h;',
            'proxy_read_timeout 1h;\n            proxy_send_timeout 2s;\n            send_timeout 2s;\n            keepalive_timeout 2s;',
          ],
        ],
      },
      finds: false,
      silence: { seconds: 3 },
      sees: { answer: 'works' },
    },
    {
      claim: '`proxy_read_timeout 0`, and an ordinary request',
      pages: ['/ws'],
      url: 'http://localhost/ws',
      sees: { answer: 504 },
      mended: { answer: 200 },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/websocket.html',
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout',
  ],
};
