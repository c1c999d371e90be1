import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadClosure } from '../../server/src/model/load';
import { nodeHost } from '../../server/src/node-host';
import { fixAll } from '../../server/src/project/fix-all';
import { analyze, nginxTestOf } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';
import { testMainFile, writeTree } from './harness/nginx';
import { release } from './harness/release';
import { Resources, temporaryDirectory } from './harness/resources';
import { compareRefusals, type Mismatch } from './support/refusals';
import { makeMistake, randomConfiguration } from './support/random-configurations';
import { Random } from './support/random';
import { TableLines } from './support/table-lines';

/**
 * What we say that nginx refuses first, compared with what it refuses, in text and line: files made at random, of
 * everyday lines and of all that the release has, with mistakes made at random. NGINX_TEST_FILES is their number, NGINX_TEST_SEED the seed.
 */

const count = Number(process.env['NGINX_TEST_FILES'] ?? 400);
const seed = Number(process.env['NGINX_TEST_SEED'] ?? 20_261_123);

async function compare(texts: readonly string[]): Promise<readonly Mismatch[]> {
  return (await compareRefusals(texts)).mismatches;
}

describe('what nginx refuses first', () => {
  it(`is what we say, in ${count} files with mistakes made at random`, {
    timeout: count * 500 + 60_000,
  }, async () => {
    const random = new Random(seed);
    const tables = new TableLines(release);
    const texts = Array.from({ length: count }, () => {
      let text = randomConfiguration(random, tables);
      for (let mistakes = random.below(4); mistakes > 0; mistakes -= 1)
        text = makeMistake(text, random, tables);
      return text;
    });
    expect(await compare(texts), `seed ${seed}`).toEqual([]);
  });
});

describe('a byte order mark', () => {
  const rest = 'events {}\nhttp { server { listen 127.0.0.1:8099; } }\n';

  it.each([
    ['before a directive', `\uFEFF${rest}`],
    ['before a comment', `\uFEFF# The main file.\n${rest}`],
    ['on a line of its own', `\uFEFF\n${rest}`],
    ['before a space', `\uFEFF ${rest}`],
    ['after a line', `\n\uFEFF${rest}`],
  ])('%s', async (_, text) => {
    expect(await compare([text])).toEqual([]);
  });

  it('is refused, and the same without it is not', async () => {
    const resources = new Resources();
    try {
      const { path: directory } = resources.add(await temporaryDirectory());
      const path = join(directory, 'nginx.conf');
      await writeFile(path, `\uFEFF${rest}`);
      expect(await testMainFile(path, { exact: true })).toMatchObject({
        ok: false,
        first: { text: 'unknown directive "\uFEFFevents"', line: 1 },
      });
      const [fixed] = fixAll([await analysisOf({ [path]: `\uFEFF${rest}` })]);
      expect(fixed?.text).toBe(rest);
      await writeFile(path, fixed?.text ?? '');
      expect(await testMainFile(path, { exact: true })).toMatchObject({ ok: true });
    } finally {
      await resources.stop();
    }
  });
});

