import * as fc from 'fast-check';
import { Choices } from './choices';
import { block, directive, type Directive, type Word } from './tree';

/**
 * Configurations as people write them: locations that are meant for WebSocket, by path, comment or headers; servers with
 * several names on 80 and 443; redirects to https; passwords, logins and addresses; pages to fall back to; a `proxy_pass`
 * to a server of the same nginx. Ports are `@PORT0` (plain), `@PORT1` (TLS) and `@PORT2` (plain), `@SOCKET` is a path.
 */
export function everydayConfigurations(seed: number, count: number): (readonly Directive[])[] {
  return fc.sample(
    fc.gen().map((next) => draw(new Choices(next))),
    { seed, numRuns: count },
  );
}

function draw(choices: Choices): Directive[] {
  const http = [
    ...maps(choices),
    block(['upstream', 'back'], [directive('server', '@BACKEND')]),
    block(
      ['upstream', 'own'],
      choices.several(1, 2, () =>
        directive('server', choices.of(['127.0.0.1:@PORT2', '@BACKEND', 'unix:@SOCKET'])),
      ),
    ),
    directive('ssl_certificate', 'certificate.crt'),
    directive('ssl_certificate_key', 'certificate.key'),
    ...(choices.chance(15) ? headers(choices) : []),
    // nginx refuses a name that it has never met.
    block(
      ['server'],
      [
        directive('server_name', 'variables.invalid'),
        directive('set', '$flag', ''),
        directive('set', '$up', ''),
      ],
    ),
  ];
  const servers = choices.several(1, 3, (index) => server(choices, index));
  return [block(['events'], []), block(['http'], [...http, ...servers])];
}

/** A source of a map, and keys for it. */
type Source = readonly [source: string, keys: readonly string[]];

/** What decides of Connection besides the client's Upgrade. */
const SOURCES: readonly [Source, ...Source[]] = [
  ['$http_upgrade', ['websocket', '', 'h2c']],
  ['$host', ['a.example', 'b.example', '.c.example']],
  ['$scheme', ['https', 'http']],
  ['$https', ['on', '']],
  ['$uri', ['/ws', '~^/api/', '~ws']],
  ['$request_uri', ['/ws', '~^/chat', '~*token']],
  ['$cookie_session', ['', '~.']],
  ['$http_origin', ['', 'https://a.example', '~a\\.example$']],
  ['$http_user_agent', ['', '~*bot', '~curl']],
  ['$arg_transport', ['websocket', 'polling', '']],
  ['$server_port', ['443', '80']],
  ['$http_sec_websocket_protocol', ['', 'chat']],
  ['$http_authorization', ['', '~^Bearer']],
  ['$remote_addr', ['10.0.0.1', '127.0.0.1']],
];

const WORDS = ['upgrade', 'upgrade', 'upgrade', 'Upgrade', 'close', ''] as const;

function maps(choices: Choices): Directive[] {
  return ['$connection_upgrade', '$by_request', '$gate'].map((variable, index) => {
    const [source, keys] = choices.of(SOURCES);
    const values = variable === '$gate' ? (['1', '0', ''] as const) : WORDS;
    const entries = choices.shuffled(keys).slice(0, choices.between(1, keys.length));
    const hostnames = source === '$host' ? [directive('hostnames')] : [];
    const otherwise = choices.chance(80) ? [directive('default', choices.of(values))] : [];
    const lines = entries.map((key) => directive(key, choices.of(values)));
    if (index === 0 && choices.chance(70))
      return block(
        ['map', '$http_upgrade', variable],
        [directive('default', 'upgrade'), directive('', 'close')],
      );
    return block(['map', source, variable], [...hostnames, ...lines, ...otherwise]);
  });
}

const NAMES = ['a.example', 'www.a.example', 'b.example', '.c.example', 'localhost'] as const;

