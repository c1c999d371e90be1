import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { locationName } from '../../server/src/values/location';
import { handshake as follow } from '../../server/src/handshake/handshake';
import { analysisOf } from '../support/memory-host';
import { startStrictBackEnd } from '../../server/src/verify/strict-back-end';
import { makeCertificate } from './harness/certificates';
import { handshake } from './harness/client';
import { startMainFile, writeTree } from './harness/nginx';
import { freePorts } from './harness/ports';
import { release, since } from './harness/release';
import { Resources, temporaryDirectory } from './harness/resources';

/**
 * A `proxy_pass` that leads back to a listener of the same configuration: what `explain` says, held to the nginx at
 * hand.
 */

const resources = new Resources();
afterEach(() => resources.stop());

const WS = `proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;`;
/** Sends the handshake on as it is. */
const ON = `${WS} proxy_set_header Host $http_host;`;
/** Of several `Host` the last is sent, and one that is empty is filled in: none of these arrives at a next server. */
const SENDS_ONE_HOST = since('1.31.4');
const TLS = 'ssl_certificate localhost.crt; ssl_certificate_key localhost.key;';

interface Case {
  readonly name: string;
  /**
   * What stands in `http`: `@1`, `@2` and `@3` are ports, `@B` is the address of the back end, `@DIR` the directory of
   * the main file.
   */
  readonly http: string;
  readonly url: string;
  /** Verdict and status; of `depends` those of a client that sends no more than it must. */
  readonly explained: string;
  readonly hops: number;
  /** The name of the location that answers; null for none. */
  readonly location: string | null;
  /** What nginx does, where it is not what is explained. */
  readonly seen?: string;
  /** The first release that takes it. */
  readonly since?: string;
}

