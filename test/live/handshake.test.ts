import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Analysis, explain } from '../../server/src/service';
import { isAtLeast, parseVersion } from '../../server/src/reference/versions';
import { releaseCases } from '../handshake/release-cases';
import { analysisOf } from '../support/memory-host';
import { type BackEnd, startStrictBackEnd } from '../../server/src/verify/strict-back-end';
import { handshake } from './harness/client';
import { startServers } from './harness/nginx';
import { release } from './harness/release';
import { Resources } from './harness/resources';

/**
 * What `explain` says of single configurations, each held to the nginx at hand: what random ones seldom or never have.
 */

/** Directives that make a handshake pass. `@B` is the address of the back end. */
const WS = `proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;`;
const PASS = `proxy_pass http://@B; ${WS}`;

/** What stands beside the servers. */
const UPSTREAM =
  'upstream there { server @B; } map $http_upgrade $branch { default page; websocket socket; } ' +
  'upstream none { server @B down; server 127.0.0.1:9 down; } upstream spare { server 127.0.0.1:9 down; server @B backup; }';

/** The body of a server, the path asked for, and what is true of it: the verdict and the status. */
type Case = readonly [name: string, server: string, path: string, expected: string];

const CASES: readonly Case[] = [
  ['a group whose servers are all down', `location / { proxy_pass http://none; ${WS} }`, '/', 'blocked 502'],
  ['a group with a spare server alone', `location / { proxy_pass http://spare; ${WS} }`, '/', 'passes 101'],
  [
    'an address that the client names',
    `location / { proxy_pass http://$arg_b; ${WS} }`,
    '/?b=@B',
    'passes 101',
  ],
  [
    'an upstream that the client names',
    `location / { proxy_pass http://$arg_b; ${WS} }`,
    '/?b=spare',
    'passes 101',
  ],
  [
    'a name that the client names, without a resolver',
    `location / { proxy_pass http://$arg_b; ${WS} }`,
    '/?b=localhost',
    'blocked 502',
  ],
  [
    'an error page instead of a group that is down',
    `location / { error_page 502 = /a; proxy_pass http://none; ${WS} } location /a { ${PASS} }`,
    '/',
    'passes 101',
  ],
  ['internal', `location /a { internal; ${PASS} }`, '/a', 'blocked 404'],
  [
    'internal around a nested location',
    `location /a { internal; location /a/b { ${PASS} } }`,
    '/a/b',
    'blocked 404',
  ],
  [
    'internal after a rewrite of the server',
    `rewrite ^/x /a; location /a { internal; ${PASS} }`,
    '/x',
    'passes 101',
  ],
  [
    'internal after try_files',
    `location / { try_files /none /a; } location /a { internal; ${PASS} }`,
    '/x',
    'passes 101',
  ],
  [
    'an index with a path of its own',
    `location / { index /ws; } location /ws { ${PASS} }`,
    '/',
    'passes 101',
  ],
  [
    'satisfy any with an open address',
    `location / { satisfy any; allow all; auth_basic x; auth_basic_user_file @DIR/p; ${PASS} }`,
    '/',
    'passes 101',
  ],
  ['auth_basic without a file', `location / { auth_basic x; ${PASS} }`, '/', 'passes 101'],
  [
    'auth_basic off',
    `auth_basic x; auth_basic_user_file @DIR/p; location / { auth_basic off; ${PASS} }`,
    '/',
    'passes 101',
  ],
  [
    'auth_basic by variable',
    `set $realm off; auth_basic $realm; auth_basic_user_file @DIR/p; location / { ${PASS} }`,
    '/',
    'passes 101',
  ],
  ['allow without deny', `location / { allow 10.0.0.0/8; ${PASS} }`, '/', 'passes 101'],
  ['deny after allow all', `location / { allow all; deny all; ${PASS} }`, '/', 'passes 101'],
  [
    'deny of the server, allow of the location',
    `deny all; location / { allow all; ${PASS} }`,
    '/',
    'passes 101',
  ],
  ['deny for a socket in the file system', `location / { deny unix:; ${PASS} }`, '/', 'passes 101'],
  [
    'valid_referers',
    `location / { valid_referers server_names; if ($invalid_referer) { return 403; } ${PASS} }`,
    '/',
    'blocked 403',
  ],
  [
    'valid_referers none',
    `location / { valid_referers none server_names; if ($invalid_referer) { return 403; } ${PASS} }`,
    '/',
    'passes 101',
  ],
  [
    'valid_referers blocked',
    `location / { valid_referers blocked server_names; if ($invalid_referer) { return 403; } ${PASS} }`,
    '/',
    'blocked 403',
  ],
  ['no valid_referers', `location / { if ($invalid_referer) { return 403; } ${PASS} }`, '/', 'passes 101'],
  ['return 444', `location / { return 444; }`, '/', 'blocked null'],
  ['return 408', `location / { return 408; }`, '/', 'blocked null'],
  ['return 499', `location / { return 499; }`, '/', 'blocked null'],
  ['return 204', `location / { return 204; }`, '/', 'blocked 204'],
  ['return 497', `location / { return 497; }`, '/', 'blocked 400'],
  [
    'an error page for a redirect',
    `error_page 301 = @ws; location / { return 301 /x; } location @ws { ${PASS} }`,
    '/',
    'passes 101',
  ],
  [
    'an error page for a redirect of a slash',
    `error_page 301 = @ws; location /a/ { ${PASS} } location @ws { ${PASS} }`,
    '/a',
    'passes 101',
  ],
  [
    'no error page for a text',
    `error_page 404 = @ws; location / { return 404 text; } location @ws { ${PASS} }`,
    '/',
    'blocked 404',
  ],
  [
    'an error page that fails',
    `error_page 404 = /x; location / { return 404; } location /x { return 403; }`,
    '/',
    'blocked 403',
  ],
  [
    'error pages one after another',
    `recursive_error_pages on; error_page 404 = /x; error_page 403 = @ws; location / { return 404; } location /x { return 403; } location @ws { ${PASS} }`,
    '/',
    'passes 101',
  ],
  [
    'error pages in a circle',
    `recursive_error_pages on; error_page 404 = /x; location / { return 404; } location /x { return 404; }`,
    '/',
    'blocked 500',
  ],
  [
    'an error page elsewhere',
    `error_page 404 http://elsewhere.example/; location / { return 404; }`,
    '/',
    'blocked 302',
  ],
  [
    'an error page elsewhere with a status',
    `error_page 404 =307 http://elsewhere.example/; location / { return 404; }`,
    '/',
    'blocked 307',
  ],
  [
    'an error page by variable',
    `set $to @ws; error_page 404 = $to; location / { return 404; } location @ws { ${PASS} }`,
    '/',
    'passes 101',
  ],
  [
    'an error page of a status that is taken on',
    `error_page 404 =101 @ws; location / { return 404; } location @ws { ${PASS} }`,
    '/',
    'passes 101',
  ],
  [
    'an error page in an if',
    `location / { if ($http_upgrade) { error_page 404 = @ws; return 404; } } location @ws { ${PASS} }`,
    '/',
    'passes 101',
  ],
  [
    'intercepted errors',
    `location / { proxy_pass http://@B; proxy_intercept_errors on; error_page 426 = @ws; } location @ws { ${PASS} }`,
    '/',
    'passes 101',
  ],
  [
    'errors that are not intercepted',
    `location / { proxy_pass http://@B; error_page 426 = @ws; } location @ws { ${PASS} }`,
    '/',
    'blocked 426',
  ],
  [
    'a status that an error page keeps',
    `error_page 404 =418 @ws; location / { return 404; } location @ws { proxy_pass http://@B; }`,
    '/',
    'blocked 418',
  ],
  [
    'a 101 that is added to',
    `location / { ${PASS} add_header Sec-WebSocket-Protocol chat always; }`,
    '/',
    'blocked 101',
  ],
  [
    'a 101 that would be added to without always',
    `location / { ${PASS} add_header Sec-WebSocket-Protocol chat; }`,
    '/',
    'passes 101',
  ],
  [
    'a 101 that an empty header is added to',
    `location / { ${PASS} add_header Sec-WebSocket-Protocol $http_none always; }`,
    '/',
    'passes 101',
  ],
  [
    'a second Upgrade in the answer',
    `location / { ${PASS} add_header Upgrade h2c always; }`,
    '/',
    'blocked 101',
  ],
  [
    'a second Connection in the answer',
    `location / { ${PASS} add_header Connection close always; }`,
    '/',
    'passes 101',
  ],
  ['proxy_set_body', `location / { ${PASS} proxy_set_body x; }`, '/', 'blocked 101'],
  ['an empty proxy_set_body', `location / { ${PASS} proxy_set_body ""; }`, '/', 'passes 101'],
  ['proxy_read_timeout 0', `location / { ${PASS} proxy_read_timeout 0; }`, '/', 'blocked 504'],
  ['proxy_read_timeout 0ms', `location / { ${PASS} proxy_read_timeout 0ms; }`, '/', 'blocked 504'],
  [
    'merge_slashes off',
    `merge_slashes off; location / { return 404; } location //a { ${PASS} }`,
    '//a',
    'passes 101',
  ],
  ['merge_slashes', `location / { return 404; } location /a { ${PASS} }`, '//a', 'passes 101'],
  ['empty_gif before proxy_pass', `location / { empty_gif; ${PASS} }`, '/', 'passes 101'],
  ['empty_gif after proxy_pass', `location / { ${PASS} empty_gif; }`, '/', 'blocked 200'],
  [
    'an if that is true, after one with a back end',
    `location / { ${WS} if ($http_upgrade) { proxy_pass http://@B; } if ($http_host) { set $x 1; } }`,
    '/',
    'blocked 500',
  ],
  [
    'try_files in front of an if',
    `location / { try_files /none =404; ${PASS} if ($http_upgrade) { set $x 1; } }`,
    '/',
    'passes 101',
  ],
  [
    'limit_except in front of a return',
    `location / { return 403; ${PASS} limit_except POST { proxy_pass http://@B; } }`,
    '/',
    'passes 101',
  ],
  [
    'limit_except without more',
    `location / { return 403; ${PASS} limit_except POST { allow all; } }`,
    '/',
    'passes 101',
  ],
  [
    'limit_except that lists GET',
    `location / { ${PASS} limit_except GET POST { deny all; } }`,
    '/',
    'passes 101',
  ],
  [
    'a body of the server that rewrites in a circle',
    `location / { rewrite ^ /x last; } location /x { rewrite ^ / last; }`,
    '/',
    'blocked 500',
  ],
  ['an unknown named location', `location / { try_files /none @none; }`, '/', 'blocked 500'],
  ['a slash that a query follows', `location /a/ { ${PASS} }`, '/a?x=1', 'blocked 301'],
  [
    'auth_request that lets in',
    `location / { auth_request /ok; ${PASS} } location = /ok { return 204; }`,
    '/',
    'passes 101',
  ],
  [
    'auth_request that does not',
    `location / { auth_request /no; ${PASS} } location = /no { return 401; }`,
    '/',
    'blocked 401',
  ],
  [
    'auth_request with another status',
    `location / { auth_request /no; ${PASS} } location = /no { return 302 /x; }`,
    '/',
    'blocked 500',
  ],
  [
    'auth_request of files',
    `location / { auth_request /none; ${PASS} } location = /none { }`,
    '/',
    'blocked 500',
  ],
  [
    'auth_request that upgrades',
    `${WS} location / { auth_request /ws; proxy_pass http://@B; } location = /ws { proxy_pass http://@B; }`,
    '/',
    'blocked null',
  ],
  [
    'auth_request off',
    `auth_request /no; location / { auth_request off; ${PASS} } location = /no { return 401; }`,
    '/',
    'passes 101',
  ],
  ['mirror', `location / { mirror /m; ${PASS} } location = /m { proxy_pass http://@B; }`, '/', 'passes 101'],
  [
    'mirror that upgrades',
    `${WS} location / { mirror /m; proxy_pass http://@B; } location = /m { proxy_pass http://@B; }`,
    '/',
    'blocked 101',
  ],
  ['set of a header', `set $http_upgrade h2c; location / { ${PASS} }`, '/', 'blocked 426'],
  [
    'a variable before it is set',
    `location / { proxy_set_header Connection $late; proxy_set_header Upgrade websocket; proxy_http_version 1.1; proxy_pass http://@B; } location /x { set $late upgrade; }`,
    '/',
    'blocked 400',
  ],
  [
    'captures of the location',
    `location ~ ^/(?<kind>\\w+)/(\\w+) { proxy_set_header Upgrade $kind; proxy_set_header Connection $2; proxy_http_version 1.1; proxy_pass http://@B; }`,
    '/websocket/upgrade',
    'passes 101',
  ],
  [
    'captures that a condition has taken away',
    `location ~ ^/(\\w+) { if ($http_none ~ x) { set $a 1; } proxy_set_header Upgrade $1; proxy_set_header Connection upgrade; proxy_http_version 1.1; proxy_pass http://@B; }`,
    '/websocket',
    'blocked 426',
  ],
  [
    'a back end without a scheme, by variable',
    `set $up ws://@B; location / { ${WS} proxy_pass $up; }`,
    '/',
    'blocked 500',
  ],
  [
    'a host that nobody knows, by variable',
    `set $up unknown.example; location / { ${WS} proxy_pass http://$up; }`,
    '/',
    'blocked 502',
  ],
  [
    'an upstream by variable, and a port that it does not have',
    `set $up there:81; location / { proxy_pass http://$up; ${WS} }`,
    '/',
    'blocked 502',
  ],
  [
    'an upstream by variable',
    `set $up THERE; location / { proxy_pass http://$up; ${WS} }`,
    '/',
    'passes 101',
  ],
  [
    'a host of another location by variable, and its port',
    `set $up localhost:1; location / { proxy_pass http://$up; ${WS} } location /x { proxy_pass http://localhost; }`,
    '/',
    'blocked 502',
  ],
  ['a rewrite to nothing', `location / { rewrite ^/ws(.*)$ $1 break; ${PASS} }`, '/ws', 'blocked 500'],
  [
    'a file that is asked for',
    `location / { if (-f /none) { return 403; } if (!-e /none) { rewrite ^ /ws last; } } location /ws { ${PASS} }`,
    '/',
    'passes 101',
  ],
  [
    'server-level if',
    `if ($http_upgrade = websocket) { rewrite ^ /ws last; } location / { return 403; } location /ws { ${PASS} }`,
    '/',
    'passes 101',
  ],
  ['empty location name', `location "" { ${PASS} }`, '/', 'passes 101'],
  [
    'a hidden header that is passed after all',
    `location / { ${PASS} proxy_hide_header upgrade; proxy_pass_header UPGRADE; }`,
    '/',
    'passes 101',
  ],
];

