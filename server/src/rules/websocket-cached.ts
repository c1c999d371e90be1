import { argumentsAsWritten, replaceArguments } from '../edits/insert';
import type { Route } from '../handshake/routes';
import { isOpaque, knownText } from '../handshake/value';
import { t } from '../l10n';
import { placeOf } from '../model/configuration';
import { effective, effectiveValue, ownDirectives } from '../model/inheritance';
import type { Model } from '../model/model';
import { variablesIn } from '../values/script';
import type { Finding, Fix, Rule, RuleDocs } from './support/rule';
import { insertInLocation } from './support/settings-of-location';
import { severityOfHarm } from './support/severity';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'websocket-cached',
  category: 'websocket',
  severity: 'information',
  fix: 'safe',
  check: { visits: 'route', run: check },
};

function* check(route: Route, model: Model): Generator<Finding> {
  const severity = severityOfHarm(route);
  const { text: zone, origin } = effectiveValue(route.location, 'proxy_cache', model.version);
  const cache = origin.directive;
  if (severity === null || cache === null || zone === 'off' || mayBypass(route)) return;
  yield {
    severity,
    intent: route.intent,
    message: t`A handshake gets a page from the cache once its URL is in ${quoted(`proxy_cache ${zone}`)}, and fails. Add \`proxy_cache_bypass $http_upgrade\`.`,
    place: placeOf(route.proxyPass),
    related: [{ place: placeOf(cache), message: t('The cache is turned on here.') }],
    fixes: () => [fixFor(route)],
  };
}

/** Whether a handshake may bypass the cache: by `proxy_cache_bypass`, or by a key of its own. */
function mayBypass({ location, argumentOf }: Route): boolean {
  const bypass = effective(location, 'proxy_cache_bypass');
  const key = effective(location, 'proxy_cache_key');
  const keyNames = key.directives.flatMap((each) => variablesIn(each.argument(0)));
  if (
    !bypass.certain ||
    !key.certain ||
    keyNames.some((name) => /^http_(?:upgrade|connection)$/.test(name))
  ) {
    return true;
  }
  return bypass.directives.some((directive) =>
    directive.words.slice(1).some((_, index) => {
      const value = argumentOf(directive, index);
      const text = knownText(value);
      // Any value but '' and 0 does (ngx_http_test_predicates).
      return isOpaque(value) || (text !== '' && text !== '0');
    }),
  );
}

function fixFor(route: Route): Fix {
  const name = 'proxy_cache_bypass';
  const own = ownDirectives(route.location, name).at(-1);
  const inherited = own === undefined ? effective(route.location, name).directives : [];
  const values = [...inherited.map(argumentsAsWritten), '$http_upgrade'].join(' ');
  const edit =
    own === undefined
      ? insertInLocation(route, [`${name} ${values};`])
      : replaceArguments(own, `${argumentsAsWritten(own)} $http_upgrade`);
  return { title: t('Let handshakes pass by the cache'), kind: 'safe', edits: [edit] };
}

export const docs: RuleDocs = {
  what: '`proxy_cache` is on where handshakes pass, and nothing lets them pass by the cache.',
  why:
    'nginx looks a handshake up like any GET. A 101 is never stored; but when an ordinary request of the same URL has ' +
    'been answered and stored, the next handshake gets that answer instead of the back end.',
  how: 'Add `proxy_cache_bypass $http_upgrade`, or turn the cache off in the location.',
  bad: `
events {}
http {
    proxy_cache_path /var/cache/nginx keys_zone=pages:1m;
    server {
        listen 80;
        location /ws {
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_cache pages;
            proxy_cache_valid any 1h;
            proxy_read_timeout 1h;
        }
    }
}
`,
  good: `
events {}
http {
    proxy_cache_path /var/cache/nginx keys_zone=pages:1m;
    server {
        listen 80;
        location /ws {
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_cache pages;
            proxy_cache_valid any 1h;
            proxy_cache_bypass $http_upgrade;
            proxy_read_timeout 1h;
        }
    }
}
`,
  proof: [
    {
      claim: 'an ordinary request, then a handshake',
      pages: ['/ws'],
      url: ['http://localhost/ws', 'ws://localhost/ws'],
      sees: { answer: 200 },
    },
    {
      claim: 'a handshake after another',
      url: ['ws://localhost/ws', 'ws://localhost/ws'],
      sees: { answer: 'works' },
      mended: 'same',
    },
  ],
  sources: ['https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache_bypass'],
};
