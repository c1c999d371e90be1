import { replaceWord } from '../edits/insert';
import { t } from '../l10n';
import { type ConfigDirective, placeOf } from '../model/configuration';
import { effective } from '../model/inheritance';
import type { Model } from '../model/model';
import { http2ToBackEnds } from '../reference/versions';
import { before, takesHttp2ToBackEnds } from '../handshake/release';
import { standsOn } from './support/place';
import type { Finding, Reasons, Rule, RuleDocs } from './support/rule';
import { insertInLocation } from './support/settings-of-location';
import { severityFor } from './support/severity';

export const rule: Rule = {
  id: 'websocket-http-version',
  category: 'websocket',
  severity: 'warning',
  fix: 'safe',
  check: { visits: 'evidence', run: check },
};

function* check({ route, intent, evidence: [{ fault }] }: Reasons, model: Model): Generator<Finding> {
  const directive = fault?.directive ?? null;
  if (directive === null) return;
  const version = directive.argument(0);
  // nginx refuses any other value, which has nothing to do with WebSocket.
  if (version !== '1.0' && version !== '2') return;
  const isRefused = version === '2' && !takesHttp2ToBackEnds(model);
  // Elsewhere HTTP/2 to the back end may be intended.
  const isForOthers =
    version === '2' && !isRefused && effective(route.location, 'proxy_http_version').level !== route.location;
  yield {
    severity: isRefused ? 'error' : severityFor(intent),
    intent,
    message: messageFor(version, isRefused, before(model, http2ToBackEnds)),
    ...(isForOthers
      ? {
          place: placeOf(route.proxyPass),
          related: [{ place: placeOf(directive), message: t('The version is set here.') }],
        }
      : standsOn(route.proxyPass, directive, t('The version is set here.'))),
    fixes: () => [
      {
        title: t('Speak HTTP/1.1 to the back end'),
        kind: 'safe',
        edits: [isForOthers ? insertInLocation(route, ['proxy_http_version 1.1;']) : setTo11(directive)],
      },
    ],
  };
}

function setTo11(directive: ConfigDirective): ReturnType<typeof replaceWord> {
  return replaceWord(directive, 1, '1.1');
}

/** @param refusing ` before nginx 1.29.4`, where the one that runs may be such; else nothing */
function messageFor(version: '1.0' | '2', isRefused: boolean, refusing: string): string {
  if (version === '1.0') {
    return t(
      'WebSocket handshakes reach the back end over HTTP/1.0, which many refuse: `proxy_http_version 1.0`. ' +
        'Write `1.1`.',
    );
  }
  if (isRefused) {
    return t(
      'invalid value "2": nginx refuses to start, because it speaks HTTP/2 to a back end only since 1.29.4. ' +
        'Write `1.1`, which WebSocket needs in any case.',
    );
  }
  const also = refusing === '' ? '' : t`, which is refused${refusing}`;
  return t`WebSocket handshakes fail here: no upgrade goes over \`proxy_http_version 2\`${also}. Write \`1.1\`.`;
}

export const docs: RuleDocs = {
  what: '`proxy_http_version` is 1.0 or 2.',
  why:
    'A handshake is a request of HTTP/1.1 (RFC 6455, 4.2.1). Over 1.0 some back ends accept it, others answer 400. ' +
    'Over HTTP/2, which nginx speaks to a back end since 1.29.4, it has no upgrade, and the client gets 502.',
  how: 'Write `proxy_http_version 1.1`.',
  bad: `
events {}
http {
    server {
        listen 80;
        location /ws {
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.0;
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
    {
      claim: '`proxy_http_version 1.0`, and a back end that keeps to RFC 6455',
      sees: { answer: 400, request: 'GET /ws HTTP/1.0' },
    },
    {
      claim: '`proxy_http_version 1.0`, and a back end that does not look at it',
      backEnd: 'lenient',
      sees: { answer: 'works' },
      mended: 'same',
    },
    {
      claim: '`proxy_http_version 2`',
      text: { bad: [['version 1.0', 'version 2']] },
      before: '1.29.4',
      sees: { refused: 'invalid value "2"', line: 7 },
    },
    {
      claim: '`proxy_http_version 2`',
      text: { bad: [['version 1.0', 'version 2']] },
      since: '1.29.4',
      sees: { answer: 502 },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_http_version',
    'https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1',
    'https://nginx.org/en/CHANGES',
  ],
};
