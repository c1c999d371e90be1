import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hoverAt } from '../../server/src/features/hover';
import { plainText } from '../../server/src/features/support/reference-text';
import { fileNameOf } from '../../server/src/model/paths';
import { type NginxVersion, parseVersion } from '../../server/src/reference/versions';
import { LineIndex } from '../../server/src/syntax/lines';
import { brokenText } from '../support/broken-text';
import { analysisOf } from '../support/memory-host';
import { readMarks } from '../support/marks';

const MAIN = '/etc/nginx/nginx.conf';

/** Hovers at the `|` of one of the files; links are `[label](file#L)`. The word must be that between the `«»`, if there are any. */
async function hover(files: string | Record<string, string>, version?: NginxVersion): Promise<string | null> {
  const marked = Object.entries(typeof files === 'string' ? { [MAIN]: files } : files).map(
    ([path, text]) => [path, readMarks(text)] as const,
  );
  const analysis = await analysisOf(
    Object.fromEntries(marked.map(([path, { text }]) => [path, text])),
    version,
  );
  const [path = '', marks] = marked.find(([, { offsets }]) => offsets.length > 0) ?? [];
  const file = analysis.closure.files.get(path);
  if (file === undefined || marks === undefined) throw new Error('There is no place to hover at.');
  const found = hoverAt({
    model: analysis.model,
    routes: () => analysis.routes,
    file,
    offset: marks.offsets[0] ?? 0,
    link: (place) => {
      const line = new LineIndex(place.file.text).positionAt(place.start).line + 1;
      const name = fileNameOf(place.file.path);
      return { label: place.file === file ? `line ${line}` : `${name}:${line}`, uri: `${name}#L${line}` };
    },
  });
  const [range] = marks.ranges;
  if (range !== undefined && found !== null) expect(found).toMatchObject(range);
  return found?.text ?? null;
}

/** The rows of the table and the sentence under it. */
async function request(files: string | Record<string, string>, version?: NginxVersion): Promise<string[]> {
  const [text = ''] = ((await hover(files, version)) ?? '').split('\n\n---\n\n');
  return text.split('\n').filter((line) => line !== '' && !/^\|(?: \| value|---)/.test(line));
}

