import type { Choices } from './choices';

/** What clients may send that a configuration can look at: few texts, so that conditions and clients meet. */

/** Headers that a client need not send, by name in lower case, with the texts that configurations and clients know. */
export const OPTIONAL_HEADERS: ReadonlyMap<string, readonly [string, ...string[]]> = new Map<
  string,
  readonly [string, ...string[]]
>([
  ['origin', ['https://a.example', 'https://www.b.test', 'http://evil.example', 'null']],
  ['cookie', ['id=1', 'mode=ws', 'id=7; mode=ws', 'id=1; mode=ws', 'other=1']],
  ['user-agent', ['Mozilla/5.0 (X11)', 'curl/8.5.0', 'evilbot/1.0', 'okhttp/4.9']],
  ['authorization', ['Bearer abc']],
  ['sec-websocket-protocol', ['chat', 'graphql-ws']],
]);

/** The password that `users` has. */
export const PASSWORD = { user: 'member', password: 'secret' } as const;

/** Addresses that a client of this machine can come from; configurations do not name the first. */
export const CLIENT_ADDRESSES = ['127.0.0.1', '127.0.0.5', '127.0.1.7', '127.9.9.9'] as const;

/** Networks for `allow`, `deny` and `geo`. */
export const NETWORKS = ['127.0.0.5', '127.0.1.0/24', '127.9.0.0/16'] as const;

/** The entries of `geo $near`, and below the same for {@link CLIENT_ADDRESSES}. */
export const NEAR = [
  ['default', '0'],
  ['127.0.0.5', '1'],
  ['127.0.1.0/24', '2'],
] as const;

/** The value of `$near` for an address. */
export function nearOf(address: string): string {
  if (address === '127.0.0.5') return '1';
  return address.startsWith('127.0.1.') ? '2' : '0';
}

/** A condition on what the client sends: variable, operator, operand. */
export function clientCondition(choices: Choices): readonly [string, string, string] {
  return choices.weighted<readonly [string, string, string]>([
    [3, ['$http_origin', choices.of(['=', '!=']), choices.of(['https://a.example', 'null', ''])]],
    [
      3,
      ['$http_origin', choices.of(['~', '!~', '~*']), choices.of(['^https://', '\\.example$', '^https://a'])],
    ],
    [2, ['$cookie_id', choices.of(['=', '!=']), choices.of(['1', '7', ''])]],
    [1, ['$cookie_mode', '=', 'ws']],
    [2, ['$http_cookie', choices.of(['~', '~*', '!~']), choices.of(['id=([^;]+)', 'mode=ws'])]],
    [2, ['$http_user_agent', choices.of(['~*', '!~*']), choices.of(['bot|curl', '^mozilla', 'okhttp'])]],
    [1, ['$http_authorization', choices.of(['=', '!=', '~']), choices.of(['', 'Bearer abc'])]],
    [1, ['$http_sec_websocket_protocol', choices.of(['=', '!=']), choices.of(['chat', ''])]],
    [1, ['$remote_addr', choices.of(['=', '!=', '~']), choices.of(['127.0.0.5', '127.9.9.9'])]],
    [2, ['$near', choices.of(['=', '!=']), choices.of(['0', '1', '2'])]],
    [2, ['$by_origin', choices.of(['=', '!=']), choices.of(['', '1'])]],
    [2, ['$by_client', choices.of(['=', '!=']), choices.of(['ok', 'bad'])]],
  ]);
}
