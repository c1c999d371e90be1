import { distance } from 'fastest-levenshtein';
import { type Route } from '../handshake/routes';
import { t } from '../l10n';
import { allWithin, type ConfigDirective, placeOf } from '../model/configuration';
import type { Definitions } from '../model/definitions';
import { hasOpaqueParts, httpUnits } from '../model/levels';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import { type Upstream } from '../model/upstreams';
import { hostOf, parseProxyTarget } from '../values/pass-url';
import type { Finding, Rule, RuleDocs } from './support/rule';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'upstream-not-used',
  category: 'websocket',
  severity: 'warning',
  fix: 'suggestion',
  check: { visits: 'configuration', run: check },
};

function* check(model: Model, routes: readonly Route[]): Generator<Finding> {
  const { http, configuration, upstreams } = model;
  if (http === null || upstreams.length === 0) return;
  if (configuration.truncated || hasOpaqueParts(configuration)) return;
  // Another file may use it, or have an upstream of nearly its name.
  const isFragment = http.unseen;
  const names = new Set(upstreams.map(({ name }) => name.toLowerCase()));
  const used = new Set<string>();
  for (const unit of httpUnits(configuration)) {
    for (const name of usedIn(unit, model.definitions, names)) used.add(name);
  }
  const unused = upstreams.filter(({ name }) => name !== '' && !used.has(name.toLowerCase()));
  if (unused.length === 0) return;
  const meantBy = finderOf(upstreams, unused);
  for (const { proxyPass } of routes) {
    const { authority, host } = hostAskedBy(proxyPass);
    if (authority.includes('$') || names.has(host)) continue;
    const meant = meantBy(authority);
    if (meant === undefined || (isFragment && !hasServer(meant, authority))) continue;
    yield findingFor(proxyPass, authority, meant, isFragment);
  }
}

const hostAskedBy = memoized((proxyPass: ConfigDirective) => {
  const { authority } = parseProxyTarget(proxyPass.argument(0));
  return { authority, host: hostOf(authority) };
});

/** What was found in each unit, and for which definitions. */
const known = new WeakMap<ConfigDirective, readonly [Definitions, ReadonlySet<string>]>();

/** The names of upstreams that are used in a unit of a configuration. */
function usedIn(
  unit: ConfigDirective,
  definitions: Definitions,
  names: ReadonlySet<string>,
): ReadonlySet<string> {
  const [of, found] = known.get(unit) ?? [];
  if (of === definitions && found !== undefined) return found;
  const used = usedOf(names, allWithin(unit));
  known.set(unit, [definitions, used]);
  return used;
}

