import { describe, expect, it } from 'vitest';
import { handshake } from '../../server/src/handshake/handshake';
import { explain } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';

const version = { major: 1, minor: 22, patch: 1 };
const WS = `proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;`;
const PASS = `proxy_pass http://10.0.0.5:3000; ${WS}`;

/** Verdict, status and hops of `ws://localhost/a`. */
async function said(http: string, nginx = version): Promise<string> {
  const { verdict, status, hops } = explain(
    await analysisOf(`events {} http { ${http} }`, nginx),
    'ws://localhost/a',
  );
  return `${verdict} ${status}, hop ${hops}`;
}

/** A server on port 80 that sends all on to port 8080, and one there. */
function twoServers(first: string, second: string, listen = '8080'): string {
  return `server { listen 80; location / { proxy_pass http://127.0.0.1:8080; ${WS} ${first} } }
    server { listen ${listen}; location / { ${second} } }`;
}

describe('what is known of a request at the next hop', () => {
  it.each([
    ['a password that is not sent on', 'proxy_set_header Authorization "";', 'blocked 401, hop 2'],
    ['a password that is sent for all', 'proxy_set_header Authorization "Basic eA==";', 'passes 101, hop 2'],
    ['a token in place of a password', 'proxy_set_header Authorization "Bearer x";', 'blocked 401, hop 2'],
    ['the password of the client', '', 'depends 401, hop 2'],
  ])('%s', async (_name, first, expected) => {
    const second = `auth_basic x; auth_basic_user_file p; ${PASS}`;
    expect(await said(twoServers(first, second))).toBe(expected);
  });

  it('a header that is sent twice has its first value before nginx 1.23.0', async () => {
    const http = twoServers(
      'proxy_set_header X-Kind one; proxy_set_header X-Kind two;',
      `if ($http_x_kind = one) { return 204; } ${PASS}`,
    );
    expect(await said(http)).toBe('blocked 204, hop 2');
    expect(await said(http, { major: 1, minor: 23, patch: 0 })).toBe('passes 101, hop 2');
  });

  it('two lines of Host are refused from 1.17.9 on', async () => {
    const http = twoServers('proxy_set_header Host a; proxy_set_header Host b;', PASS);
    expect(await said(http)).toBe('blocked 400, hop 2');
    expect(await said(http, { major: 1, minor: 17, patch: 8 })).toBe('passes 101, hop 2');
  });

  it('a body that was set goes on with its length', async () => {
    const http = twoServers('proxy_set_body xyz;', PASS);
    const { upstreamRequest } = explain(await analysisOf(`events {} http { ${http} }`), 'ws://localhost/a');
    expect(upstreamRequest?.headers).toContainEqual(['Content-Length', '3']);
  });

  it('a socket of the file system is an address of its own', async () => {
    const http = `server { listen 80; location / { proxy_pass http://unix:/s; ${WS} } }
      server { listen unix:/s; location / { allow unix:; deny all; ${PASS} } }`;
    expect(await said(http)).toBe('passes 101, hop 2');
    expect(await said(http.replace('allow unix:', 'allow 127.0.0.1'))).toBe('blocked 403, hop 2');
  });

  it('a blank in the path is refused by the next nginx from 1.21.1 on', async () => {
    const http = `server { listen 80; location / { proxy_pass "http://127.0.0.1:8080/a b"; ${WS} } }
      server { listen 8080; location / { return 204; } }`;
    expect(await said(http)).toBe('blocked 400, hop 1');
    expect(await said(http, { major: 1, minor: 21, patch: 0 })).toBe('blocked 204, hop 2');
  });

  it('without Upgrade the next server cannot upgrade, whatever it sends', async () => {
    const http = twoServers('proxy_set_header Upgrade "";', PASS.replace('$http_upgrade', 'websocket'));
    expect(await said(http.replace(WS, 'proxy_http_version 1.1;'))).toBe('blocked null, hop 1');
  });
});

describe('files', () => {
  it('the root is there, also where no location takes the request', async () => {
    const { status } = explain(await analysisOf('events {} http { server { } }', version), 'ws://localhost/');
    expect(status).toBeNull();
  });

  it('the directory that try_files finds is there without its slash as well', async () => {
    expect(await said(`server { location /a { try_files $uri $uri/ =418; } }`)).toBe('blocked null, hop 1');
  });

  it('only an error page for what the directory answers matters', async () => {
    const server = (page: number): string =>
      `server { error_page ${page} = @ws; location /a { try_files $uri $uri/ =418; } location @ws { ${PASS} } }`;
    expect(await said(server(404))).toBe('blocked null, hop 1');
    expect(await said(server(301))).toBe('unknown null, hop 1');
  });
});

describe('what was asked on the way of a case', () => {
  it('tells which client makes it so', async () => {
    const http = `server { location / { if ($http_origin !~ "^https://") { return 403; } ${PASS} } }`;
    const { model } = await analysisOf(`events {} http { ${http} }`, version);
    const { cases } = handshake(model, 'ws://localhost/a');
    const asked = cases.map(({ verdict, ways }) => {
      const [first] = ways[0]?.answered ?? [];
      const answerFor = first?.question.decidedBy?.answerFor;
      return [verdict, answerFor?.('https://a') === first?.answer, answerFor?.('null') === first?.answer];
    });
    expect(asked).toEqual([
      ['passes', true, false],
      ['blocked', false, true],
    ]);
  });

  it('has nothing to do with values that are looked at afterwards', async () => {
    const http = `map $http_user_agent $robot { default ""; ~bot yes; } geo $near { default 0; 10.0.0.0/8 1; }
      server { location / { ${PASS} proxy_set_header X-Robot $robot; proxy_set_header X-Near $near; } }`;
    const analysis = await analysisOf(`events {} http { ${http} }`, version);
    const { upstreamRequest, cases } = explain(analysis, 'ws://localhost/a');
    const sent = upstreamRequest?.headers.filter(([name]) => name.startsWith('X-'));
    expect(sent).toEqual([['X-Near', '0']]);
    expect(cases.length).toBe(1);
  });
});

describe('set', () => {
  it('has the values of its time, also through a map', async () => {
    const http = `map $a $of_a { volatile; 1 one; default "of $a"; }
      server { set $a $arg_x; set $b $of_a; set $a $b; set $b $of_a;
        location / { if ($b = "of one") { return 204; } ${PASS} } }`;
    const analysis = await analysisOf(`events {} http { ${http} }`, version);
    expect(analysis.routes.map(({ verdict }) => verdict)).toEqual(['depends']);
    expect(explain(analysis, 'ws://localhost/?x=1').status).toBe(204);
    expect(explain(analysis, 'ws://localhost/?x=2').verdict).toBe('passes');
  });
});
