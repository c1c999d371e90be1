import { t } from '../l10n';
import { type ConfigDirective, placeOf } from '../model/configuration';
import { type Level, serversIn } from '../model/levels';
import { listenersOf } from '../model/listeners';
import type { Model } from '../model/model';
import { hasPlaceholder } from '../syntax/templates/languages';
import { addressesWithoutCertificate, hasCertificate, hasSslOn } from './support/certificates';
import type { Finding, Fix, Rule, RuleDocs } from './support/rule';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'listen-443-without-ssl',
  category: 'tls',
  severity: 'warning',
  fix: 'safe',
  check: { visits: 'configuration', run: check },
};

function* check(model: Model): Generator<Finding> {
  // Another site of the same address may say `ssl`: a fragment is not told of it.
  if (model.http === null || model.http.unseen || model.configuration.truncated) return;
  const listeners = listenersOf(model.http);
  for (const server of serversIn(model.http)) {
    const own = listeners.get(server) ?? [];
    // Another server of the same address may say `ssl`: one is enough for all of them.
    if (own.every(({ port, tls }) => port !== 443 || tls)) continue;
    if (server.opaqueInForce !== null || hasSslOn(server) || isOfStream(server)) continue;
    for (const { directive, address, port, tls } of own) {
      if (directive === null || port !== 443 || tls || isFilledInAnywhere(directive)) continue;
      const isFixable = !addressesWithoutCertificate(listeners).has(`${address}:${port}`);
      yield findingFor(
        directive,
        server,
        own.some((other) => other.port === 443 && other.tls),
        isFixable,
      );
    }
  }
}

/** In a fragment a server of stream looks the same, unless it has directives that only stream has. */
function isOfStream({ byName }: Level): boolean {
  return byName.has('proxy_pass') || byName.has('ssl_preread');
}

/** A template may fill in `ssl`. */
function isFilledInAnywhere({ words, file }: ConfigDirective): boolean {
  return words.some(({ value }) => hasPlaceholder(value) || (file.tree.template && value.includes('$')));
}

function findingFor(
  listen: ConfigDirective,
  server: Level,
  hasTlsBeside: boolean,
  isFixable: boolean,
): Finding {
  const written = listen.argument(0);
  const through =
    hasTlsBeside && written.startsWith('[') ? t(' over IPv6') : hasTlsBeside ? t(' to this address') : '';
  const certificate = hasCertificate(server) ? '' : t(', and a certificate with its key');
  return {
    severity: 'warning',
    message: t`wss:// fails${through}: ${quoted(`listen ${written}`)} has no \`ssl\`, so nginx answers the TLS of the client with plain HTTP. Add \`ssl\`${certificate}.`,
    place: placeOf(listen),
    fixes: () => (isFixable ? [addSsl(listen)] : []),
  };
}

function addSsl(listen: ConfigDirective): Fix {
  const end = listen.words[1]?.end ?? listen.wordsEnd;
  return {
    title: t('Add `ssl` to `listen`'),
    kind: 'safe',
    edits: [{ file: listen.file, start: end, end, newText: ' ssl' }],
  };
}

/** A WebSocket location, in front of the certificate. */
const WITH_LOCATION = `location /ws {
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }
        ssl_certificate `;

export const docs: RuleDocs = {
  what: 'A server listens on port 443 without `ssl`.',
  why:
    'A port speaks TLS only when `listen` says `ssl`; a certificate alone changes nothing, and `nginx -t` is content. ' +
    'Every https:// and wss:// client then fails. IPv6 is an address of its own: `listen [::]:443` needs `ssl` even ' +
    'beside `listen 443 ssl`.',
  how:
    'Add `ssl` to the `listen`. If something in front of nginx ends the TLS and speaks plain HTTP to port 443, silence ' +
    'the rule there.',
  bad: `
events {}
http {
    server {
        listen 443 ssl;
        listen [::]:443;
        ssl_certificate /etc/nginx/ssl/localhost.crt;
        ssl_certificate_key /etc/nginx/ssl/localhost.key;
    }
}
`,
  good: `
events {}
http {
    server {
        listen 443 ssl;
        listen [::]:443 ssl;
        ssl_certificate /etc/nginx/ssl/localhost.crt;
        ssl_certificate_key /etc/nginx/ssl/localhost.key;
    }
}
`,
  proof: [
    {
      claim: 'a handshake over IPv6',
      text: { bad: [['ssl_certificate ', WITH_LOCATION]] },
      url: 'wss://[::1]/ws',
      sees: { answer: 'none' },
    },
    {
      claim: 'a handshake over IPv4',
      text: { bad: [['ssl_certificate ', WITH_LOCATION]] },
      url: 'wss://localhost/ws',
      sees: { answer: 'works' },
      mended: 'same',
    },
    {
      claim: 'a certificate alone',
      text: {
        bad: [
          ['listen 443 ssl;', ''],
          ['[::]:443', '443'],
          ['ssl_certificate ', WITH_LOCATION],
        ],
      },
      url: 'wss://localhost/ws',
      sees: { answer: 'none' },
    },
    { claim: '`nginx -t`', sees: { starts: true }, mended: 'same' },
    {
      claim: 'it is enough when one server of the address says `ssl`',
      text: {
        good: [
          [
            'server {',
            `server {
        listen 443;
        server_name other;
        ssl_certificate /etc/nginx/ssl/localhost.crt;
        ssl_certificate_key /etc/nginx/ssl/localhost.key;
    }
    server {`,
          ],
        ],
      },
      finds: false,
      url: 'wss://other/',
      sees: { answer: 'none', reason: "does not match certificate's altnames" },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/configuring_https_servers.html',
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#listen',
  ],
};