/** Where it shows only with an own file or a login of the case: what explain says, and what nginx does. */
type TwoSided = readonly [name: string, server: string, path: string, explained: string, seen: string];

const APP = `location /app { root @DIR; try_files $uri $uri/ @ws; } location @ws { ${PASS} }`;
const PANEL = `location /panel { alias @DIR/app; try_files $uri $uri/ @ws; } location @ws { ${PASS} }`;
const LOGIN = `location = /login { internal; proxy_pass http://@L; proxy_set_header Content-Length ""; }`;
const BEHIND_LOGIN = `${LOGIN} location / { auth_request /login; proxy_pass http://@B; proxy_http_version 1.1;`;

const TWO_SIDED: readonly TwoSided[] = [
  [
    'the page of a single-page application',
    `location / { root @DIR; try_files $uri $uri/ /index.html; }`,
    '/ws',
    'blocked 200',
    'blocked 200',
  ],
  [
    'a page that is elsewhere',
    `location / { root @DIR; try_files $uri /page/index.html; } location /page/ { ${PASS} }`,
    '/ws',
    'passes 101',
    'passes 101',
  ],
  [
    'a page whose location has try_files of its own',
    `root @DIR; location / { try_files $uri /index.html; } location ~ \\.html$ { try_files $uri =404; }`,
    '/ws',
    'blocked 200',
    'blocked 200',
  ],
  [
    'a fallback that a variable names',
    `location / { root @DIR; try_files $uri /none$uri; } location /none/ { root @DIR; }`,
    '/ws',
    'blocked 404',
    'blocked 404',
  ],
  [
    'a named location by variable',
    `location / { try_files /none/such @$branch; } location @page { return 200; } location @socket { ${PASS} }`,
    '/app/key',
    'passes 101',
    'passes 101',
  ],
  ['the directory of a location', APP, '/app/', 'blocked null', 'blocked 403'],
  ['the directory of a location without its slash', APP, '/app', 'blocked null', 'blocked 301'],
  ['what is not in the directory of a location', APP, '/app/x', 'passes 101', 'passes 101'],
  ['the directory of a location by alias', PANEL, '/panel/', 'blocked null', 'blocked 403'],
  ['what is not in that directory', PANEL, '/panel/x', 'passes 101', 'passes 101'],
  ['the root', `location / { root @DIR; }`, '/', 'blocked null', 'blocked 200'],
  ['the root of a server without locations', `root @DIR/app;`, '/', 'blocked null', 'blocked 403'],
  [
    'satisfy any with a password',
    `location / { satisfy any; deny all; auth_basic x; auth_basic_user_file @DIR/p; ${PASS} }`,
    '/',
    'depends 401',
    'blocked 401',
  ],
  [
    'satisfy all',
    `location / { allow all; auth_basic x; auth_basic_user_file @DIR/p; ${PASS} }`,
    '/',
    'depends 401',
    'blocked 401',
  ],
  [
    'a cookie and an argument',
    `location / { proxy_set_header Upgrade $arg_to; proxy_set_header Connection upgrade$cookie_none; proxy_http_version 1.1; proxy_pass http://@B; }`,
    '/?x=1&TO=websocket',
    'depends 101',
    'passes 101',
  ],
  [
    'a set that is not reached, of the name of a map',
    `if ($http_authorization ~ Bearer) { set $branch y; } location / { if ($branch = socket) { return 204; } ${PASS} }`,
    '/',
    'depends 204',
    'blocked 204',
  ],
  [
    'a login that lets in, and no Upgrade behind it',
    `${BEHIND_LOGIN} proxy_set_header Connection ""; }`,
    '/',
    'blocked null',
    'blocked 426',
  ],
  [
    'a login that does not let in',
    `${LOGIN} location / { auth_request /login; ${PASS} }`,
    '/?401',
    'depends null',
    'blocked 401',
  ],
  [
    'a login that lets in',
    `${LOGIN} location / { auth_request /login; ${PASS} }`,
    '/',
    'depends null',
    'passes 101',
  ],
  [
    'a login below a prefix that forwards the upgrade',
    `${WS} location /login/ { proxy_pass http://@B; } location /ws { auth_request /login/check; proxy_pass http://@B; }`,
    '/ws',
    'blocked null',
    'blocked null',
  ],
  [
    'a login without a blank behind the equals sign',
    `${WS} location =/check { internal; proxy_pass http://@B; } location /ws { auth_request /check; proxy_pass http://@B; }`,
    '/ws',
    'blocked null',
    'blocked null',
  ],
  [
    'a blank in the request line',
    `location /ws { proxy_pass http://@B$uri; ${WS} }`,
    '/ws/a%20b',
    'blocked 400',
    'blocked 400',
  ],
  [
    'a blank in the request line, and no Upgrade',
    `location /ws { proxy_pass http://@B$uri; }`,
    '/ws/a%20b',
    'blocked 426',
    'blocked 426',
  ],
  [
    'no blank there',
    `location /ws { proxy_pass http://@B$uri; ${WS} }`,
    '/ws/ab',
    'passes 101',
    'passes 101',
  ],
];

