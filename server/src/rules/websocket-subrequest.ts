import { combine, type Edit } from '../edits/edit';
import { replaceWord } from '../edits/insert';
import { t } from '../l10n';
import { isNamed } from '../values/header-name';
import type { Route } from '../handshake/routes';
import { type ConfigDirective, placeOf } from '../model/configuration';
import { repeat } from './support/forward-upgrade';
import type { Finding, Fix, Reasons, Rule, RuleDocs } from './support/rule';
import { insertInLocation } from './support/settings-of-location';
import { severityFor } from './support/severity';

export const rule: Rule = {
  id: 'websocket-subrequest',
  category: 'websocket',
  severity: 'warning',
  fix: 'safe',
  check: { visits: 'evidence', run: check },
};

function* check(reasons: Reasons): Generator<Finding> {
  const { route, intent, evidence } = reasons;
  for (const { about } of evidence) {
    if (about === null || about === undefined || !('words' in about)) continue;
    const sends =
      route.request.set.level === route.location ? t('sends') : t('inherits the upgrade headers and sends');
    yield {
      severity: severityFor(intent),
      intent,
      message: t`Handshakes break at \`${about.name} ${about.argument(0)}\`: this location ${sends} the upgrade to its back end too, and nginx drops the connection when that one accepts. Blank \`Upgrade\` and \`Connection\` here.`,
      place: placeOf(route.proxyPass),
      related: [{ place: placeOf(about), message: t('The request is made here.') }],
      // One that is meant for WebSocket itself would lose its handshakes.
      fixes: () => (route.intent.strength === 'none' ? fixesFor(route) : []),
    };
  }
}

function fixesFor(route: Route): Fix[] {
  const { set } = route.request;
  // One that is meant for WebSocket itself needs the headers: the subrequest belongs elsewhere.
  if (route.intent.strength !== 'none') return [];
  const isUpgrade = (header: ConfigDirective): boolean =>
    isNamed(header, 'upgrade') || isNamed(header, 'connection');
  const edits: Edit[] =
    set.level === route.location
      ? set.directives.filter(isUpgrade).map((header) => replaceWord(header, 2, '""'))
      : [
          insertInLocation(route, [
            'proxy_set_header Upgrade "";',
            'proxy_set_header Connection "";',
            // Headers set here replace all inherited ones.
            ...set.directives.filter((header) => !isUpgrade(header)).map(repeat),
          ]),
        ];
  const combined = combine(edits);
  return combined === null ? [] : [{ title: t('Do not upgrade here'), kind: 'safe', edits: combined }];
}

export const docs: RuleDocs = {
  what: 'The location of an `auth_request` or `mirror` forwards the upgrade of the handshake to its own back end.',
  why:
    'A subrequest has the headers of the client. Where `Upgrade` and `Connection` are set for the whole server, the ' +
    'location that checks access inherits them. When its back end accepts, nginx logs `connection upgrade in ' +
    'subrequest` and drops the client.',
  how: 'Blank both headers in that location.',
  bad: `
events {}
http {
    server {
        listen 80;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_set_header Host $host;
        location /ws {
            auth_request /auth;
            proxy_pass http://127.0.0.1:3000;
            proxy_read_timeout 1h;
        }
        location = /auth {
            internal;
            proxy_pass http://127.0.0.1:3000;
        }
    }
}
`,
  good: `
events {}
http {
    server {
        listen 80;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_set_header Host $host;
        location /ws {
            auth_request /auth;
            proxy_pass http://127.0.0.1:3000;
            proxy_read_timeout 1h;
        }
        location = /auth {
            internal;
            proxy_pass http://127.0.0.1:3000;
            proxy_set_header Host $host;
            proxy_set_header Upgrade "";
            proxy_set_header Connection "";
        }
    }
}
`,
  proof: [
    {
      claim: '`auth_request`',
      pages: ['/auth'],
      sees: { answer: 'none', log: 'connection upgrade in subrequest' },
      ownWords: true,
    },
    {
      claim: '`mirror`',
      text: { bad: [['auth_request /auth', 'mirror /auth']] },
      pages: ['/auth'],
      sees: { answer: 101, log: 'connection upgrade in subrequest' },
      ownWords: true,
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_auth_request_module.html',
    'https://nginx.org/en/docs/http/ngx_http_mirror_module.html',
  ],
};
