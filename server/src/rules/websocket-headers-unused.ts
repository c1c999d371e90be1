import { isLedTo } from '../handshake/internal-targets';
import { t } from '../l10n';
import { type ConfigDirective, placeOf } from '../model/configuration';
import { ownDirectives } from '../model/inheritance';
import { type Level, levelsWithin } from '../model/levels';
import type { Model } from '../model/model';
import { isDirective } from '../reference/directives';
import { locationName } from '../values/location';
import { keptByEachServer } from './support/by-server';
import type { Finding, Rule, RuleDocs } from './support/rule';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'websocket-headers-unused',
  category: 'websocket',
  severity: 'warning',
  fix: 'none',
  check: { visits: 'configuration', run: (model) => findings(model).flat() },
};

const findings = keptByEachServer((server, _routes, model) => {
  const levels = [...levelsWithin(server)];
  // An include that is not here and code that we cannot read may do anything.
  if (server.unseen || levels.some(isBeyondReading)) return [];
  return levels.filter(setsUpgrade).flatMap((location) => findingAt(location, model, levels) ?? []);
});

function isBeyondReading({ opaque, directives }: Level): boolean {
  return opaque !== null || directives.some(({ name }) => /lua|^(?:js|perl)_|^perl$/.test(name));
}

function setsUpgrade(level: Level): boolean {
  return ownDirectives(level, 'proxy_set_header').some(
    (header) =>
      level.kind === 'location' &&
      header.argument(0).toLowerCase() === 'upgrade' &&
      header.argument(1) !== '',
  );
}

function findingAt(location: Level, model: Model, levels: readonly Level[]): Finding | null {
  const { block, server } = location;
  if (block === null || server === null) return null;
  const { kind, name } = locationName(block);
  if (kind === 'named')
    return isNamedBy(levels, name) || isLedTo(model, server, name) ? null : unused(block, name);
  return location.levels.length === 0 && location.directives.every(isSetting)
    ? withoutPass(block, name)
    : null;
}

/** Whether a directive, also one that we do not know, has the name of a location as an argument. */
function isNamedBy(levels: readonly Level[], name: string): boolean {
  return levels.some(({ directives }) =>
    directives.some(
      (each) => each.name !== 'location' && each.words.slice(1).some(({ value }) => value === name),
    ),
  );
}

function unused(block: ConfigDirective, name: string): Finding {
  return {
    severity: 'information',
    message: t`Nothing leads to ${quoted(`location ${name}`)}: no \`try_files\` or \`error_page\` of this server names it, so its upgrade headers are in force for no request. Give them to the location that takes the handshakes.`,
    place: placeOf(block),
  };
}

function withoutPass(block: ConfigDirective, name: string): Finding {
  return {
    severity: 'warning',
    message: t`Handshakes for ${quoted(`location ${name}`)} fail: it sets \`Upgrade\` and has no \`proxy_pass\`, so files are served and no back end is asked. Add \`proxy_pass\`.`,
    place: placeOf(block),
  };
}

/** Whether it leaves it to others what becomes of a request: nothing of files, no redirect, nothing unknown. */
function isSetting({ name, words, children }: ConfigDirective): boolean {
  if (children !== null || !isDirective(name, words.length - 1)) return false;
  return (name.startsWith('proxy_') && name !== 'proxy_pass') || SETTINGS.has(name);
}

const SETTINGS: ReadonlySet<string> = new Set(
  (
    'access_log add_header allow auth_basic auth_basic_user_file chunked_transfer_encoding client_body_timeout ' +
    'client_max_body_size deny error_log keepalive_timeout limit_conn limit_req resolver send_timeout set tcp_nodelay'
  ).split(' '),
);

export const docs: RuleDocs = {
  what: 'The upgrade headers of a location are in force for no request that reaches a back end.',
  why:
    'A `location` without `proxy_pass` serves files, whatever headers it sets: no other location hands on its requests. A ' +
    'named location gets only the requests that a directive sends there by its name.',
  how: 'Add `proxy_pass` to the location, or give the headers to the one that takes the handshakes.',
  bad: `
events {}
http {
    server {
        listen 80;
        location /ws {
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
    { claim: 'a location without `proxy_pass`', sees: { answer: 404 } },
    {
      claim: 'a named location that nothing names',
      text: { bad: [['location /ws {', 'location @ws {\n            proxy_pass http://127.0.0.1:3000;']] },
      good: 'good',
      sees: { answer: 404 },
    },
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#location',
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass',
  ],
};
