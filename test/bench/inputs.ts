import { generateConfiguration } from './generated-configuration';

/** A configuration in memory, by absolute path; the first file is the main one. No two servers of one are alike. */
export type Files = Readonly<Record<string, string>>;

/** Where the main file is. */
export const MAIN = '/nginx.conf';

/** A main file of 12,000 lines, and so many files that it includes. */
export function manyFiles(size = 430_000, includes = 1000): Files {
  const main = generateConfiguration(size).replace(/\}\n$/, '    include /sites/*.conf;\n}\n');
  const sites = Array.from(
    { length: includes },
    (_, index) => [`/sites/${index}.conf`, site(index)] as const,
  );
  return { [MAIN]: main, ...Object.fromEntries(sites) };
}

function site(index: number): string {
  return `server {
    listen 80;
    server_name inc${index}.example.com;
    location /ws/${index} {
        proxy_pass http://10.1.${index >> 8}.${index & 255}:8080;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
    }
}
`;
}

/** One server of 12,000 lines. */
export function oneServer(locations = 1700): Files {
  const all = each(locations, (index) => {
    const address = `10.2.${index >> 8}.${index & 255}`;
    return `        location /app/${index} {
            proxy_pass http://${address}:8080;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_read_timeout ${index + 61}s;
        }
`;
  });
  const map = "    map $http_upgrade $connection_upgrade { default upgrade; '' close; }\n";
  return { [MAIN]: http(`${map}    server {\n        listen 80;\n${all}    }\n`) };
}

/** So many prefixes and patterns in one server. */
export function manyLocations(prefixes: number, patterns: number): Files {
  const pass = (index: number): string => `{ proxy_pass http://127.0.0.1:${(index % 60_000) + 1}; }\n`;
  const plain = each(prefixes, (index) => `location /prefix/${index} ${pass(index)}`);
  const regexes = each(patterns, (index) => `location ~ ^/pattern/${index}/\\d+$ ${pass(index)}`);
  return { [MAIN]: http(`server { listen 80; server_name a.example;\n${plain}${regexes}}\n`) };
}

const ONE_MEGABYTE = 1_000_000;
const HANDSHAKE =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

/** What nobody writes and somebody will try, by what it is. */
export const hostile: ReadonlyMap<string, () => Files> = new Map([
  ...['{', '}', '"', '\\', '#', '$'].map(
    (sign) => [`1 MB of \`${sign}\``, () => ({ [MAIN]: sign.repeat(ONE_MEGABYTE) })] as const,
  ),
  ['one word of 1 MB', () => ({ [MAIN]: 'a'.repeat(ONE_MEGABYTE) })],
  ['100,000 locations in one server', () => manyLocations(100_000, 0)],
  [
    '100,000 entries of a map',
    () => {
      const map = `map $http_x $y {\n${each(100_000, (index) => `key${index} value${index};\n`)}}\n`;
      const headers = HANDSHAKE.replace('Connection upgrade', 'Connection $y');
      return {
        [MAIN]: http(
          `${map}server { listen 80; location /ws { proxy_pass http://127.0.0.1:1; ${headers} } }\n`,
        ),
      };
    },
  ],
  [
    '10,000 blocks in each other',
    () => {
      const opened = each(10_000, (index) => `location /${index} {\n`);
      return { [MAIN]: http(`server { listen 80;\n${opened}${'}'.repeat(10_000)}}\n`) };
    },
  ],
  [
    '1,000 rewrites',
    () => {
      const rewrites = each(1000, (index) => `rewrite ^/from/${index}/(.*)$ /to/${index}/$1;\n`);
      const location = `location /ws { proxy_pass http://127.0.0.1:1; ${HANDSHAKE} }\n`;
      return { [MAIN]: http(`server { listen 80;\n${rewrites}${location}}\n`) };
    },
  ],
  [
    '10,000 servers with one name',
    () => {
      const servers = each(
        10_000,
        (index) =>
          `server { listen 80; server_name a.example; location /ws${index} { proxy_pass http://127.0.0.1:${index + 1}; } }\n`,
      );
      return { [MAIN]: http(servers) };
    },
  ],
  [
    'a file that is included 1,000 times',
    () => {
      const servers = each(
        1000,
        (index) => `server { listen ${index + 1000}; server_name s${index}.example; include one.conf; }\n`,
      );
      const one = `location /ws { proxy_pass http://127.0.0.1:1; ${HANDSHAKE} }\n`;
      return { [MAIN]: http(servers), '/one.conf': one };
    },
  ],
  [
    '20 files that each include the next twice',
    () => {
      const files = Array.from({ length: 20 }, (_, index) => {
        const next = `include file${index + 1}.conf;\n`;
        const text = index === 19 ? 'location /ws { proxy_pass http://127.0.0.1:1; }\n' : `${next}${next}`;
        return [`/file${index}.conf`, text] as const;
      });
      return {
        [MAIN]: http('server { listen 80; include file0.conf; }\n'),
        ...Object.fromEntries(files),
      };
    },
  ],
]);

function http(text: string): string {
  return `events {}\nhttp {\n${text}}\n`;
}

function each(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => text(index)).join('');
}
