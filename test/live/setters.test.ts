import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nginxTestOf } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';
import { type NginxTest, testMainFile } from './harness/nginx';
import { release } from './harness/release';
import { Resources, temporaryDirectory } from './harness/resources';
import { withComparableWords } from './support/pcre';

/** What the setters of single directives say of their arguments, in the words of the nginx at hand, and where. */

const resources = new Resources();
afterAll(() => resources.stop());

let file: string;
beforeAll(async () => {
  file = join(resources.add(await temporaryDirectory()).path, 'nginx.conf');
});

async function expectSame(text: string): Promise<void> {
  await writeFile(file, text);
  const tested = await testMainFile(file, { exact: true });
  const ours = nginxTestOf(await analysisOf(text, release));
  expect(ours === null ? null : { text: withComparableWords(ours.text), line: ours.line }).toEqual(
    said(tested),
  );
}

function said({ ok, first }: NginxTest): { text: string; line: number | null } | null {
  return ok || first === null ? null : { text: withComparableWords(first.text), line: first.line };
}

describe('in http', () => {
  it.each([
    'modern_browser unlisted;',
    'modern_browser MSIE 5.5;',
    'modern_browser gecko 1.0.0;',
    'modern_browser chrome 9;',
    'modern_browser safari x;',
    'modern_browser konqueror 3a;',
    'charset_map a b { }',
    'charset_map a A { }',
    'charset_map a b { }\ncharset_map a b { }',
    'charset_map a b { }\ncharset_map b a { }',
    'userid_expires max;',
    'userid_expires 1d;',
    'userid_expires 1z;',
    'userid_expires max;\nuserid_expires off;',
    'userid_mark =;',
    'userid_mark on;',
    'userid_mark off;\nuserid_mark b;',
    'disable_symlinks on from=/a;',
    'disable_symlinks on off;',
    'disable_symlinks from=/a from=/b;',
    'disable_symlinks off from=/a;',
    'disable_symlinks from=/a;',
    'disable_symlinks on x;',
    'http2_pool_size 113;',
    'http2_pool_size 111;',
    'http2_pool_size 128;',
    'http2_recv_buffer_size 32;',
    'http2_recv_buffer_size 33;',
    'http2_max_concurrent_pushes a;',
    'http2_max_concurrent_pushes 1;\nhttp2_max_concurrent_pushes 1;',
    'http2_push off;\nhttp2_push off;',
    'http2_push off;\nhttp2_push /a;',
    'http2_push /a;\nhttp2_push off;',
    'http2_push /a;\nhttp2_push $nothing;',
    'http2_push_preload 1;',
    'http2_streams_index_size 3;',
    'http2_streams_index_size 0;',
    'http2_streams_index_size 8;',
    'http2_chunk_size 0;',
    'mirror off;\nmirror off;',
    'aio threads=nope;',
    'aio threads=default;',
    'aio threads=a$nothing;',
    'http2_chunk_size 16m;',
    'http2_body_preread_size 2g;',
    'server { listen [::1]:8099 ipv6only=or; }',
    'server { listen [::1]:8099 ipv6only=x; }',
    'server { ssl on; ssl_certificate a; }',
    'upstream u { least_conn; ip_hash; server 127.0.0.1; server 127.0.0.2 backup; }',
    'upstream u { ip_hash; least_conn; server 127.0.0.1; server 127.0.0.2 backup; }',
    'charset $;',
    'proxy_cookie_domain ~*a b;',
    'proxy_temp_path temporary 9 1 1;',
    'keepalive_timeout 9223372036854775807;',
    'keepalive_timeout 9223372036854775808;',
    'client_max_body_size 9007199254740993g;',
    'uwsgi_modifier1 256;',
    'server { location "" /x { } }',
    'server { location == /x { } }',
    'server { location =/a { } location = /a { } }',
    'server { location =@a { } location @a { } }',
    'server { location ^~ @a { } location @a { } }',
    'server { location / { proxy_read_timeout "1 30"; } }',
    'server { location / { proxy_read_timeout "1 2 3"; } }',
    'server { location / { proxy_read_timeout 1M; } }',
    'server { location / { expires "1 30"; } }',
    'server { location / { expires 1M; } }',
    'server { location / { grpc_pass http://a; } }',
    'server { location / { uwsgi_pass SUWSGI://a:0; } }',
    'server { ssl_prefer_server_ciphers ON; }',
    'server { ssl_prefer_server_ciphers yes; }',
    'geo $a { 10.0.0.0/33 1; }',
  ])('%s', async (lines) => {
    await expectSame(`events {}\nhttp {\n${lines}\n}\n`);
  });
});

