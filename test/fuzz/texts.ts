import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { randomConfigurations } from '../live/random/configuration';
import { everydayConfigurations } from '../live/random/everyday';
import { HOSTILE_PIECES } from '../support/hostile';
import { brokenText } from '../support/broken-text';
import { legalTexts } from '../support/legal-texts';
import { textsOf } from '../support/random-texts';

const root = join(import.meta.dirname, '../..');

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(join(root, 'test/fixtures', name), 'utf8'));
}

const inServer = (text: string): string => `events {}\nhttp {\n    server {\n        ${text}\n    }\n}\n`;

/** The texts of a folder, with those below it. */
function textsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

/** Other texts that nginx text stands in. */
const OUTER = [
  '# configuration file /etc/nginx/nginx.conf:\nevents {}\nhttp { include /etc/nginx/conf.d/a.conf; }\n\n# configuration file /etc/nginx/conf.d/a.conf:\nserver { location /ws { proxy_pass http://a; } }\n',
  'apiVersion: v1\nkind: ConfigMap\ndata:\n  nginx.conf: |\n    events {}\n    http {\n      server { location /ws { proxy_pass http://a; } }\n    }\n',
  'Use this:\n\n```nginx\nserver {\n    location /ws { proxy_pass http://a; }\n}\n```\n',
  'server {\n{% if ws %}\n    location /ws { proxy_pass {{ back }}; }\n{% endif %}\n}\n',
  '<<<<<<< ours\nserver { listen 80; }\n=======\nserver { listen 81; }\n>>>>>>> theirs\n',
];

/**
 * Texts to begin with: those of the tests, random ones, and real configurations where a folder has them.
 *
 * @param corpus a folder of real configurations, or null
 */
export function texts(corpus: string | null): readonly string[] {
  return [
    ...(fixture('handshakes.json') as readonly { readonly server: string }[]).map(({ server }) =>
      inServer(server),
    ),
    ...(fixture('nginx-t.json') as readonly { readonly config: string }[]).map(({ config }) => config),
    ...legalTexts.map(({ text }) => text),
    ...textsBelow(join(root, 'examples')),
    ...OUTER,
    ...[
      ...randomConfigurations(1, 8, 0).map(({ directives }) => directives),
      ...everydayConfigurations(1, 24),
    ]
      .map(textsOf)
      .flatMap((each) => Object.values(each)),
    ...(corpus === null ? [] : textsBelow(corpus)),
  ];
}

const PIECES = [
  ...HOSTILE_PIECES,
  '{',
  '}',
  ';',
  '"',
  "'",
  '\\',
  '#',
  '$',
  '${',
  '{{',
  '}}',
  '{% if a %}',
  '{% endif %}',
  '<%',
  '\t',
  '\uFEFF',
  'http',
  'server',
  'location',
  'if ($a ~ "(a+)+$")',
  'map $uri $x',
  'upstream',
  'include *;',
  'include /a;',
  '~ ".*.*.*.*.*y$"',
  '~ (?<n>.)',
  '^~',
  '=',
  '@x',
  '/',
  'proxy_pass http://$a',
  'proxy_pass http://localhost',
  'proxy_set_header Upgrade $http_upgrade;',
  'proxy_set_header Connection "upgrade";',
  'rewrite ^ / last;',
  'auth_request /a;',
  'error_page 400 = @x;',
  'try_files $uri /a;',
  'return 301 https://$host$request_uri;',
  'listen 443 ssl;',
  'server_name ~^(.+)$;',
  'set $a $a;',
  'limit_except GET { deny all; }',
  'satisfy any;',
  '999999999999999999999',
  '-1',
  '0',
  'on',
  'constructor',
  '__proto__',
  '\uD800',
  'é',
  '\u0000',
] as const;

/** A change to a text, in numbers that are cut to what is there. */
interface Mutation {
  readonly kind: number;
  readonly at: number;
  readonly other: number;
  readonly piece: string;
}

const number = fc.noBias(fc.nat());

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: number,
  at: number,
  other: number,
  piece: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ maxLength: 8 })),
});

/** The longest text that is looked at: mutations that repeat must not make it grow without end. */
const LONGEST = 40_000;

/** A text with a change: something left out, put in, repeated, moved, cut off, or taken from another text. */
export function mutated(text: string, { kind, at, other, piece }: Mutation, from: string): string {
  const start = at % (text.length + 1);
  const end = Math.min(text.length, start + (other % 40));
  const lines = text.split('\n');
  const line = at % lines.length;
  switch (kind % 10) {
    case 0:
      return text.slice(0, start) + text.slice(end);
    case 1:
      return text.slice(0, start) + piece + text.slice(start);
    case 2:
      return text.slice(0, start) + piece + text.slice(end);
    case 3:
      return lines.toSpliced(line, 1).join('\n');
    case 4:
      return lines.toSpliced(line, 0, lines[other % lines.length] ?? '').join('\n');
    case 5:
      return text.slice(0, start);
    case 6:
      return (text.slice(0, start) + from.slice(other % (from.length + 1))).slice(0, LONGEST);
    case 7:
      return lines
        .toSpliced(line, 0, ...Array.from({ length: other % 60 }, () => lines[line] ?? ''))
        .join('\n')
        .slice(0, LONGEST);
    case 8:
      return text.replace(/\d+/, piece.replaceAll('$', '$$$$'));
    default:
      return other % 2 === 0 ? text.replaceAll('\n', '\r\n') : lines.toSpliced(line, 1, piece).join('\n');
  }
}

/** Texts that somebody could have: some as they are, most changed a little, some put together without sense. */
export function textsFrom(known: readonly string[]): fc.Arbitrary<string> {
  const one = fc.constantFrom(...known);
  const changed = fc
    .tuple(one, one, fc.array(mutation, { maxLength: 6 }))
    .map(([text, from, mutations]) => mutations.reduce((left, each) => mutated(left, each, from), text));
  return fc.oneof({ weight: 9, arbitrary: changed }, { weight: 1, arbitrary: brokenText });
}
