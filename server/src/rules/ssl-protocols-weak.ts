import { replaceArguments } from '../edits/insert';
import { allOf, t } from '../l10n';
import { allWithin, type ConfigDirective, type Place } from '../model/configuration';
import { effective } from '../model/inheritance';
import { httpUnits, serversIn } from '../model/levels';
import { listenersOf } from '../model/listeners';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import { isAtLeast, type NginxVersion } from '../reference/versions';
import { hasSslOn } from './support/certificates';
import type { Text } from './support/proof';
import type { Finding, Rule, RuleDocs } from './support/rule';

export const rule: Rule = {
  id: 'ssl-protocols-weak',
  category: 'tls',
  severity: 'warning',
  fix: 'safe',
  check: { visits: 'configuration', run: check },
};

/** Those that RFC 7568 and RFC 8996 forbid. */
const WEAK: ReadonlySet<string> = new Set(['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1']);

function* check(model: Model): Generator<Finding> {
  const all = httpUnits(model.configuration).flatMap(protocolsIn);
  const inUse = all.length === 0 ? null : directivesInUse(model);
  for (const directive of all) {
    if (inUse?.has(directive) === false) continue;
    const weak = directive.words.slice(1).filter(({ value }) => WEAK.has(value));
    const [first] = weak;
    const last = weak.at(-1);
    if (first === undefined || last === undefined) continue;
    const names = weak.map(({ value }) => `\`${value}\``).join(', ');
    const place: Place = { file: directive.file, start: first.start, end: last.end };
    const right = strongOnly(directive, model.version);
    yield {
      severity: 'warning',
      message:
        weak.length > 1
          ? t`${names} can be broken, so browsers refuse them and attackers ask for them. Write \`ssl_protocols ${right}\`.`
          : t`${names} can be broken, so browsers refuse it and attackers ask for it. Write \`ssl_protocols ${right}\`.`,
      place,
      fixes: () => [
        {
          title: t`Allow ${allOf(right.split(' '))} only`,
          kind: 'safe',
          edits: [replaceArguments(directive, right)],
        },
      ],
    };
  }
}

/**
 * The arguments without the weak ones; with TLS 1.3 beside TLS 1.2, where nginx knows it. A list of weak ones alone
 * becomes these two, nginx's default since 1.27.3.
 */
function strongOnly(directive: ConfigDirective, version: NginxVersion): string {
  const strong = directive.words.slice(1).filter(({ value }) => !WEAK.has(value));
  const values = new Set(strong.map(({ value }) => value));
  const kept = strong.map(({ start, end }) => directive.file.text.slice(start, end));
  const written = kept.length === 0 ? ['TLSv1.2'] : kept;
  const isNewest = values.has('TLSv1.3') || (values.size > 0 && !values.has('TLSv1.2'));
  return (isNewest || !isAtLeast(version, TLS13_SINCE) ? written : [...written, 'TLSv1.3']).join(' ');
}

/** `ssl_protocols` takes `TLSv1.3` since 1.13.0 (CHANGES). */
const TLS13_SINCE: NginxVersion = { major: 1, minor: 13, patch: 0 };

const protocolsIn = memoized((unit: ConfigDirective): readonly ConfigDirective[] =>
  allWithin(unit).filter(({ name }) => name === 'ssl_protocols'),
);

/** The directives in force at TLS listeners; null where not all servers are in the files. */
function directivesInUse(model: Model): ReadonlySet<ConfigDirective> | null {
  const { http } = model;
  if (http === null || http.kind !== 'http' || model.hasUnseenParts) return null;
  const listeners = listenersOf(http);
  const inUse = new Set<ConfigDirective>();
  for (const server of serversIn(http)) {
    // A port 443 that lacks `ssl` is meant to have it.
    const isTls = listeners.get(server)?.some(({ tls, port }) => tls || port === 443) === true;
    if (!isTls && !hasSslOn(server)) continue;
    for (const directive of effective(server, 'ssl_protocols').directives) inUse.add(directive);
  }
  return inUse;
}

/** OpenSSL speaks the old versions only at security level 0. */
const OLD_CIPHERS: Text = {
  bad: [['ssl_protocols', 'ssl_ciphers DEFAULT@SECLEVEL=0;\n        ssl_protocols']],
};
const NO_PROTOCOLS: Text = { good: [['ssl_protocols TLSv1.2 TLSv1.3', 'ssl_ciphers DEFAULT@SECLEVEL=0']] };

export const docs: RuleDocs = {
  what: '`ssl_protocols` allows SSLv2, SSLv3, TLSv1 or TLSv1.1.',
  why:
    'These versions of the protocol have known attacks and are forbidden (RFC 7568, RFC 8996). All browsers of ' +
    'today speak TLS 1.2 or 1.3. Nothing is said where no listener speaks TLS.',
  how: 'Allow `TLSv1.2` and `TLSv1.3` only, as nginx does of itself since 1.27.3.',
  bad: `
events {}
http {
    server {
        listen 443 ssl;
        ssl_certificate /etc/nginx/ssl/localhost.crt;
        ssl_certificate_key /etc/nginx/ssl/localhost.key;
        ssl_protocols TLSv1 TLSv1.1 TLSv1.2;
    }
}
`,
  good: `
events {}
http {
    server {
        listen 443 ssl;
        ssl_certificate /etc/nginx/ssl/localhost.crt;
        ssl_certificate_key /etc/nginx/ssl/localhost.key;
        ssl_protocols TLSv1.2 TLSv1.3;
    }
}
`,
  proof: [
    {
      claim: 'a client of TLS 1.1',
      text: OLD_CIPHERS,
      tls: 'TLSv1.1',
      url: 'https://localhost/',
      sees: { answer: 404 },
      mended: { answer: 'none' },
    },
    {
      claim: 'a client of TLS 1.2',
      text: OLD_CIPHERS,
      tls: 'TLSv1.2',
      url: 'https://localhost/',
      sees: { answer: 404 },
      mended: 'same',
    },
    {
      claim: 'a client of TLS 1.3',
      text: OLD_CIPHERS,
      tls: 'TLSv1.3',
      url: 'https://localhost/',
      sees: { answer: 'none' },
      mended: { answer: 404 },
    },
    {
      claim: 'a client of TLS 1.1, without `ssl_protocols`',
      text: NO_PROTOCOLS,
      finds: false,
      before: '1.27.3',
      tls: 'TLSv1.1',
      url: 'https://localhost/',
      sees: { answer: 404 },
    },
    {
      claim: 'a client of TLS 1.1, without `ssl_protocols`',
      text: NO_PROTOCOLS,
      finds: false,
      since: '1.27.3',
      tls: 'TLSv1.1',
      url: 'https://localhost/',
      sees: { answer: 'none' },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols',
    'https://www.rfc-editor.org/rfc/rfc8996',
  ],
};
