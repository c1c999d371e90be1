/** Parts of a configuration with one location that forwards handshakes as it should. */
interface Parts {
  /** Lines at http level, in the server, and in the location behind the usual ones. */
  readonly http?: readonly string[];
  readonly server?: readonly string[];
  readonly location?: readonly string[];
  /** What stands before the block's `{`. Default: `location /ws`. */
  readonly head?: string;
  /** The whole `proxy_pass`, without its `;`. Default: `proxy_pass http://app`. */
  readonly pass?: string;
  /** The directives that forward the upgrade. */
  readonly version?: string;
  readonly upgrade?: string;
  readonly connection?: string;
}

/** A whole configuration of these parts, one directive on a line. */
export function forwarding({
  http = [],
  server = [],
  location = [],
  head = 'location /ws',
  pass = 'proxy_pass http://app',
  version = 'proxy_http_version 1.1',
  upgrade = 'proxy_set_header Upgrade $http_upgrade',
  connection = 'proxy_set_header Connection "upgrade"',
}: Parts): string {
  const usual = [pass, version, upgrade, connection].map((each) => `${each};`);
  return [
    'events {}',
    'http {',
    ...http.map((line) => (line === '' ? '' : `    ${line}`)),
    '    server {',
    ...server.map((line) => `        ${line}`),
    `        ${head} {`,
    ...[...usual, ...location].map((line) => `            ${line}`),
    '        }',
    '    }',
    '}\n',
  ].join('\n');
}

/** The map of the documentation of nginx, as lines. */
export const usualMap: readonly string[] = [
  'map $http_upgrade $connection_upgrade {',
  '    default upgrade;',
  "    '' close;",
  '}',
];
