import type { Evidence } from '../handshake/evidence';
import type { Explanation } from '../handshake/explanation';
import { readTarget, type Target } from '../handshake/target';
import { normalizePath } from '../handshake/uri';
import { t } from '../l10n';
import { textOf } from '../model/bytes';
import type { Place } from '../model/configuration';

/** What to write for a URL that nothing is written for. */
export interface NextStep {
  /** Where it belongs, in a sentence. */
  readonly advice: string;
  /** The block around it; null for `http`. */
  readonly place: Place | null;
  /** The text to add, a line each. */
  readonly lines: readonly string[];
}

/**
 * What to add so that a URL has a back end: a server where none takes it, a location where nginx itself answers with
 * files. Null where a back end is asked, or something is written for that path.
 */
export function nextStepFor(explanation: Explanation): NextStep | null {
  const { url, verdict, upstreamRequest, because, cases, error, badUrl } = explanation;
  const target = readTarget(url);
  if ('error' in target || badUrl === true || verdict !== 'blocked' || upstreamRequest !== null) return null;
  if (error !== undefined) {
    return {
      advice: t('No server takes it. Add one to `http`, with your own back end:'),
      place: null,
      lines: serverFor(target),
    };
  }
  const reasons = cases.flatMap((each) => each.because);
  if (target.path === '/' || !reasons.every(isAboutFiles)) return null;
  const server = because.find(({ step }) => step === 'server')?.place ?? null;
  return {
    advice: t`Nothing is written for \`${target.path}\`. Add a location to this server, with your own back end:`,
    place: server,
    lines: locationFor(target.path),
  };
}

/** Where no directive says what to answer, files are served: the evidence is about the level. */
function isAboutFiles({ id, about = null }: Evidence): boolean {
  return id === 'answered-by-nginx' && about !== null && 'kind' in about;
}

/** @param path as it is sent: nginx compares it decoded */
function locationFor(path: string): string[] {
  const name = textOf(normalizePath(path, true) ?? path);
  const word = /[\s;{}"'\\]/.test(name) ? `"${name.replaceAll(/["\\]/g, '\\$&')}"` : name;
  return [
    `location ${word} {`,
    '    proxy_pass http://127.0.0.1:3000;',
    '    proxy_http_version 1.1;',
    '    proxy_set_header Upgrade $http_upgrade;',
    '    proxy_set_header Connection "upgrade";',
    '    proxy_set_header Host $http_host;',
    '    proxy_read_timeout 1h;',
    '}',
  ];
}

function serverFor({ secure, host, port, path }: Target): string[] {
  const tls = secure
    ? [
        `    ssl_certificate /etc/nginx/ssl/${host}.crt;`,
        `    ssl_certificate_key /etc/nginx/ssl/${host}.key;`,
      ]
    : [];
  return [
    'server {',
    `    listen ${port}${secure ? ' ssl' : ''};`,
    `    server_name ${host};`,
    ...tls,
    ...locationFor(path).map((line) => `    ${line}`),
    '}',
  ];
}
