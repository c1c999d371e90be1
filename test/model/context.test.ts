import { describe, expect, it } from 'vitest';
import { buildConfiguration } from '../../server/src/model/configuration';
import { likelyContext } from '../../server/src/model/context';
import { type Level, levelsWithin, type OuterLevel } from '../../server/src/model/levels';
import { closureOf, modelOf } from '../support/memory-host';

describe('the context of a file', () => {
  it.each<[text: string, context: string]>([
    ['events {} http {}', 'main'],
    ['user a; stream { server { listen 1; } }', 'main'],
    ['mail {}', 'main'],
    ['server { listen 80; }', 'http'],
    ['map $a $b { default 1; }', 'http'],
    ['upstream a { server b; }', 'http'],
    ['proxy_read_timeout 1h;', 'http'],
    ['proxy_set_header A b; server {}', 'http'],
    ['location / {}', 'server'],
    ['listen 80; server_name a; location / {}', 'server'],
    ['proxy_set_header A b; location / {}', 'server'],
    ['if ($a) { return 403; }', 'server'],
    ['proxy_pass http://a;', 'location'],
    ['proxy_pass http://a; proxy_set_header A b; proxy_http_version 1.1;', 'location'],
    ['server 127.0.0.1:1; server 127.0.0.1:2;', 'upstream'],
    ['ip_hash; server a:1; keepalive 2;', 'upstream'],
    ['keepalive 2;', 'upstream'],
    ['', 'unknown'],
    ['# a comment', 'unknown'],
    ['include a;', 'unknown'],
    ['nobody_knows this;', 'unknown'],
    // What nginx does not know tells nothing of the rest.
    ['nobody_knows this; location / {}', 'server'],
    // No context has both.
    ['proxy_pass http://a; map $a $b {}', 'unknown'],
    ['worker_processes 1;', 'unknown'],
    // But with a server of http all is there.
    ['location /ws {} server { location / {} }', 'http'],
    ['server { listen 80; } location /ws { proxy_pass http://a; }', 'http'],
    ['proxy_pass http://a; server { location / {} }', 'http'],
    ['server { listen 1; } preread_timeout 1s;', 'unknown'],
  ])('%j: %s', async (text, context) => {
    const { directives } = buildConfiguration(await closureOf({ '/srv/a.conf': text }));
    expect(likelyContext(directives)).toBe(context);
  });
});

/** The levels of a configuration, unseen ones in brackets. */
async function levelsOf(text: string): Promise<string[]> {
  const { http } = await modelOf({ '/srv/a.conf': text });
  const shown = ({ kind, unseen }: OuterLevel): string => (unseen ? `(${kind})` : kind);
  if (http === null) return [];
  const around: string[] = [];
  for (let at = http.parent; at !== null; at = at.parent) around.unshift(shown(at));
  return [...around, ...[...levelsWithin(http)].map(shown)];
}

describe('the levels', () => {
  it.each<[text: string, levels: string]>([
    [
      'events {} http { server { location / { if ($a) {} limit_except GET {} location /a {} } if ($b) {} } }',
      'http server location if limit_except location if',
    ],
    ['http { server { location /a {} } server { location /b {} } }', 'http server location server location'],
    ['events {}', ''],
    ['stream { server { listen 1; } }', ''],
    ['server { location / {} }', '(http) server location'],
    ['location / { location /a {} }', '(http) (server) location location'],
    ['proxy_pass http://a;', '(http) (server) (location)'],
    ['server 127.0.0.1:1;', ''],
    // Not a level where it stands, and so nothing within is one.
    ['http { location / {} server { server {} upstream a {} } }', 'http server'],
    ['http { server { location / { if ($a) { location /b {} } } } }', 'http server location if'],
    ['http { server; location; server { location / } }', 'http server'],
  ])('of %j', async (text, levels) => {
    expect((await levelsOf(text)).join(' ')).toBe(levels);
  });

  it.each<[text: string, contexts: string]>([
    [
      'events {} http { map $a $b { c d; } upstream u {} server { location / { if ($a) {} types {} } if ($a) {} } }',
      'main(events http(entries upstream server(location(if in location entries) if in server)))',
    ],
    [
      'stream { upstream u {} server {} } mail { server {} }',
      'main(stream(stream upstream stream server) mail(mail server))',
    ],
    // Where nginx refuses a block, it is what it would be elsewhere.
    ['events {} http { location / {} server { server {} } }', 'main(events http(location server(server)))'],
    ['events {} constructor { server {} }', 'main(events unknown(unknown))'],
    // What surrounds a fragment tells what a block is, and is not here.
    ['server { location / {} }', 'unknown(server(location))'],
    ['server { listen 1; }', 'unknown(unknown)'],
    ['upstream a { server b; keepalive 2; }', 'unknown(upstream)'],
    // Entries are no directives, whatever they look like.
    ['http { map $a $b { server {} } }', 'main(http(entries))'],
  ])('are nginx’s own, by their contexts: %j', async (text, contexts) => {
    const { top } = await modelOf({ '/srv/a.conf': text });
    const shown = ({ context, blocks }: Level): string =>
      blocks.length === 0 ? context : `${context}(${blocks.map(shown).join(' ')})`;
    expect(shown(top)).toBe(contexts);
  });

  it('do not lead from a server to those beside it', async () => {
    const { top } = await modelOf(
      'error_log a; http { gzip on; gzzz; log_format a b; root /a; server { location / {} } server {} } stream { server {} server {} }',
    );
    const servers = top.blocks.flatMap(({ blocks }) => blocks);
    expect(servers.map(({ parent }) => [parent?.context, [...(parent?.byName.keys() ?? [])]])).toEqual([
      ['http', ['root']],
      ['http', ['root']],
      ['stream', []],
      ['stream', []],
    ]);
    for (const { parent } of servers) {
      expect(parent).not.toHaveProperty('blocks');
      expect(parent).not.toHaveProperty('levels');
    }
  });

  it('have what stands at them by name, in order, from included files too', async () => {
    const { http } = await modelOf({
      '/nginx.conf': 'http { gzip on; include a; gzip off; server {} }',
      '/a': 'proxy_set_header A a; gzip off;',
    });
    const words = (name: string): unknown => http?.byName.get(name)?.map((each) => each.argument(0));
    expect(words('gzip')).toEqual(['on', 'off', 'off']);
    expect(words('proxy_set_header')).toEqual(['A']);
    expect(http?.directives.map(({ name }) => name)).toEqual([
      'gzip',
      'include',
      'proxy_set_header',
      'gzip',
      'gzip',
      'server',
    ]);
  });

  it('know what at them is not to be seen', async () => {
    const { http } = await modelOf('http { include mime.types; server { include x; location / {} } }');
    const [server] = http?.levels ?? [];
    const text = (level: OuterLevel | undefined): string | undefined =>
      level?.opaque?.file.text.slice(level.opaque.start, level.opaque.end);
    expect([http?.opaque, text(server), server?.levels[0]?.opaque]).toEqual([null, 'include x', null]);
  });

  it('take a placeholder on a line of its own for anything', async () => {
    const { http } = await modelOf({
      '/nginx.conf.j2':
        'http {\n  server {\n    {{ extra }}\n    {% if a %}\n    location / {}\n    {% endif %}\n  }\n}\n',
    });
    const { opaque } = http?.levels[0] ?? {};
    expect(opaque?.file.text.slice(opaque.start, opaque.end)).toBe('{{ extra }}');
    expect(http?.opaque).toBeNull();
  });
});
