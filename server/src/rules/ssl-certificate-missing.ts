import { argumentsAsWritten, insertAfter } from '../edits/insert';
import { t } from '../l10n';
import { type ConfigDirective, placeOf } from '../model/configuration';
import { effective } from '../model/inheritance';
import { type Level, serversIn } from '../model/levels';
import { listenersOf } from '../model/listeners';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import type { Finding, Fix, Rule, RuleDocs } from './support/rule';
import { isOn } from '../values/flag';

export const rule: Rule = {
  id: 'ssl-certificate-missing',
  category: 'tls',
  severity: 'error',
  fix: 'suggestion',
  check: { visits: 'configuration', run: check },
};

function* check(model: Model): Generator<Finding> {
  const { http } = model;
  // In a file with syntax errors the directive may be there and not have been parsed.
  const isUnderstood = [...model.configuration.closure.files.values()].every(
    ({ tree }) => tree.errors.length === 0,
  );
  if (http === null || model.configuration.truncated || !isUnderstood) return;
  yield* serversIn(http).flatMap((server) => missingKey(server) ?? []);
  // An include that is not in these files may decide which server is the default one.
  if (http.kind === 'http' && http.opaque === null) yield* missingCertificates(model, http);
}

/** nginx looks at the servers when it merges their settings, whether they listen with `ssl` or not. */
const missingKey = memoized((server: Level): Finding | null => {
  const certificates = effective(server, 'ssl_certificate');
  const keys = effective(server, 'ssl_certificate_key');
  const last = certificates.directives.at(-1);
  const isSeen = certificates.certain && keys.certain && server.opaqueInForce === null;
  if (last === undefined || !isSeen || keys.directives.length >= certificates.directives.length) return null;
  return {
    severity: 'error',
    message: t`no "ssl_certificate_key" is defined for certificate "${last.argument(0)}": nginx refuses to start. Add the key of the certificate.`,
    place: placeOf(last),
    fixes: () => [addKeys(last, certificates.directives.slice(keys.directives.length))],
  };
});

/** An address and port that speaks TLS or QUIC, with its servers in order. */
interface TlsAddress {
  readonly parameter: 'ssl' | 'quic';
  readonly servers: {
    readonly server: Level;
    readonly listen: ConfigDirective;
    readonly isDefault: boolean;
  }[];
}

/**
 * nginx looks at the default server of each address; where that one rejects handshakes, at all of them
 * (ngx_http_ssl_init).
 */
function* missingCertificates(model: Model, http: Level): Generator<Finding> {
  const reported = new Set<Level>();
  for (const { parameter, servers } of tlsAddresses(http)) {
    const first = servers.find(({ isDefault }) => isDefault) ?? servers[0];
    if (first === undefined) continue;
    for (const { server, listen } of rejects(first.server) ? servers : [first]) {
      if (reported.has(server) || !lacksCertificate(server) || mayIncludeOne(model, server)) continue;
      reported.add(server);
      yield {
        severity: 'error',
        message: t`no "ssl_certificate" is defined for the "listen ... ${parameter}" directive: nginx refuses to start. Add \`ssl_certificate\` and \`ssl_certificate_key\` to the server.`,
        place: placeOf(listen),
        fixes: () => addCertificate(http, listen),
      };
    }
  }
}

function tlsAddresses(http: Level): Iterable<TlsAddress> {
  const addresses = new Map<string, TlsAddress>();
  for (const [server, listeners] of listenersOf(http)) {
    for (const { directive, address, port, tls, quic, defaultServer } of listeners) {
      if (!tls || directive === null) continue;
      const parameter = quic ? 'quic' : 'ssl';
      const key = `${address}:${port}/${parameter}`;
      const known = addresses.get(key) ?? { parameter, servers: [] };
      known.servers.push({ server, listen: directive, isDefault: defaultServer });
      addresses.set(key, known);
    }
  }
  return addresses.values();
}

function rejects(server: Level): boolean {
  return isOn(effective(server, 'ssl_reject_handshake').directives.at(-1));
}

function lacksCertificate(server: Level): boolean {
  const { directives, certain } = effective(server, 'ssl_certificate');
  return directives.length === 0 && certain && server.opaqueInForce === null && !rejects(server);
}

/** Whether a file that is not here, as `snippets/self-signed.conf`, may hold the certificate of a server. */
function mayIncludeOne(model: Model, server: Level): boolean {
  const absent = absentIncludes(model);
  return [server, server.parent].some((level) =>
    level?.byName.get('include')?.some((each) => absent.has(each)),
  );
}

