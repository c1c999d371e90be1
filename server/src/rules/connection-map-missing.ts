import { distance } from 'fastest-levenshtein';
import { combine } from '../edits/edit';
import { replaceWord } from '../edits/insert';
import { isNamed, undefinedIn } from '../handshake/faults';
import { routesOf } from '../handshake/routes';
import { type ConfigDirective, placeOf } from '../model/configuration';
import { httpDirectives } from '../model/levels';
import type { Model } from '../model/model';
import { connectionValue, insertMap } from './support/connection-value';
import type { Finding, Fix, Rule, RuleDocs } from './support/rule';

export const rule: Rule = {
  id: 'connection-map-missing',
  category: 'websocket',
  severity: 'error',
  fix: 'safe',
  check: { visits: 'configuration', run: check },
};

function* check(model: Model): Generator<Finding> {
  // Without a server nginx does not look variables up.
  if (model.hasUnseenParts || model.http === null || model.http.levels.length === 0) return;
  for (const [name, uses] of undefinedConnections(model)) {
    const [first, ...others] = uses;
    if (first === undefined) continue;
    const meant = meantMap(model, name, uses);
    yield {
      severity: 'error',
      message:
        `unknown "${name}" variable: nginx refuses to start, because nothing defines \`$${name}\`. ` +
        (meant === null
          ? `Add \`map $http_upgrade $${name} { … }\` to http.`
          : `Did you mean \`$${meant}\`?`),
      place: placeOf(first),
      related: others.map((use) => ({ place: placeOf(use), message: 'It is used here too.' })),
      fixes: () => fixesFor(model, name, meant, uses),
    };
  }
}

/** The `Connection` headers by the undefined variable that they name. One missing map is one mistake. */
function undefinedConnections(model: Model): Map<string, ConfigDirective[]> {
  const uses = new Map<string, ConfigDirective[]>();
  const seen = new Set<unknown>();
  for (const directive of httpDirectives(model.configuration)) {
    if (directive.name !== 'proxy_set_header' || !isNamed(directive, 'connection')) continue;
    if (seen.has(directive.node)) continue;
    seen.add(directive.node);
    for (const name of undefinedIn(model, directive)) {
      const list = uses.get(name);
      if (list === undefined) uses.set(name, [directive]);
      else list.push(directive);
    }
  }
  return uses;
}

/** The variable of a map that does for these headers, and is spelt nearly so; null for none. */
function meantMap(model: Model, name: string, uses: readonly ConfigDirective[]): string | null {
  const headers = new Set(uses);
  const route = routesOf(model).find(({ request }) =>
    request.set.directives.some((each) => headers.has(each)),
  );
  if (route === undefined || uses.some((use) => !isVariable(use.argument(1), name))) return null;
  const { text, edits } = connectionValue(model, route);
  const known = text.replace(/^\$/, '');
  return edits.length === 0 && known !== text && distance(known, name) <= 2 ? known : null;
}

function isVariable(value: string, name: string): boolean {
  return value.toLowerCase() === `$${name}` || value.toLowerCase() === `\${${name}}`;
}

/** @param meant the variable that was meant, if there is one: then another map would be one too many */
function fixesFor(model: Model, name: string, meant: string | null, uses: readonly ConfigDirective[]): Fix[] {
  const map = insertMap(model, name);
  const respelt = meant === null ? null : combine(uses.map((use) => replaceWord(use, 2, `$${meant}`)));
  return [
    ...(respelt === null
      ? []
      : [{ title: `Use \`$${meant}\`, which is defined`, kind: 'safe', edits: respelt } as const]),
    ...(map === null
      ? []
      : [
          {
            title: `Add \`map $http_upgrade $${name}\``,
            kind: respelt === null ? 'safe' : 'suggestion',
            edits: [map],
          } as const,
        ]),
  ];
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
  sources: [
    'https://nginx.org/en/docs/http/websocket.html',
    'https://nginx.org/en/docs/http/ngx_http_map_module.html#map',
  ],
};
