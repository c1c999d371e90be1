import { describe, expect, it } from 'vitest';
import { assumedVersion, parseVersion } from '../../server/src/reference/versions';
import { readBuild } from '../../server/src/reference/builds';
import type { Explanation } from '../../server/src/handshake/explanation';
import { handshake } from '../../server/src/handshake/handshake';
import { analyze, explain } from '../../server/src/service';
import { analysisOf, closureOf } from '../support/memory-host';
import { releaseCases } from './release-cases';

describe.each(releaseCases)('$name', ({ server, from }) => {
  const said = from.map(([release, explained]) => [release, explained] as const);

  it.each(said)('from %s on: %s', async (release, explained) => {
    const text = `events {} http { server { listen 80; ${server.replaceAll('@B', '127.0.0.1:9')} } }`;
    const analysis = await analysisOf(text, parseVersion(release) ?? assumedVersion);
    const { verdict, status } = explain(analysis, 'ws://localhost/');
    expect(`${verdict} ${status}`).toBe(explained);
  });
});

const HEADERS = 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

/** What is said of a server where nobody has set the version. */
async function unset(server: string): Promise<Explanation> {
  const text = `events {} http { server { ${server} } }`;
  return explain(await analysisOf(text, assumedVersion, {}, 'assumed'), 'ws://localhost/');
}

const GOOD = `location / { proxy_pass http://a; ${HEADERS} proxy_http_version 1.1; }`;

describe('a name in a variable, and no resolver', () => {
  const server = `set $b a.example; location / { proxy_pass http://$b:9; ${HEADERS} proxy_http_version 1.1; }`;
  it.each<[program: string, more: string, expected: string]>([
    ['1.31.2', '', 'blocked 502'],
    ['Angie/1.12.0', '', 'passes 101'],
    ['Angie/1.12.0', 'resolver off;', 'blocked 502'],
    ['Angie/1.11.0', '', 'blocked 502'],
    ['Tengine/3.2.0', '', 'passes 101'],
  ])('%s: %s', async (program, more, expected) => {
    const build = readBuild(program);
    if (build === null) throw new Error(`${program} is no program.`);
    const closure = await closureOf({ '/nginx.conf': `events {} http { server { ${more} ${server} } }` });
    const analysis = analyze(closure, { version: build.version, versionFrom: 'setting', build });
    const { verdict, status } = explain(analysis, 'ws://localhost/');
    expect(`${verdict} ${status}`).toBe(expected);
    expect(analysis.problems.map(({ rule }) => rule).includes('websocket-proxy-variable')).toBe(
      verdict === 'blocked',
    );
  });
});

