import { expect, it } from 'vitest';
import { rule } from '../../server/src/rules/unknown-directive';
import { analyze } from '../../server/src/service';
import { forwarding } from '../support/forwarding';
import { analysisOf, closureOf } from '../support/memory-host';
import { testRule } from '../support/rule-tester';

const inServer = (line: string): string => `events {}\nhttp {\n    server {\n        ${line}\n    }\n}\n`;

testRule(rule, {
  valid: [
    { name: 'a directive of nginx', files: inServer('listen 80;') },
    {
      name: 'entries of a map',
      files: 'events {}\nhttp {\n    map $uri $x {\n        anything 1;\n    }\n}\n',
    },
    {
      name: 'entries of a map in a file of their own, of which nobody knows where it is included',
      files: "hostnames;\ndefault upgrade;\n'' close;\n~*bot 1;\n*.example.org /x;\ninclude more.map;\n",
    },
    {
      name: 'a module that is loaded',
      files: `load_module modules/ngx_http_geoip_module.so;\n${inServer('listen 80;')}`,
    },
    { name: 'what an unknown module may bring', files: `load_module x.so;\n${inServer('some_words on;')}` },
    { name: 'a placeholder', files: { '/etc/nginx/nginx.conf.j2': inServer('{{ name }} on;') } },
  ],
  invalid: [
    {
      name: 'a slip of the pen',
      files: inServer('«server_nmae» example.com;'),
      severity: 'warning',
      message: 'unknown directive "server_nmae". Did you mean `server_name`?',
      output: inServer('server_name example.com;'),
    },
    {
      name: 'a directive of a fork',
      files: inServer('«acme» example;'),
      severity: 'hint',
      message: 'it belongs to Angie, which plain nginx does not have',
      output: null,
    },
    {
      name: 'a line beside a directive is no entry',
      files: 'proxy_set_header Host $host;\n«utterly_different» on;\n',
      severity: 'warning',
      message: 'unknown directive "utterly_different"',
      output: null,
    },
    {
      name: 'a name that is like no other',
      files: inServer('«utterly_different» on;'),
      severity: 'warning',
      message: /^unknown directive "utterly_different": nginx refuses it/,
      output: null,
    },
    {
      name: 'a third-party module',
      files: inServer('«more_set_headers» "Server: me";'),
      severity: 'hint',
      message: 'it belongs to ngx_http_headers_more_filter_module',
      output: null,
    },
    {
      name: 'a third-party module that is known by its names alone',
      files: inServer('«brotli» on;'),
      severity: 'hint',
      message: 'it belongs to ngx_brotli',
      output: null,
    },
    {
      name: 'a module that is built apart',
      files: 'events {}\nhttp {\n    «geoip_country» /x;\n}\n',
      severity: 'hint',
      message: 'ngx_http_geoip_module',
      output: null,
    },
    {
      name: 'a later release',
      version: { major: 1, minor: 22, patch: 1 },
      files: inServer('«http2» on;'),
      severity: 'error',
      message: 'unknown directive "http2": nginx 1.22.1 does not have it: it came with 1.25.1.',
      output: null,
    },
    {
      name: 'the commercial edition',
      files: inServer('«status_zone» a;'),
      severity: 'hint',
      message: 'ngx_http_api_module',
      output: null,
    },
  ],
});

it.each([
  ['a later release', 'http2 on;', 'error'],
  ['the commercial edition', 'status_zone a;', 'error'],
  ['a third-party module', 'brotli on;', 'hint'],
])('is as severe as it deserves when the version was set: %s', async (_name, line, severity) => {
  const closure = await closureOf({ '/etc/nginx/nginx.conf': inServer(line) });
  const version = { major: 1, minor: 22, patch: 1 };
  const { problems } = analyze(closure, { version, versionFrom: 'setting' });
  expect(problems.map((problem) => [problem.rule, problem.severity])).toEqual([[rule.id, severity]]);
});

it.each([
  ['a directive that Angie has', 'acme a;', []],
  [
    'one that it lacks',
    'add_header_inherit off;',
    ['unknown directive "add_header_inherit": Angie does not have it.'],
  ],
])('knows the program that the version names: %s', async (_name, line, messages) => {
  const closure = await closureOf({ '/etc/nginx/nginx.conf': inServer(line) });
  const version = { major: 1, minor: 31, patch: 2 };
  const build = { fork: 'Angie', modules: null } as const;
  const { problems } = analyze(closure, { version, versionFrom: 'setting', build });
  expect(problems.map(({ message }) => message)).toEqual(messages);
});

it.each([
  ['ngx_http_acme_module', 'acme_issuer a { uri b; }'],
  ['ngx_otel_module', 'otel_exporter { endpoint a; }'],
  ['ngx_http_brotli_filter_module', 'brotli on;'],
])('says nothing of what %s may bring when it is loaded', async (module, line) => {
  const text = `load_module modules/${module}.so;\nevents {}\nhttp {\n    ${line}\n}\n`;
  const closure = await closureOf({ '/etc/nginx/nginx.conf': text });
  const version = { major: 1, minor: 30, patch: 0 };
  expect(analyze(closure, { version, versionFrom: 'setting' }).problems).toEqual([]);
});

it('is a hint where Debian brought the directive to an earlier release', async () => {
  const closure = await closureOf({ '/etc/nginx/nginx.conf': inServer('max_headers 50;') });
  const { problems } = analyze(closure, {
    version: { major: 1, minor: 22, patch: 1 },
    versionFrom: 'setting',
  });
  expect(problems.map(({ severity }) => severity)).toEqual(['hint']);
});

it('leaves names alone that people say are theirs', async () => {
  const closure = await closureOf({ '/etc/nginx/nginx.conf': inServer('our_own on;') });
  const version = { major: 1, minor: 28, patch: 0 };
  expect(analyze(closure, { version, extraDirectives: ['our_own'] }).problems).toEqual([]);
});

it('alone is told of a slip of the pen: all else is judged as it was meant', async () => {
  const text = forwarding({
    server: ['listen 80;'],
    upgrade: 'proxy_set_iheader Upgrade $http_upgrade',
    location: ['proxy_set_header Host $host;', 'proxy_read_timeout 1h;'],
  });
  const { problems } = await analysisOf(text);
  expect(problems.map((problem) => problem.rule)).toEqual(['unknown-directive']);
});