const absentIncludes = memoized(
  (model: Model): ReadonlySet<ConfigDirective> =>
    new Set(model.configuration.includeProblems.map(({ directive }) => directive)),
);

/** The certificate and key of another server; one for many names is common. */
function addCertificate(http: Level, listen: ConfigDirective): Fix[] {
  for (const server of serversIn(http)) {
    const certificate = effective(server, 'ssl_certificate').directives.at(-1);
    const key = effective(server, 'ssl_certificate_key').directives.at(-1);
    if (certificate === undefined || key === undefined) continue;
    const lines = [
      `ssl_certificate ${argumentsAsWritten(certificate)};`,
      `ssl_certificate_key ${argumentsAsWritten(key)};`,
    ];
    return [
      {
        title: t`Use the certificate \`${certificate.argument(0)}\``,
        kind: 'suggestion',
        edits: [insertAfter(listen, lines)],
      },
    ];
  }
  return [];
}

/** nginx pairs the first certificate with the first key, and so on. @param lacking the certificates without a key */
function addKeys(last: ConfigDirective, lacking: readonly ConfigDirective[]): Fix {
  const lines = lacking.map((certificate) => {
    const quote = certificate.words[1]?.quote ?? '';
    return `ssl_certificate_key ${quote}${keyBeside(certificate.argument(0))}${quote};`;
  });
  const [first = '', ...others] = lines;
  const title = others.length === 0 ? t`Add \`${first.slice(0, -1)}\`` : t`Add ${lines.length} keys`;
  return { title, kind: 'suggestion', edits: [insertAfter(last, lines)] };
}

/** Where the key of a certificate usually is: certbot's `privkey.pem`, else the same name with `.key`. */
function keyBeside(certificate: string): string {
  if (/(?:^|\/)(?:fullchain|cert)\.pem$/.test(certificate)) {
    return certificate.replace(/(?:fullchain|cert)\.pem$/, 'privkey.pem');
  }
  return certificate.startsWith('data:')
    ? certificate
    : `${certificate.replace(/\.(?:crt|cer|pem)$/, '')}.key`;
}

const REJECTING = 'server { listen 443 ssl; server_name no; ssl_reject_handshake on; }\n    server {';

export const docs: RuleDocs = {
  what: 'A `listen … ssl` has no certificate, or a certificate has no key.',
  why:
    'nginx refuses to start when the default server of a TLS port has no `ssl_certificate`, and when any server has ' +
    'more certificates than keys. It names the line of the server, or none at all. Whether the files are there is not ' +
    'looked at.',
  how: 'Add `ssl_certificate` and `ssl_certificate_key` to the server, or to http for all of them.',
  bad: `
events {}
http {
    server {
        listen 443 ssl;
        ssl_certificate /etc/nginx/ssl/localhost.crt;
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
    }
}
`,
  proof: [
    {
      sees: {
        refused: 'no "ssl_certificate_key" is defined for certificate "/etc/nginx/ssl/localhost.crt"',
        line: null,
      },
    },
    {
      claim: 'no certificate',
      text: { bad: [['ssl_certificate /etc/nginx/ssl/localhost.crt;', '']] },
      good: 'good',
      sees: { refused: 'no "ssl_certificate" is defined for the "listen ... ssl" directive', line: 3 },
    },
    {
      claim: 'a key alone',
      text: { good: [['ssl_certificate /etc/nginx/ssl/localhost.crt;', '']] },
      good: 'good',
      sees: { refused: 'no "ssl_certificate" is defined for the "listen ... ssl" directive', line: 3 },
    },
    {
      claim: 'the default server rejects handshakes, and another has none',
      text: {
        bad: [
          ['ssl_certificate /etc/nginx/ssl/localhost.crt;', ''],
          ['server {', REJECTING],
        ],
      },
      good: { good: [['server {', REJECTING]] },
      sees: { refused: 'no "ssl_certificate" is defined for the "listen ... ssl" directive', line: 4 },
    },
    {
      claim: 'a server that is not the default one needs none',
      text: { good: [['    }\n}\n', '    }\n    server { listen 443 ssl; server_name other; }\n}\n']] },
      finds: false,
      sees: { starts: true },
    },
    {
      claim: 'a certificate without its key in a server that is not the default one',
      text: {
        good: [
          [
            '    }\n}\n',
            `    }
    server { listen 443 ssl; server_name other; ssl_certificate /etc/nginx/ssl/localhost.crt; }
}
`,
          ],
        ],
      },
      sees: {
        refused: 'no "ssl_certificate_key" is defined for certificate "/etc/nginx/ssl/localhost.crt"',
        line: null,
      },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate',
    'https://nginx.org/en/docs/http/configuring_https_servers.html',
  ],
};
