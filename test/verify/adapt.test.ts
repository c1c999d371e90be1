import { describe, expect, it } from 'vitest';
import { adapt, type Adapted, type Lacks, NOTHING_LACKS } from '../../server/src/verify/adapt';
import { keyOfSocket } from '../../server/src/verify/listeners';
import { modelOf } from '../support/memory-host';

const folder = '/f';
const ports = Array.from({ length: 20 }, (_, index) => 40_001 + index);
const MAIN = '/etc/nginx/nginx.conf';

async function adapted(
  text: string,
  others: Record<string, string> = {},
  lacks: Partial<Lacks> = {},
): Promise<Adapted> {
  const model = await modelOf({ [MAIN]: text, ...others });
  return adapt(model, { folder, ports }, { ...NOTHING_LACKS, ...lacks });
}

/** The text of the main file, without what is added to the lines of the braces of `http`. */
async function copyOf(
  text: string,
  others: Record<string, string> = {},
  lacks: Partial<Lacks> = {},
): Promise<string> {
  const { texts } = await adapted(text, others, lacks);
  return mainOf(texts);
}

function mainOf(texts: ReadonlyMap<string, string>): string {
  const text = (texts.get('conf/nginx.conf') ?? '')
    .replace(/(?<=http \{) access_log off;.*scgi";/, '')
    .replace(/map "\$server_port" \$nginx_websocket_port \{.*?\} map "\$proxy_host" .*?\} /, '')
    .replace(`${SET_HOST} `, '');
  return oneSpaced(text);
}

/** What `Host` is in the copy where the configuration leaves it as it is. */
const SET_HOST = 'proxy_set_header Host $nginx_websocket_proxy_host;';

function oneSpaced(text: string): string {
  return text.replaceAll(/ +/g, ' ');
}

describe('listeners of a copy', () => {
  it.each([
    // Servers share what they share.
    [
      'http { server { listen 80; } server { listen *:80 default_server; } server { listen 10.0.0.1:80; } }',
      'http { server { listen 127.0.0.1:40001; } server { listen 127.0.0.1:40001 default_server; } server { listen 127.0.0.1:40002; } }',
    ],
    // Parameters stay, but for the one of another family.
    [
      'http { server { listen [::]:443 ssl ipv6only=on reuseport; listen 443 ssl http2 proxy_protocol; } }',
      'http { server { listen 127.0.0.1:40001 ssl reuseport; listen 127.0.0.1:40002 ssl http2 proxy_protocol; } }',
    ],
    [
      'http { server { listen localhost:81; listen 127.0.0.1:81; } }',
      'http { server { listen 127.0.0.1:40001; listen 127.0.0.1:40001; } }',
    ],
    [
      'http { server { listen 8000-8001; } }',
      'http { server { listen 127.0.0.1:40001; listen 127.0.0.1:40002; } }',
    ],
    ['http { server { listen unix:/run/a.sock; } }', 'http { server { listen unix:/f/sockets/40001; } }'],
    ['http { server { server_name a; } }', 'http { server { listen 127.0.0.1:40001; server_name a; } }'],
    [
      'http { server { listen 443 quic; listen 443 ssl; } }',
      'http { server { listen 127.0.0.1:40001 ssl; } }',
    ],
    ['stream { server { listen 5000 udp; } }', 'stream { server { listen 127.0.0.1:40001 udp; } }'],
  ])('%s', async (text, copy) => {
    expect(await copyOf(text)).toBe(copy);
  });

  it('are found by the addresses of the configuration', async () => {
    const { portOf } = await adapted('http { server { listen 80; listen [::]:81; } }');
    expect(portOf(keyOfSocket({ address: '*', port: 80 }))).toBe(40_001);
    expect(portOf(keyOfSocket({ address: '[::]', port: 81 }))).toBe(40_002);
    expect(portOf(keyOfSocket({ address: '*', port: 82 }))).toBeUndefined();
  });

  it('have the port that the configuration names where it asks for it', async () => {
    const { texts } = await adapted(
      'http { server { listen 80; listen 81; if ($server_port = 80) { return 301 https://$host:${server_port}; } } }',
    );
    const text = texts.get('conf/nginx.conf') ?? '';
    expect(text).toContain(
      'map "$server_port" $nginx_websocket_port { volatile; default "$server_port"; "40001" "80"; "40002" "81"; }',
    );
    expect(text).toContain(
      'if ($nginx_websocket_port = 80) { return 301 https://$host:${nginx_websocket_port}; }',
    );
  });
});

/** The text of a `location` with its surroundings, and how it stands in the copy. */
const inServer = (body: string, around = ''): string => `http { server { listen 80; ${body} } ${around} }`;
const inCopy = (body: string, around = ''): string =>
  oneSpaced(`http { server { listen 127.0.0.1:40001; ${body} } ${around} }`);

/** What a destination becomes in a copy; a back end of ours is `BACKEND`. */
async function destinationInCopy(text: string, destination: string): Promise<string> {
  const { texts, backEnds } = await adapted(text);
  const { port } = backEnds.find(({ name }) => name === '$arg_to') ?? {};
  return destinationIn(mainOf(texts), destination).replace(
    new RegExp(`127\\.0\\.0\\.1:0*${port}`),
    'BACKEND',
  );
}

/** What the map of a copy makes of a destination, with zeros before no port. */
function destinationIn(copy: string, destination: string): string {
  const map = /\$nginx_websocket_pass_0 \{ volatile; default "[^"]*";(.*?) \}/.exec(copy)?.[1] ?? '';
  for (const [, pattern = '', value = ''] of map.matchAll(/"~\*([^"]*)" "([^"]*)";/g)) {
    const groups = new RegExp(pattern.replaceAll('\\\\', '\\'), 'i').exec(destination)?.groups;
    if (groups === undefined) continue;
    if (!value.startsWith('${nginx_websocket_scheme}')) return destination;
    return value
      .replaceAll(/\$\{(\w+)\}/g, (_, name: string) => groups[name] ?? '')
      .replace(/(?<=127\.0\.0\.1:)0+/, '');
  }
  return destination;
}

describe('hosts of a copy', () => {
  it.each([
    ['proxy_pass http://chat:3000;', 'proxy_pass http://127.0.0.1:40002;'],
    ['proxy_pass https://10.0.0.1/a/$1;', 'proxy_pass https://127.0.0.1:40002/a/$1;'],
    ['proxy_pass "http://unix:/run/app.sock:/ws";', 'proxy_pass "http://127.0.0.1:40002/ws";'],
    ['fastcgi_pass unix:/run/php.sock;', 'fastcgi_pass 127.0.0.1:40002;'],
    ['uwsgi_pass app:9000;', 'uwsgi_pass 127.0.0.1:40002;'],
    // The own listener.
    ['proxy_pass http://localhost/;', 'proxy_pass http://127.0.0.1:40001/;'],
    ['proxy_pass http://127.0.0.1:80;', 'proxy_pass http://127.0.0.1:40001;'],
    // With a variable anywhere nginx looks names up, and says itself that it cannot.
    ['proxy_pass http://app:3000$request_uri;', 'proxy_pass http://app:3000$request_uri;'],
    ['proxy_pass http://app:3000/$arg_path;', 'proxy_pass http://app:3000/$arg_path;'],
    [
      'resolver 1.1.1.1; proxy_pass http://app/$1;',
      'resolver 127.0.0.1:9; proxy_pass http://127.0.0.1:40002/$1;',
    ],
    ['proxy_pass http://10.0.0.1$request_uri;', 'proxy_pass http://127.0.0.1:40002$request_uri;'],
  ])('%s', async (pass, moved) => {
    expect(await copyOf(inServer(`location / { ${pass} }`))).toBe(inCopy(`location / { ${moved} }`));
  });

  describe('where only a request says which they are, are told by what an argument comes to', () => {
    const around =
      'upstream group { server a:1; } server { listen unix:/run/own.sock; listen 8080; location / { proxy_pass http://fixed:3000; } }';
    it.each([
      ['http://10.0.0.1', 'http://BACKEND'],
      ['https://10.0.0.1:8443/x?y', 'https://BACKEND/x?y'],
      ['http://[2001:db8::1]:80/', 'http://BACKEND/'],
      ['http://unix:/run/app.sock:/x', 'http://BACKEND/x'],
      // Own listeners, by all that they are called.
      ['http://127.0.0.1', 'http://127.0.0.1:40001'],
      ['http://127.0.0.1:0080/x', 'http://127.0.0.1:40001/x'],
      ['http://127.0.0.1:8080?x', 'http://127.0.0.1:40003?x'],
      ['http://unix:/run/own.sock:/x', 'http://unix:/f/sockets/40004:/x'],
      ['https://127.0.0.1', 'https://BACKEND'],
      // Groups have no port.
      ['http://group/x', 'http://group/x'],
      ['http://group:80/x', 'http://group:80/x'],
      // What another directive names is known; other names are what a resolver is for.
      ['http://fixed:3000/x', 'http://BACKEND/x'],
      ['http://app/x', 'http://app/x'],
      ['http://localhost:8080', 'http://localhost:8080'],
      // What nginx refuses itself.
      ['http://:3000', 'http://:3000'],
      ['http://10.0.0.1:0', 'http://10.0.0.1:0'],
      ['http://10.0.0.1:65536', 'http://10.0.0.1:65536'],
      ['ftp://10.0.0.1', 'ftp://10.0.0.1'],
    ])('%s: %s', async (destination, becomes) => {
      const text = inServer('location /a { proxy_pass $arg_to; }', around);
      expect(await destinationInCopy(text, destination)).toBe(becomes);
    });

    it.each([
      ['http://app:8080/x', 'http://BACKEND/x'],
      ['http://localhost', 'http://127.0.0.1:40001'],
      ['http://LOCALHOST:8080/', 'http://127.0.0.1:40003/'],
      ['http://group:80/x', 'http://BACKEND/x'],
      ['http:///x', 'http:///x'],
    ])('with a resolver %s: %s', async (destination, becomes) => {
      const text = inServer('resolver 1.1.1.1; location /a { proxy_pass $arg_to; }', around);
      expect(await destinationInCopy(text, destination)).toBe(becomes);
    });

    it('keeps what is around them', async () => {
      const copy = await copyOf(inServer('set $h app; location / { proxy_pass "http://$h:3000/$1"; }'));
      expect(copy).toContain('set $h app; location / { proxy_pass "$nginx_websocket_pass_0"; }');
      expect(copy).toContain(
        'map "http://$h:3000/$1" $nginx_websocket_pass_0 { volatile; default "http://$h:3000/$1";',
      );
      // The port of the request is that of the copy.
      const port = await copyOf(inServer('location / { proxy_pass http://127.0.0.1:$server_port/x; }'));
      expect(port).toContain('map "http://127.0.0.1:$nginx_websocket_port/x" $nginx_websocket_pass_0 {');
    });

    it('is in stream, too', async () => {
      const text =
        'stream { map $ssl_preread_server_name $to { default group; b.example 10.0.0.1:443; } upstream group { server a:1; } server { listen 443; proxy_pass $to; } } http { }';
      const { texts } = await adapted(text);
      expect(mainOf(texts)).toMatch(/proxy_pass \$nginx_websocket_pass_0; \} map "\$to" .* \} http \{/);
      expect(destinationIn(mainOf(texts), 'group')).toBe('group');
      expect(destinationIn(mainOf(texts), '10.0.0.1:443')).toMatch(/^127\.0\.0\.1:\d+$/);
    });
  });

  it('are those of groups, with their parameters', async () => {
    const around = 'upstream chat { ip_hash; server a:1 weight=2; server a:1 backup; server unix:/x down; }';
    const moved =
      'upstream chat { ip_hash; server 127.0.0.1:40002 weight=2; server 127.0.0.1:40002 backup; server 127.0.0.1:40003 down; }';
    const body = 'location / { proxy_pass http://chat; }';
    expect(await copyOf(inServer(body, around))).toBe(inCopy(body, moved));
  });

  it('are named by what the configuration calls them, one that answers a login by itself', async () => {
    const body =
      'location / { auth_request /auth; proxy_pass http://app; } location = /auth { proxy_pass http://app/check; }';
    const { texts, backEnds } = await adapted(inServer(body, 'upstream app { server a; }'));
    expect(mainOf(texts)).toContain('location / { auth_request /auth; proxy_pass http://app; }');
    expect(mainOf(texts)).toMatch(/location = \/auth \{ proxy_pass http:\/\/127\.0\.0\.1:\d+\/check; \}/);
    expect(backEnds.map(({ name, isLogin }) => ({ name, isLogin }))).toEqual([
      { name: 'app', isLogin: true },
      { name: 'a', isLogin: false },
    ]);
  });

  it('are those of stream', async () => {
    const text =
      'stream { upstream u { server a:1; } server { listen 1; proxy_pass u; } server { listen 2; proxy_pass b:3; } server { listen 3; proxy_pass 127.0.0.1:2; } }';
    expect((await copyOf(text)).replaceAll(/4000\d/g, 'PORT')).toBe(
      'stream { upstream u { server 127.0.0.1:PORT; } server { listen 127.0.0.1:PORT; proxy_pass u; } server { listen 127.0.0.1:PORT; proxy_pass 127.0.0.1:PORT; } server { listen 127.0.0.1:PORT; proxy_pass 127.0.0.1:PORT; } }',
    );
  });
});

