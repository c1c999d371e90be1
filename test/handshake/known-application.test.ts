import { describe, expect, it } from 'vitest';
import { routesOf } from '../../server/src/handshake/routes';
import { modelOf } from '../support/memory-host';

/** By the path of each location with a back end: the strength of its intent, and the application that is recognised. */
async function intents(text: string): Promise<Record<string, string>> {
  return intentsIn({ '/etc/nginx/nginx.conf': `events {}\nhttp {\n${text}\n}\n` });
}

async function intentsIn(files: Record<string, string>): Promise<Record<string, string>> {
  const model = await modelOf(files);
  return Object.fromEntries(
    routesOf(model).map(({ location, intent }) => {
      const words = location.block?.words.slice(1).map(({ value }) => value) ?? [];
      const sign = intent.signs.find(({ kind }) => kind === 'application' || kind === 'no need');
      return [words.join(' '), [intent.strength, ...(sign === undefined ? [] : [sign.text])].join(' ')];
    }),
  );
}

const server = (body: string): string => `server { listen 80; ${body} }`;
const proxied = (target: string, path = '/', more = ''): string =>
  `location ${path} { proxy_pass ${target}; ${more} }`;

/** The one location that hands requests to a target. */
async function intent(target: string, around = ''): Promise<string | undefined> {
  const found = await intents(`${around} ${server(proxied(target))}`);
  return found['/'];
}

describe('two things that agree are a strong sign', () => {
  it.each([
    ['name and port', server(proxied('http://homeassistant:8123')), 'strong Home Assistant'],
    ['name and a common port', server(proxied('http://grafana:3000')), 'strong Grafana Live'],
    [
      'the name of an upstream and the port in it',
      `upstream grafana { server 127.0.0.1:3000; } ${server(proxied('http://grafana'))}`,
      'strong Grafana Live',
    ],
    [
      'a host and its port within an upstream of another name',
      `upstream app { server shop-jupyter-1:8888; } ${server(proxied('http://app'))}`,
      'strong Jupyter',
    ],
    [
      'server_name and port',
      server(`server_name grafana.example.com; ${proxied('http://127.0.0.1:3000')}`),
      'strong Grafana Live',
    ],
    [
      'server_name and the name of the back end',
      server(`server_name n8n.example.com; ${proxied('http://n8n')}`),
      'strong n8n',
    ],
    [
      'variables that the location sets',
      server(
        proxied(
          '$upstream_proto://$upstream_app:$upstream_port',
          '/',
          'set $upstream_app code-server; set $upstream_port 8443; set $upstream_proto http;',
        ),
      ),
      'strong code-server',
    ],
  ])('%s', async (_, text, expected) => {
    expect((await intents(text))['/']).toBe(expected);
  });

  it('the path of the application, and its port or its name', async () => {
    const byPort = server(proxied('http://127.0.0.1:3000', '/api/live/'));
    expect(await intents(byPort)).toEqual({ '/api/live/': 'strong Grafana Live' });
    const byName = server(proxied('http://vaultwarden', '/notifications/'));
    expect(await intents(byName)).toEqual({ '/notifications/': 'strong Vaultwarden' });
  });
});

describe('one thing is a weak sign', () => {
  it.each([
    ['http://homeassistant', 'weak Home Assistant'],
    ['http://127.0.0.1:8123', 'weak Home Assistant'],
    ['http://host.docker.internal:8123', 'weak Home Assistant'],
    ['https://pve.lan', 'weak Proxmox VE'],
    ['http://grafana.monitoring.svc.cluster.local', 'weak Grafana Live'],
    ['http://unix:/run/gitea.sock', 'weak Gitea'],
  ])('%s', async (target, expected) => {
    expect(await intent(target)).toBe(expected);
  });

  it('a path of more than one segment', async () => {
    expect(await intents(server(proxied('http://app', '/api/live/')))).toEqual({
      '/api/live/': 'weak Grafana Live',
    });
  });

  it.each([
    'http://127.0.0.1:3000',
    'http://127.0.0.1:8080',
    'http://127.0.0.1:5678x',
    'http://app:9000',
    'http://$backend',
    'http://grafana-exporter:9100',
    'http://warehouse:8123',
    'http://[::1]:3000',
    'http://127.0.0.1',
    'http://',
  ])('%s is none', async (target) => {
    expect(await intent(target)).toBe('none');
  });

  it('nor is a short path that others have, too', async () => {
    expect(await intents(server(proxied('http://app', '/push/')))).toEqual({ '/push/': 'none' });
    expect(await intents(server(proxied('http://app:3000', '/streaming')))).toEqual({ '/streaming': 'none' });
  });

  it('nor is a longer one that any application may have', async () => {
    expect(await intents(server(proxied('http://storage:8080', '/api/v2/')))).toEqual({ '/api/v2/': 'none' });
    expect(await intents(server(proxied('http://coder:8080', '/api/v2/')))).toEqual({
      '/api/v2/': 'strong Coder',
    });
  });

  it('nor is the path of a program that goes with the application', async () => {
    expect(await intents(server(proxied('http://n8n-mcp:3000', '/n8n/')))).toEqual({ '/n8n/': 'none' });
  });

  it('nor one that something speaks against', async () => {
    const closed = server(proxied('http://grafana', '/', "proxy_set_header Connection '';"));
    expect((await intents(closed))['/']).toBe('none Grafana Live');
  });
});