function server(choices: Choices, index: number): Directive {
  const names = [...new Set(choices.several(0, 3, () => choices.of(NAMES)))];
  const kind = choices.weighted<readonly Word[][]>([
    [5, [['@PORT0']]],
    [4, [['@PORT1', 'ssl']]],
    [5, [['@PORT0'], ['@PORT1', 'ssl']]],
    [2, [['127.0.0.1:@PORT2']]],
    [1, [['@PORT0'], ['@PORT2']]],
    [1, [['unix:@SOCKET']]],
    [1, [['unix:@SOCKET'], ['@PORT1', 'ssl']]],
  ]);
  const isSecure = kind.some((words) => words.includes('ssl'));
  const locations = new Map(
    choices.several(1, 5, () => {
      const [modifier, path, comment] = choices.of(LOCATIONS);
      return [`${modifier === '=' ? '=' : ''}${path}`, { modifier, path, comment }] as const;
    }),
  );
  return block(
    ['server'],
    [
      ...kind.map((words) => directive('listen', ...words)),
      ...(names.length > 0 ? [directive('server_name', ...names)] : []),
      ...(choices.chance(isSecure ? 20 : 8) ? redirect(choices) : []),
      ...(choices.chance(15) ? gate(choices) : []),
      ...(choices.chance(35) ? headers(choices) : []),
      ...(choices.chance(8) ? access(choices) : []),
      ...(choices.chance(10) ? [directive('error_page', '404', '500', '502', '/50x.html')] : []),
      ...(choices.chance(10) ? [directive('error_page', '401', '403', '=', '@login')] : []),
      ...[...locations.values()].map(({ modifier, path, comment }) =>
        location(choices, modifier, path, comment, index),
      ),
      ...logins(choices),
      block(
        ['location', '@login'],
        [choices.chance(50) ? directive('return', '302', '/signin') : directive('proxy_pass', 'http://back')],
      ),
      ...(choices.chance(60)
        ? [
            block(
              ['location', '@app'],
              [...(choices.chance(60) ? headers(choices) : []), directive('proxy_pass', 'http://back')],
            ),
          ]
        : []),
    ],
  );
}

/** To https, to the one right name, or away. */
function redirect(choices: Choices): Directive[] {
  return choices
    .of<Directive[]>([
      [block(['if', '($scheme', '=', 'http)'], [directive('return', '301', 'https://$host$request_uri')])],
      [
        block(
          ['if', '($scheme', '!=', '"https")'],
          [directive('return', '308', 'https://$host$request_uri')],
        ),
      ],
      [
        block(
          ['if', '($https', '=', '"")'],
          [directive('rewrite', '^', 'https://$host$request_uri?', 'permanent')],
        ),
      ],
      [
        block(
          ['if', '($host', '!=', 'a.example)'],
          [directive('return', '301', 'https://a.example$request_uri')],
        ),
      ],
      [
        block(
          ['if', '($host', '~', '^www\\.)'],
          [directive('return', '301', 'https://a.example$request_uri')],
        ),
      ],
      [block(['if', '($server_port', '=', '80)'], [directive('return', '301', 'https://$host$request_uri')])],
      [directive('return', '301', 'https://$host$request_uri')],
    ])
    .map((each) => unquoted(each));
}

/** The words of a condition as they are written. */
function unquoted(one: Directive): Directive {
  if (one.words[0] !== 'if') return one;
  return { ...one, words: one.words.map((word) => (typeof word === 'string' ? { source: word } : word)) };
}

/** Who is let through by what a request has. */
function gate(choices: Choices): Directive[] {
  const condition = choices.of<readonly string[]>([
    ['($http_origin', '!=', 'https://a.example)'],
    ['($http_origin', '!~', '^https://(www\\.)?a\\.example$)'],
    ['($http_origin', '=', '"")'],
    ['($cookie_session', '=', '"")'],
    ['($cookie_session)'],
    ['($http_user_agent', '~*', '(bot|crawl))'],
    ['($http_user_agent', '=', '"")'],
    ['($http_upgrade', '!=', 'websocket)'],
    ['($http_upgrade', '=', '"WebSocket")'],
    ['($http_upgrade)'],
    ['($arg_token', '=', '"")'],
    ['($arg_token', '!~', '^[a-z]+$)'],
    ['($args', '~', 'debug)'],
    ['($uri', '~', '^/ws)'],
    ['($request_uri', '~*', '/chat)'],
    ['($host', '=', 'b.example)'],
    ['($host', '~', '\\.example$)'],
    ['($request_method', '!~', '^(GET|POST)$)'],
    ['($gate)'],
    ['($gate', '=', '0)'],
    ['($by_request', '=', 'upgrade)'],
    ['($http_authorization', '=', '"")'],
    ['($flag', '=', '1)'],
  ]);
  const body = choices.weighted<Directive[]>([
    [4, [directive('return', choices.of(['403', '404', '444', '503']))]],
    [2, [directive('return', '302', '/signin')]],
    [4, [directive('set', '$flag', choices.of(['1', '0', '']))]],
    [1, [directive('set', '$up', choices.of(['upgrade', 'close']))]],
    [1, [directive('rewrite', '^', choices.of(['/app', '/ws', '/login']), 'last')]],
    [1, [directive('break')]],
  ]);
  return [block(['if', ...condition.map((source) => ({ source }))], body)];
}

