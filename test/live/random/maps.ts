import { NEAR, OPTIONAL_HEADERS } from './clients';
import type { Draft } from './draft';
import { block, directive, type Directive, type Word } from './tree';

/** The `map`s of a configuration: the same variables always, their entries drawn. */
export function maps(draft: Draft): Directive[] {
  const { choices } = draft;
  return choices.shuffled([
    connectionUpgrade(draft),
    webSocketOnly(draft),
    byHost(draft),
    byUri(draft),
    byArgument(draft),
    chained(draft),
    backEnd(draft),
    combined(draft),
    kind(draft),
    byOrigin(draft),
    byClient(draft),
    near(draft),
  ]);
}

/** The name of a named location. */
function kind(draft: Draft): Directive {
  const source = draft.choices.of(['$http_upgrade', '$arg_x', '$cookie_mode']);
  return map(draft, source, '$kind', [
    ['default', draft.choices.of(['ws', 'other'])],
    ['websocket', 'ws'],
    ['1', 'other'],
    ['ws', 'ws'],
  ]);
}

function byOrigin(draft: Draft): Directive {
  const { choices } = draft;
  draft.note('map of the origin');
  return map(draft, '$http_origin', '$by_origin', [
    ...choices.of<readonly Entry[]>([
      [['https://a.example', '1']],
      [['~^https://(www\\.)?(a|b)\\.', '1']],
      [
        ['', '1'],
        ['~*EXAMPLE$', '1'],
      ],
    ]),
    ['default', choices.of(['', '0'])],
  ]);
}

/** By what the client is, in one header or another. */
function byClient(draft: Draft): Directive {
  const { choices } = draft;
  draft.note('map of a cookie or a program');
  return choices.of([
    (): Directive =>
      map(draft, '$http_user_agent', '$by_client', [
        ['~*bot|curl', 'bad'],
        [OPTIONAL_HEADERS.get('user-agent')?.[0] ?? '', 'ok'],
        ['default', choices.of(['ok', ''])],
      ]),
    (): Directive =>
      map(draft, '$cookie_id', '$by_client', [
        ['1', 'ok'],
        ['7', 'bad'],
        ['default', choices.of(['ok', 'bad', ''])],
      ]),
    (): Directive =>
      map(draft, '$http_sec_websocket_protocol', '$by_client', [
        ['chat', 'ok'],
        ['default', choices.of(['bad', ''])],
      ]),
  ])();
}

function near(draft: Draft): Directive {
  draft.note('geo');
  return block(
    ['geo', '$near'],
    NEAR.map((words) => directive(...words)),
  );
}

/** Variables of the maps whose values are for Connection, when the map is not in a mood. */
export const CONNECTION_MAPS = ['$connection_upgrade', '$by_host', '$by_uri', '$chained'] as const;

type Entry = readonly [Word, ...Word[]];

function map(draft: Draft, source: string, variable: string, entries: readonly Entry[]): Directive {
  const { choices } = draft;
  const drawn = [...entries];
  if (choices.chance(12)) {
    draft.note('map volatile');
    drawn.push(['volatile']);
  }
  return block(
    ['map', source, variable],
    choices.shuffled(drawn).map((words) => directive(...words)),
  );
}

function connectionUpgrade(draft: Draft): Directive {
  const entries = draft.choices.weighted<readonly Entry[]>([
    [
      6,
      [
        ['default', 'upgrade'],
        [{ source: "''" }, 'close'],
      ],
    ],
    [
      2,
      [
        ['default', 'close'],
        ['websocket', 'upgrade'],
      ],
    ],
    [
      2,
      [
        ['default', 'Upgrade'],
        ['', ''],
      ],
    ],
    [
      1,
      [
        ['WebSocket', 'upgrade'],
        ['\\default', 'close'],
      ],
    ],
    [
      1,
      [
        ['default', 'close'],
        ['~*SOCKET$', '$http_connection'],
      ],
    ],
    [
      1,
      [
        ['default', 'close'],
        ['~SOCKET', 'upgrade'],
      ],
    ],
    [1, [['upgrade', 'upgrade']]],
  ]);
  draft.note('map exact');
  return map(
    draft,
    draft.choices.of(['$http_upgrade', '${http_upgrade}', '$HTTP_Upgrade']),
    '$connection_upgrade',
    entries,
  );
}

