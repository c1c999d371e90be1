import type { Edit } from '../edits/edit';
import { insertBeforeWord, replaceWord } from '../edits/insert';
import type { Route } from '../handshake/routes';
import { t } from '../l10n';
import type { ConfigDirective } from '../model/configuration';
import type { Intent } from '../model/intent';
import { standsOn } from './support/place';
import type { Finding, Fix, Reasons, Rule, RuleDocs } from './support/rule';
import { severityFor } from './support/severity';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'websocket-error-page-status',
  category: 'websocket',
  severity: 'warning',
  fix: 'safe',
  check: { visits: 'evidence', run: check },
};

function* check(reasons: Reasons): Generator<Finding> {
  const { route, intent, evidence } = reasons;
  for (const { about } of evidence) {
    if (about !== null && about !== undefined && 'words' in about) yield findingFor(about, route, intent);
  }
}

/** Index of the word `=` or `=200`; -1 when there is none. */
function responseIndex({ words }: ConfigDirective): number {
  const index = words.length - 2;
  return index > 0 && words[index]?.value.startsWith('=') === true ? index : -1;
}

function findingFor(errorPage: ConfigDirective, route: Route, intent: Intent): Finding {
  const written = errorPage.words.at(-1)?.value ?? '';
  const index = responseIndex(errorPage);
  const status = errorPage.words[index === -1 ? 1 : index]?.value.replace('=', '') ?? '';
  return {
    severity: severityFor(intent),
    intent,
    message: t`The handshake gets the status ${status} in place of 101: \`error_page\` without a bare \`=\` fixes the status of what ${quoted(written)} answers. Write ${quoted(`= ${written}`)}.`,
    ...standsOn(route.proxyPass, errorPage, t('The `error_page`.')),
    fixes: () => [fixFor(errorPage, index)],
  };
}

function fixFor(errorPage: ConfigDirective, index: number): Fix {
  const edit: Edit =
    index === -1
      ? insertBeforeWord(errorPage, errorPage.words.length - 1, '=')
      : replaceWord(errorPage, index, '=');
  return { title: t('Let the location say the status'), kind: 'safe', edits: [edit] };
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
