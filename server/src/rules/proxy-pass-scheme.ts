import type { Route } from '../handshake/routes';
import { t } from '../l10n';
import { parseProxyTarget } from '../values/pass-url';
import { variablesIn } from '../values/script';
import type { Finding, Rule, RuleDocs } from './support/rule';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'proxy-pass-scheme',
  category: 'websocket',
  severity: 'error',
  fix: 'safe',
  check: { visits: 'route', run: check },
};

/** What `proxy_pass` takes in place of the schemes of WebSocket. */
const SCHEMES: ReadonlyMap<string, string> = new Map([
  ['ws', 'http'],
  ['wss', 'https'],
]);

function* check({ proxyPass }: Route): Generator<Finding> {
  const target = proxyPass.argument(0);
  const { scheme } = parseProxyTarget(target);
  const right = scheme === null ? undefined : SCHEMES.get(scheme.toLowerCase());
  const word = proxyPass.words[1];
  if (scheme === null || right === undefined || word === undefined) return;
  const start = word.start + word.quote.length;
  const place = { file: proxyPass.file, start, end: start + scheme.length };
  // nginx reads a URL with variables only when a request comes (ngx_http_proxy_eval).
  const consequence =
    variablesIn(target).length > 0 ? t('every request gets 500') : t('nginx refuses to start');
  yield {
    severity: 'error',
    message: t`invalid URL prefix: ${consequence}, because \`proxy_pass\` knows no ${quoted(`${scheme}://`)}. Write \`${right}://\`; the headers make it a WebSocket.`,
    place,
    fixes: () => [{ title: t`Use \`${right}://\``, kind: 'safe', edits: [{ ...place, newText: right }] }],
  };
}

export const docs: RuleDocs = {
  what: '`proxy_pass` has the scheme `ws://` or `wss://`.',
  why:
    'A WebSocket begins as an HTTP request, so nginx speaks HTTP to the back end: it knows `http://` and `https://` ' +
    'only, and refuses to start with `invalid URL prefix`. When the URL has variables it starts, and answers every ' +
    'request with 500.',
  how: 'Write `http://` for `ws://` and `https://` for `wss://`.',
  bad: `
events {}
http {
    server {
        listen 80;
        location /ws {
            proxy_pass ws://127.0.0.1:3000;
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
    { sees: { refused: 'invalid URL prefix', line: 6 }, mended: { answer: 'works' } },
    {
      claim: '`wss://`',
      text: { bad: [['ws://', 'wss://']] },
      sees: { refused: 'invalid URL prefix', line: 6 },
    },
    {
      claim: 'a URL with variables',
      text: { bad: [['ws://127.0.0.1:3000', 'ws://127.0.0.1:3000$request_uri']] },
      sees: { answer: 500, log: 'invalid URL prefix' },
    },
  ],
  sources: ['https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass'],
};