const LOCATIONS: readonly [readonly [string, string, string], ...(readonly [string, string, string])[]] = [
  ['', '/', ''],
  ['', '/', ''],
  ['', '/', '# enable websocket'],
  ['', '/ws', ''],
  ['', '/ws/', ''],
  ['=', '/ws', ''],
  ['', '/api/chat', '# enable websocket'],
  ['', '/api/', ''],
  ['', '/socket.io/', ''],
  ['^~', '/hub', ''],
  ['~', '^/(ws|live)/', ''],
  ['~*', '\\.(css|js)$', ''],
  ['~', '^/rooms/(?<room>\\d+)$', '# nginx-websocket: expect'],
  ['', '/app', ''],
  ['', '/static/', ''],
];

function location(
  choices: Choices,
  modifier: string,
  path: string,
  comment: string,
  index: number,
): Directive {
  const isRegex = modifier.startsWith('~');
  const content = choices.weighted<() => Directive[]>([
    [24, () => [...(choices.chance(75) ? headers(choices) : []), pass(choices, isRegex)]],
    [2, () => tryFiles(choices)],
    [2, () => [...headers(choices), ...tryFiles(choices), pass(choices, isRegex)]],
    [
      1,
      () => [
        choices.of([
          directive('return', '204'),
          directive('return', '404'),
          directive('return', '301', '/ws'),
        ]),
      ],
    ],
    [1, () => [directive('root', '/srv/www')]],
    [1, () => [directive('grpc_pass', 'grpc://@BACKEND')]],
  ])();
  const nested =
    !isRegex && modifier !== '=' && choices.chance(10)
      ? [
          block(
            ['location', `${path.replace(/\/$/, '')}/deep`],
            [...(choices.chance(50) ? headers(choices) : []), pass(choices, false)],
          ),
        ]
      : [];
  const body = [
    ...(choices.chance(15) ? rewrite(choices) : []),
    ...(choices.chance(18) ? gate(choices) : []),
    ...(choices.chance(20) ? access(choices) : []),
    ...(choices.chance(5) ? [directive('error_page', '418', '=', '@app'), directive('return', '418')] : []),
    ...(choices.chance(6)
      ? [
          directive(
            'error_page',
            ...choices.of([
              ['401', '/50x.html'],
              ['403', '@app'],
              ['404', '=200', '@app'],
              ['502', '@app'],
            ]),
          ),
        ]
      : []),
    ...(choices.chance(4) ? [directive('internal')] : []),
    ...(choices.chance(6) ? other(choices) : []),
    ...content,
    ...nested,
  ];
  const words = modifier === '' ? [path] : choices.chance(15) ? [`${modifier}${path}`] : [modifier, path];
  const made = block(['location', ...words], choices.chance(85) ? body : choices.shuffled(body));
  return comment === '' || index > 1
    ? made
    : { ...made, layout: { ...made.layout, before: `\n${comment}\n` } };
}

function pass(choices: Choices, isRegex: boolean): Directive {
  const url = choices.weighted([
    [12, 'http://back'],
    [4, 'http://@BACKEND'],
    [2, isRegex ? 'http://back' : 'http://back/'],
    [2, 'http://localhost:@PORT0'],
    [2, isRegex ? 'http://127.0.0.1:@PORT0' : 'http://127.0.0.1:@PORT0/'],
    [2, 'http://127.0.0.1:@PORT2'],
    [2, 'http://own'],
    [1, isRegex ? 'http://unix:@SOCKET' : 'http://unix:@SOCKET:/ws'],
    [1, 'https://localhost:@PORT1'],
    [1, 'http://back$request_uri'],
    [1, 'http://$up'],
    [1, 'http://${flag}back'],
  ]);
  return directive('proxy_pass', url);
}

/** What the request to the back end gets: mostly what a handshake needs. */
function headers(choices: Choices): Directive[] {
  const upgrade = choices.weighted<string | null>([
    [30, '$http_upgrade'],
    [5, 'websocket'],
    [1, ''],
    [1, 'h2c'],
    [2, null],
  ]);
  const connection = choices.weighted<string | null>([
    [14, 'upgrade'],
    [10, '$connection_upgrade'],
    [7, '$by_request'],
    [2, '$http_connection'],
    [1, '$up'],
    [1, 'close'],
    [1, ''],
    [2, null],
  ]);
  const host = choices.weighted<string | null>([
    [6, null],
    [6, '$host'],
    [2, '$http_host'],
    [1, 'a.example'],
    [1, 'b.example'],
    [1, ''],
  ]);
  const set = (name: string, value: string | null): Directive[] =>
    value === null ? [] : [directive('proxy_set_header', name, value)];
  return [
    ...(choices.chance(90) ? [directive('proxy_http_version', choices.chance(95) ? '1.1' : '1.0')] : []),
    ...set('Upgrade', upgrade),
    ...set('Connection', connection),
    ...set('Host', host),
    ...(choices.chance(20) ? set('X-Real-IP', '$remote_addr') : []),
    ...(choices.chance(5) ? set('Origin', choices.of(['', 'http://$host'])) : []),
    ...(choices.chance(3) ? set('Sec-WebSocket-Key', '') : []),
    ...(choices.chance(3) ? set('Cookie', '') : []),
  ];
}

