import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/edits/edit';
import type { Refactoring } from '../../server/src/features/refactorings/refactoring';
import { refactoringsAt } from '../../server/src/features/refactorings/refactorings';
import { shownText } from '../../server/src/handshake/value';
import { routeTable } from '../../server/src/handshake/route-table';
import { effectiveValue } from '../../server/src/model/inheritance';
import { type Level, levelsWithin } from '../../server/src/model/levels';
import { listenersOf } from '../../server/src/model/listeners';
import { type Analysis, nginxTestOf } from '../../server/src/service';
import { brokenText } from '../support/broken-text';
import { analysisOf } from '../support/memory-host';

const MAIN = '/etc/nginx/nginx.conf';

type Files = Readonly<Record<string, string>>;

function textsOf(files: Files | string): Files {
  return typeof files === 'string' ? { [MAIN]: files } : files;
}

/** What is offered for a range of a file. */
function offered(analysis: Analysis, path: string, start: number, end: number): Refactoring[] {
  const file = analysis.closure.files.get(path);
  if (file === undefined) throw new Error(`${path} is not included.`);
  const { model } = analysis;
  return refactoringsAt({ model, routes: () => analysis.routes, file, start, end, exists: () => false });
}

/** The files after a refactoring. */
function after(files: Files, { edits, newFile }: Refactoring): Files {
  const texts = { ...files, ...Object.fromEntries(applyEdits(edits)) };
  return newFile === null ? texts : { ...texts, [newFile.path]: newFile.text };
}

/** The files after the refactoring whose title begins so, for the part between «» of one of them. */
async function refactored(marked: Files | string, title: string): Promise<Files | null> {
  const all = textsOf(marked);
  const [path = '', text = ''] = Object.entries(all).find(([, each]) => each.includes('«')) ?? [];
  const files = { ...all, [path]: text.replaceAll(/[«»]/g, '') };
  const end = text.includes('»') ? text.indexOf('»') - 1 : text.indexOf('«');
  const found = offered(await analysisOf(files), path, text.indexOf('«'), end).find((each) =>
    each.title.startsWith(title),
  );
  return found === undefined ? null : after(files, found);
}

// --- What must stay the same

function wordsOf(level: Level | null): string {
  return (level?.block?.words ?? []).map(({ value }) => value).join(' ');
}

/** What moves with a refactoring: it is held by what comes of it. */
const BY_RESULT: ReadonlySet<string> = new Set([
  'include',
  'listen',
  'http2',
  'map',
  'proxy_set_header',
  'proxy_http_version',
]);

/** For every location what is in force, what its requests are, and what becomes of a handshake; who listens where. */
function effectiveRequests(analysis: Analysis): unknown {
  const { model, routes } = analysis;
  const { http, version } = model;
  if (http === null) return null;
  const levels = [...levelsWithin(http)];
  const names = [...new Set(levels.flatMap(({ byName }) => [...byName.keys()]))].filter(
    (name) => !BY_RESULT.has(name),
  );
  const speaks = new Set<string>();
  const sockets = [...listenersOf(http)].flatMap(([server, listeners]) =>
    listeners.map((listener) => ({ server, ...listener, key: `${listener.address}:${listener.port}` })),
  );
  for (const { key, http2 } of sockets) if (http2) speaks.add(key);
  return {
    refused: nginxTestOf(analysis)?.text ?? null,
    levels: levels.map((level) => ({
      level: wordsOf(level),
      inForce: names.toSorted().map((name) => `${name} ${effectiveValue(level, name, version).text}`),
    })),
    requests: routes.map(({ level, location, request, verdict, status, cases }) => [
      wordsOf(location),
      wordsOf(level),
      request.version.value,
      shownText(request.method),
      request.headers().map(({ name, value }) => {
        const text = shownText(value);
        return `${name}: ${name.toLowerCase() === 'connection' ? text.toLowerCase() : text}`;
      }),
      verdict,
      status,
      cases.conditions,
    ]),
    urls: routeTable(model).map(({ urls, verdict }) => [urls, verdict]),
    sockets: sockets.map(({ server, key, tls, defaultServer }) => [
      key,
      tls,
      defaultServer,
      tls && (speaks.has(key) || effectiveValue(server, 'http2', version).text === 'on'),
    ]),
  };
}

// --- Random configurations

const HEADERS = [
  'proxy_set_header Host $host;',
  'proxy_set_header Upgrade $http_upgrade;',
  'proxy_set_header Connection "upgrade";',
  'proxy_set_header Connection $connection_upgrade;',
  'proxy_set_header Connection "";',
  'proxy_http_version 1.1;',
  'proxy_read_timeout 1h;',
];

