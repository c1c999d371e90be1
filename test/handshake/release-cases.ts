/**
 * What nginx does with a handshake differently from release to release: seen with nginx 1.22.1, 1.24.0, 1.26.3, 1.29.8,
 * 1.30.6 and 1.31.4. Each is held to our verdicts in all releases, and to the nginx at hand in those that it is about.
 */

/** Directives that make a handshake pass. `@B` is the address of the back end. */
const WS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';
const PASS = `proxy_pass http://@B; ${WS}`;

/** A release from which on it holds, the verdict and status of `explain`, and what the client sees where that differs. */
type Expected = readonly [since: string, explained: string, seen?: string];

export interface ReleaseCase {
  readonly name: string;
  /** The body of a server; the path asked for is `/`. */
  readonly server: string;
  readonly from: readonly Expected[];
}

/** nginx refuses the configuration in releases before the first that is named. */
export const releaseCases: readonly ReleaseCase[] = [
  {
    name: 'add_header_inherit off drops what the server adds',
    server: `add_header Sec-WebSocket-Accept x always; location / { add_header_inherit off; ${PASS} }`,
    from: [['1.29.3', 'passes 101']],
  },
  {
    name: 'add_header_inherit off of the server is inherited',
    server: `add_header Sec-WebSocket-Accept x always; add_header_inherit off; location / { ${PASS} }`,
    from: [['1.29.3', 'passes 101']],
  },
  {
    name: 'add_header_inherit off keeps what the level itself adds',
    server: `location / { add_header_inherit off; add_header Upgrade h2c always; ${PASS} }`,
    from: [['1.29.3', 'blocked 101']],
  },
  {
    name: 'add_header_inherit merge keeps what the server adds',
    server: `add_header Sec-WebSocket-Accept x always; location / { add_header_inherit merge; add_header A b; ${PASS} }`,
    from: [['1.29.3', 'blocked 101']],
  },
  {
    name: 'add_header_inherit merge of the server is inherited',
    server: `add_header Upgrade h2c always; add_header_inherit merge; location / { add_header A b; ${PASS} }`,
    from: [['1.29.3', 'blocked 101']],
  },
  {
    name: 'add_header_inherit on is as without it',
    server: `add_header Upgrade h2c always; add_header_inherit on; location / { add_header A b; ${PASS} }`,
    from: [['1.29.3', 'passes 101']],
  },
  {
    name: 'max_headers below the five of a handshake',
    server: `max_headers 4; location / { ${PASS} }`,
    from: [['1.29.8', 'blocked 400']],
  },
  {
    name: 'max_headers of five lets the handshake of a program through, and no browser',
    server: `max_headers 5; location / { ${PASS} }`,
    from: [['1.29.8', 'depends 101', 'passes 101']],
  },
  {
    name: 'max_headers of more than a browser sends',
    server: `max_headers 20; location / { ${PASS} }`,
    from: [['1.29.8', 'passes 101']],
  },
  {
    name: 'max_headers with a page for 494',
    server: `max_headers 4; error_page 494 = /page; location / { ${PASS} } location /page { return 402; }`,
    from: [['1.29.8', 'blocked 402']],
  },
  {
    name: 'Host set twice',
    server: `location / { ${PASS} proxy_set_header Host a; proxy_set_header Host b; }`,
    from: [
      ['1.10.0', 'blocked 400'],
      ['1.31.4', 'passes 101'],
    ],
  },
  {
    name: 'Host set to nothing',
    server: `location / { ${PASS} proxy_set_header Host ""; }`,
    from: [
      ['1.10.0', 'blocked 400'],
      ['1.31.4', 'passes 101'],
    ],
  },
  {
    name: 'tunnel_pass',
    server: 'location / { tunnel_pass 127.0.0.1:9; }',
    from: [['1.31.0', 'blocked 405']],
  },
  {
    name: 'tunnel_pass without an address',
    server: 'resolver 127.0.0.1; location / { tunnel_pass; }',
    from: [['1.31.0', 'blocked 405']],
  },
  {
    name: 'tunnel_pass with a page for 405',
    server: `location / { error_page 405 = @ws; tunnel_pass 127.0.0.1:9; } location @ws { ${PASS} }`,
    from: [['1.31.0', 'passes 101']],
  },
  {
    name: 'no version and no Connection set',
    server: 'location / { proxy_pass http://@B; proxy_set_header Upgrade $http_upgrade; }',
    from: [['1.10.0', 'blocked 400']],
  },
  {
    name: 'no version set',
    server:
      'location / { proxy_pass http://@B; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }',
    from: [
      ['1.10.0', 'depends 400', 'blocked 400'],
      ['1.29.7', 'passes 101'],
    ],
  },
];