describe('on a directive', () => {
  it('is its documentation, with syntax, default, contexts and a link', async () => {
    const text = await hover('events {}\nhttp { «proxy_re|ad_timeout» 5s; }');
    expect(text).toContain('```nginx\nproxy_read_timeout time;\n```');
    expect(text).toContain('Defines a timeout for reading a response from the proxied server.');
    expect(text).toContain(
      'Default `60s` · In `http`, `server`, `location` · Inherited by inner levels · [nginx.org](https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout)',
    );
  });

  it.each<[version: string, name: string, expected: string | null]>([
    ['1.28.0', 'proxy_set_header', 'Inherited by levels without `proxy_set_header` of their own ·'],
    ['1.28.0', 'deny', 'Inherited by levels without `allow` or `deny` of their own ·'],
    ['1.29.2', 'add_header', 'Inherited by levels without `add_header` of their own ·'],
    ['1.29.3', 'add_header', 'of their own, unless `add_header_inherit` says otherwise ·'],
    ['1.28.0', 'proxy_pass', 'Inherited by `if` and `limit_except` only ·'],
    ['1.28.0', 'try_files', 'Not inherited ·'],
    ['1.28.0', 'stub_status', null],
  ])('of %s says how %s is inherited', async (version, name, expected) => {
    const nginx = parseVersion(version) ?? undefined;
    const text = await hover(`events {}\nhttp { server { location / { ${name}| x; } } }`, nginx);
    if (expected === null) expect(text).not.toMatch(/inherited/i);
    else expect(text).toContain(expected);
  });

  describe('tells what it replaces', () => {
    it.each<[text: string, expected: string | null]>([
      [
        'proxy_read_timeout 9s;\nserver { location / { proxy_rea|d_timeout 1h; } }',
        'Replaces `proxy_read_timeout 9s` of the `http` level, [line 2](nginx.conf#L2).',
      ],
      [
        'proxy_set_header A a;\nproxy_set_header B b;\nserver { location / { proxy_set_header C c; proxy_set_h|eader D d; } }',
        'Replaces all `proxy_set_header` of the `http` level, [line 2](nginx.conf#L2).',
      ],
      [
        'server {\nallow 10.0.0.1;\ndeny all;\nlocation / { al|low all; } }',
        'Replaces all `allow` and `deny` of the `server` level, [line 3](nginx.conf#L3).',
      ],
      [
        'gzip on;\nserver { location / { location /a { gz|ip off; } } }',
        'Replaces `gzip on` of the `http` level, [line 2](nginx.conf#L2).',
      ],
      ['proxy_rea|d_timeout 9s;\nserver { location / { proxy_read_timeout 1h; } }', null],
      ['server { location / { proxy_read_ti|meout 1h; } }', null],
      ['server { return 404; location / { re|turn 200; } }', null],
      ['proxy_read_timeout 9s;\nserver { loca|tion / {} }', null],
    ])('%s', async (text, expected) => {
      const [found = ''] = ((await hover(`events {}\nhttp { ${text} }`)) ?? '').split('\n\n---\n\n');
      if (expected === null) expect(found).not.toContain('Replaces');
      else expect(found).toBe(expected);
    });

    it('in a file whose http level is not there', async () => {
      const text = await hover({ '/etc/nginx/x': 'server {\ngzip on;\nlocation / { gz|ip off; }\n}' });
      expect(text).toContain('Replaces `gzip on` of the `server` level');
      expect(await hover({ '/etc/nginx/x': 'server { gz|ip off; }' })).not.toContain('Replaces');
    });

    it('in each place that includes the file', async () => {
      const files = {
        [MAIN]:
          'events {}\nhttp {\nproxy_method A;\nserver { include x; }\nserver { location / { proxy_method B; location /a { include x; } } }\n}',
        '/etc/nginx/x': 'proxy_me|thod C;',
      };
      const [found] = ((await hover(files)) ?? '').split('\n\n---\n\n');
      expect(found?.split('\n\n')).toEqual([
        'Replaces `proxy_method A` of the `http` level, [nginx.conf:3](nginx.conf#L3).',
        'Replaces `proxy_method B` of the `location` level, [nginx.conf:5](nginx.conf#L5).',
      ]);
    });
  });

  it('is that of the module that it stands in', async () => {
    expect(await hover('events {}\nhttp { upstream a { serv|er b; } }')).toContain(
      'ngx_http_upstream_module.html#server',
    );
    expect(await hover('events {}\nhttp { serv|er { } }')).toContain('```nginx\nserver { … }\n```');
    expect(await hover('events {}\nstream { server { list|en 1; } }')).toContain(
      'ngx_stream_core_module.html#listen',
    );
    expect(await hover('user|s root;')).toBeNull();
    expect(await hover('us|er root;')).toContain('https://nginx.org/en/docs/ngx_core_module.html#user');
  });

  it('has the default of this release, and since when it is there', async () => {
    const config = 'events {}\nhttp { proxy_http_v|ersion 1.1; }';
    expect(await hover(config)).toContain('Default `1.0`');
    expect(await hover(config, { major: 1, minor: 29, patch: 7 })).toContain('Default `1.1`');
    expect(await hover('events {}\nhttp { proxy_set_h|eader A b; }')).toContain(
      'Default `Host $proxy_host` and `Connection close`',
    );
    expect(await hover('events {}\nhttp { htt|p2 on; }', { major: 1, minor: 24, patch: 0 })).toContain(
      'Since 1.25.1: not in 1.24.0',
    );
    expect(await hover('events {}\nhttp { ss|l on; }')).toContain(
      'Obsolete since 1.15.0 · Removed in 1.25.1',
    );
  });

  it('of another author names its module', async () => {
    expect(await hover('events {}\nhttp { more_set_he|aders a; }')).toContain('headers-more');
    expect(await hover('events {}\nhttp { bro|tli on; }')).toContain('ngx_brotli');
    expect(await hover('events {}\nhttp { api_k|ey on; }')).toBeNull();
  });

  it.each([
    '# proxy_pa|ss',
    'content_by_lua_block { prox|y }',
    'map $a $b { def|ault a; }',
    'server_name a.b|c;',
    '',
  ])('is nothing else: %s', async (line) => {
    expect(await hover(`events {}\nhttp { ${line}${line.includes('|') ? '' : '|'}\n }`)).toBeNull();
  });
});