function access(choices: Choices): Directive[] {
  return choices.weighted<Directive[]>([
    [4, [directive('auth_basic', 'Members'), directive('auth_basic_user_file', 'users')]],
    [1, [directive('auth_basic', '$flag'), directive('auth_basic_user_file', 'users')]],
    [2, [directive('auth_request', '/oauth2/auth')]],
    [2, [directive('auth_request', '/auth')]],
    [1, [directive('auth_request', '/nowhere')]],
    [1, [directive('allow', '10.0.0.0/8'), directive('deny', 'all')]],
    [1, [directive('deny', '192.0.2.1'), directive('allow', 'all')]],
    [1, [directive('deny', 'all')]],
    [1, [directive('allow', '127.0.0.1'), directive('deny', 'all')]],
    [
      1,
      [
        directive('satisfy', 'any'),
        directive('allow', '10.0.0.1'),
        directive('deny', 'all'),
        directive('auth_basic', 'Members'),
        directive('auth_basic_user_file', 'users'),
      ],
    ],
  ]);
}

/** What `auth_request` asks, below a prefix or by itself, written with and without a blank. */
function logins(choices: Choices): Directive[] {
  const plain = [
    directive('proxy_pass_request_body', 'off'),
    directive('proxy_set_header', 'Content-Length', ''),
  ];
  const body = (): Directive[] =>
    choices.weighted<Directive[]>([
      [3, [...plain, directive('proxy_pass', 'http://@AUX')]],
      [1, [directive('proxy_pass', 'http://@AUX')]],
      [1, [...headers(choices), directive('proxy_pass', 'http://@AUX')]],
      [1, [directive('return', choices.of(['200', '204', '401', '403']))]],
    ]);
  return [
    block(['location', '/oauth2/'], body()),
    block(
      ['location', ...choices.of([['=/auth'], ['=', '/auth']])],
      [...(choices.chance(60) ? [directive('internal')] : []), ...body()],
    ),
  ];
}

function tryFiles(choices: Choices): Directive[] {
  return [
    directive(
      'try_files',
      ...choices.of<readonly string[]>([
        ['$uri', '$uri/', '/index.html'],
        ['$uri', '/index.html'],
        ['$uri', '@app'],
        ['$uri', '$uri/', '=404'],
        ['/maintenance.html', '@app'],
        ['$uri', '/app?$args'],
        ['$uri', '/index.html', '/app/index.html'],
      ]),
    ),
  ];
}

function rewrite(choices: Choices): Directive[] {
  return choices.of<Directive[]>([
    [directive('rewrite', '^/api/chat/(.*)', '/$1', 'break')],
    [directive('rewrite', '^/ws/(.*)$', '/app/$1', 'last')],
    [directive('rewrite', '^/ws$', '/ws/', 'permanent')],
    [directive('rewrite', '^(.*)$', '/app$1', 'last')],
    [directive('rewrite', '/old', '/app', 'redirect')],
    [directive('set', '$up', choices.of(['back', 'upgrade', '$http_connection']))],
    [directive('set', '$flag', choices.of(['off', '$arg_token', '$cookie_session', '1']))],
  ]);
}

function other(choices: Choices): Directive[] {
  return choices.of<Directive[]>([
    [directive('proxy_method', 'POST')],
    [directive('proxy_pass_request_headers', 'off')],
    [directive('proxy_hide_header', 'Upgrade')],
    [directive('proxy_set_body', 'x')],
    [block(['limit_except', 'POST'], [directive('deny', 'all')])],
    [block(['limit_except', 'GET'], [directive('deny', 'all')])],
    [directive('proxy_intercept_errors', 'on')],
    [directive('proxy_read_timeout', '0')],
    [directive('mirror', '/oauth2/copy')],
    [directive('valid_referers', 'a.example')],
  ]);
}
