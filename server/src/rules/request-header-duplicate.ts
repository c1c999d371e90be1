import { removeDirective } from '../edits/remove';
import { mayBeBranches, sufficesAlone } from '../handshake/strict-backend';
import type { Route } from '../handshake/routes';
import type { UpstreamHeader } from '../handshake/upstream-request';
import { isFilled, isOpaque, knownText } from '../handshake/value';
import { english, t } from '../l10n';
import { type ConfigDirective, placeOf } from '../model/configuration';
import type { Intent } from '../model/intent';
import { standsOn } from './support/place';
import type { Finding, Fix, Reasons, Rule, RuleDocs, Severity } from './support/rule';
import { severityFor } from './support/severity';

export const rule: Rule = {
  id: 'request-header-duplicate',
  category: 'websocket',
  severity: 'warning',
  fix: 'safe',
  check: [
    { visits: 'evidence', run: hostTwice },
    { visits: 'route', run: upgradeTwice },
  ],
};

/** No back end that keeps to the RFC takes it. */
function hostTwice({ route, intent }: Reasons): Finding[] {
  return findingsFor(route, intent, 'host');
}

/** The lines count as one list, which most back ends read, and some do not. */
function upgradeTwice(route: Route): Finding[] {
  return ['upgrade', 'connection'].flatMap((name) => findingsFor(route, route.intent, name));
}

/** A line of a header. */
interface Line extends UpstreamHeader {
  readonly directive: ConfigDirective;
}

function findingsFor(route: Route, intent: Intent, name: string): Finding[] {
  const lines = route.request.named(name).filter(isMeantToBeSent);
  const kept = lineToKeep(route, name, lines);
  if (kept === undefined || lines.length < 2 || mayBeBranches(lines)) return [];
  const isSafe =
    sufficesAlone(name, kept.value) ||
    lines.every(({ directive }) => directive.argument(1) === kept.directive.argument(1));
  const findings: Finding[] = [];
  const others = lines.filter((line) => line !== kept);
  for (const line of others) {
    const further = others.filter((each) => each !== line).slice(0, MOST_RELATED);
    findings.push(findingFor(route, severityFor(intent), line, { kept, further, isSafe }));
  }
  return findings;
}

/** More lines than this are not shown beside one. */
const MOST_RELATED = 5;

/** What else sets the header. */
interface Beside {
  readonly kept: Line;
  readonly further: readonly Line[];
  readonly isSafe: boolean;
}

function findingFor(
  route: Route,
  severity: Severity,
  { directive, name }: Line,
  { kept, further, isSafe }: Beside,
): Finding {
  const { place, related = [] } = standsOn(route.proxyPass, directive, t('This line is one too many.'));
  const advice = related.length === 0 ? t('Remove this one.') : t('Remove one of them.');
  return {
    severity,
    message: t`\`${name}\` is set more than once, and nginx sends each line: ${t(HARM.get(name.toLowerCase()) ?? '')} ${advice}`,
    place,
    related: [
      ...related,
      { place: placeOf(kept.directive), message: t('This line can stay.') },
      ...further.map((each) => ({
        place: placeOf(each.directive),
        message: t('This line is one too many, too.'),
      })),
    ],
    fixes: () => (isOwn(route, directive) ? [removal(directive, isSafe)] : []),
  };
}

/** Not one that is empty for some clients: of two such lines each may be for some. */
function isMeantToBeSent(header: UpstreamHeader): header is Line {
  return header.directive !== null && (isFilled(header.value) || isOpaque(header.value));
}

const HARM: ReadonlyMap<string, string> = new Map([
  ['host', english('a back end must answer 400 to that (RFC 9112).')],
  ['upgrade', english('some back ends refuse `websocket, websocket` with 400.')],
  ['connection', english('some back ends do not find the upgrade in it.')],
]);

/**
 * The first with which alone the handshake passes, or may pass; one of an included file before those that can be
 * removed here, and the name that the client asked for before another. Where all fail, that is the mistake to tell first.
 */
function lineToKeep(route: Route, name: string, lines: readonly Line[]): Line | undefined {
  const good = lines.filter(({ value }) => sufficesAlone(name, value));
  const candidates = good.length > 0 ? good : lines.filter(({ value }) => knownText(value) === null);
  const isForeign = ({ directive }: Line): boolean => !isOwn(route, directive);
  return candidates.find(isForeign) ?? candidates.find(isHostOfClient) ?? candidates[0];
}

function isHostOfClient({ directive }: Line): boolean {
  return /^\$\{?(?:http_)?host\b/i.test(directive.argument(1));
}

/** Whether a header is in the block of the level itself: an included file may serve others, which need the line. */
function isOwn({ request: { set } }: Route, { via }: ConfigDirective): boolean {
  return via === (set.level?.block?.via ?? null);
}

function removal(directive: ConfigDirective, isSafe: boolean): Fix {
  return {
    title: t`Remove this ${directive.argument(0)}`,
    kind: isSafe ? 'safe' : 'suggestion',
    edits: [removeDirective(directive)],
  };
}

export const docs: RuleDocs = {
  what: '`Host`, `Upgrade` or `Connection` is set more than once at the level in force, often once in an included file and once beside it.',
  why:
    'nginx sends every `proxy_set_header` of a level that is not empty, also two of one name. A server must answer ' +
    '400 to two lines of `Host` (RFC 9112, section 3.2). Two lines of `Upgrade` are one list, ' +
    '`websocket, websocket`, which the library `ws` of Node.js refuses. From nginx 1.31.4 on only the last `Host` is sent.',
  how: 'Keep one line of each header.',
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
    {
      claim: 'a back end with the library `ws` of Node.js',
      backEnd: 'lenient',
      sees: { answer: 400 },
    },
    {
      claim: 'a back end that reads lists',
      sees: { answer: 'works' },
      mended: 'same',
    },
    {
      claim: 'two lines of `Host`',
      text: {
        bad: [
          ['proxy_set_header Upgrade $http_upgrade;', ''],
          ['proxy_read_timeout', 'proxy_set_header Host $http_host;\n            proxy_read_timeout'],
        ],
      },
      before: '1.31.4',
      sees: { answer: 400 },
    },
    {
      claim: 'of two lines of `Host` the last is sent',
      text: { good: [['Upgrade $http', 'Host a.example;\n            proxy_set_header Upgrade $http']] },
      finds: false,
      since: '1.31.4',
      sees: { answer: 'works', headers: { Host: 'a.example' } },
    },
    {
      claim: 'a second line that is empty is not sent',
      text: { good: [['Upgrade $http', 'Upgrade "";\n            proxy_set_header Upgrade $http']] },
      finds: false,
      backEnd: 'lenient',
      sees: { answer: 'works' },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header',
    'https://www.rfc-editor.org/rfc/rfc9112#section-3.2',
    'https://www.rfc-editor.org/rfc/rfc9110#section-5.3',
  ],
};