describe('a location with', () => {
  it.each([
    'try_files $uri =404',
    'try_files $uri =1000',
    'try_files $uri =@named',
    'try_files $uri =',
    'try_files $uri =4$arg_x',
    'rewrite ^/(.) /$1',
    'rewrite ^/(.) "/${1}"',
    'rewrite ^/(.) /$0',
    'proxy_store ${',
    'proxy_cookie_domain "~* a" b',
    'proxy_cookie_path "~* a" b',
    'charset $',
    'mirror off; mirror off',
    'userid_mark ab',
    'userid_mark a; userid_mark b',
    'userid_expires 1d1w',
    'userid_expires off; userid_expires max',
    'uwsgi_modifier1 256',
    'modern_browser nope 1',
    'modern_browser msie 1.x',
    'http2_push_preload maybe',
    'proxy_ssl_password_file a; proxy_ssl_password_file b',
    'client_body_temp_path t 4 4 4',
    'if ( ) { }',
    'error_log "" nope',
    'return 200 $tcpinfo_rtt',
    'return 200 $proxy_internal_chunked$grpc_internal_trailers',
    'set $proxy_internal_chunked 1',
    'proxy_read_timeout 9223372036854775807',
    'proxy_read_timeout 9223372036854775',
    'expires 9223372036854775807',
    'client_max_body_size 9223372036854775807',
    'client_max_body_size 9223372036854775808',
    'client_max_body_size 8796093022208m',
    'proxy_buffer_size 9223372036854775807',
    'valid_referers none',
    'valid_referers none blocked ~a',
    'valid_referers none server_names',
    'valid_referers none blocked a.example',
    'valid_referers a.example A.example/x',
    'valid_referers .a.example *.a.example',
    'valid_referers .a.example a.example',
    'valid_referers a.* a.*',
    'valid_referers *a',
    'valid_referers a..b',
    'valid_referers *',
    'if () { }',
    'proxy_store off; proxy_cache nope',
    'proxy_cache off; proxy_store on',
    'access_log /dev/null combined gzip flush=1s; access_log /dev/null combined gzip flush=2s',
    'access_log /dev/null combined gzip; access_log /dev/null combined gzip=1 buffer=64k',
    'access_log /dev/null combined gzip; access_log /dev/null',
    'access_log /dev/$host combined buffer=4k',
    'access_log syslog:server=127.0.0.1 combined buffer=4k',
    'location "" { alias /a; alias /b; }',
    'location "" { alias /a; root /b; }',
    'location /a { alias /a; root /b; }',
    'if ( ) { }',
    'aio threads=nope',
    'aio threads=default',
    'aio threads=a$nope',
    'allow 10.0.0.0/255.0.0.0',
    'disable_symlinks off off',
    'disable_symlinks from=/a',
    'disable_symlinks off from=/a',
    'disable_symlinks on from=$nope',
    'http2_push $nope',
    'http2_push $',
    'http2_push off; http2_push /a',
    'http2_push /a; http2_push off',
    'http2_push off; http2_push off',
    'http2_chunk_size 0',
    'http2_chunk_size 16m',
    'rewrite a\\1 /a',
    'rewrite (a)\\1 /a',
    'rewrite (a)\\2\\3 /a',
    'rewrite "(?<n>a)\\k<m>" /a',
    'rewrite "(?<n>a)\\k<n>" /a',
    'rewrite "a\\c" /a',
    'rewrite "a\\cb" /a',
  ])('%s', async (line) => {
    const end = line.endsWith('}') ? '' : ';';
    const text = `events {}\nhttp {\n server {\n listen 127.0.0.1:8099;\n location / {\n ${line}${end}\n } } }\n`;
    expect(await compare([text])).toEqual([]);
  });
});