describe('only the location that takes the path of the application is meant', () => {
  it('another location may take it', async () => {
    const text = server(proxied('http://homeassistant:8123') + proxied('http://homeassistant:8123', '/api/'));
    expect(await intents(text)).toEqual({ '/': 'none', '/api/': 'strong Home Assistant' });
  });

  it('files beside it are not', async () => {
    const text = server(proxied('http://grafana:3000') + proxied('http://grafana:3000', '/public/'));
    expect(await intents(text)).toEqual({ '/': 'strong Grafana Live', '/public/': 'none' });
  });

  it('an application may be mounted below a path', async () => {
    const text = server(
      proxied('http://site') +
        proxied('http://grafana:3000', '/grafana/') +
        proxied('http://grafana:3000', '/grafana/public/'),
    );
    expect(await intents(text)).toEqual({
      '/': 'none',
      '/grafana/': 'strong Grafana Live',
      '/grafana/public/': 'none',
    });
  });

  it('the name of the server is that of what is at its root', async () => {
    const text = server(
      `server_name grafana.example.com; ${proxied('http://app')}${proxied('http://docs', '/docs/')}`,
    );
    expect(await intents(text)).toEqual({ '/': 'weak Grafana Live', '/docs/': 'none' });
  });

  it('the path may name it', async () => {
    const text = server(proxied('http://site') + proxied('http://127.0.0.1:8888', '/jupyter/'));
    expect(await intents(text)).toEqual({ '/': 'none', '/jupyter/': 'strong Jupyter' });
  });

  it('a pattern may take it', async () => {
    const text = server(proxied('http://grafana:3000') + proxied('http://grafana:3000', '~ ^/api/live/'));
    expect(await intents(text)).toEqual({ '/': 'none', '~ ^/api/live/': 'strong Grafana Live' });
  });

  it('an exact location is not what is below it', async () => {
    const text = server(proxied('http://grafana:3000', '= /login') + proxied('http://grafana:3000'));
    expect(await intents(text)).toEqual({ '= /login': 'none', '/': 'strong Grafana Live' });
  });

  it('a location below that path may have what needs it', async () => {
    const below = `location = /api/live/ws { return 404; }`;
    expect(await intents(server(proxied('http://grafana:3000') + below))).toEqual({ '/': 'none' });
    const upgrade = 'proxy_set_header Upgrade $http_upgrade;';
    const kernels = proxied('http://jupyter', '/api/kernels/1/', upgrade);
    const terminals = proxied('http://jupyter', '/terminals/', upgrade);
    expect(await intents(server(proxied('http://jupyter:8001') + kernels + terminals))).toEqual({
      '/': 'none',
      '/api/kernels/1/': 'strong Jupyter',
      '/terminals/': 'strong Jupyter',
    });
  });

  it('each of its paths counts', async () => {
    const hub = proxied('http://vaultwarden', '= /notifications/hub');
    expect(await intents(server(proxied('http://vaultwarden') + hub))).toEqual({
      '/': 'weak Vaultwarden',
      '= /notifications/hub': 'strong Vaultwarden',
    });
  });

  it('several locations with paths of the application are not places of their own', async () => {
    const parts = proxied('http://collabora:9980', '/browser') + proxied('http://collabora:9980', '/hosting');
    expect(await intents(server(parts))).toEqual({ '/browser': 'none', '/hosting': 'none' });
    expect(await intents(server(proxied('http://collabora:9980', '/office/')))).toEqual({
      '/office/': 'strong Collabora Online',
    });
  });

  it('nor is what begins as its own paths do', async () => {
    const text = server(
      proxied('http://127.0.0.1:8999', '/api/v1/ws') + proxied('https://mempool.example', '/api/v1/services'),
    );
    expect(await intents(text)).toMatchObject({ '/api/v1/services': 'none' });
  });

  it('one page of the application is not', async () => {
    const text = server(
      proxied('https://jellyfin.example.com/Branding/Splashscreen', '/splashscreen') +
        proxied('http://jellyfin:8096/jellyfin', '/jellyfin'),
    );
    expect(await intents(text)).toEqual({ '/splashscreen': 'none', '/jellyfin': 'strong Jellyfin' });
  });

  it('a named location may be where it comes to', async () => {
    const text = server(
      `root /srv; location / { try_files $uri @app; } ${proxied('http://grafana:3000', '@app')}`,
    );
    expect(await intents(text)).toEqual({ '@app': 'strong Grafana Live' });
  });
});