const CASES: readonly Case[] = [
  {
    name: 'passes at the second server',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} } }
      server { listen @2; location /a { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'passes 101',
    hops: 2,
    location: '/a',
  },
  {
    name: 'no Upgrade at the second server',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} } }
      server { listen @2; location /a { proxy_pass http://@B; } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked 426',
    hops: 2,
    location: '/a',
  },
  {
    name: 'the server is chosen by the Host that is sent',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${WS} proxy_set_header Host b.example; } }
      server { listen @2; location /a { return 403; } }
      server { listen @2; server_name b.example; location /b { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/b',
    explained: 'passes 101',
    hops: 2,
    location: '/b',
  },
  {
    name: 'the Host is that of the proxy_pass unless told',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${WS} } }
      server { listen @2; return 403; }
      server { listen @2; server_name 127.0.0.1; location / { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/b',
    explained: 'passes 101',
    hops: 2,
    location: '/',
  },
  {
    name: 'a path of the proxy_pass',
    http: `server { listen @1; location /x/ { proxy_pass http://localhost:@2/y/; ${ON} } }
      server { listen @2; location / { return 403; } location /y/z { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/x/z',
    explained: 'passes 101',
    hops: 2,
    location: '/y/z',
  },
  {
    name: 'through an upstream',
    http: `upstream next { server 127.0.0.1:@2; }
      server { listen @1; location / { proxy_pass http://next; ${ON} } }
      server { listen 127.0.0.1:@2; location /a { proxy_pass http://@B; } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked 426',
    hops: 2,
    location: '/a',
  },
  {
    name: 'over a socket of the file system',
    http: `server { listen @1; location / { proxy_pass http://unix:@DIR/next.sock; ${ON} } }
      server { listen unix:@DIR/next.sock; location /a { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'passes 101',
    hops: 2,
    location: '/a',
  },
  {
    name: 'over a socket of the file system with a path, and no Upgrade there',
    http: `server { listen @1; location / { proxy_pass http://unix:@DIR/next.sock:/a/; ${ON} } }
      server { listen unix:@DIR/next.sock; location /a { proxy_pass http://@B; } }`,
    url: 'ws://localhost:@1/b',
    explained: 'blocked 426',
    hops: 2,
    location: '/a',
  },
  {
    name: 'addresses of a socket of the file system',
    http: `server { listen @1; location / { proxy_pass http://unix:@DIR/next.sock; ${ON} } }
      server { listen unix:@DIR/next.sock; location / { allow unix:; deny all; proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'passes 101',
    hops: 2,
    location: '/',
  },
  {
    name: 'whose client is nginx for a geo: the smallest network that has it',
    http: `geo $from { default 403; 127.0.0.0/8 401; 127.0.0.1 444; 127.0.0.0/16 402; delete 127.0.0.1/32; 10.0.0.0/8 1; }
      server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} } }
      server { listen @2; if ($from = 402) { return 418; } location /a { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked 418',
    hops: 2,
    location: null,
  },
  {
    name: 'whose client is none that a geo names',
    http: `geo $near { 127.0.0.5 1; 127.0.1.0/24 2; }
      server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} } }
      server { listen @2; if ($near) { return 403; } location /a { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'passes 101',
    hops: 2,
    location: '/a',
  },
  {
    name: 'over a socket of the file system, where a geo finds what it has for 255.255.255.255',
    http: `geo $remote_addr $near { 127.0.0.0/8 1; 255.255.255.255 2; }
      server { listen @1; location / { proxy_pass http://unix:@DIR/next.sock; ${ON} } }
      server { listen unix:@DIR/next.sock; if ($near = 2) { return 418; } location / { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked 418',
    hops: 2,
    location: null,
  },
  {
    name: 'over TLS',
    http: `${TLS} server { listen @1; location / { proxy_pass https://127.0.0.1:@2; ${ON} } }
      server { listen @2 ssl; location /a { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'passes 101',
    hops: 2,
    location: '/a',
  },
  {
    name: 'over TLS to a server that asks for a certificate',
    http: `${TLS} server { listen @1; location / { proxy_pass https://127.0.0.1:@2; ${ON} } }
      server { listen @2 ssl; ssl_verify_client on; ssl_client_certificate localhost.crt;
        location /a { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked 400',
    hops: 2,
    location: null,
  },
  {
    name: 'with a certificate to a server that asks for one',
    http: `${TLS} server { listen @1; location / { proxy_pass https://127.0.0.1:@2; ${ON}
        proxy_ssl_certificate localhost.crt; proxy_ssl_certificate_key localhost.key; } }
      server { listen @2 ssl; ssl_verify_client on; ssl_client_certificate localhost.crt;
        location /a { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'passes 101',
    hops: 2,
    location: '/a',
  },
  {
    name: 'the TLS name is that of the proxy_pass, not the Host',
    http: `${TLS} server { listen @1; location / { proxy_pass https://localhost:@2; ${WS} proxy_ssl_server_name on;
        proxy_set_header Host b.example; } }
      server { listen @2 ssl; server_name localhost; ssl_reject_handshake on; }
      server { listen @2 ssl; server_name b.example; location / { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked 502',
    hops: 2,
    location: '/',
  },
  {
    name: 'without TLS to a port that speaks it',
    http: `${TLS} server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} } }
      server { listen @2 ssl; location / { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked 400',
    hops: 2,
    location: null,
  },
  {
    name: 'TLS to a port that does not speak it',
    http: `server { listen @1; location / { proxy_pass https://127.0.0.1:@2; ${ON} } }
      server { listen @2; location / { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked 502',
    hops: 2,
    location: '/',
  },
  {
    name: 'a port that wants a PROXY header',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} } }
      server { listen @2 proxy_protocol; location / { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked 502',
    hops: 2,
    location: '/',
  },
  {
    name: 'HTTP/1.0 to an own listener is no fault',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection upgrade; proxy_http_version 1.0; } }
      server { listen @2; location / { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'passes 101',
    hops: 2,
    location: '/',
  },
  {
    name: 'Connection: close to an own listener is no fault',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; proxy_set_header Upgrade $http_upgrade;
        proxy_http_version 1.1; } }
      server { listen @2; location / { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'passes 101',
    hops: 2,
    location: '/',
  },
  {
    name: 'no Upgrade to an own listener',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; } }
      server { listen @2; location / { proxy_pass http://@B; ${WS} proxy_set_header Upgrade websocket; } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked null',
    hops: 1,
    location: '/',
  },
  {
    name: 'no version to an own listener that sets one',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} proxy_set_header Sec-WebSocket-Version ""; } }
      server { listen @2; location / { proxy_pass http://@B; ${WS} proxy_set_header Sec-WebSocket-Version 13; } }`,
    url: 'ws://localhost:@1/a',
    explained: 'passes 101',
    hops: 2,
    location: '/',
  },
  {
    name: 'no key to an own listener that sets one',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} proxy_set_header Sec-WebSocket-Key ""; } }
      server { listen @2; location / { proxy_pass http://@B; ${WS}
        proxy_set_header Sec-WebSocket-Key "dGhlIHNhbXBsZSBub25jZQ=="; } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked 101',
    hops: 1,
    location: '/',
  },
  {
    name: 'another method to an own listener',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} proxy_method POST; } }
      server { listen @2; location / { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked null',
    hops: 1,
    location: '/',
    seen: 'blocked 405',
  },
  {
    name: 'a blank in the request line to an own listener',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2$uri; ${ON} } }
      server { listen @2; location / { return 403; } }`,
    url: 'ws://localhost:@1/a%20b',
    explained: 'blocked 400',
    hops: 1,
    location: '/',
  },
  {
    name: 'two lines of Host to an own listener',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} proxy_set_header Host b; } }
      server { listen @2; location / { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: SENDS_ONE_HOST ? 'passes 101' : 'blocked 400',
    hops: 2,
    location: SENDS_ONE_HOST ? '/' : null,
  },
  {
    name: 'a socket of the file system has no port',
    http: `server { listen @1; location / { proxy_pass http://unix:@DIR/next.sock; ${ON} } }
      server { listen unix:@DIR/next.sock; if ($server_port) { return 403; }
        location /a { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'passes 101',
    hops: 2,
    location: '/a',
  },
  {
    name: 'no Host at all, of which the server without a name is told',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${WS} proxy_set_header Host ""; } }
      server { listen @2; server_name x; error_page 400 =418 /a; location /a { return 403; } }
      server { listen @2; server_name ""; error_page 400 =410 /b; location /b { proxy_pass http://@B; } }`,
    url: 'ws://localhost:@1/a',
    explained: SENDS_ONE_HOST ? 'blocked 403' : 'blocked 410',
    hops: 2,
    location: SENDS_ONE_HOST ? '/a' : '/b',
  },
  {
    name: 'an Upgrade to something else, which the next server sets anew',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; proxy_set_header Upgrade h2c; } }
      server { listen @2; location /a { proxy_pass http://@B; proxy_http_version 1.1;
        proxy_set_header Upgrade websocket; proxy_set_header Connection upgrade; } }`,
    url: 'ws://localhost:@1/a',
    explained: 'passes 101',
    hops: 2,
    location: '/a',
  },
  {
    name: 'a Host that names no host',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${WS} proxy_set_header Host a/b; } }
      server { listen @2; return 403; }
      server { listen @2; server_name a; location / { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked 400',
    hops: 2,
    location: null,
  },
  {
    name: 'a Host with a port and a dot at its end',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${WS} proxy_set_header Host A.:80; } }
      server { listen @2; return 403; }
      server { listen @2; server_name a; location / { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'passes 101',
    hops: 2,
    location: '/',
  },
  {
    name: 'the page for two lines of Host, after which no header is read',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} proxy_set_header Host b; } }
      server { listen @2; error_page 400 = /page; location / { return 403; }
        location /page { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: SENDS_ONE_HOST ? 'blocked 403' : 'blocked 400',
    hops: 2,
    location: SENDS_ONE_HOST ? '/' : '/page',
  },
  {
    name: 'the page for two lines of Host, of which the first alone is read',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} proxy_set_header Host b; } }
      server { listen @2; error_page 400 = @page; location / { return 403; }
        location @page { if ($http_host = "localhost:@1") { return 418; } return 410; } }`,
    url: 'ws://localhost:@1/a',
    explained: SENDS_ONE_HOST ? 'blocked 403' : 'blocked 418',
    hops: 2,
    location: SENDS_ONE_HOST ? '/' : '@page',
  },
  {
    name: 'the page for a missing Host gets the path as it came',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${WS} proxy_set_header Host ""; } }
      server { listen @2; error_page 400 = @page; location / { return 403; }
        location @page { if ($uri = /a/b) { return 418; } return 410; } }`,
    url: 'ws://localhost:@1/a/b',
    explained: SENDS_ONE_HOST ? 'blocked 403' : 'blocked 418',
    hops: 2,
    location: SENDS_ONE_HOST ? '/' : '@page',
  },
  {
    name: 'the page for a missing Host, which comes before that for a port that speaks TLS',
    http: `${TLS} server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${WS} proxy_set_header Host ""; } }
      server { listen @2 ssl; error_page 400 /b; error_page 497 /c; location /b { return 418; }
        location /c { return 410; } }`,
    url: 'ws://localhost:@1/a',
    explained: SENDS_ONE_HOST ? 'blocked 410' : 'blocked 418',
    hops: 2,
    location: SENDS_ONE_HOST ? '/c' : '/b',
  },
  {
    name: 'a path without a slash in front',
    http: `server { listen @1; location / { rewrite ^/([^/]+)/b$ $1 break; proxy_pass http://127.0.0.1:@2; ${ON} } }
      server { listen @2; location / { return 403; } }`,
    url: 'ws://localhost:@1/a/b',
    explained: 'blocked 400',
    hops: 2,
    location: null,
  },
  {
    name: 'the page for a path without a slash in front: no header is read',
    http: `server { listen @1; location / { rewrite ^/([^/]+)/b$ $1 break; proxy_pass http://127.0.0.1:@2; ${ON} } }
      server { listen @2; error_page 400 = /page; server_name x y; location / { return 403; }
        location /page { if ($http_upgrade) { return 410; } if ($host = x) { return 418; } return 411; } }
      server { listen @2; server_name localhost; error_page 400 =409 /page; location /page { return 402; } }`,
    url: 'ws://localhost:@1/a/b',
    explained: 'blocked 418',
    hops: 2,
    location: '/page',
  },
  {
    name: 'a named location for a path without a slash in front',
    http: `server { listen @1; location / { rewrite ^/([^/]+)/b$ $1 break; proxy_pass http://127.0.0.1:@2; ${ON} } }
      server { listen @2; error_page 400 = @page; location @page { return 418; } }`,
    url: 'ws://localhost:@1/a/b',
    explained: 'blocked 500',
    hops: 2,
    location: null,
  },
  {
    name: 'a page that is there, with slashes in front',
    http: `server { listen @1; rewrite ^(.*)$ /$2/$1 break; root @DIR;
      location / { try_files $uri /page/index.html; proxy_pass http://@B/; } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked 426',
    hops: 1,
    location: '/',
  },
  {
    name: 'a loop with a page for what ends it',
    http: `server { listen @1; error_page 500 502 504 = @ws; location / { proxy_pass http://127.0.0.1:@1; ${ON} }
      location @ws { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'unknown null',
    hops: 5,
    location: null,
    seen: 'passes 101',
  },
  {
    name: 'over HTTP/2 to a listener that does not speak it',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${WS} } }
      server { listen @2; location / { proxy_pass http://@B; ${WS} } }`.replace('version 1.1', 'version 2'),
    url: 'ws://localhost:@1/a',
    explained: 'blocked 502',
    hops: 1,
    location: '/',
    since: '1.29.4',
  },
  {
    name: 'a server that hides a header of the answer',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} } }
      server { listen @2; location / { proxy_pass http://@B; ${WS} proxy_hide_header Upgrade; } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked 101',
    hops: 2,
    location: '/',
  },
  {
    name: 'the first server hides a header of the answer',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} proxy_hide_header Sec-WebSocket-Accept; } }
      server { listen @2; location / { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked 101',
    hops: 2,
    location: '/',
  },
  {
    name: 'an error page that makes another status of the 101',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} } }
      server { listen @2; error_page 404 /ws; location / { return 404; } location /ws { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked null',
    hops: 2,
    location: '/ws',
  },
  {
    name: 'a loop',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@1; ${ON} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked null',
    hops: 5,
    location: '/',
    seen: 'blocked 502',
  },
  {
    name: 'a password at the second server',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} } }
      server { listen @2; location / { auth_basic x; auth_basic_user_file users; proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'depends 401',
    hops: 2,
    location: '/',
    seen: 'blocked 401',
  },
  {
    name: 'a password that does not reach the second server',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} proxy_set_header Authorization ""; } }
      server { listen @2; location / { auth_basic x; auth_basic_user_file users; proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked 401',
    hops: 2,
    location: '/',
  },
  {
    name: 'the address that the second server sees',
    http: `server { listen @1; location / { proxy_pass http://127.0.0.1:@2; ${ON} } }
      server { listen @2; location / { allow 10.0.0.0/8; deny all; proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked 403',
    hops: 2,
    location: '/',
  },
  {
    name: 'one server with and without TLS that redirects what comes without: with TLS',
    http: `${TLS} server { listen @1; listen @2 ssl; if ($scheme = http) { return 301 https://$host$request_uri; }
      location / { proxy_pass http://@B; ${WS} } }`,
    url: 'wss://localhost:@2/a',
    explained: 'passes 101',
    hops: 1,
    location: '/',
  },
  {
    name: 'one server with and without TLS that redirects what comes without: without',
    http: `${TLS} server { listen @1; listen @2 ssl; if ($scheme = http) { return 301 https://$host$request_uri; }
      location / { proxy_pass http://@B; ${WS} } }`,
    url: 'ws://localhost:@1/a',
    explained: 'blocked 301',
    hops: 1,
    location: null,
  },
];

const documented = fileURLToPath(new URL('../../examples/nginx.conf', import.meta.url));

/** The documented configuration with ports of this machine, the three directives of its first location taken out. */
async function withoutUpgradeOnPort80(next: string): Promise<string> {
  const text = await readFile(documented, 'utf8');
  const changes: readonly (readonly [RegExp, string])[] = [
    [/server chat-server;/, 'server @B;'],
    [/listen \[::\]:\d+( ssl)?;/g, ''],
    [/listen 80;/, `listen 127.0.0.1:@1; listen unix:@DIR/chat.sock; listen 127.0.0.1:@3 ssl; ${TLS}`],
    [/listen 443 ssl;/, 'listen 127.0.0.1:@2 ssl;'],
    [/ssl_certificate \/\S+;/, 'ssl_certificate localhost.crt;'],
    [/ssl_certificate_key \/\S+;/, 'ssl_certificate_key localhost.key;'],
    [/proxy_http_version 1\.1;\s+proxy_set_header Upgrade \S+;\s+proxy_set_header Connection \S+;/, ''],
    [/proxy_pass http:\/\/localhost\/;/, `proxy_pass ${next};`],
  ];
  return changes.reduce((before, [pattern, by]) => {
    const after = before.replace(pattern, by);
    if (after === before) throw new Error(`The example has nothing like ${pattern}.`);
    return after;
  }, text);
}

/** What `explain` says of a configuration, and what the nginx at hand does. */
async function compared(text: string, url: string) {
  const { path } = resources.add(await temporaryDirectory());
  const backEnd = resources.add(await startStrictBackEnd());
  const [one = 0, two = 0, three = 0] = await freePorts(3);
  const { ca } = await makeCertificate(path);
  const fill = (filled: string): string =>
    filled
      .replaceAll('@1', `${one}`)
      .replaceAll('@2', `${two}`)
      .replaceAll('@3', `${three}`)
      .replaceAll('@B', backEnd.address)
      .replaceAll('@DIR', path);
  const main = fill(text);
  await writeTree(path, { 'nginx.conf': main, users: 'u:{PLAIN}p\n', 'page/index.html': '' });
  const ports = [one, two, three].filter((port) => new RegExp(`listen [^;]*\\b${port}\\b`).test(main));
  resources.add(await startMainFile(join(path, 'nginx.conf'), ports));
  const analysis = await analysisOf(main, release);
  const said = follow(analysis.model, fill(url));
  const { block } = said.location ?? { block: null };
  const { passes, status } = await handshake(fill(url), { ca, timeout: 1500 });
  return {
    explained: `${said.verdict} ${said.status}`,
    hops: said.hops,
    location: block === null ? null : locationName(block).name,
    seen: `${passes ? 'passes' : 'blocked'} ${status}`,
  };
}

describe('a proxy_pass that leads back', () => {
  it.each(CASES.filter((each) => since(each.since ?? '1.0.0')))(
    '$name',
    async ({ http, url, explained, hops, location, seen = explained }) => {
      const result = await compared(`events {} http { ${http} }`, url);
      expect(result).toEqual({ explained, hops, location, seen });
    },
  );
});

describe('the documented configuration without its directives on port 80', () => {
  it.each([
    ['as it is', 'http://127.0.0.1:@1/'],
    ['over TLS', 'https://127.0.0.1:@3/'],
    ['over a socket of the file system', 'http://unix:@DIR/chat.sock:/'],
  ])('is blocked at the second hop: %s', async (_name, next) => {
    const result = await compared(await withoutUpgradeOnPort80(next), 'wss://localhost:@2/api/chat/room');
    expect(result).toEqual({
      explained: 'blocked 426',
      hops: 2,
      location: '/api/chat',
      seen: 'blocked 426',
    });
  });
});