describe('http with', () => {
  it.each([
    'log_format x "$remote_addr $"',
    'log_format x "$host" "a$+b"',
    'log_format x "$remote_addr ${}"',
    'log_format x "${"',
    'log_format x "${host"',
    'log_format x "$1"',
    'log_format x "$host}"',
    'access_log syslog:server=127.0.0.1:514,facility=local7,tag=nginx,severity=info',
    'access_log syslog:server=127.0.0.1 nope',
    'access_log syslog:server/=127.0.0.1',
    'access_log syslog:',
    'error_log syslog:server=127.0.0.1,nohostname notice',
    'error_log syslog:server=127.0.0.1,, nope',
    'error_log syslog:facility=user',
    'error_log syslog:server=127.0.0.1,facility=users',
    'error_log syslog:server=127.0.0.1,severity=err',
    'error_log syslog:server=127.0.0.1,tag=a-b',
    `error_log syslog:server=127.0.0.1,tag=${'a'.repeat(33)}`,
    'error_log syslog:server=127.0.0.1,tag=a,tag=b',
    'error_log syslog:server=127.0.0.1:99999',
    'error_log syslog:server=unix:',
    'error_log syslog:server=',
    ...['', '1', '1:2', '2:2:1', '1:', ':1', '12', '3', '1:2:1:2'].map(
      (levels) => `proxy_cache_path @DIR/levels levels=${levels} keys_zone=pages:1m`,
    ),
    'geo $ inside { }',
    'geo a inside { }',
    'geo $a inside { }',
    'geo $ $inside { }',
    'client_body_temp_path @DIR/levels 1 2; server { proxy_temp_path @DIR/levels; }',
    'client_body_temp_path @DIR/levels 1 2; server { proxy_temp_path @DIR/levels/ 1 2 3; }',
    'client_body_temp_path @DIR/levels/ 1 2; server { proxy_temp_path @DIR/levels/ 1 2 3; }',
    'proxy_cache_path @DIR/levels keys_zone=a:1m; proxy_cache_path @DIR/levels/ keys_zone=b:1m;',
    'proxy_cache_path @DIR/levels/ keys_zone=a:1m; proxy_cache_path @DIR/levels/ keys_zone=b:1m;',
    'client_body_temp_path @DIR/levels 1 2; server { proxy_temp_path @DIR/levels 01 2; }',
    'client_body_temp_path @DIR/levels; proxy_cache_path @DIR/levels keys_zone=pages:1m;',
    'proxy_cache_path @DIR/levels keys_zone=pages:1m; scgi_temp_path @DIR/levels;',
    'server { listen 127.0.0.1:8081-8080; }',
    'server { listen 8081-8080; }',
    'server { listen [::1]:8081-8080; }',
    'server { listen 127.0.0.1:8081-0; }',
    'server { listen 127.0.0.1:0-5; }',
    'server { listen 127.0.0.1:99999-1; }',
    'server { listen 127.0.0.1:8081-; }',
    'server { listen 127.0.0.1:8099 rcvbuf=1x; }',
    'server { listen 127.0.0.1:8099 sndbuf=x; }',
    'server { listen 127.0.0.1:8099 fastopen=x; }',
    'server { listen 127.0.0.1:8099 backlog=x; }',
    'server { listen 127.0.0.1:8099 ipv6only=x; }',
    'server { listen [::1]:8099 ipv6only=or; }',
    'server { listen 127.0.0.1:8099 spdy; }',
    'ssl_certificate a; server { listen 127.0.0.1:8099; ssl on; }',
    'proxy_cache_path p levels= keys_zone=z:1m nope',
    'upstream u { hash $uri; server 127.0.0.1:9 backup; }',
    'upstream u { hash $uri; least_conn; server 127.0.0.1:8; server 127.0.0.1:9 backup; }',
    'server { http2_pool_size 1; }',
    'http2_recv_buffer_size 16',
    'server { http2_streams_index_size 3; }',
    'server { http2_body_preread_size 2g; }',
    'server { http2_body_preread_size 2048m; }',
    'server { listen 127.0.0.1:8099; server_name a*; }',
    'server { listen 127.0.0.1:8099; server_name a*; } server { listen 127.0.0.1:8099; server_name b; }',
    'server { listen 127.0.0.1:8099; server_name ~^(.)$ A..b; }',
    'server { listen 127.0.0.1:8099; server_name ~^(.)$ ~^.$ A..b; }',
    'server { server_name a.example; location / { valid_referers none server_names; } }',
    'server { location / { valid_referers none server_names; } server_name a.example; }',
    'server { server_name *.a.example; location / { valid_referers server_names .a.example; } }',
    'server { listen 127.0.0.1:8099 ssl; ssl_reject_handshake on; ssl_verify_client on; }',
    'ssl_verify_client optional; server { listen 127.0.0.1:8099; ssl_reject_handshake on; }',
    'server { ssl_reject_handshake on; ssl_verify_client optional_no_ca; ssl_ocsp leaf; }',
    'server { listen 127.0.0.1:8099; ssl_verify_client on; }',
    'server { listen 127.0.0.1:8099; ssl on; ssl_reject_handshake on; }',
    'open_log_file_cache max=0',
    'open_log_file_cache max=1 max=0',
    'open_log_file_cache max=1 min_uses=0',
    'open_log_file_cache off max=0',
    'map $uri $a { é 1; É 2; }',
    'map $uri $a { A 1; a 2; }',
    'map $uri $a { hostnames; *.A.* 1; }',
    'map $uri $a { hostnames; a..b 1; }',
    'map $uri $a { hostnames; .a 1; a 2; }',
    'map $uri $a { hostnames; a 1; *.a 2; .a 3; }',
    'map $uri $a { hostnames; a.* 1; A.* 2; }',
    'geo $a { delete x; }',
    'geo $a { delete 10.0.0.0/8; }',
    'geo $a { proxy x; }',
    'geo $a { proxy_recursive; proxy 10.0.0.0/8; }',
    'geo $a { default 1; ranges; }',
    'geo $a { ranges; default 1; delete 10.0.0.0; }',
    'geo $a { ranges; 10.0.0.9-10.0.0.0 1; }',
    'geo $a { ranges; 0.0.0.0-255.255.255.255 1; }',
    'geo $a { 255.255.255.255 1; }',
    'geo $a { volatile; }',
    'geo $ $a { default 1; }',
    'split_clients $uri $a { * 1; 50% 2; }',
    'split_clients $uri $a { 50% 1; include b; }',
    'split_clients $uri $a { 50% 1; 50% 2; * 3; }',
    'charset_map a A { }',
    'charset_map a b { } charset_map B a { }',
    'charset_map a b { 80 80; }',
    'charset_map a b { 80 100; }',
    'charset_map a b { 080 x; }',
    'charset_map a utf-8 { 80 D089; }',
    'charset_map a utf-8 { 80 41; }',
    'charset_map a utf-8 { 80 F0908080; }',
    'charset_map a utf-8 { 80 E08080; }',
    'charset_map a b { x; }',
    'charset a; source_charset b; server { listen 127.0.0.1:8099; }',
    'charset a; source_charset b; charset_map B A { } server { listen 127.0.0.1:8099; }',
    'charset a; server { location / { source_charset b; } location /a { charset off; source_charset c; } }',
  ])('%s', async (line) => {
    expect(await compare([`events {}\nhttp {\n ${line}${line.endsWith('}') ? '' : ';'}\n}\n`])).toEqual([]);
  });
});