describe('on a variable', () => {
  it('is what nginx says of it', async () => {
    const text = await hover('events {}\nhttp { proxy_set_header Host "a«$ho|st» b"; }');
    expect(text).toContain('In this order of precedence:\nhost name from the request line, or');
    expect(text).toContain('[nginx.org](https://nginx.org/en/docs/http/ngx_http_core_module.html#var_host)');
  });

  it('of a family is what its name says, and what a handshake has there', async () => {
    const text = await hover('events {}\nhttp { proxy_set_header Upgrade «${http_up|grade}»; }');
    expect(text).toContain('The header `upgrade` of the request.');
    expect(text).toContain('For a WebSocket handshake: `websocket`');
  });

  it('of a map is where it is set, and to what', async () => {
    const text = await hover({
      [MAIN]:
        'events {}\nhttp {\n  include map.conf;\n  proxy_set_header Connection $connection_up|grade;\n}',
      '/etc/nginx/map.conf': "\nmap $http_upgrade $connection_upgrade { default upgrade; '' close; }",
    });
    expect(text).toBe(
      "**`$connection_upgrade`**\n\nSet by\n- `map` of `$http_upgrade`: `default` → `upgrade`, `''` → `close`, [map.conf:2](map.conf#L2)\n\nFor a WebSocket handshake: `upgrade`",
    );
  });

  it('of set and of captures is each place that sets it', async () => {
    const text = await hover(
      'events {}\nhttp { server {\n set $room a;\n location ~ ^/(?<room>.*) {\n set $room b;\n return 200 $ro|om;\n} } }',
    );
    expect(text).toContain(
      '- `set` to `a`, [line 3](nginx.conf#L3)\n- `location`, [line 4](nginx.conf#L4)\n- `set` to `b`, [line 5](nginx.conf#L5)',
    );
  });

  it('that nobody sets says so', async () => {
    expect(await hover('events {}\nhttp { server { return 200 $no|pe; } }')).toContain(
      'Nothing in this configuration sets it.',
    );
  });
});