/** The names that are used outside of upstreams: as hosts of URLs, and as plain words such as the values of a map. */
function usedOf(names: ReadonlySet<string>, directives: readonly ConfigDirective[]): Set<string> {
  const used = new Set<string>();
  for (const directive of directives) {
    if (directive.name === 'upstream' || directive.parent?.name === 'upstream') continue;
    // A server may have the same name as its upstream: that does not use it.
    if (directive.name === 'server_name') continue;
    for (const word of directive.words.slice(directive.parent?.name === 'map' ? 0 : 1)) {
      const text = word.value.toLowerCase();
      if (names.has(text)) used.add(text);
      const host = /[:/?[]/.test(text) ? hostOf(parseProxyTarget(text).authority) : text;
      if (names.has(host)) used.add(host);
    }
  }
  return used;
}

/** Where there are more unused upstreams than this, names are not compared letter by letter. */
const NEAR_LIMIT = 200;

type Finder = (authority: string) => Upstream | undefined;

/** The last finder among the upstreams of a configuration, and the names that it finds. */
const finders = new WeakMap<readonly Upstream[], { readonly names: string; readonly find: Finder }>();

function finderOf(upstreams: readonly Upstream[], unused: readonly Upstream[]): Finder {
  const names = unused.map(({ name }) => name).join('\n');
  const known = finders.get(upstreams);
  if (known?.names === names) return known.find;
  const find = finder(unused);
  finders.set(upstreams, { names, find });
  return find;
}

/** Finds the upstream that has the host, with its port where it has one, among its servers, or nearly its name. */
function finder(unused: readonly Upstream[]): Finder {
  const byServer = new Map<string, Upstream>();
  for (const upstream of unused) {
    for (const server of upstream.servers) {
      byServer.set(server.toLowerCase(), upstream);
      byServer.set(hostOf(server), upstream);
    }
  }
  const near = unused
    .slice(0, NEAR_LIMIT)
    .map((upstream) => ({ upstream, name: upstream.name.toLowerCase() }));
  const find = (authority: string): Upstream | undefined => {
    const host = hostOf(authority);
    return (
      byServer.get(/:\d+$/.test(authority) ? authority.toLowerCase() : host) ??
      near.find(({ name }) => isNearly(name, host))?.upstream
    );
  };
  const found = new Map<string, Upstream | undefined>();
  return (authority) => {
    if (!found.has(authority)) found.set(authority, find(authority));
    return found.get(authority);
  };
}

/** Short names are similar by chance, and so are a domain and a plain name. */
function isNearly(name: string, host: string): boolean {
  if (name.length < 4 || host.includes('.') !== name.includes('.')) return false;
  const plain = (text: string): string => text.replaceAll(/[-_.]/g, '');
  return plain(name) === plain(host) || distance(name, host) <= (name.length >= 8 ? 2 : 1);
}

function hasServer({ servers }: Upstream, authority: string): boolean {
  return servers.some((server) => hostOf(server) === hostOf(authority));
}

function findingFor(
  proxyPass: ConfigDirective,
  authority: string,
  upstream: Upstream,
  isFragment: boolean,
): Finding {
  const word = proxyPass.words[1];
  const whole = placeOf(proxyPass);
  // The host within the word, unless escapes have shifted it.
  const offset = word === undefined ? -1 : proxyPass.file.text.slice(word.start, word.end).indexOf(authority);
  const start = word === undefined || offset === -1 ? whole.start : word.start + offset;
  const place = offset === -1 ? whole : { file: whole.file, start, end: start + authority.length };
  const why = hasServer(upstream, authority)
    ? t('requests go to the server itself, and nothing that the upstream sets is in force')
    : t('nginx looks the name up in DNS instead');
  return {
    severity: isFragment ? 'information' : 'warning',
    message: t`${quoted(`upstream ${upstream.name}`)} is not used${isFragment ? t(' in this file') : ''}: ${quoted(authority)} is not its name, so ${why}. Write ${quoted(upstream.name)} here.`,
    place,
    related: [{ place: placeOf(upstream.directive), message: t('The upstream that is not used.') }],
    fixes: () => [
      {
        title: t`Use the upstream \`${upstream.name}\``,
        kind: 'suggestion',
        edits: [{ ...place, newText: upstream.name }],
      },
    ],
  };
}

export const docs: RuleDocs = {
  what: 'An `upstream` is defined but no one refers to it, while a `proxy_pass` names one of its servers, or nearly its name.',
  why:
    '`proxy_pass` uses an upstream only when its host is exactly the name of the upstream. With the name of a ' +
    'server, or a slip of the pen, nginx asks DNS: it connects to that host alone, or refuses to start.',
  how: 'Write the name of the upstream in `proxy_pass`, or remove the upstream.',
  bad: `
events {}
http {
    upstream chat {
        server 127.0.0.1:3000;
    }
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
  good: `
events {}
http {
    upstream chat {
        server 127.0.0.1:3000;
    }
    server {
        listen 80;
        location /ws {
            proxy_pass http://chat;
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
      claim: 'a second server in the upstream gets nothing',
      text: { bad: [['server 127.0.0.1:3000;', 'server 127.0.0.1:3000;\n        server 127.0.0.1:3001;']] },
      url: ['http://localhost/ws', 'http://localhost/ws'],
      sees: { shares: [0, 2] },
      mended: { shares: [1, 1] },
    },
    { claim: 'a handshake', sees: { answer: 'works' }, mended: 'same' },
    {
      claim: 'nearly the name of the upstream',
      text: { good: [['http://chat;', 'http://chatt;']] },
      sees: { refused: 'host not found in upstream "chatt"' },
      ownWords: true,
    },
  ],
  sources: ['https://nginx.org/en/docs/http/ngx_http_upstream_module.html#upstream'],
};
