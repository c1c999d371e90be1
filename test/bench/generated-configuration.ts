/**
 * A valid nginx configuration of at least `size` characters, the same for the same arguments: maps, upstreams, and
 * servers with the locations, headers and comments that people write.
 */
export function generateConfiguration(size: number, seed = 1): string {
  const next = randomNumbers(seed);
  const parts = [PREAMBLE];
  let length = PREAMBLE.length + END.length;
  for (let index = 0; length < size; index += 1) {
    const part = site(index, next);
    parts.push(part);
    length += part.length;
  }
  return [...parts, END].join('');
}

/** Gives a whole number from 0 up to, not including, the limit. */
type Next = (limit: number) => number;

/** mulberry32: a small generator of numbers that look random. */
function randomNumbers(seed: number): Next {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const PREAMBLE = `user www-data;
worker_processes auto;
pid /run/nginx.pid;

events {
    worker_connections 1024;
}

http {
    log_format main '$remote_addr - $remote_user [$time_local] "$request" '
                    '$status $body_bytes_sent "$http_referer" "$http_user_agent"';
    types_hash_max_size 4096;
    server_names_hash_bucket_size 256;
    server_names_hash_max_size 65536;
    map_hash_max_size 65536;
    variables_hash_max_size 65536;

    # Keeps ordinary requests apart from handshakes.
    map $http_upgrade $connection_upgrade {
        default upgrade;
        ''      close;
    }
`;

const END = '}\n';

const WORDS = [
  'shop',
  'chat',
  'api',
  'static',
  'admin',
  'events',
  'metrics',
  'docs',
  'media',
  'auth',
] as const;
const COMMENTS = [
  '# Managed by hand, see the wiki.',
  '# enable websocket',
  '# The old clients still ask for this path; keep it until they are gone.',
  '#proxy_set_header X-Debug "on";',
] as const;

function pick<T>(values: readonly [T, ...T[]], next: Next): T {
  return values[next(values.length)] ?? values[0];
}

function site(index: number, next: Next): string {
  const name = `${pick(WORDS, next)}-${index}`;
  const blocks = [upstream(name, next)];
  if (next(4) === 0) blocks.push(map(index, next));
  blocks.push(redirect(name), server(name, next));
  return blocks.join('');
}

function upstream(name: string, next: Next): string {
  const servers = Array.from(
    { length: 1 + next(4) },
    (_, index) =>
      `        server 10.${next(256)}.${next(256)}.${index + 1}:8080 max_fails=3 fail_timeout=30s;\n`,
  );
  return `\n    upstream ${name} {\n${servers.join('')}        keepalive 16;\n    }\n`;
}

function map(index: number, next: Next): string {
  const entries = Array.from(
    { length: 3 + next(8) },
    (_, entry) =>
      `        "~^/${pick(WORDS, next)}/v${entry}/(?<id${index}>[0-9]+)$" ${pick(WORDS, next)};\n`,
  );
  return `\n    map $uri $section_${index} {\n        default none;\n${entries.join('')}    }\n`;
}

function redirect(name: string): string {
  return `
    server {
        listen 80;
        listen [::]:80;
        server_name ${name}.example.com www.${name}.example.com;
        return 301 https://$host$request_uri;
    }
`;
}

function server(name: string, next: Next): string {
  const locations = Array.from({ length: 2 + next(6) }, (_, index) => location(name, index, next));
  return `
    server {
        listen 443 ssl;
        listen [::]:443 ssl;
        server_name ${name}.example.com;

        ssl_certificate     /etc/nginx/tls/example.com.pem;
        ssl_certificate_key /etc/nginx/tls/example.com.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        access_log /var/log/nginx/${name}.log main;
        add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;
        error_page 500 502 503 504 /50x.html;

        if ($http_user_agent ~* "(curl|wget|\\"bot\\")") {
            return 403;
        }
${locations.join('')}    }
`;
}

function location(name: string, index: number, next: Next): string {
  const path = `/${pick(WORDS, next)}/${index}`;
  switch (next(4)) {
    case 0:
      return `
        location ~* ^${path}/.+\\.(?:css|js|png|svg|woff2?)$ {
            root /srv/www/${name};
            expires 30d;
            add_header Cache-Control "public, immutable";
        }
`;
    case 1:
      return `
        location = ${path} {
            try_files $uri $uri/ /index.php?$args;
        }
`;
    default:
      return `
        ${pick(COMMENTS, next)}
        location ${path} {
            rewrite ^${path}/(.*)$ /$1 break;
            proxy_pass http://${name};
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade; # both, or nothing
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For "$proxy_add_x_forwarded_for";
            proxy_set_header X-Request-Id '\${request_id}-${index}';
            proxy_read_timeout ${60 * (1 + next(60))}s;
        }
`;
  }
}