/** The body of a server, the path asked for, and the one that the back end is asked for. */
const PATHS: readonly Case[] = [
  ['a query alone', `location /a { proxy_pass http://@B?q; ${WS} }`, '/a/b?c', '?q/b?c'],
  ['a query alone, by variable', `location /a { set $q q; proxy_pass http://@B?$q; ${WS} }`, '/a/b?c', '/?q'],
  ['a query alone in front of all', `location / { proxy_pass http://@B?q; ${WS} }`, '/a', '?qa'],
  ['a path and a query', `location /a { proxy_pass http://@B/x?q; ${WS} }`, '/a/b', '/x?q/b'],
];

/** What is in `@DIR`. */
const FILES = {
  p: 'u:{PLAIN}p\n',
  'index.html': 'A page.\n',
  'page/index.html': 'A page.\n',
  'app/file': 'A file.\n',
};

const resources = new Resources();
let backEnd: BackEnd;
let login: BackEnd;
let loginStatus = 200;
const ports = new Map<string, number>();

const filled = (text: string): string =>
  text.replaceAll('@B', backEnd.address).replaceAll('@L', login.address);

/** What this release does in its own way. */
const OF_THIS_RELEASE: readonly TwoSided[] = releaseCases.flatMap(({ name, server, from }) => {
  const expected = from.findLast(([since]) => isAtLeast(release, parseVersion(since) ?? release));
  return expected === undefined ? [] : [[name, server, '/', expected[1], expected[2] ?? expected[1]]];
});

