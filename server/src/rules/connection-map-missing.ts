import { combine, type Edit } from '../edits/edit';
import { replaceWord } from '../edits/insert';
import { undefinedIn } from '../handshake/faults';
import { headersNamedIn } from '../handshake/upstream-request';
import { type Route, valueForAny } from '../handshake/routes';
import { surelyHasToken, type Value } from '../handshake/value';
import { t } from '../l10n';
import { type ConfigDirective, placeOf } from '../model/configuration';
import { connectionHeaders, hasOpaqueParts } from '../model/levels';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import { insertMap } from './support/connection-value';
import { nearNames } from './support/near-names';
import { standsOn } from './support/place';
import type { Finding, Fix, Rule, RuleDocs } from './support/rule';

export const rule: Rule = {
  id: 'connection-map-missing',
  category: 'websocket',
  severity: 'error',
  fix: 'safe',
  check: [
    { visits: 'configuration', run: check },
    { visits: 'route', run: inFragment },
  ],
};

/** With more undefined names than this none is a typo; checking each means checking all routes. */
const SLIP_LIMIT = 50;

function* check(model: Model, routes: readonly Route[]): Generator<Finding> {
  // Without a server nginx does not look variables up.
  if (model.hasUnseenParts || model.http === null || model.http.levels.length === 0) return;
  const missing = undefinedConnections(model);
  for (const [name, uses] of missing) {
    const [first, ...others] = uses;
    if (first === undefined) continue;
    const near = missing.size > SLIP_LIMIT ? [] : nearNames(name, candidates(model));
    const meant = near.find((each) => works(each, name, uses, model, routes)) ?? null;
    const advice =
      meant === null ? t`Add \`map $http_upgrade $${name} { … }\` to http.` : t`Did you mean \`$${meant}\`?`;
    yield {
      severity: 'error',
      message: t`unknown "${name}" variable: nginx refuses to start, because nothing defines \`$${name}\`. ${advice}`,
      place: placeOf(first),
      related: others.map((use) => ({ place: placeOf(use), message: t('It is used here too.') })),
      fixes: () => fixesFor(model, name, uses, meant),
    };
  }
}

/**
 * The map of a site is often in nginx.conf, so of a site alone it is told only where somebody asks for a URL: that it is
 * nowhere may be why nothing answers.
 */
function* inFragment({ intent, request, proxyPass }: Route, model: Model): Generator<Finding> {
  if (!model.hasUnseenParts || !intent.signs.some(({ kind }) => kind === 'url')) return;
  const isFragmentAlone = model.ask(
    'fragment alone',
    null,
    ({ http, configuration }) =>
      http?.unseen === true && !configuration.truncated && !hasOpaqueParts(configuration),
    Object.is,
    'names',
  );
  if (!isFragmentAlone) return;
  for (const header of headersNamedIn(request.set.directives, 'connection')) {
    const [name] = undefinedIn(model, header);
    if (name === undefined) continue;
    yield {
      severity: 'information',
      message: t`Nothing here defines \`$${name}\`: nginx refuses to start, unless nginx.conf has \`map $http_upgrade $${name} { … }\`.`,
      ...standsOn(proxyPass, header, t('The header is set here.')),
    };
  }
}

/** The variables that may be meant: those that the configuration defines, and the client's own header. */
function candidates({ variables }: Model): string[] {
  return [...variables.names(), 'http_connection'];
}

/** Whether handshakes get through on all routes with these headers once they name `near` instead of `name`. */
function works(
  near: string,
  name: string,
  uses: readonly ConfigDirective[],
  model: Model,
  routes: readonly Route[],
): boolean {
  const yieldsUpgrade = (valueOf: (text: string) => Value, use: ConfigDirective): boolean =>
    surelyHasToken(valueOf(respelt(use.argument(1), name, near)), 'upgrade');
  const nodes = new Set(uses.map(({ node }) => node));
  let isUsed = false;
  for (const { valueOf, request } of routes) {
    for (const use of headersNamedIn(request.set.directives, 'connection')) {
      if (!nodes.has(use.node)) continue;
      isUsed = true;
      if (!yieldsUpgrade(valueOf, use)) return false;
    }
  }
  const { http } = model;
  return (
    isUsed ||
    (http !== null && uses.every((use) => yieldsUpgrade((text) => valueForAny(model, http, text), use)))
  );
}

/** The `Connection` headers by the undefined variable that they name. One missing map is one mistake. */
function undefinedConnections(model: Model): Map<string, ConfigDirective[]> {
  const uses = new Map<string, ConfigDirective[]>();
  const seen = new Set<unknown>();
  const known = undefinedByHeader(model.parts.names);
  for (const directive of connectionHeaders(model.configuration)) {
    let names = known.get(directive);
    if (names === undefined) known.set(directive, (names = undefinedIn(model, directive)));
    if (names.length === 0 || seen.has(directive.node)) continue;
    seen.add(directive.node);
    for (const name of names) {
      const list = uses.get(name);
      if (list === undefined) uses.set(name, [directive]);
      else list.push(directive);
    }
  }
  return uses;
}

/** What is undefined in each header, as long as all that is defined stays. */
const undefinedByHeader = memoized(
  (_names: readonly unknown[]) => new WeakMap<ConfigDirective, readonly string[]>(),
);

/** @param meant a similar name that is defined, or null */
function fixesFor(model: Model, name: string, uses: readonly ConfigDirective[], meant: string | null): Fix[] {
  const respelling = meant === null ? null : combine(uses.map((use) => respell(use, name, meant)));
  const fixes: Fix[] = [];
  if (respelling !== null)
    fixes.push({ title: t`Use \`$${meant}\`, which is defined`, kind: 'safe', edits: respelling });
  const map = insertMap(model, name);
  if (map !== null) {
    const kind = meant === null ? 'safe' : 'suggestion';
    fixes.push({ title: t`Add \`map $http_upgrade $${name}\``, kind, edits: [map] });
  }
  return fixes;
}

/** Names another variable in a header, and leaves the rest of its value as it is written. */
function respell(use: ConfigDirective, name: string, near: string): Edit {
  const word = use.words[2];
  const text = word === undefined ? '' : use.file.text.slice(word.start, word.end);
  return replaceWord(use, 2, respelt(text, name, near));
}

/** @param name of word characters alone, as all variables */
function respelt(value: string, name: string, near: string): string {
  return value.replaceAll(new RegExp(String.raw`(\$\{?)${name}(?!\w)`, 'gi'), `$1${near}`);
}

export const docs: RuleDocs = {
  what: '`Connection` is set to a variable that nothing defines.',
  why:
    '`$connection_upgrade` is not a variable of nginx: it comes from a `map` that many guides show and many copies ' +
    'leave out. nginx refuses to start: `unknown "connection_upgrade" variable`, without a file or a line.',
  how: 'Define it in `http`, or in a file that is included there.',
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
    {
      sees: { refused: 'unknown "connection_upgrade" variable', line: null },
      mended: { answer: 'works' },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/websocket.html',
    'https://nginx.org/en/docs/http/ngx_http_map_module.html#map',
  ],
};