describe('on proxy_pass', () => {
  const map = "map $http_upgrade $connection_upgrade { default upgrade; '' close; }";

  it('is the request to the back end, with the origin of each part, and the verdict', async () => {
    const text = `events {}
http {
    ${map}
    proxy_http_version 1.1;
    upstream chat { server a; }
    server {
        listen 443 ssl;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_set_header Host $host;
        location /api/chat {
            proxy_read_timeout 1h;
            «proxy_pa|ss» http://chat;
        }
    }
}
`;
    const expected = [
      '**Passes.** Clients connect to `wss://localhost/api/chat`.',
      '**Request to the back end** `http://chat`',
      '| version | HTTP/1.1 | http, [line 4](nginx.conf#L4) |',
      '| Host | `$host` | server, [line 10](nginx.conf#L10) |',
      '| Upgrade | `$http_upgrade` → websocket | server, [line 8](nginx.conf#L8) |',
      '| Connection | `$connection_upgrade` → upgrade | server, [line 9](nginx.conf#L9), map at [line 3](nginx.conf#L3) |',
      '| idle close | 3600 s | [line 12](nginx.conf#L12) |',
    ];
    expect(await request(text)).toEqual(expected);
    expect(await hover(text)).toContain('ngx_http_proxy_module.html#proxy_pass');
    // On the address, too.
    const onAddress = text.replace('«proxy_pa|ss» http://chat', 'proxy_pass «http://ch|at»');
    expect(await hover(onAddress)).toBe((await hover(text))?.split('\n\n---\n\n')[0]);
  });

  it('has nginx’s own values where nothing is set, and the reason that it fails', async () => {
    const text = 'events {}\nhttp { server {\nlocation /ws { proxy_p|ass http://b; }\n} }';
    expect(await request(text)).toEqual([
      expect.stringMatching(/^\*\*Blocked\.\*\* .*Upgrade/),
      '**Request to the back end** `http://b`',
      '| version | HTTP/1.0 | default |',
      '| Host | `$proxy_host` | default |',
      '| Upgrade | not sent | default |',
      '| Connection | `close` | default |',
      '| idle close | 60 s | default |',
    ]);
    const later = await request(text, { major: 1, minor: 29, patch: 7 });
    expect(later).toContain('| version | HTTP/1.1 | default |');
    expect(later).toContain('| Connection | not sent | default |');
  });

  it('strikes through what is lost', async () => {
    const found = await request(
      `events {}\nhttp { server {\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection upgrade;\nproxy_http_version 1.1;\nlocation /ws {\nproxy_set_header Host $host;\nproxy_p|ass http://b;\n}\n} }`,
    );
    expect(found).toContain(
      '| Upgrade | not sent | ~~[line 3](nginx.conf#L3)~~ replaced by [line 7](nginx.conf#L7) |',
    );
    expect(found[0]).toMatch(/^\*\*Blocked\.\*\* /);
  });

  it('says what an empty value does', async () => {
    const found = await request(
      `events {}\nhttp { server {\nlocation /ws {\nproxy_set_header Connection "";\nproxy_p|ass http://b;\n}\n} }`,
    );
    expect(found).toContain("| Connection | `''` → not sent | [line 4](nginx.conf#L4) |");
  });

  it('says nothing of what is not known', async () => {
    const found = await request({
      '/etc/nginx/conf.d/a.conf': 'location /ws {\n include /config/proxy.conf;\n proxy_p|ass http://b;\n}\n',
    });
    expect(found).toContain('| Upgrade | not known | default |');
    expect(found[0]).toMatch(/^\*\*Unknown\.\*\* .*include \/config\/proxy\.conf/);
  });

  it('of a file that is included twice shows both requests, once each', async () => {
    const files = (second: string): Record<string, string> => ({
      [MAIN]: `events {}\nhttp { server { location /a { include pass.conf; } location /b { include pass.conf;\n ${second} } } }`,
      '/etc/nginx/pass.conf': 'proxy_pa|ss http://b;',
    });
    const tables = async (second: string): Promise<number> =>
      ((await hover(files(second))) ?? '').split('**Request to the back end**').length - 1;
    expect(await tables('proxy_http_version 1.1;')).toBe(2);
  });

  it('says what a verdict depends on, and what stops it else', async () => {
    const found = await request(
      'events {}\nhttp { server { location /ws {\nauth_basic x; auth_basic_user_file users;\nproxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;\nproxy_p|ass http://b;\n} } }',
    );
    expect(found[0]).toBe(
      '**Passes,** if the client sends a password (otherwise 401). `auth_basic` asks for a password: a handshake without one gets 401. ([line 3](nginx.conf#L3))',
    );
  });

  it('in an if is what happens there', async () => {
    const found = await request(
      'events {}\nhttp { server { location /ws { if ($a) { proxy_p|ass http://b; } } } }',
    );
    expect(found[1]).toBe('**Request to the back end** `http://b`');
    expect(found[0]).toMatch(/^\*\*(?:Blocked|Unknown)\.\*\*/);
  });

  it('keeps a table whatever is written', async () => {
    const found = await request(
      'events {}\nhttp { server { location /ws { proxy_set_header Host "a\\|b`c";\nproxy_p|ass "http://a\\|b"; } } }',
    );
    expect(found).toContain('| Host | `` a\\|b`c `` | [line 2](nginx.conf#L2) |');
  });
});

describe('any text', () => {
  it('is hovered over without a fault, and the range holds the place', async () => {
    await fc.assert(
      fc.asyncProperty(brokenText, async (text) => {
        const analysis = await analysisOf({ [MAIN]: text });
        const { main } = analysis.closure;
        const link = (): { label: string; uri: string } => ({ label: 'line', uri: 'uri' });
        const routes = (): typeof analysis.routes => analysis.routes;
        for (let offset = 0; offset <= text.length; offset += 1) {
          const found = hoverAt({ model: analysis.model, routes, file: main, offset, link });
          if (found === null) continue;
          expect(found.text.trim()).not.toBe('');
          expect(found.start).toBeLessThanOrEqual(offset);
          expect(found.end).toBeGreaterThanOrEqual(offset);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('as plain text', () => {
  it('has no marks left', async () => {
    const text = await hover('events {}\nhttp { server {\nlocation /ws { proxy_p|ass http://b; }\n} }');
    const plain = plainText(text ?? '');
    expect(plain).toContain('Request to the back end http://b');
    expect(plain).toContain('b\n\nversion  HTTP/1.0  default');
    expect(plain).toContain('https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass');
    expect(plain).toContain('proxy_pass URL;');
    expect(plain).not.toMatch(/[`|]|\*\*|\]\(/);
  });
});