beforeAll(async () => {
  backEnd = resources.add(await startStrictBackEnd());
  login = resources.add(await startStrictBackEnd({ statusOf: () => loginStatus }));
  const cases = [...CASES, ...PATHS, ...TWO_SIDED, ...OF_THIS_RELEASE];
  const servers = cases.map(([, body]) => ({ body: filled(body), files: FILES }));
  const nginx = resources.add(await startServers(servers, filled(UPSTREAM)));
  for (const [index, [name]] of cases.entries()) ports.set(name, nginx.ports[index] ?? 0);
});
afterAll(() => resources.stop());

/** The analysis of one case, and its URL. */
async function analysed([name, body, path]: Case | TwoSided): Promise<{ analysis: Analysis; url: string }> {
  const port = ports.get(name);
  const analysis = await analysisOf(
    `events {} http { ${filled(UPSTREAM)} server { listen 127.0.0.1:${port}; ${filled(body).replaceAll('@DIR', '/none')} } }`,
    release,
  );
  return { analysis, url: `ws://127.0.0.1:${port}${filled(path)}` };
}

describe('explain agrees with nginx', () => {
  it.each(CASES)('%s', async (...row) => {
    const expected = row[3];
    const { analysis, url } = await analysed(row);
    const { verdict, status } = explain(analysis, url);
    const seen = await handshake(url);
    expect({
      explain: `${verdict} ${status}`,
      nginx: seen.passes ? `passes ${seen.status}` : `blocked ${seen.status}`,
    }).toEqual({
      explain: expected,
      nginx: expected,
    });
  });
});

describe('explain says what the back end is asked for', () => {
  it.each(PATHS)('%s', async (...row) => {
    const { analysis, url } = await analysed(row);
    const { upstreamRequest } = explain(analysis, url);
    const before = backEnd.requests.length;
    await handshake(url);
    expect({
      explain: upstreamRequest?.uri,
      nginx: backEnd.requests.slice(before).map(({ uri }) => uri),
    }).toEqual({ explain: row[3], nginx: [row[3]] });
  });
});

describe('explain of files, logins and releases, and what nginx does', () => {
  it.each([...TWO_SIDED, ...OF_THIS_RELEASE])('%s', async (...row) => {
    const [, , path, explained, seen] = row;
    const { analysis, url } = await analysed(row);
    const { verdict, status } = explain(analysis, url);
    loginStatus = path.endsWith('401') ? 401 : 200;
    const result = await handshake(url);
    expect({
      explain: `${verdict} ${status}`,
      nginx: `${result.passes ? 'passes' : 'blocked'} ${result.status}`,
    }).toEqual({ explain: explained, nginx: seen });
  });
});