const headers = fc.subarray(HEADERS, { minLength: 0, maxLength: 4 });
const pass = fc.constantFrom(
  'proxy_pass http://127.0.0.1:3000;',
  'proxy_pass http://chat;',
  'return 404;',
  'root /srv;',
);

const location: fc.Arbitrary<string> = fc
  .record({
    path: fc.constantFrom('/ws', '/hub', '= /exact', '^~ /static', '~ ^/r', '/'),
    lines: headers,
    pass,
    more: fc.constantFrom(
      '',
      '',
      'include conf/headers.conf;',
      'if ($arg_a) { set $b 1; }',
      'limit_except GET { deny all; }',
      '# enable websocket',
    ),
    nested: fc.option(fc.tuple(headers, pass), { freq: 3 }),
  })
  .map(({ path, lines, pass: end, more, nested }) =>
    [
      `        location ${path} {`,
      ...(nested === null || path.startsWith('=') || path.startsWith('~')
        ? []
        : [
            `            location ${path.replace(/^\^~ /, '')}/in {`,
            ...nested[0].map((line) => `                ${line}`),
            `                ${nested[1]}`,
            '            }',
          ]),
      ...[more, ...lines, end].filter((line) => line !== '').map((line) => `            ${line}`),
      '        }',
    ].join('\n'),
  );

