import { handshake } from '../handshake/handshake';
import { urlsOf } from '../handshake/route-urls';
import type { Route } from '../handshake/routes';
import { t } from '../l10n';
import { type ConfigDirective, placeOf } from '../model/configuration';
import type { Model } from '../model/model';
import { keptByServer } from './support/by-server';
import { httpsPortOf, plainUrl, redirectIn, runsBy, worksOverTls } from './support/redirects';
import type { Finding, Related, Rule, RuleDocs } from './support/rule';
import { severityOfHarm } from './support/severity';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'wss-redirect',
  category: 'websocket',
  // Everybody has that redirect on purpose.
  severity: 'hint',
  fix: 'none',
  check: { visits: 'configuration', run: check },
};

/** More URLs than this are not listed. */
const URLS_LIMIT = 5;

function check(model: Model): Finding[] {
  const byRedirect = new Map<ConfigDirective, RedirectedUrl[]>();
  for (const each of redirectedUrls(model).flat()) {
    const known = byRedirect.get(each.directive);
    if (known === undefined) byRedirect.set(each.directive, [each]);
    else known.push(each);
  }
  return [...byRedirect].map(([redirect, urls]) => findingFor(redirect, urls));
}

/** What was found last about a redirect, and the URLs that it was about. */
const found = new WeakMap<
  ConfigDirective,
  { readonly urls: readonly RedirectedUrl[]; readonly finding: Finding }
>();

function findingFor(redirect: ConfigDirective, urls: readonly RedirectedUrl[]): Finding {
  const known = found.get(redirect);
  const isSame =
    known?.urls.length === urls.length && known.urls.every((each, index) => each === urls[index]);
  if (known !== undefined && isSame) return known.finding;
  const words = redirect.words.slice(0, 2).map(({ value }) => value);
  const related = new Map<string, Related>();
  for (const { url, block, message } of urls) {
    if (related.size < URLS_LIMIT) related.set(url, { place: placeOf(block), message });
  }
  const finding: Finding = {
    severity: 'hint',
    message: t`${quoted(words.join(' '))} sends ws:// handshakes to https://, and WebSocket clients do not follow redirects. Have them connect with wss://.`,
    place: placeOf(redirect),
    related: [...related.values()],
  };
  found.set(redirect, { urls, finding });
  return finding;
}

/** A URL that works over TLS, and what redirects the same without. */
interface RedirectedUrl {
  readonly directive: ConfigDirective;
  readonly url: string;
  /** A location, and what the URL has to do with it. */
  readonly block: ConfigDirective;
  readonly message: string;
}

const redirectedUrls = keptByServer((_server, routes, model) =>
  routes.flatMap((route) => redirectedUrlsOf(model, route)),
);

function redirectedUrlsOf(model: Model, route: Route): RedirectedUrl[] {
  const { block } = route.location;
  if (severityOfHarm(route) === null || block === null) return [];
  const redirects = route.reasons.flatMap(({ id, about }) =>
    id === 'websocket-redirected' && about !== null && about !== undefined && 'words' in about ? [about] : [],
  );
  if (redirects.length > 0) {
    return redirects.flatMap((directive) => {
      const url = worksOverTls(model, route, directive);
      const message = t`Handshakes for this location are redirected; ${url} gets through to a back end.`;
      return url === null ? [] : [{ directive, url, block, message }];
    });
  }
  return urlsOf(model, route.location).flatMap((url) => {
    const directive = url.startsWith('wss://') ? redirectOfPlain(model, url) : undefined;
    return directive === undefined ? [] : [{ directive, url, block, message: t`${url} leads here.` }];
  });
}

/** Variables by which servers tell http from https, and their names apart. */
const OF_THE_URL: ReadonlySet<string> = new Set(['scheme', 'https', 'server_port', 'host', 'http_host']);

/** The redirect to https:// that the handshake without TLS gets; undefined when it gets none. */
function redirectOfPlain(model: Model, url: string): ConfigDirective | undefined {
  const plain = handshake(model, plainUrl(url));
  if (plain.verdict !== 'blocked') return undefined;
  const redirect = redirectIn(plain.because);
  if (redirect === undefined || httpsPortOf(redirect) === null || !runsBy(redirect, OF_THE_URL))
    return undefined;
  return redirect;
}

export const docs: RuleDocs = {
  what: 'Port 80 redirects to https://, where a WebSocket location is: a ws:// handshake gets the redirect.',
  why:
    'Pages follow the redirect, WebSocket clients do not: `new WebSocket("ws://…")` fails with the 301. The redirect ' +
    'itself is right; it is the URL in the client that must say wss://. Browsers change it for pages under HSTS only.',
  how:
    'Write wss:// in the clients, or make the URL from `location.protocol`. Where you cannot, answer handshakes on ' +
    'port 80 with a status that says so, or serve the location there too.',
  bad: `
events {}
http {
    server {
        listen 80;
        server_name example.com;
        return 301 https://$host$request_uri;
    }
    server {
        listen 443 ssl;
        server_name example.com;
        ssl_certificate /etc/nginx/ssl/localhost.crt;
        ssl_certificate_key /etc/nginx/ssl/localhost.key;
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
    server {
        listen 80;
        server_name example.com;
        location / {
            return 301 https://$host$request_uri;
        }
        location /ws {
            return 426 "Connect with wss://";
        }
    }
    server {
        listen 443 ssl;
        server_name example.com;
        ssl_certificate /etc/nginx/ssl/localhost.crt;
        ssl_certificate_key /etc/nginx/ssl/localhost.key;
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
      claim: '`ws://`',
      url: 'ws://example.com/ws',
      sees: { answer: 301, location: 'https://example.com/ws' },
      mended: { answer: 426 },
    },
    { claim: '`wss://`', url: 'wss://example.com/ws', sees: { answer: 'works' }, mended: 'same' },
    {
      claim: '`ws://`, where the location is served on port 80 too',
      text: {
        good: [
          [
            'return 426 "Connect with wss://";',
            `proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";`,
          ],
        ],
      },
      finds: false,
      url: 'ws://example.com/ws',
      sees: { answer: 'works' },
    },
  ],
  sources: [
    'https://www.rfc-editor.org/rfc/rfc6455#section-4.1',
    'https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#return',
  ],
};