describe('a server of stream with TLS', () => {
  const OLD = { major: 1, minor: 22, patch: 1 };
  const tls = (lines: string, outer = ''): string =>
    `events {}\nstream {\n${outer}\nserver {\nlisten 127.0.0.1:8081;\nreturn a;\n}\nserver {\nlisten 127.0.0.1:8082\n ssl;\n${lines}\nreturn b;\n}\n}\n`;
  it.each([
    ['no certificate', tls('')],
    ['a key alone', tls('ssl_certificate_key a.key;')],
    ['a certificate alone', tls('ssl_certificate a.crt;')],
    ['a certificate around it', tls('', 'ssl_certificate a.crt;')],
    ['fewer keys', tls('ssl_certificate a.crt; ssl_certificate b.crt; ssl_certificate_key a.key;')],
  ])('%s', async (_name, text) => {
    expect(await compare([text])).toEqual([]);
    expect(nginxTestOf(await analysisOf(text, OLD))?.text).toMatch(/^no "ssl_certificate/);
  });
});

describe('stream with', () => {
  it.each([
    'listen 127.0.0.1:8098 ssl; return $nope',
    'listen 127.0.0.1:8098 ssl; ssl_certificate a; return 1',
    'ssl_certificate a; return 1',
    'return $upstream_status',
    'listen 127.0.0.1:8098 backlog=x; return 1',
    'listen 127.0.0.1:8098 rcvbuf=1x; return 1',
    'listen 127.0.0.1:8098 fastopen=x; return 1',
    'listen 127.0.0.1:8098 ipv6only=x; return 1',
    'listen [::1]:8098 ipv6only=ox; return 1',
    'listen 127.0.0.1:8098 so_keepalive=x; return 1',
    'listen 127.0.0.1:8098 setfib=1; return 1',
    'listen 127.0.0.1:8098 deferred; return 1',
    'listen 127.0.0.1:8098 udp proxy_protocol backlog=5; return 1',
    'listen 127.0.0.1:8098 fastopen=5 udp so_keepalive=on; return 1',
    'listen 127.0.0.1:8098 udp reuseport rcvbuf=4k; return 1',
    'return $upstream_http_x',
    'return $ssl_nope',
    'return $server_name',
    'return $proxy_protocol_tlv_ssl',
    'return $ssl_alpn_protocol$upstream_addr$time_local',
    'set $upstream_status 1; return 1',
    'set $ssl_protocol 1; return 1',
    'set $upstream_addr 1; return 1',
    'proxy_ssl_password_file a; proxy_ssl_password_file b; return 1',
  ])('%s', async (line) => {
    expect(
      await compare([`events {}\nstream {\n server {\n listen 127.0.0.1:8099;\n ${line};\n} }\n`]),
    ).toEqual([]);
  });

  it.each(['geo $a { proxy 10.0.0.1; }', 'geo $a { proxy_recursive; }', 'geo $a { delete 10.0.0.0/8; }'])(
    '%s',
    async (line) => {
      const server = 'server {\n listen 127.0.0.1:8099;\n return $a;\n}';
      expect(await compare([`events {}\nstream {\n ${line}\n ${server}\n}\n`])).toEqual([]);
    },
  );
});

describe('a file that includes itself', () => {
  it.each([
    ['in http', { 'nginx.conf': 'events {}\nhttp { include nginx.conf; }\n' }],
    ['behind events', { 'nginx.conf': 'events {}\ninclude nginx.conf;\nhttp {}\n' }],
    [
      'in its own block',
      { 'nginx.conf': 'events {}\nhttp { include a; }\n', a: 'server { include b; }\n', b: 'include a;\n' },
    ],
    [
      'behind what may stand once',
      { 'nginx.conf': 'events {}\nhttp { include a; }\n', a: 'gzip on;\ninclude a;\n' },
    ],
    ['behind an unknown name', { 'nginx.conf': 'bogus on;\nevents {}\ninclude a;\n', a: 'include a;\n' }],
    [
      'with a fault in front',
      { 'nginx.conf': 'events {}\nhttp { include a; }\n', a: 'gzip maybe;\ninclude a;\n' },
    ],
    [
      'and does not end',
      { 'nginx.conf': 'events {}\nhttp { include a; }\n', a: 'server {\ninclude b;\n', b: 'include a;\n' },
    ],
  ])('%s', async (_, files: Readonly<Record<string, string>>) => {
    const resources = new Resources();
    try {
      const { path: directory } = resources.add(await temporaryDirectory());
      await writeTree(directory, files);
      const main = join(directory, 'nginx.conf');
      const { first } = await testMainFile(main, { exact: true });
      const closure = await loadClosure(nodeHost, main);
      if ('problem' in closure) throw new Error(`${main} is not read.`);
      const ours = nginxTestOf(analyze(closure, { version: release }));
      const { text, file, line } = first ?? { text: '', file: null, line: null };
      expect(ours).toMatchObject({ text, line, file: { path: file } });
    } finally {
      await resources.stop();
    }
  });
});

describe('a file with', () => {
  it.each([4090, 4093, 4094, 4095, 4096, 4097, 5000])('a word of %i characters', async (length) => {
    const word = 'a'.repeat(length);
    const texts = [
      `add_header A ${word};`,
      `add_header A "${word}";`,
      `# ${word}`,
      `add_header A '${'é'.repeat(length / 2)}';`,
    ];
    expect(
      await compare(
        texts.map((text) => `events {}\nhttp {\n${text}\nserver { listen 127.0.0.1:8099; }\n}\n`),
      ),
    ).toEqual([]);
  });

  it.each([
    ['a zero in the name of a directive', 'events {}\nht\0tp {}\n'],
    ['a pool of threads named twice', 'thread_pool a threads=1;\nthread_pool a threads=2;\nevents {}\n'],
    [
      'one pool of threads too few',
      'http { aio threads=a; server { aio threads=b; } }\nthread_pool b threads=1;\nevents {}\n',
    ],
    ['a pool of threads and no events', 'http { aio threads=a; }\n'],
    ['a pool of threads that is there', 'http { aio threads=a; }\nthread_pool a threads=1;\nevents {}\n'],
    ['processors by more than one mask', 'worker_cpu_affinity auto 01 10;\nevents {}\n'],
    ['more processors than there can be', `worker_cpu_affinity ${'1'.repeat(1025)};\nevents {}\n`],
    [
      'a format of logs that only http has',
      'events {}\nstream {\naccess_log a combined;\nserver { listen 127.0.0.1:8099; return 1; }\n}\n',
    ],
    ['a word of many letters that are more than a byte', `events {}\nhttp {\n${'é'.repeat(3000)}`],
    ['the same, and ten bytes end within a letter', `events {}\nhttp {\n${'名'.repeat(3000)}`],
  ])('%s', async (_, text) => {
    expect(await compare([text])).toEqual([]);
  });
});

it('a brace that is missing in front of stream', async () => {
  const stream = 'stream {\n server {\n listen 127.0.0.1:8099;\n proxy_pass 127.0.0.1:9;\n }\n}\n';
  expect(await compare([`events {\n${stream}`])).toEqual([]);
});