const server = fc
  .record({
    listen: fc.constantFrom(
      'listen 80;',
      'listen 443 ssl http2;\n        listen 80;',
      'listen 443 ssl;\n        http2 on;',
      'listen 8443 ssl http2;\n        listen 443 ssl http2;',
      'listen 8443 ssl http2;\n        listen 443 ssl;',
    ),
    own: fc.subarray(HEADERS, { maxLength: 1 }),
    hasOwn: fc.boolean(),
    shared: headers,
    isShared: fc.boolean(),
    locations: fc.uniqueArray(location, {
      minLength: 1,
      maxLength: 3,
      selector: (text) => text.split('\n')[0] ?? '',
    }),
    include: fc.constantFrom('', '', '        include conf/location.conf;'),
  })
  .map(({ listen, own, hasOwn, shared, isShared, locations, include }) => {
    // Locations that repeat the same headers are what is looked for.
    const ordinary = new RegExp(
      HEADERS.map((line) => line.replaceAll(/[$".]/g, String.raw`\$&`)).join('|'),
      'g',
    );
    const alike = locations.map((text) =>
      text
        .replaceAll(ordinary, '')
        .replace(
          /\n {12}(proxy_pass|return|root)/,
          `\n            ${shared.join('\n            ')}\n            $1`,
        ),
    );
    return (name: string): string =>
      [
        '    server {',
        `        ${listen}`,
        `        server_name ${name};`,
        ...(listen.includes('ssl')
          ? ['        ssl_certificate a.crt;', '        ssl_certificate_key a.key;']
          : []),
        ...(hasOwn ? own.map((line) => `        ${line}`) : []),
        ...(isShared ? alike : locations),
        ...(include === '' ? [] : [include]),
        '    }',
      ].join('\n');
  });

const configuration: fc.Arbitrary<Files> = fc
  .record({
    outer: fc.subarray(HEADERS, { maxLength: 1 }),
    map: fc.constantFrom('default upgrade;', "default upgrade; '' close;", "default upgrade; '' '';"),
    servers: fc.array(server, { minLength: 1, maxLength: 2 }),
    included: headers,
    lineEnd: fc.constantFrom('\n', '\n', '\r\n'),
  })
  .map(({ outer, map, servers, included, lineEnd }) => {
    const texts = {
      [MAIN]: [
        'events {}',
        'http {',
        `    map $http_upgrade $connection_upgrade { ${map} }`,
        '    upstream chat { server 127.0.0.1:3001; }',
        ...outer.map((line) => `    ${line}`),
        ...servers.map((make, index) => make(`s${index}.example`)),
        '}',
        '',
      ].join('\n'),
      '/etc/nginx/conf/headers.conf': `${included.join('\n')}\n`,
      '/etc/nginx/conf/location.conf': `location /included {\n    ${included.join('\n    ')}\n    proxy_pass http://chat;\n}\n`,
    };
    return Object.fromEntries(
      Object.entries(texts).map(([path, text]) => [path, text.replaceAll('\n', lineEnd)]),
    );
  });

/** Where something may be offered: at each word, and for some runs of lines. */
function* rangesOf(text: string, seed: number): Generator<readonly [start: number, end: number]> {
  for (const { index } of text.matchAll(/\b(?:proxy_|location|listen|http2 on|include)/g))
    yield [index, index];
  const lines = [...text.matchAll(/^.*$/gm)].map(
    ({ index, 0: line }) => [index, index + line.length] as const,
  );
  for (let number = 0; number < 8; number += 1) {
    const first = (seed + number * 7) % lines.length;
    const last = Math.min(first + ((seed + number) % 9), lines.length - 1);
    const [start = 0] = lines[first] ?? [];
    yield [start, lines[last]?.[1] ?? start];
  }
}

describe('refactorings', () => {
  it('leave every request as it is', async () => {
    const made = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(configuration, fc.nat(1000), async (files, seed) => {
        const analysis = await analysisOf(files);
        const before = effectiveRequests(analysis);
        for (const path of analysis.closure.files.keys()) {
          const tried = new Set<string>();
          for (const [start, end] of rangesOf(files[path] ?? '', seed)) {
            for (const refactoring of offered(analysis, path, start, end)) {
              const key = JSON.stringify([
                refactoring.title,
                refactoring.edits.map((edit) => [edit.start, edit.end, edit.newText]),
              ]);
              if (tried.has(key)) continue;
              tried.add(key);
              const kind = refactoring.title.replace(/\S+\.conf.*|\$.*/, '');
              made.set(kind, (made.get(kind) ?? 0) + 1);
              const texts = after(files, refactoring);
              expect([refactoring.title, texts, effectiveRequests(await analysisOf(texts))]).toEqual([
                refactoring.title,
                texts,
                before,
              ]);
            }
          }
        }
      }),
      // SEED and RUNS try others.
      { numRuns: Number(process.env['RUNS'] ?? 30), seed: Number(process.env['SEED'] ?? 1) },
    );
    // Each of them was tried, and often.
    expect(
      [...made]
        .filter(([, count]) => count >= 1)
        .map(([kind]) => kind)
        .toSorted(),
    ).toEqual([
      'Add a map for ',
      'Move to ',
      'Move what all locations repeat up to the server',
      'Replace the include by the text of ',
      'Set Connection by the map that gives ',
      'Write `http2 on` for `listen … http2`',
      'Write `listen … http2` for `http2 on`',
    ]);
  });

  it('are found in any text without a fault', async () => {
    await fc.assert(
      fc.asyncProperty(brokenText, fc.nat(), fc.nat(), async (text, a, b) => {
        const analysis = await analysisOf({ [MAIN]: text });
        const [start = 0, end = 0] = [a % (text.length + 1), b % (text.length + 1)].toSorted(
          (one, other) => one - other,
        );
        for (const { edits, title } of offered(analysis, MAIN, start, end)) {
          expect(title).not.toBe('');
          expect(edits.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 200 },
    );
  });
});

const inServer = (text: string): string => `events {}
http {
    server {
        listen 80;
${text}
    }
}
`;

const TWICE = `        location /ws {
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            «proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }
        location /hub {
            # another
            proxy_pass http://127.0.0.1:4000;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }`;

describe('the headers that all locations repeat', () => {
  const title = 'Move what all locations repeat';

  it('move up to the server', async () => {
    expect(await refactored(inServer(TWICE), title)).toEqual({
      [MAIN]: inServer(`        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        location /ws {
            proxy_pass http://127.0.0.1:3000;
        }
        location /hub {
            # another
            proxy_pass http://127.0.0.1:4000;
        }`),
    });
  });

  it.each([
    ['a location sends a request without them', `${TWICE}\n        location /api { proxy_pass http://a; }`],
    [
      'one has other headers',
      TWICE.replace('"upgrade";\n        }\n        location', '"close";\n        }\n        location'),
    ],
    ['the server has its own', `        proxy_set_header Host $host; proxy_http_version 1.0;\n${TWICE}`],
    ['an include may set some', `${TWICE}\n        include /config/more.conf;`],
    ['there is one location', TWICE.split('        location /hub')[0] ?? ''],
  ])('stay where %s', async (_why, text) => {
    const found = await refactored(inServer(text), title);
    // The version of HTTP may move where only the headers differ.
    expect(found?.[MAIN] ?? '').not.toMatch(
      /listen 80;\n {8}proxy_(?:http_version 1\.1;\n {8}proxy_)?set_header/,
    );
  });

  it('stay in a file that is included twice', async () => {
    const main = 'events {}\nhttp { include a.conf; include a.conf; }\n';
    const part = `server {\n${TWICE}\n}\n`;
    expect(await refactored({ [MAIN]: main, '/etc/nginx/a.conf': part }, title)).toBeNull();
  });
});

describe('an include', () => {
  it('is made of the selection', async () => {
    const text = inServer(`        # chat
        «location /ws {
            # two
            proxy_pass http://127.0.0.1:3000;

            add_header X-A "one
  two";
        }»
        location / { root /srv; }`);
    expect(await refactored(text, 'Move to snippets/location-ws.conf')).toEqual({
      [MAIN]: inServer(`        # chat
        include snippets/location-ws.conf;
        location / { root /srv; }`),
      '/etc/nginx/snippets/location-ws.conf': `location /ws {
    # two
    proxy_pass http://127.0.0.1:3000;

    add_header X-A "one
  two";
}
`,
    });
  });

  it.each([
    ['half a directive', inServer('        «location /ws {\n            root» /srv;\n        }')],
    ['more than a block', inServer('        location /ws {\n            «root /srv;\n        }»')],
    ['entries of a map', 'events {}\nhttp { map $a $b { «default x;» } }'],
    ['a comment alone', inServer('        «# chat»\n        root /srv;')],
    ['half a comment', inServer('        # ch«at\n        root /srv;»')],
    ['a fragment', 'server {\n    «root /srv;»\n}\n'],
    [
      'what a template fills in',
      inServer('        «root {{ root }};»\n        {% if a %}\n        {% endif %}'),
    ],
    ['what would be included twice', inServer('        «root /srv;»\n        include snippets/*.conf;')],
  ])('is not made of %s', async (_what, text) => {
    const marked = text.includes('{{') ? { '/etc/nginx/nginx.conf.j2': text } : text;
    expect(await refactored(marked, 'Move to')).toBeNull();
  });

  it('gives way to its text, indented as it stands', async () => {
    const files = {
      [MAIN]: inServer('        location /ws {\n            inc«lude conf/proxy.conf;\n        }'),
      '/etc/nginx/conf/proxy.conf': '\n  # all\n  proxy_pass http://a;\n  if ($b) {\n    return 404;\n  }\n',
    };
    expect((await refactored(files, 'Replace the include'))?.[MAIN]).toBe(
      inServer(`        location /ws {
            # all
            proxy_pass http://a;
            if ($b) {
              return 404;
            }
        }`),
    );
  });

  it.each([
    ['a pattern', 'include conf/*.conf;', '# a\n'],
    ['a file that is broken', 'include conf/a.conf;', 'root /srv\n'],
    ['one that is not alone on its line', 'include conf/a.conf; root /srv;', '# a\n'],
    ['other line ends', 'include conf/a.conf;', 'root /srv;\r\n'],
    ['a byte order mark', 'include conf/a.conf;', '\uFEFFroot /srv;\n'],
  ])('stays for %s', async (_what, line, text) => {
    const files = { [MAIN]: inServer(`        «${line}`), '/etc/nginx/conf/a.conf': text };
    expect(await refactored(files, 'Replace the include')).toBeNull();
  });
});

describe('Connection', () => {
  it('is set by a map that is added', async () => {
    const text = inServer(
      '        location / {\n            proxy_pass http://a;\n            «proxy_set_header Connection "upgrade";\n        }',
    );
    const found = (await refactored(text, 'Add a map for $connection_upgrade'))?.[MAIN];
    expect(found).toContain(
      "map $http_upgrade $connection_upgrade {\n        default upgrade;\n        '' close;\n    }",
    );
    expect(found).toContain('proxy_set_header Connection $connection_upgrade;');
  });
});

describe('HTTP/2', () => {
  const two = (a: string, b: string): string => `events {}
http {
    ssl_certificate a; ssl_certificate_key b;
    server {
        ${a}
    }
    server {
        ${b}
        server_name b;
    }
}
`;

  it('is changed for all servers of an address and port', async () => {
    const parameter = two('«listen 443 ssl http2;', 'listen 443 ssl http2;');
    const directive = two('listen 443 ssl;\n        «http2 on;', 'listen 443 ssl;\n        http2 on;');
    const unmarked = (text: string): string => text.replace('«', '');
    expect((await refactored(parameter, 'Write `http2 on`'))?.[MAIN]).toBe(unmarked(directive));
    expect((await refactored(directive, 'Write `listen'))?.[MAIN]).toBe(unmarked(parameter));
  });

  it.each([
    [
      'another port with TLS has none',
      two('«listen 443 ssl http2;\n        listen 8443 ssl;', 'listen 443 ssl;'),
    ],
    [
      'another server of the port says `off`',
      two('«listen 443 ssl http2;', 'listen 443 ssl;\n        http2 off;'),
    ],
  ])('stays where %s', async (_why, text) => {
    expect(await refactored(text, 'Write `http2 on`')).toBeNull();
  });
});