describe('what belongs to a machine', () => {
  it('is left out, or in the folder; lines stay', async () => {
    const text = `user www-data;
pid /run/nginx.pid;
load_module
    a.so;
events { use kqueue; }
http {
    access_log /var/log/a main;
    proxy_cache_path /var/cache/a levels=1:2 keys_zone=a:1m;
    limit_req_zone $remote_addr zone=z:1m rate=1r/s;
    server {
        listen 443 ssl;
        ssl_certificate /etc/a.pem;
        ssl_certificate_key /etc/$host.key;
        ssl_dhparam /etc/dh.pem;
        root /var/www/$host;
        location / { limit_req zone=z; auth_basic_user_file /etc/users; try_files $uri /index.html; alias pages/; }
    }
}
`;
    const copy = `


 
events { }
http {
 access_log off;
 proxy_cache_path /f/cache/var/cache/a levels=1:2 keys_zone=a:1m;
 limit_req_zone $remote_addr zone=z:1m rate=1r/s;
 server {
 listen 127.0.0.1:40001 ssl;
 ssl_certificate "/f/identity.crt";
 ssl_certificate_key "/f/identity.key";
 
 root /f/root/var/www;
 location / { auth_basic_user_file "/f/users"; try_files $uri /index.html; alias /f/root/pages/; }
 }
}
`;
    const { texts, directories, pages } = await adapted(text);
    expect(mainOf(texts).replaceAll(/^ +$/gm, '')).toBe(copy.replaceAll(/^ +$/gm, ''));
    expect(directories).toContain('root/var/www');
    expect(pages).toEqual(['root/pages/index.html']);
  });

  it('has the directory of a location where somebody asks for it', async () => {
    const text =
      'http { server { listen 80; root /www; location = /a/b { try_files $uri/ /x.html; } location /c/ { try_files $uri /y.html?x=1&$args; } location /d { } } }';
    const { directories, pages } = await adapted(text);
    expect(directories.filter((path) => path.startsWith('root/www/'))).toEqual([
      'root/www/a/b',
      'root/www/c',
    ]);
    expect(pages).toEqual(expect.arrayContaining(['root/www/x.html', 'root/www/y.html']));
  });

  it('is kept in the folder by what is added to the line of http', async () => {
    const { texts } = await adapted('http {\n}\n');
    expect(texts.get('conf/nginx.conf')).toMatch(
      /^http \{ access_log off; client_body_temp_path "\/f\/temp\/client_body"; .*\nmap .* proxy_set_header Host \$nginx_websocket_proxy_host; \}\n$/,
    );
  });

  it('is told in sentences', async () => {
    const { changes } = await adapted('user a; pid b; http { server { listen 80; } }');
    expect(changes).toEqual([
      'What belongs to a machine is left out: `user`, `pid`.',
      'Listeners are free ports of 127.0.0.1, or sockets in the folder: `listen 80`.',
      'Logs and temporary files are in the folder.',
    ]);
  });
});

