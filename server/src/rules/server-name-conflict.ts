import { t } from '../l10n';
import { keyOfText } from '../model/source-file';
import { placeOf, type Place } from '../model/configuration';
import type { Closure } from '../model/load';
import type { Model } from '../model/model';
import type { IgnoredName, ServerName } from '../model/server-names';
import { type Socket, socketsOf, unixSocketsOf } from '../model/sockets';
import { hasPlaceholder } from '../syntax/templates/languages';
import { isIpAddress } from '../values/address';
import { lowerAscii } from '../values/server-name';
import type { Finding, Rule, RuleDocs } from './support/rule';

export const rule: Rule = {
  id: 'server-name-conflict',
  category: 'syntax',
  severity: 'warning',
  fix: 'none',
  check: { visits: 'configuration', run: check },
};

function* check(model: Model): Generator<Finding> {
  const { closure, truncated } = model.configuration;
  if (model.http === null || truncated) return;
  const sockets = [...socketsOf(model.http, model.version), ...unixSocketsOf(model.http, model.version)];
  const found = new Map<string, Conflict>();
  for (const socket of sockets) {
    const address = printed(socket);
    if (address === null) continue;
    for (const each of socket.names.ignored.filter((name) => isCertain(name, closure))) {
      const place = placeOfName(each.name);
      if (place === null) continue;
      const key = `${keyOfText(place.file)} ${place.start} ${each.name.text}`;
      const conflict = found.get(key) ?? { ...each, place, addresses: [] };
      found.set(key, conflict);
      conflict.addresses.push(address);
    }
  }
  for (const conflict of found.values()) yield findingFor(conflict);
}

interface Conflict extends IgnoredName {
  readonly place: Place;
  /** Those on which the name is ignored. */
  readonly addresses: string[];
}

/** As nginx prints it; null where only the machine knows it. */
function printed({ address, port }: Socket): string | null {
  if (address.startsWith('unix:')) return address;
  if (address !== '*' && !isIpAddress(address)) return null;
  return `${address === '*' ? '0.0.0.0' : address}:${port}`;
}

/** Of branches of a template one alone may be there; an include that is not here may hold another `listen`. */
function isCertain({ name, first }: IgnoredName, { files }: Closure): boolean {
  return [name, first].every(
    ({ text, server }) =>
      server.block !== null &&
      server.opaque === null &&
      !server.block.file.tree.template &&
      files.get(server.block.file.realPath)?.tree.errors.length === 0 &&
      !text.includes('$') &&
      !hasPlaceholder(text),
  );
}

/** The word of a name; the head of its server where that has no name. */
function placeOfName({ directive, word, server }: ServerName): Place | null {
  const at = directive?.words[word];
  if (directive !== null && at !== undefined) return { file: directive.file, start: at.start, end: at.end };
  return server.block === null ? null : placeOf(server.block);
}

function findingFor({ name, first, place, addresses: [address = '', ...others] }: Conflict): Finding {
  const text = `conflicting server name "${lowerAscii(name.text)}" on ${address}, ignored`;
  const more = others.length === 0 ? '' : t` (and on ${others.join(', ')})`;
  const isSame = name.server === first.server;
  const advice = isSame
    ? t('its server has it already. Remove one of the two.')
    : t(
        'another server has it there, and takes its requests. Put their locations into one server, or give one of ' +
          'them another name or `listen`.',
      );
  const other = placeOfName(first);
  return {
    severity: isSame ? 'information' : 'warning',
    message: t`${text}${more}: ${advice}`,
    place,
    related: other === null ? [] : [{ place: other, message: t('It is in force here.') }],
  };
}

export const docs: RuleDocs = {
  what: 'A name that another server of the same address and port has already: nginx ignores it.',
  why:
    'nginx warns of it and starts: `conflicting server name`. All requests for the name go to the first server that ' +
    'has it, so the locations of the second are never asked. Often one of the two is in another file, or a backup of ' +
    'the file is included too. Servers without `server_name` all have the empty name.',
  how: 'Put the locations into one server, remove the file that is too many, or give the servers different names or addresses.',
  bad: `
events {}
http {
    server {
        listen 80;
        server_name localhost;
        location / {
            return 404;
        }
    }
    server {
        listen 80;
        server_name localhost;
        location /app/ws {
            return 426;
        }
    }
}
`,
  good: `
events {}
http {
    server {
        listen 80;
        server_name localhost;
        location / {
            return 404;
        }
        location /app/ws {
            return 426;
        }
    }
}
`,
  proof: [
    {
      sees: { warns: 'conflicting server name "localhost" on 0.0.0.0:80, ignored' },
      mended: { starts: true },
    },
    {
      claim: 'a path of the second server',
      url: 'ws://localhost/app/ws',
      sees: { answer: 404 },
      mended: { answer: 426 },
    },
    {
      claim: 'two servers without a name',
      text: {
        bad: [
          ['server_name localhost;', ''],
          ['server_name localhost;', ''],
        ],
      },
      good: 'good',
      sees: { warns: 'conflicting server name "" on 0.0.0.0:80, ignored' },
    },
    {
      claim: 'over IPv6, in capitals',
      text: {
        bad: [
          ['listen 80;', 'listen [::]:80;'],
          ['listen 80;', 'listen [::]:80;'],
          ['server_name localhost', 'server_name LOCALHOST'],
        ],
      },
      good: 'good',
      sees: { warns: 'conflicting server name "localhost" on [::]:80, ignored' },
    },
    {
      claim: 'a name with a dot in front, beside the wildcard for it',
      text: {
        bad: [
          ['server_name localhost', 'server_name *.app.example'],
          ['server_name localhost', 'server_name .app.example'],
        ],
      },
      good: 'good',
      sees: { warns: 'conflicting server name ".app.example" on 0.0.0.0:80, ignored' },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#server_name',
    'https://nginx.org/en/docs/http/server_names.html',
  ],
};
