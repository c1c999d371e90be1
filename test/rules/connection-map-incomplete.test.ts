import { rule } from '../../server/src/rules/connection-map-incomplete';
import { forwarding } from '../support/forwarding';
import { testRule } from '../support/rule-tester';

const V1_30 = { major: 1, minor: 30, patch: 0 };
const CONNECTION = 'proxy_set_header Connection $cu';

/** A location whose Connection comes from a map. */
function withMap(head: string, entries: readonly string[], more: readonly string[] = []): string {
  return forwarding({
    http: [`${head} {`, ...entries.map((each) => `    ${each};`), '}', ...more],
    connection: CONNECTION,
  });
}

const BY_UPGRADE = 'map $http_upgrade $cu';
const KEEPALIVE = ['upstream app { server 10.0.0.1; keepalive 4; }'];

testRule(rule, {
  valid: [
    { name: 'the usual map', files: withMap(BY_UPGRADE, ['default upgrade', "'' close"]) },
    {
      name: 'the same where connections are kept alive',
      files: withMap(BY_UPGRADE, ['default upgrade', "'' close"]),
      version: V1_30,
    },
    { name: 'an entry for websocket alone', files: withMap(BY_UPGRADE, ['websocket upgrade']) },
    {
      name: 'ordinary requests close, as nginx does of itself',
      files: withMap(BY_UPGRADE, ['default close', '~*^websocket$ upgrade']),
    },
    {
      name: 'by Connection, with a pattern',
      files: withMap('map $http_connection $cu', ['default close', '~*upgrade upgrade']),
    },
    {
      name: 'entries that are not to be seen',
      files: withMap(BY_UPGRADE, ['default upgrade', 'include gone.map']),
    },
    {
      name: 'a value that only a request can tell',
      files: withMap('map $host $cu', ['default upgrade', 'a close']),
    },
  ],
  invalid: [
    {
      name: 'never upgrade: an entry is added',
      files: withMap(`«${BY_UPGRADE}»`, ['default close', 'upgrade upgrade']),
      severity: 'warning',
      message: /^The back end refuses the handshake: `map \$http_upgrade \$cu` never gives `upgrade`/,
      output: withMap(BY_UPGRADE, ['websocket upgrade', 'default close', 'upgrade upgrade']),
    },
    {
      name: 'the entry is there, with another value',
      files: withMap(`«${BY_UPGRADE}»`, ['default upgrade', 'WebSocket websocket', "'' close"]),
      severity: 'warning',
      output: withMap(BY_UPGRADE, ['default upgrade', 'WebSocket upgrade', "'' close"]),
    },
    {
      name: 'by Connection',
      files: withMap('«map $http_connection $cu»', ['default close']),
      severity: 'warning',
      message: 'Add `~*upgrade upgrade` to it.',
      output: withMap('map $http_connection $cu', ['~*upgrade upgrade', 'default close']),
    },
    {
      name: 'by something else',
      files: withMap('«map $http_origin $cu»', ['default close']),
      severity: 'warning',
      message: 'Make it a map of `$http_upgrade`.',
      output: null,
    },
    {
      name: 'ordinary requests upgrade',
      files: withMap(`«${BY_UPGRADE}»`, ['default upgrade']),
      severity: 'information',
      message: "for want of an entry for `''`. Add `'' close`.",
      output: withMap(BY_UPGRADE, ['default upgrade', "'' close"]),
    },
    {
      name: 'ordinary requests close what the upstream keeps alive',
      files: withMap(`«${BY_UPGRADE}»`, ['default close', 'websocket upgrade'], KEEPALIVE),
      severity: 'information',
      message: 'closes the connection to the back end after every ordinary request',
      output: withMap(BY_UPGRADE, ['default close', 'websocket upgrade', "'' ''"], KEEPALIVE),
    },
    {
      name: 'or what nginx keeps alive of itself',
      files: withMap(`«${BY_UPGRADE}»`, ['default close', 'websocket upgrade']),
      version: V1_30,
      severity: 'information',
      output: withMap(BY_UPGRADE, ['default close', 'websocket upgrade', "'' ''"]),
    },
    {
      name: 'a map in another file is mended there',
      files: {
        '/etc/nginx/nginx.conf': forwarding({
          http: ['include map.conf;'],
          pass: '«proxy_pass http://app»',
          connection: CONNECTION,
        }),
        '/etc/nginx/map.conf': `${BY_UPGRADE} {\n  default upgrade;\n}\n`,
      },
      severity: 'information',
      output: { '/etc/nginx/map.conf': `${BY_UPGRADE} {\n  default upgrade;\n  '' close;\n}\n` },
    },
  ],
});
