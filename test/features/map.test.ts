import { describe, expect, it } from 'vitest';
import { type ConfigurationMap, type MapNode, mapOf } from '../../server/src/features/map';
import { routesTree } from '../../server/src/features/routes-tree';
import { routes } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';

async function mapFor(body: string): Promise<ConfigurationMap> {
  const analysis = await analysisOf(`events {}\nhttp {\n${body}\n}\n`);
  return mapOf(analysis.model, routesTree(analysis.model, routes(analysis)));
}

const labels = (nodes: readonly MapNode[]): string[] => nodes.map(({ label }) => label);

describe('the map of a configuration', () => {
  it('leads from listeners to servers, locations and back ends', async () => {
    const map = await mapFor(`
      upstream chat { server a; server b; }
      server { listen 80; listen 443 ssl; server_name a.example; location /ws { proxy_pass http://chat; } }
      server { listen 80; server_name b.example; location / { proxy_pass http://10.0.0.1:3000/x; } }`);
    const all = [...map.listeners, ...map.servers, ...map.locations, ...map.upstreams];
    const name = (id: number): string => all.find((node) => node.id === id)?.label ?? '';
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.map(({ label, to }) => [label].concat([...to].map(name)))).toEqual([
      [':80', 'a.example', 'b.example'],
      [':443 ssl', 'a.example'],
      ['a.example', '/ws'],
      ['b.example', '/'],
      ['/ws', 'chat'],
      ['/', '10.0.0.1:3000'],
      ['chat'],
      ['10.0.0.1:3000'],
    ]);
    expect(map.upstreams.map(({ detail, place }) => [detail, place === null])).toEqual([
      ['2 servers', false],
      ['', true],
    ]);
    expect(map.locations[0]).toMatchObject({ verdict: 'blocked', isMeant: true });
  });

  it('leads from a back end that is this nginx again to its listener', async () => {
    const map = await mapFor(`
      upstream inner { server 127.0.0.1:8080; server 10.0.0.1:80; server 127.0.0.1:8081 down; }
      server { listen 443 ssl; location / { proxy_pass http://127.0.0.1:8080; } location /b { proxy_pass http://inner; }
        location /s { proxy_pass https://localhost; } location /u { proxy_pass http://unix:/run/in.sock:/; }
        location /g { grpc_pass 127.0.0.1:8081; } location /far { proxy_pass http://10.0.0.1:8080; } }
      server { listen 127.0.0.1:8080; listen 8081; listen unix:/run/in.sock; location / { proxy_pass http://chat; } }`);
    const listener = (id: number): string => map.listeners.find((node) => node.id === id)?.label ?? '';
    const texts = map.upstreams.map(({ label, to }) => [label, ...[...to].map(listener)].join(' → '));
    expect(texts.toSorted()).toEqual([
      '10.0.0.1:8080',
      '127.0.0.1:8080 → 127.0.0.1:8080',
      '127.0.0.1:8081',
      'chat',
      'inner → 127.0.0.1:8080',
      'localhost → :443 ssl',
      'unix:/run/in.sock → unix:/run/in.sock',
    ]);
  });

  it('has locations in the order in which nginx tries them, inner ones after the one around them', async () => {
    const map = await mapFor(`server {
      location / { }
      location /api { location ~ x { } location /api/v1 { } }
      location @fallback { }
      location ~* b { }
      location ^~ /static { }
      location ~ a { }
      location /longer-than-api { }
      location = / { }
    }`);
    expect(map.locations.map(({ label, depth }) => `${' '.repeat(depth)}${label}`)).toEqual([
      '= /',
      '^~ /static',
      '~* b',
      '~ a',
      '/longer-than-api',
      '/api',
      ' ~ x',
      ' /api/v1',
      '/',
      '@fallback',
    ]);
  });

  it('says what answers where there is no back end', async () => {
    const map = await mapFor('server { location / { root /srv; } }');
    expect(map.locations).toMatchObject([{ detail: 'static files', verdict: null, to: new Set() }]);
    expect(labels(map.listeners)).toEqual([':80']);
    expect(await mapFor('')).toEqual({ listeners: [], servers: [], locations: [], upstreams: [] });
  });
});
