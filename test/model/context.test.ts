import { describe, expect, it } from 'vitest';
import { buildConfiguration } from '../../server/src/model/configuration';
import { likelyContext } from '../../server/src/model/context';
import { httpLevel, type Level, levelsWithin } from '../../server/src/model/levels';
import { findRoot } from '../../server/src/model/roots';
import { closureOf, MemoryHost, modelOf } from '../support/memory-host';

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
  ])('%j: %s', async (text, context) => {
    const { directives } = buildConfiguration(await closureOf({ '/srv/a.conf': text }));
    expect(likelyContext(directives)).toBe(context);
  });
});

/** The levels of a configuration, unseen ones in brackets. */
async function levelsOf(text: string): Promise<string[]> {
  const http = httpLevel(buildConfiguration(await closureOf({ '/srv/a.conf': text })));
  const shown = ({ kind, unseen }: Level): string => (unseen ? `(${kind})` : kind);
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
    const text = (level: Level | undefined): string | undefined =>
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

describe('the root of a file', () => {
  const http = 'http { include sites/*.conf; }';
  const site = 'server { listen 80; }';

  async function rootOf(
    path: string,
    files: Readonly<Record<string, string>>,
    mains?: readonly string[],
  ): Promise<string> {
    const root = await findRoot(new MemoryHost(files), path, mains === undefined ? {} : { mains });
    return 'problem' in root ? root.problem.kind : `${root.found}: ${root.closure.main.path}`;
  }

  it('is a given main file that includes it, before a nearer one', async () => {
    const files = { '/a/nginx.conf': http, '/a/main.conf': http, '/a/sites/x.conf': site };
    expect(await rootOf('/a/sites/x.conf', files, ['/a/main.conf'])).toBe('given: /a/main.conf');
    expect(await rootOf('/a/sites/x.conf', files, ['/a/none.conf', '/a/main.conf'])).toBe(
      'given: /a/main.conf',
    );
    // One that does not include it is none for it.
    const others = { ...files, '/b/main.conf': 'http {}' };
    expect(await rootOf('/a/sites/x.conf', others, ['/b/main.conf'])).toBe('nearest: /a/nginx.conf');
  });

  it('is the nearest nginx.conf upward whose closure has it', async () => {
    const files = {
      '/a/nginx.conf': 'http { include b/sites/*.conf; }',
      '/a/b/nginx.conf': 'http {}',
      '/a/b/sites/x.conf': site,
    };
    expect(await rootOf('/a/b/sites/x.conf', files)).toBe('nearest: /a/nginx.conf');
    expect(await rootOf('/a/b/sites/x.conf', { ...files, '/a/b/nginx.conf': http })).toBe(
      'nearest: /a/b/nginx.conf',
    );
  });

  it('is found through others, and through symbolic links', async () => {
    const files = {
      '/a/nginx.conf': 'http { include on/*; }',
      '/a/on/x': '->/a/available/x',
      '/a/available/x': 'include /a/snippets/y;',
      '/a/snippets/y': site,
    };
    expect(await rootOf('/a/snippets/y', files)).toBe('nearest: /a/nginx.conf');
    expect(await rootOf('/a/available/x', files)).toBe('nearest: /a/nginx.conf');
  });

  it('is the file itself when it has a block of a main file', async () => {
    expect(await rootOf('/a/x.conf', { '/a/x.conf': 'events {}' })).toBe('itself: /a/x.conf');
    expect(await rootOf('/a/nginx.conf', { '/a/nginx.conf': http })).toBe('itself: /a/nginx.conf');
    expect(await rootOf('/nginx.conf', { '/nginx.conf': 'stream {}' })).toBe('itself: /nginx.conf');
  });

  it('is the file itself when such a block is in what it includes at its top', async () => {
    const files = {
      '/a/main.conf': 'include b;',
      '/a/b': 'include c; include main.conf;',
      '/a/c': 'http {}',
    };
    expect(await rootOf('/a/main.conf', files)).toBe('itself: /a/main.conf');
    expect(await rootOf('/a/x.conf', { '/a/x.conf': 'server { include y; }', '/a/y': 'http {}' })).toBe(
      'fragment: /a/x.conf',
    );
  });

  it('is an nginx.conf further up that includes an nginx.conf', async () => {
    const files = { '/a/nginx.conf': 'include b/nginx.conf;', '/a/b/nginx.conf': 'http {}' };
    expect(await rootOf('/a/b/nginx.conf', files)).toBe('nearest: /a/nginx.conf');
  });

  it('is none for a fragment', async () => {
    expect(await rootOf('/a/x.conf', { '/a/x.conf': site, '/a/nginx.conf': 'http {}' })).toBe(
      'fragment: /a/x.conf',
    );
  });

  it('is looked for on other file systems alike', async () => {
    const root = 'vscode-vfs://github/o/r';
    const files = { [`${root}/nginx.conf`]: http, [`${root}/sites/x.conf`]: site };
    expect(await rootOf(`${root}/sites/x.conf`, files)).toBe(`nearest: ${root}/nginx.conf`);
  });

  it('cannot be told of a file that cannot be read', async () => {
    expect(await rootOf('/a/x.conf', {})).toBe('missing');
    expect(await rootOf('/a', { '/a/x.conf': site })).toBe('directory');
  });

  it('loads with what it is given to load with', async () => {
    const loaded: string[] = [];
    const host = new MemoryHost({ '/a/nginx.conf': http, '/a/sites/x.conf': site });
    await findRoot(host, '/a/sites/x.conf', {
      load: (path) => {
        loaded.push(path);
        return closureOf({ [path]: host.files.get(path) ?? '' });
      },
    });
    expect(loaded).toEqual(['/a/sites/x.conf', '/a/sites/nginx.conf', '/a/nginx.conf', '/nginx.conf']);
  });
});
