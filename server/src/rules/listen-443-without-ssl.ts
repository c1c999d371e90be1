import { type ConfigDirective, placeOf } from '../model/configuration';
import { type Level, levelsWithin } from '../model/levels';
import { listenersOf } from '../model/listeners';
import type { Model } from '../model/model';
import { hasPlaceholder } from '../syntax/placeholders';
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
  if (model.http === null || model.configuration.truncated) return;
  const listeners = listenersOf(model.http);
  const withoutCertificate = addressesWithoutCertificate(listeners);
  for (const server of levelsWithin(model.http)) {
    // Another server of the same address may say `ssl`: one is enough for all of them.
    if (server.opaqueInForce !== null || hasSslOn(server) || isOfStream(server)) continue;
    const own = listeners.get(server) ?? [];
    for (const { directive, address, port, tls } of own) {
      if (directive === null || port !== 443 || tls || isFilledInAnywhere(directive)) continue;
      const isFixable = !withoutCertificate.has(`${address}:${port}`);
      yield findingFor(
        directive,
        server,
        own.some((other) => other.port === 443 && other.tls),
        isFixable,
      );
    }
  }
}

/** In a fragment a server of stream looks the same, but for what only that one may have. */
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
    hasTlsBeside && written.startsWith('[') ? ' over IPv6' : hasTlsBeside ? ' to this address' : '';
  const certificate = hasCertificate(server) ? '' : ', and a certificate with its key';
  return {
    severity: 'warning',
    message:
      `wss:// fails${through}: ${quoted(`listen ${written}`)} has no \`ssl\`, so nginx answers the TLS of the client ` +
      `with plain HTTP. Add \`ssl\`${certificate}.`,
    place: placeOf(listen),
    fixes: () => (isFixable ? [addSsl(listen)] : []),
  };
}

function addSsl(listen: ConfigDirective): Fix {
  const end = listen.words[1]?.end ?? listen.wordsEnd;
  return {
    title: 'Add `ssl` to `listen`',
    kind: 'safe',
    edits: [{ file: listen.file, start: end, end, newText: ' ssl' }],
  };
}

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
  sources: [
    'https://nginx.org/en/docs/http/configuring_https_servers.html',
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#listen',
  ],
};
