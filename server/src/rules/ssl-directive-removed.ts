import { combine, type Edit } from '../edits/edit';
import { removeDirective } from '../edits/remove';
import { t } from '../l10n';
import { type ConfigDirective, placeOf } from '../model/configuration';
import { ownDirectives } from '../model/inheritance';
import { type Level, serversIn } from '../model/levels';
import { listenersOf } from '../model/listeners';
import type { Model } from '../model/model';
import { sslDirective } from '../reference/versions';
import { addressesWithoutCertificate } from './support/certificates';
import type { Finding, Fix, Rule, RuleDocs } from './support/rule';
import { isOn } from '../values/flag';

export const rule: Rule = {
  id: 'ssl-directive-removed',
  category: 'tls',
  severity: 'error',
  fix: 'safe',
  check: { visits: 'configuration', run: check },
};

function* check(model: Model): Generator<Finding> {
  const state = sslDirective(model.version);
  if (model.http === null || state === 'known') return;
  const listeners = listenersOf(model.http);
  const { http } = model;
  for (const level of [...(http.kind === 'http' ? [http] : []), ...serversIn(http)]) {
    for (const directive of ownDirectives(level, 'ssl')) {
      const turnsOn = isOn(directive);
      const advice = turnsOn ? t('Write `listen … ssl` instead.') : t('Remove it.');
      yield {
        severity: state === 'removed' ? 'error' : 'information',
        message:
          state === 'removed'
            ? t`unknown directive "ssl": nginx refuses to start, because 1.25.1 has removed it. ${advice}`
            : t`the "ssl" directive is deprecated, use the "listen ... ssl" directive instead: nginx 1.25.1 has removed it and refuses to start. ${advice}`,
        place: placeOf(directive),
        fixes: () => fixesFor(listeners, level, directive, turnsOn),
      };
    }
  }
}

type Listeners = ReturnType<typeof listenersOf>;

function fixesFor(listeners: Listeners, level: Level, directive: ConfigDirective, turnsOn: boolean): Fix[] {
  const listens = turnsOn ? listensFor(listeners, level) : [];
  if (listens === null) return [];
  const edits = combine([removeDirective(directive), ...listens.map(addSsl)]);
  if (edits === null) return [];
  const title =
    listens.length > 0 ? t('Use `listen … ssl` instead') : t`Remove \`ssl ${directive.argument(0)}\``;
  return [{ title, kind: 'safe', edits }];
}

function addSsl(listen: ConfigDirective): Edit {
  const end = listen.words[1]?.end ?? listen.wordsEnd;
  return { file: listen.file, start: end, end, newText: ' ssl' };
}

/**
 * The `listen` directives that get `ssl`: those on port 443, or all where there is none. Null where that would not be
 * enough: nginx would miss a certificate, or a server has no `listen`.
 */
function listensFor(listeners: Listeners, level: Level): ConfigDirective[] | null {
  const servers =
    level.kind === 'server'
      ? [level]
      : level.levels.filter(({ kind, byName }) => kind === 'server' && !byName.has('ssl'));
  const without = addressesWithoutCertificate(listeners);
  const listens: ConfigDirective[] = [];
  for (const server of servers) {
    const own = listeners.get(server) ?? [];
    if (own.length === 0) return null;
    const on443 = own.filter(({ port }) => port === 443);
    for (const { directive, address, port, tls } of on443.length > 0 ? on443 : own) {
      if (directive === null || without.has(`${address}:${port}`)) return null;
      if (!tls) listens.push(directive);
    }
  }
  return listens;
}

export const docs: RuleDocs = {
  what: 'The directive `ssl on` is used, which nginx 1.25.1 has removed.',
  why:
    'nginx refuses to start with `unknown directive "ssl"`. From 1.15.0 to 1.25.0 it warns. The directive turned all ' +
    'ports of a server to TLS, port 80 too.',
  how: 'Remove it, and write `ssl` into each `listen` that is to speak TLS.',
  bad: `
events {}
http {
    server {
        listen 443 ssl;
        ssl on;
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
        ssl_certificate /etc/nginx/ssl/localhost.crt;
        ssl_certificate_key /etc/nginx/ssl/localhost.key;
    }
}
`,
  proof: [
    {
      since: '1.15.0',
      before: '1.25.1',
      sees: {
        warns: 'the "ssl" directive is deprecated, use the "listen ... ssl" directive instead',
        line: 5,
      },
    },
    { since: '1.25.1', sees: { refused: 'unknown directive "ssl"', line: 5 } },
    {
      claim: 'TLS on port 80 too',
      text: { bad: [['listen 443 ssl;', 'listen 80;']] },
      before: '1.25.1',
      url: 'https://localhost:80/',
      sees: { answer: 404 },
      mended: 'same',
    },
  ],
  sources: [
    'https://nginx.org/en/CHANGES',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl',
    'https://nginx.org/en/docs/http/configuring_https_servers.html',
  ],
};
