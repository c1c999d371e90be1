import { speaksHttp2ToBackEnds } from '../../../server/src/reference/versions';
import type { Weighted } from './choices';
import { CONNECTION_MAPS } from './maps';
import type { Draft } from './draft';
import { directive, type Directive } from './tree';

/** Directives of the proxy module that may stand at http, server and location level. */

/** Which sets of them are drawn: `serving` ones mostly let a handshake through. */
export type Quality = 'serving' | 'any';

/** What one level says about the request to the back end, in any order. */
export function proxySettings(draft: Draft, quality: Quality): Directive[] {
  const { choices } = draft;
  if (choices.chance(10)) return [draft.shared('headers', () => withoutClash(wholeSet(draft)))];
  const isWhole = choices.chance(quality === 'serving' ? 94 : 45);
  const directives = isWhole ? wholeSet(draft) : partOfSet(draft);
  return withoutClash(choices.shuffled([...directives, ...extras(draft)]));
}

/** Variables of maps with regular expressions. */
const CAPTURING = /\$\{?(?:by_|kind|chained|combined|connection_upgrade|up\b|ws\b)/;

/**
 * Without `$1` beside a map: nginx measures all headers before it writes one, and the map changes what was captured in
 * between. What it then sends is longer than the room for it.
 */
function withoutClash(directives: readonly Directive[]): Directive[] {
  const isValue = (pattern: RegExp) => (one: Directive) =>
    one.words.slice(1).some((word) => typeof word === 'string' && pattern.test(word));
  const hasMap = directives.some(isValue(CAPTURING));
  return directives.filter((each) => !hasMap || !isValue(/\$\d/)(each));
}

function wholeSet(draft: Draft): Directive[] {
  const { choices } = draft;
  return [
    ...choices.weighted<readonly Directive[]>([
      [90, [directive('proxy_http_version', '1.1')]],
      [5, [directive('proxy_http_version', '1.0')]],
      ...speaksHttp2(draft, 3),
      [5, []],
    ]),
    header(upgradeName(draft), goodUpgrade(draft)),
    header(connectionName(draft), goodConnection(draft)),
    ...(choices.chance(40) ? choices.several(1, 3, () => otherHeader(draft)) : []),
  ];
}

/** HTTP/2 to the back end, where the release speaks that. */
function speaksHttp2({ release }: Draft, weight: number): Weighted<readonly Directive[]>[] {
  const isKnown = release !== null && speaksHttp2ToBackEnds(release);
  return isKnown ? [[weight, [directive('proxy_http_version', '2')]]] : [];
}

function partOfSet(draft: Draft): Directive[] {
  const { choices } = draft;
  const version = choices.weighted([
    [5, '1.1'],
    [2, '1.0'],
    [3, null],
  ]);
  const upgrades = choices.several(0, 2, () => (choices.chance(70) ? goodUpgrade(draft) : badUpgrade(draft)));
  const connections = choices.several(0, 2, () =>
    choices.chance(60) ? goodConnection(draft) : badConnection(draft),
  );
  return [
    ...(version === null ? [] : [directive('proxy_http_version', version)]),
    ...upgrades.map((value) => header(upgradeName(draft), value)),
    ...connections.map((value) => header(connectionName(draft), value)),
    ...choices.several(0, 2, () => otherHeader(draft)),
  ];
}

function header(name: string, value: string): Directive {
  return directive('proxy_set_header', name, value);
}

function upgradeName({ choices }: Draft): string {
  return choices.weighted([
    [12, 'Upgrade'],
    [2, 'upgrade'],
    [1, 'UPGRADE'],
  ]);
}

function connectionName({ choices }: Draft): string {
  return choices.weighted([
    [12, 'Connection'],
    [2, 'connection'],
    [1, 'CONNECTION'],
  ]);
}

function goodUpgrade({ choices }: Draft): string {
  return choices.weighted([
    [10, '$http_upgrade'],
    [3, 'websocket'],
    [1, 'WebSocket'],
    [1, '${http_upgrade}'],
    [1, '$http_upgrade, h2c'],
    [3, '$ws'],
    [1, 'web${first}socket'],
    [1, '$HTTP_UPGRADE'],
  ]);
}

function badUpgrade({ choices }: Draft): string {
  return choices.of(['', 'h2c', '$http_connection', '$connection_upgrade', '$http_upgrade2', 'web socket']);
}

function goodConnection(draft: Draft): string {
  const { choices } = draft;
  const value = choices.weighted([
    [8, 'upgrade'],
    [3, 'Upgrade'],
    [1, 'keep-alive, Upgrade'],
    [1, 'keep-alive,\tupgrade'],
    [1, 'upgrade '],
    [3, '$http_connection'],
    [4, '$connection_upgrade'],
    [3, choices.of(CONNECTION_MAPS)],
    [1, '$set_up'],
    [1, '${set_up}grade'],
  ]);
  if (value.startsWith('$set')) draft.note('header from set');
  return value;
}

function badConnection({ choices }: Draft): string {
  return choices.of([
    'close',
    '',
    'keep-alive',
    '$http_upgrade',
    '$connection',
    '$set_a',
    '$1',
    '$by_arg',
    'up grade',
  ]);
}

/** Any other header: those that break something are rare. */
function otherHeader(draft: Draft): Directive {
  const { choices } = draft;
  const [name, value] = choices.weighted<readonly [string, string]>([
    [
      8,
      [
        'Host',
        choices.of([
          '$host',
          '$http_host',
          '$proxy_host',
          'chat.example',
          '$host:$server_port',
          '$server_name',
        ]),
      ],
    ],
    [3, ['X-Real-IP', '$remote_addr']],
    [3, ['X-Forwarded-For', '$proxy_add_x_forwarded_for']],
    [3, ['X-Forwarded-Proto', '$scheme']],
    [2, ['X-Uri', choices.of(['$uri', '$request_uri', '$document_uri$is_args$args', '${uri}x'])]],
    [2, ['X-Args', choices.of(['$args', '$arg_x', '$query_string', '$is_args', '[$arg_none]'])]],
    [3, ['X-Captured', choices.of(['$1', '$1-$2', '[$name]', '$first', '$sub.'])]],
    [3, ['X-Set', choices.of(['$set_a', '$set_b', '"$set_a"', '$set_up', '[$set_c]'])]],
    [3, ['X-Map', choices.of(['$by_uri', '$by_arg', '$combined', '$chained', '$up', '$by_host'])]],
    [
      1,
      [
        'X-Server',
        choices.of([
          '$server_port',
          '$server_addr',
          '$request_method',
          '$server_protocol',
          '$https',
          '$request',
        ]),
      ],
    ],
    [
      1,
      [
        'X-Client',
        choices.of([
          '$http_sec_websocket_version',
          '$http_host',
          '$http_origin',
          '$http_upgrade',
          '$cookie_id',
        ]),
      ],
    ],
    [1, ['X-Text', choices.of(["it's", 'a "quoted" word', 'a;b{c}', '#hash', 'tab\there', 'back\\slash'])]],
    [1, ['Origin', choices.of(['', 'http://$host'])]],
    [1, ['Cookie', choices.of(['', 'id=1', '$http_cookie'])]],
    [1, ['X-Near', choices.of(['$near', '$by_origin', '$by_client'])]],
    [1, ['Sec-WebSocket-Version', choices.of(['13', '$http_sec_websocket_version', '8', ''])]],
    [1, ['Sec-WebSocket-Key', choices.of(['$http_sec_websocket_key', 'short', ''])]],
    [1, ['Host', '']],
    [1, ['Content-Length', '']],
    [1, ['Sec-WebSocket-Extensions', '']],
    [1, ['Accept-Encoding', '']],
    [1, ['Upgrade:', 'websocket']],
  ]);
  return header(name, value);
}

function extras(draft: Draft): Directive[] {
  const { choices } = draft;
  if (!choices.chance(14)) return [];
  const drawn = choices.weighted<readonly Directive[]>([
    [3, [directive('proxy_method', choices.of(['GET', 'GET', 'POST', 'get', '$request_method']))]],
    [2, [directive('proxy_pass_request_headers', 'on')]],
    [2, [directive('proxy_pass_request_headers', 'off')]],
    [1, handWrittenKey()],
    [3, [directive('proxy_hide_header', choices.of(['Upgrade', 'Sec-WebSocket-Accept', 'upgrade']))]],
    [1, [directive('proxy_hide_header', 'Connection')]],
    [1, [directive('proxy_hide_header', 'Upgrade'), directive('proxy_pass_header', 'Upgrade')]],
    [1, [directive('proxy_pass_header', choices.of(['Upgrade', 'Sec-WebSocket-Accept', 'Date']))]],
    [1, [directive('proxy_set_body', choices.of(['x', '$set_a', '', '$http_upgrade']))]],
    [2, [directive('proxy_intercept_errors', choices.of(['on', 'on', 'off']))]],
    [1, [directive('proxy_pass_request_body', 'off')]],
    [1, [directive('proxy_buffering', 'off')]],
    [1, [directive('proxy_ssl_server_name', 'on')]],
    [
      1,
      [
        directive('proxy_ssl_server_name', 'on'),
        directive('proxy_ssl_name', choices.of(['a.example', 'b.example'])),
      ],
    ],
  ]);
  for (const { words } of drawn) if (typeof words[0] === 'string') draft.note(words[0]);
  return [...drawn];
}

/** The client's headers by hand: without them `proxy_pass_request_headers off` leaves none. */
function handWrittenKey(): Directive[] {
  return [
    directive('proxy_pass_request_headers', 'off'),
    header('Sec-WebSocket-Key', '$http_sec_websocket_key'),
    header('Sec-WebSocket-Version', '$http_sec_websocket_version'),
  ];
}