describe('files of a copy', () => {
  it('are included by their names, those that are not here are empty', async () => {
    const { texts, sources } = await adapted('http { include conf.d/*.conf; include missing.conf; }', {
      '/etc/nginx/conf.d/b.conf': 'server { listen 80; }',
      '/etc/nginx/conf.d/a.conf': 'server { listen 81; }',
    });
    expect(mainOf(texts)).toBe(
      'http { include "/f/conf/1-a.conf"; include "/f/conf/2-b.conf"; include "/f/conf/empty.conf"; }',
    );
    expect(texts.get('conf/1-a.conf')).toMatch(/^server \{ listen 127\.0\.0\.1:4000\d; \}$/);
    expect(sources.get('conf/2-b.conf')?.path).toBe('/etc/nginx/conf.d/b.conf');
  });
});

describe('pages of a copy', () => {
  it('are in the folder, whatever a path says', async () => {
    const text =
      'http { server { root ../../../srv; location /../a/ { try_files $uri /../../x.html; } location /b { alias /../c/; } } }';
    const { directories, pages, texts } = await adapted(text);
    expect(directories).toEqual(expect.arrayContaining(['root/srv', 'root/srv/a', 'root/c']));
    expect([...directories, ...pages].filter((path) => path.includes('..'))).toEqual([]);
    expect(pages).toContain('root/srv/x.html');
    expect(mainOf(texts)).toContain('root /f/root/srv;');
  });

  it('are only where they are looked for', async () => {
    const text = `http { server { root /a; try_files $uri /x.html; location /y/ { root /b; try_files $uri /y/z.html?q; } location /z { try_files $uri /y/w.html; } }
      server { root /c; location / { return 404; } } }`;
    const { pages } = await adapted(text);
    expect(pages).toEqual(['root/a/x.html', 'root/b/y/z.html', 'root/b/y/w.html']);
  });

  it('are no directories, and have names that a system takes', async () => {
    const long = 'a'.repeat(300);
    const text = `http { server { root /srv; location /p/index.html/ { try_files $uri /p/index.html; } location /${long}/ { try_files $uri /q /q/r; } } }`;
    const { directories, pages } = await adapted(text);
    expect(directories).toContain('root/srv/p/index.html');
    expect(pages).not.toContain('root/srv/p/index.html');
    expect(pages).toContain('root/srv/q/r');
    expect(directories.filter((path) => path.includes(long))).toEqual([]);
  });
});

