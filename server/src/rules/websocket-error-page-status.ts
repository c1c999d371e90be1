import type { Edit } from '../edits/edit';
import { insertBeforeWord, replaceWord } from '../edits/insert';
import type { Route } from '../handshake/routes';
import type { ConfigDirective } from '../model/configuration';
import { effectiveValue } from '../model/inheritance';
import { type Level, levelsWithin } from '../model/levels';
import type { Model } from '../model/model';
import { hasPlaceholder } from '../syntax/placeholders';
import { locationNamed } from './support/literal-locations';
import { standsOn } from './support/place';
import type { Finding, Fix, Rule, RuleDocs } from './support/rule';
import { severityFor } from './support/severity';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'websocket-error-page-status',
  category: 'websocket',
  severity: 'warning',
  fix: 'safe',
  check: { visits: 'configuration', run: check },
};

function* check(model: Model, routes: readonly Route[]): Generator<Finding> {
  if (model.http === null) return;
  const byLocation = new Map(routes.map((route) => [route.location, route] as const));
  for (const server of levelsWithin(model.http)) {
    if (server.kind !== 'server') continue;
    for (const errorPage of errorPagesOf(server, model)) {
      const target = locationNamed(server, errorPage.words.at(-1)?.value ?? '');
      const route = target === undefined ? undefined : byLocation.get(target);
      if (route !== undefined && keepsStatus(errorPage)) yield findingFor(errorPage, route);
    }
  }
}

/** Those in force at the server or within it. */
function errorPagesOf(server: Level, { version }: Model): ReadonlySet<ConfigDirective> {
  const inForce = [...levelsWithin(server)].flatMap(
    (level) => effectiveValue(level, 'error_page', version).directives,
  );
  return new Set(inForce);
}

/** Index of the word `=` or `=200`; -1 when there is none. */
function responseIndex({ words }: ConfigDirective): number {
  const index = words.length - 2;
  return index > 0 && words[index]?.value.startsWith('=') === true ? index : -1;
}

/** Whether the answer keeps the status of the error, or gets a fixed one: all but a bare `=`, and `=101`. */
function keepsStatus(errorPage: ConfigDirective): boolean {
  const response = errorPage.words[responseIndex(errorPage)]?.value;
  if (errorPage.words.some(({ value }) => hasPlaceholder(value))) return false;
  return errorPage.words.length > 2 && response !== '=' && response !== '=101';
}

function findingFor(errorPage: ConfigDirective, route: Route): Finding {
  const written = errorPage.words.at(-1)?.value ?? '';
  const index = responseIndex(errorPage);
  const status = errorPage.words[index === -1 ? 1 : index]?.value.replace('=', '') ?? '';
  return {
    severity: severityFor(route.intent),
    message:
      `The handshake gets the status ${status} in place of 101: \`error_page\` without a bare \`=\` fixes the status ` +
      `of what ${quoted(written)} answers. Write ${quoted(`= ${written}`)}.`,
    ...standsOn(route.proxyPass, errorPage, 'The `error_page`.'),
    fixes: () => [fixFor(errorPage, index)],
  };
}

function fixFor(errorPage: ConfigDirective, index: number): Fix {
  const edit: Edit =
    index === -1
      ? insertBeforeWord(errorPage, errorPage.words.length - 1, '=')
      : replaceWord(errorPage, index, '=');
  return { title: 'Let the location say the status', kind: 'safe', edits: [edit] };
}

export const docs: RuleDocs = {
  what: '`error_page` leads handshakes to a WebSocket location without a bare `=`.',
  why:
    'Without `=` the answer keeps the status of the error, with `=200` it gets that one. The back end accepts the ' +
    'handshake and nginx opens the tunnel, but the client reads another status than 101 and gives up.',
  how: 'Write `=` alone before the location, so that it says the status itself.',
  bad: `
events {}
http {
    map $http_upgrade $connection_upgrade {
        default upgrade;
        '' close;
    }
    server {
        listen 80;
        location / {
            error_page 418 @websocket;
            if ($http_upgrade = websocket) {
                return 418;
            }
            return 200;
        }
        location @websocket {
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
        location / {
            error_page 418 = @websocket;
            if ($http_upgrade = websocket) {
                return 418;
            }
            return 200;
        }
        location @websocket {
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
    { sees: { answer: 418, request: 'GET /ws HTTP/1.1' } },
    {
      claim: '`=200`',
      text: { bad: [['418 @', '418 =200 @']] },
      sees: { answer: 200, request: 'GET /ws HTTP/1.1' },
    },
  ],
  sources: ['https://nginx.org/en/docs/http/ngx_http_core_module.html#error_page'],
};