function webSocketOnly(draft: Draft): Directive {
  draft.note('map regex');
  return map(
    draft,
    '$http_upgrade',
    '$ws',
    draft.choices.of<readonly Entry[]>([
      [
        ['default', ''],
        ['~*^websocket$', '$http_upgrade'],
      ],
      [['~^(?<mapped>web)(.*)$', '$mapped$2']],
    ]),
  );
}

function byHost(draft: Draft): Directive {
  const { choices } = draft;
  const value = (): string => choices.of(['upgrade', 'upgrade', 'Upgrade', 'close', '']);
  const hostnames: Entry[] = choices.chance(60) ? [['hostnames']] : [];
  draft.note(hostnames.length > 0 ? 'map hostnames' : 'map without hostnames');
  const keys: Word[] = ['a.example', '*.a.example', '.b.example', 'www.*', 'A.test', 'localhost', '~^x\\.'];
  const entries = choices
    .shuffled(keys)
    .slice(0, choices.between(1, 4))
    .map((key): Entry => [key, value()]);
  const fallback: Entry[] = choices.chance(80)
    ? [['default', choices.of(['upgrade', 'upgrade', 'close'])]]
    : [];
  return map(draft, '$host', '$by_host', [...hostnames, ...entries, ...fallback]);
}

function byUri(draft: Draft): Directive {
  const { choices } = draft;
  const entries = choices.shuffled<Entry>([
    ['~^/ws', choices.of(['upgrade', 'keep-alive, upgrade'])],
    ['~*^/CHAT', choices.of(['upgrade', '$http_connection'])],
    ['/a', 'upgrade'],
    ['~^/(?<mapped>[^/]+)/b', choices.of(['$mapped', '$1', 'upgrade'])],
    ['~^/api/(.*)$', choices.of(['$1', 'Upgrade'])],
    ['\\~x', 'close'],
  ]);
  draft.note('map regex with captures');
  const fallback: Entry[] = choices.chance(80) ? [['default', choices.of(['upgrade', 'close'])]] : [];
  const source = choices.of(['$uri', '$request_uri', '$document_uri']);
  return map(draft, source, '$by_uri', [...entries.slice(0, choices.between(1, 5)), ...fallback]);
}

function byArgument(draft: Draft): Directive {
  return map(draft, draft.choices.of(['$arg_x', '$args', '$arg_mode']), '$by_arg', [
    ['1', '1'],
    ['~2$', '0'],
    ['ws', 'yes'],
    ['default', draft.choices.of(['', '0', '1'])],
  ]);
}

function chained(draft: Draft): Directive {
  const { choices } = draft;
  return map(draft, choices.of(['$connection_upgrade', '$by_uri', '$by_host']), '$chained', [
    ['close', choices.of(['close', 'upgrade'])],
    ['default', choices.of(['upgrade', '$http_connection', '$by_host', '$connection_upgrade'])],
  ]);
}

/** Where to: an upstream by name, or an address. */
function backEnd(draft: Draft): Directive {
  const { choices } = draft;
  return map(draft, choices.of(['$host', '$uri', '$arg_x']), '$up', [
    ['a.example', 'other'],
    ['~^/ws', '@BACKEND'],
    ['1', 'back'],
    ['default', choices.of(['back', '@BACKEND'])],
  ]);
}

function combined(draft: Draft): Directive {
  const { choices } = draft;
  return map(
    draft,
    choices.of(['$host:$uri', '$request_method$arg_x', '$set_a-$http_upgrade']),
    '$combined',
    [
      ['GET', '1'],
      ['GET1', choices.of(['0', '2'])],
      ['~^a\\.example:/(.)', '$1'],
      ['-websocket', 'yes'],
      ['default', choices.of(['', 'no'])],
    ],
  );
}