describe('what other modules do', () => {
  it('is left out: nobody else is spoken to, and no code runs', async () => {
    const text = `http { lua_package_path /x; js_import a.js; server { listen 80; access_by_lua_block { x() } location / { redis2_pass a:1; proxy_pass http://a; } } }`;
    const { texts, changes, losses } = await adapted(text);
    expect(mainOf(texts)).toBe(
      'http { server { listen 127.0.0.1:40001; location / { proxy_pass http://127.0.0.1:40002; } } }',
    );
    expect(losses).toHaveLength(4);
    expect(changes).toContain(
      'What runs code or speaks to others by itself is left out: `lua_package_path`, `js_import`, `access_by_lua_block`, `redis2_pass`.',
    );
  });
});

describe('what this nginx lacks', () => {
  it('is left out with its block, or is empty', async () => {
    const lacks = { directives: new Set(['geoip2', 'more_set_headers']), variables: new Set(['country']) };
    const text = 'http { geoip2 a.mmdb { $x y; } server { listen 80; more_set_headers "A: b"; } }';
    const { texts, changes } = await adapted(text, {}, lacks);
    expect(mainOf(texts)).toMatch(
      /server \{ listen 127\.0\.0\.1:40001; \} map "" \$country \{ default ""; \} \}$/,
    );
    expect(changes).toContain('This nginx lacks the module of `geoip2`, `more_set_headers`: it is left out.');
  });
});
