import { hasName, isMeantFor } from '../handshake/asked-names';
import type { Evidence } from '../handshake/evidence';
import type { Handshake } from '../handshake/handshake';
import { readTarget, type Target } from '../handshake/target';
import { t } from '../l10n';
import { type ConfigDirective, placeOf } from '../model/configuration';
import { type Level, serversIn } from '../model/levels';
import type { Model } from '../model/model';
import { refusesUpgrades } from './support/forward-upgrade';
import { standsOn } from './support/place';
import type { AskedUrl, Finding, Reasons, Rule, RuleDocs } from './support/rule';
import { isOfConcern, severityOnTheWay } from './support/severity';
import { plain, quoted } from './support/words';

export const rule: Rule = {
  id: 'websocket-answered-by-nginx',
  category: 'websocket',
  severity: 'warning',
  fix: 'none',
  check: [
    { visits: 'evidence', ids: 'rest', run: check },
    { visits: 'url', run: checkUrl },
  ],
};

function* check(reasons: Reasons): Generator<Finding> {
  const {
    route,
    intent,
    evidence: [first],
  } = reasons;
  if (!isOfConcern(reasons) || refusesUpgrades(route, reasons.intent)) return;
  const { proxyPass } = route;
  const { about, message } = first;
  const directive = directiveOf(about);
  yield {
    severity: severityOnTheWay(intent),
    intent,
    message: t`WebSocket handshakes fail here in every case. ${message}`,
    ...(directive === null
      ? { place: placeOf(proxyPass) }
      : standsOn(proxyPass, directive, t('This is what stops them.'))),
  };
}

function directiveOf(about: Evidence['about']): ConfigDirective | null {
  if (about === null || about === undefined) return null;
  return 'words' in about ? about : about.block;
}

/** A URL that somebody asks for: what nginx answers instead of the back end is told where it does. */
function* checkUrl({ handshake, evidence: [reason] }: AskedUrl, model: Model): Generator<Finding> {
  const target = readTarget(handshake.url);
  // The URL may be one of another configuration, where it gets to a server of other names.
  if ('error' in target || !isMeantFor(handshake, target.host)) return;
  const told = reason === undefined ? toldOfNobody(target, model) : toldOf(handshake, reason, target);
  if (told === null) return;
  const { why, ...where } = told;
  yield { severity: 'warning', message: t`Handshakes for ${plain(handshake.url)} fail. ${why}`, ...where };
}

interface Told extends Pick<Finding, 'place' | 'related'> {
  readonly why: string;
}

/** A directive that answers is the place; of files it is the location that took the URL first, or the server. */
function toldOf({ because }: Handshake, reason: Evidence, { path }: Target): Told | null {
  const way = because.flatMap(({ step, place, message, about }) =>
    place !== null && WAY.has(step) ? [{ step, place, message, about }] : [],
  );
  const first = way.find(({ step }) => step === 'location');
  const isOfFiles = reason.id === 'answered-by-nginx' && isLevel(reason.about);
  const place = isOfFiles ? (first?.place ?? reason.place) : (reason.place ?? first?.place ?? null);
  if (place === null) return null;
  const isTaken = !isOfFiles || !isLevel(first?.about) || first.about.kind === 'location';
  return {
    why: isTaken
      ? reason.message
      : t`No location takes ${quoted(path)}, and files are served: no back end is asked. Add a location with \`proxy_pass\` for it.`,
    place,
    related: way.filter((each) => each.place !== place).map(({ place, message }) => ({ place, message })),
  };
}

/** The steps on which a request comes from one location to another. */
const WAY: ReadonlySet<Evidence['step']> = new Set(['location', 'rewrite', 'files']);

function isLevel(about: Evidence['about']): about is Level {
  return about !== null && about !== undefined && 'kind' in about;
}

/** Where nobody listens: the server of that name. */
function toldOfNobody({ secure, host, port }: Target, model: Model): Told | null {
  const servers = model.http === null ? [] : serversIn(model.http);
  const server = servers.find((each) => hasName(each, host));
  const directive = server?.byName.get('listen')?.[0] ?? server?.block ?? null;
  if (directive === null) return null;
  const listen = secure ? t`\`listen ${port} ssl\` and a certificate` : `\`listen ${port}\``;
  const front = secure ? t(' Where a proxy in front ends TLS, ask for the URL that it asks nginx for.') : '';
  return {
    why: t`No server listens on port ${port} for ${plain(host)}. Add ${listen}.${front}`,
    place: placeOf(directive),
  };
}

export const docs: RuleDocs = {
  what: 'No handshake for a WebSocket location gets through, and no other rule says why: nginx itself answers them all.',
  why:
    'A `return` of the server runs before any location is searched for. A nested location does not run the `set` ' +
    'directives of the one around it, so that a `proxy_pass` with their variables names no host: 500. Where files are ' +
    'served no back end is asked: a path that no location takes, or one that has headers and no `proxy_pass`. Of a path ' +
    'it is told only where `websocketUrls` or `--url` asks for it.',
  how: 'Let the requests for this location through before the directive that answers them, or set there what is missing.',
  bad: `
events {}
http {
    server {
        listen 80;
        return 503;
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
        location / {
            return 503;
        }
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
    { sees: { answer: 503 } },
    {
      claim: 'variables that only the location around sets',
      text: {
        bad: [
          ['return 503;', 'location /w { set $app 127.0.0.1:3000;'],
          ['proxy_pass http://127.0.0.1:3000;', 'proxy_pass http://$app;'],
          ['proxy_read_timeout 1h;\n        }', 'proxy_read_timeout 1h;\n        } }'],
        ],
      },
      good: 'good',
      sees: { answer: 500 },
    },
    {
      claim: 'a path that no location takes',
      text: {
        good: [
          ['location /ws', 'location /chat/'],
          ['location / {\n            return 503;\n        }\n        ', ''],
        ],
      },
      good: 'good',
      finds: false,
      sees: { answer: 404 },
    },
    {
      claim: 'a location that has the headers and no `proxy_pass`',
      text: { good: [['proxy_pass http://127.0.0.1:3000;', '']] },
      good: 'good',
      finds: false,
      sees: { answer: 404 },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_rewrite_module.html',
    'https://nginx.org/en/docs/http/request_processing.html',
  ],
};