describe('a comment, or the name of the file', () => {
  it.each([
    [`server { listen 80;\n# Grafana\n${proxied('http://127.0.0.1:3000')} }`, 'strong Grafana Live'],
    [server(`location / {\n# Home Assistant\nproxy_pass http://10.0.0.2:8123; }`), 'strong Home Assistant'],
    [`server { listen 80;\n# Hasura\n${proxied('http://127.0.0.1:8080')} }`, 'strong Hasura GraphQL Engine'],
    ['server { listen 80;\n# Grafana\n\nlocation / { proxy_pass http://127.0.0.1:3000; } }', 'none'],
  ])('%s', async (text, expected) => {
    expect((await intents(text))['/']).toBe(expected);
  });

  it('of a file tells nothing where the server has a name that tells more', async () => {
    const named = (name: string): Promise<Record<string, string>> =>
      intentsIn({
        '/etc/nginx/nginx.conf': 'events {}\nhttp { include conf.d/*.conf; }\n',
        '/etc/nginx/conf.d/grafana.conf': server(`server_name ${name}; ${proxied('http://10.0.0.2:8000')}`),
      });
    expect(await named('stats.example.com')).toEqual({ '/': 'weak Grafana Live' });
    expect(await named('prometheus.example.com')).toEqual({ '/': 'none Prometheus' });
    expect(await named('n8n.example.com')).toEqual({ '/': 'weak n8n' });
  });

  it('of a file tells nothing where another location says that it is for WebSocket', async () => {
    const files = {
      '/etc/nginx/nginx.conf': 'events {}\nhttp { include conf.d/*.conf; }\n',
      '/etc/nginx/conf.d/kasm.conf': server(
        proxied('http://127.0.0.1:5555') + proxied('http://127.0.0.1:6902', '/websockify'),
      ),
    };
    expect(await intentsIn(files)).toMatchObject({ '/': 'none' });
  });

  it('of a comment tells nothing by itself, and is the same thing as the name of the server', async () => {
    const commented = server(`location / {\n# Grafana\nproxy_pass http://app; }`);
    expect(await intents(commented)).toEqual({ '/': 'none' });
    const named = server(
      `server_name grafana.example.com; location / {\n# Grafana\nproxy_pass http://app; }`,
    );
    expect(await intents(named)).toEqual({ '/': 'weak Grafana Live' });
  });

  it.each([
    ['/etc/nginx/conf.d/n8n.conf', 'http://127.0.0.1:5678', 'strong n8n'],
    ['/etc/nginx/conf.d/grafana.example.com.conf', 'http://127.0.0.1:3000', 'strong Grafana Live'],
    ['/etc/nginx/conf.d/10-uptime-kuma.conf', 'http://192.168.1.5:3001', 'strong Uptime Kuma'],
    ['/etc/nginx/conf.d/grafana.conf', 'http://127.0.0.1:8080', 'weak Grafana Live'],
    ['/etc/nginx/conf.d/grafana.conf', 'http://prometheus:9090', 'none Prometheus'],
    ['/etc/nginx/conf.d/grafana.conf', 'http://shop:8080', 'none'],
    ['/etc/nginx/conf.d/grafana-exporter.conf', 'http://127.0.0.1:3000', 'none'],
  ])('%s', async (path, target, expected) => {
    const files = {
      '/etc/nginx/nginx.conf': 'events {}\nhttp { include conf.d/*.conf; }\n',
      [path]: server(proxied(target)),
    };
    expect(await intentsIn(files)).toEqual({ '/': expected });
  });
});

describe('an application that needs no WebSocket', () => {
  it.each(['http://wordpress:8080', 'http://blog-wordpress-1', 'http://phpmyadmin'])(
    '%s is a sign against it',
    async (target) => {
      expect(await intent(target)).toMatch(/^none (?:WordPress|phpMyAdmin)$/);
    },
  );

  it('outweighs a weak sign, not a strong one', async () => {
    expect(await intents(server(proxied('http://wordpress', '/chat')))).toEqual({
      '/chat': 'none WordPress',
    });
    expect(await intents(server(proxied('http://wordpress', '/ws')))).toEqual({ '/ws': 'strong WordPress' });
  });
});