describe('where no version is set', () => {
  it.each<[server: string, expected: string, conditions: readonly string[]]>([
    [
      `location / { proxy_pass http://a; ${HEADERS} }`,
      'depends 400',
      ['nginx is 1.29.7 or later, or the back end accepts HTTP/1.0 (otherwise 400)'],
    ],
    [`location / { proxy_pass http://a; ${HEADERS} proxy_http_version 1.1; }`, 'passes 101', []],
    [
      `location / { proxy_pass http://a; ${HEADERS} proxy_http_version 1.0; }`,
      'depends 400',
      ['the back end accepts HTTP/1.0 (otherwise 400)'],
    ],
    // What only mainline has is no condition.
    [
      `location / { proxy_pass http://a; ${HEADERS} proxy_http_version 1.1; proxy_set_header Host ""; }`,
      'blocked 400',
      [],
    ],
    // Nobody sends such a Host but a `proxy_set_header` of the same configuration.
    [
      `location / { proxy_pass http://127.0.0.1:81; ${HEADERS} proxy_http_version 1.1; proxy_set_header Host "~a"; }
        } server { listen 81; ${GOOD}`,
      'passes 101',
      [],
    ],
    [
      `location / { proxy_pass http://127.0.0.1:81; ${HEADERS} proxy_http_version 1.1; proxy_set_header Host "^a"; }
        } server { listen 81; ${GOOD}`,
      'depends 101',
      ['nginx is older than 1.29.4 (otherwise 400)'],
    ],
    [
      `location / { proxy_pass http://127.0.0.1:81; ${HEADERS} proxy_http_version 1.1; proxy_set_header Host "a b"; }
        } server { listen 81; ${GOOD}`,
      'depends 400',
      ['nginx is older than 1.21.1 (otherwise 400)'],
    ],
    [
      `location / { proxy_pass http://127.0.0.1:81; ${HEADERS} proxy_http_version 1.1;
        proxy_set_header Host a; proxy_set_header Host b; } } server { listen 81; ${GOOD}`,
      'depends 400',
      ['nginx is older than 1.17.9 (otherwise 400)'],
    ],
    // What is written of the release is asked of it, and holds from then on.
    [
      `if ($nginx_version = 1.30.0) { return 404; } ${GOOD}`,
      'depends 101',
      ['`$nginx_version` is not "1.30.0" (otherwise 404)'],
    ],
    [
      `if ($nginx_version = 1.30.0) { return 404; } location / { proxy_pass http://a; ${HEADERS} }`,
      'depends 400',
      [
        '`$nginx_version` is not "1.30.0" (otherwise 404)',
        'nginx is 1.29.7 or later, or the back end accepts HTTP/1.0 (otherwise 400)',
      ],
    ],
    [
      `if ($nginx_version != 1.30.0) { return 404; } location / { proxy_pass http://a; ${HEADERS} }`,
      'depends 404',
      ['`$nginx_version` is "1.30.0" (otherwise 404)'],
    ],
    [
      `if ($nginx_version ~ "^1\\.2[0-8]") { return 404; } ${GOOD}`,
      'depends 404',
      ['`$nginx_version` does not match `^1\\.2[0-8]` (otherwise 404)'],
    ],
    // nginx starts with it, so it is one that knows the value.
    [`location / { proxy_pass http://a; ${HEADERS} proxy_http_version 2; }`, 'blocked 502', []],
    // A release that does not know the directive starts with none of this.
    [
      `add_header Upgrade x always; location / { add_header_inherit off; proxy_pass http://a; ${HEADERS} proxy_http_version 1.1; }`,
      'passes 101',
      [],
    ],
    // Not for a client that speaks TLS.
    [
      `listen 127.0.0.1:80 http2; ${GOOD}`,
      'depends 101',
      ['nginx is 1.25.1 or later (otherwise it is blocked)'],
    ],
    [
      `listen 127.0.0.1:80 http2; location / { proxy_pass http://a; ${HEADERS} }`,
      'depends 400',
      ['nginx is 1.29.7 or later, or nginx is 1.25.1 or later and the back end accepts HTTP/1.0'],
    ],
    // It fails with each release, and the client sees the same.
    ['location / { proxy_pass http://a; }', 'blocked 426', []],
  ])('%s', async (server, expected, conditions) => {
    const { verdict, status, conditions: told } = await unset(server);
    expect(`${verdict} ${status}`).toBe(expected);
    expect(told).toEqual(conditions);
  });

  it('tells of which releases it speaks', async () => {
    const { because } = await unset(`location / { proxy_pass http://a; ${HEADERS} }`);
    expect(because.at(-1)?.message).toBe(
      'The request to the back end is HTTP/1.0 before nginx 1.29.7: a handshake needs HTTP/1.1.',
    );
  });

  it('is not asked where the location says what the releases do differently: each answer is a walk', async () => {
    const text = `events {} http { server { ${GOOD} } }`;
    const { model } = await analysisOf(text, assumedVersion, {}, 'assumed');
    const { cases } = handshake(model, 'ws://localhost/');
    const asked = cases.flatMap(({ ways }) => ways.flatMap(({ answered }) => answered));
    expect(asked.filter(({ question: { release } }) => release !== undefined)).toEqual([]);
  });

  it('has one case for what fails with each release', async () => {
    const { cases } = await unset('location / { proxy_pass http://a; }');
    expect(cases).toHaveLength(1);
  });
});
