import type { Choices } from './choices';

/** Host names of URLs. The certificate of the listeners with TLS is for all of them. */
export const HOST_NAMES = [
  'a.example',
  'b.example',
  'www.a.example',
  'x.y.a.example',
  'www.b.test',
  'a.test',
  'localhost',
] as const;

/** A name of a server: what `server_name` says, and a host that may be meant. */
export interface ServerName {
  readonly written: string;
  readonly host: (typeof HOST_NAMES)[number] | null;
  readonly kind: 'exact' | 'leading wildcard' | 'trailing wildcard' | 'regex' | 'other';
}

const NAMES: readonly [ServerName, ...ServerName[]] = [
  { written: 'a.example', host: 'a.example', kind: 'exact' },
  { written: 'b.example', host: 'b.example', kind: 'exact' },
  { written: 'A.Test', host: 'a.test', kind: 'exact' },
  { written: 'www.a.example', host: 'www.a.example', kind: 'exact' },
  { written: 'localhost', host: 'localhost', kind: 'exact' },
  { written: '*.a.example', host: 'www.a.example', kind: 'leading wildcard' },
  { written: '.a.example', host: 'a.example', kind: 'leading wildcard' },
  { written: '*.example', host: 'b.example', kind: 'leading wildcard' },
  { written: '.y.a.example', host: 'x.y.a.example', kind: 'leading wildcard' },
  { written: 'www.*', host: 'www.b.test', kind: 'trailing wildcard' },
  { written: 'a.*', host: 'a.test', kind: 'trailing wildcard' },
  { written: 'www.a.*', host: 'www.a.example', kind: 'trailing wildcard' },
  { written: '~^www\\.(?<sub>.+)\\.example$', host: 'www.a.example', kind: 'regex' },
  { written: '~^(.+)\\.test$', host: 'a.test', kind: 'regex' },
  { written: '~^[A-Z]\\.Example$', host: 'b.example', kind: 'regex' },
  { written: '~.', host: 'localhost', kind: 'regex' },
  { written: '_', host: null, kind: 'other' },
  { written: '""', host: null, kind: 'other' },
  { written: '127.0.0.1', host: null, kind: 'other' },
];

/** Some names, all different, perhaps none. */
export function serverNames(choices: Choices): ServerName[] {
  const drawn = choices.several(0, 3, () => choices.of(NAMES));
  return [...new Set(drawn)];
}

/** A host for a URL: mostly one that the server may be meant by. */
export function urlHost(choices: Choices, names: readonly ServerName[]): string {
  const meant = names.flatMap(({ host }) => (host === null ? [] : [host]));
  const [first, ...others] = meant;
  const host =
    first !== undefined && choices.chance(75) ? choices.of([first, ...others]) : choices.of(HOST_NAMES);
  return choices.weighted([
    [90, host],
    [4, '127.0.0.1'],
    [3, host.toUpperCase()],
    [3, `${host}.`],
  ]);
}