it.each([
  'thread_pool a threads=1;\nthread_pool a threads=1;',
  'worker_priority 0;\nworker_priority 0;',
  'worker_priority -5;\nworker_priority 0;',
])('in main: %s', async (lines) => {
  await expectSame(`${lines}\nevents {}\n`);
});

it('a log format of http in stream', async () => {
  await expectSame('events {}\nstream {\naccess_log stream.log combined;\n}\n');
});

describe('in a server', () => {
  it.each([
    'valid_referers a a;',
    'valid_referers a/x A/y;',
    'valid_referers *.a .a;',
    'valid_referers a;\nvalid_referers b a;',
    'valid_referers a.* b.*;',
    'valid_referers a.* a.*;',
    'valid_referers server_names server_names;',
    'valid_referers *a;',
    'valid_referers a..b;',
    'valid_referers ~;',
    'valid_referers ~a ~a;',
    'valid_referers none blocked;',
    'valid_referers none ~a;',
    'valid_referers none server_names;',
    'valid_referers none a;',
    'valid_referers none server_names;\nserver_name ~a;',
    'valid_referers a server_names;\nserver_name a;',
    'server_name a b;\nlocation / { valid_referers none server_names B; }',
    'charset utf-8;\nsource_charset koi8-r;',
    'ssl_verify_client on;',
    'ssl_reject_handshake on;\nssl_verify_client on;',
    'ssl_certificate $a;\nssl_certificate_key $nothing;',
    'valid_referers none;\nlocation / { valid_referers a; }',
    'location / { valid_referers blocked; }',
    // Nobody looks the name up where a listener has one server.
    'server_name www.*.com;',
    'server_name ~^(?<x>a)$ a..b;',
  ])('%s', async (lines) => {
    await expectSame(`events {}\nhttp {\nserver {\nlisten 127.0.0.1:8099;\n${lines}\n}\n}\n`);
  });
});

describe('of two servers of one listener, a name', () => {
  it.each([
    'www.*.com',
    'a..b',
    'a*b',
    '.a..b',
    '*.a.*',
    'a.b.*',
    '*.a*',
    'a.*.',
    '""',
    '.a',
    'A*B',
    'http://a',
    '*.a',
  ])('%s', async (name) => {
    const server = (each: string): string => `server {\nlisten 8099;\nserver_name ${each};\n}\n`;
    await expectSame(`events {}\nhttp {\n${server(name)}${server('a')}}\n`);
  });

  it.each([
    '127.0.0.1:8099',
    '127.0.0.01:8099',
    '[::1]:8099',
    '[0:0::0:1]:8099',
    '[::]:8099',
    '[::5]:8099',
    '[::100]:8099',
    '[::101]:8099',
    '[::5:1]:8099',
    '[::1:0:0]:8099',
    '[::ffff:102:304]:8099',
    '[::ffff:0:0]:8099',
    '[1::ffff:102:304]:8099',
    '[2001:DB8:0:0:1:0:0:1]:8099',
    'unix:/tmp/nginx-websocket.sock',
    '*:8099',
  ])('at %s', async (address) => {
    const server = `server {\nlisten ${address};\nserver_name a..b;\n}\n`;
    await expectSame(`events {}\nhttp {\n${server}${server}}\n`);
  });
});
