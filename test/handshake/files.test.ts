import { describe, expect, it } from 'vitest';
import { handshakeIn, PASS } from './support';

/** Verdict and status of a handshake, then the reasons. */
async function ends(server: string, path = '/ws'): Promise<[end: string, reasons: string[]]> {
  const { verdict, status, because } = await handshakeIn(`server { ${server} }`, `ws://localhost${path}`);
  return [`${verdict} ${status}`, because.filter(({ id }) => id !== null).map(({ message }) => message)];
}

const SERVED = 'Files are served here: no back end is asked.';

describe('files are not consulted', () => {
  it.each<[name: string, server: string, path: string, end: string]>([
    ['what a URL names is not there', 'location / { root html; }', '/ws', 'blocked 404'],
    ['also where no location takes it', '', '/ws', 'blocked 404'],
    ['the directory of the location is there', 'location /ws/ { root html; }', '/ws/', 'blocked null'],
    ['a path without a slash names a file', 'location /ws { root html; }', '/ws', 'blocked 404'],
    ['with a slash it is the directory', 'location /ws { root html; }', '/ws/', 'blocked null'],
    ['by alias', 'location /ws/ { alias /srv/x/; }', '/ws/', 'blocked null'],
    ['that of the server', 'location /a { root html; }', '/', 'blocked null'],
    [
      'that of the root, after a rewrite',
      'location /a { rewrite ^ / break; root html; }',
      '/a',
      'blocked null',
    ],
    ['that of the root, for a pattern', 'location ~ / { root html; }', '/', 'blocked null'],
    ['that of the root', 'location / { root html; }', '/', 'blocked null'],
    [
      'the directory of the page that is there',
      'location /ws { try_files /none /page/a.html; } location /page/ { rewrite ^/page /page last; }',
      '/ws',
      'blocked null',
    ],
    ['what is in it is not', 'location /ws/ { root html; }', '/ws/a', 'blocked 404'],
    ['what is beside it is not', 'location /ws { root html; }', '/wsx', 'blocked 404'],
  ])('%s', async (_, server, path, end) => {
    expect(await ends(server, path)).toEqual([end, [SERVED]]);
  });

  it('the page for what is not there is asked for', async () => {
    const server = `error_page 404 = /back; location / { root html; } location /back { ${PASS} }`;
    expect(await ends(server)).toEqual(['passes 101', []]);
  });

  it('which page is next for a directory cannot be told', async () => {
    const { verdict, because } = await handshakeIn(
      `server { error_page 404 = /back; location /ws/ { root html; } location /back { ${PASS} } }`,
      'ws://localhost/ws/',
    );
    expect([verdict, because.at(-1)?.message]).toEqual([
      'unknown',
      'Which `error_page` is next depends on the files that are there.',
    ]);
  });

  it.each<[condition: string, end: string]>([
    ['-f $request_filename', 'passes 101'],
    ['-d $request_filename', 'passes 101'],
    ['-e $request_filename', 'passes 101'],
    ['!-f $request_filename', 'blocked 403'],
    ['!-e /etc/maintenance', 'blocked 403'],
  ])('if (%s): what it asks for is not there', async (condition, end) => {
    const [found] = await ends(`location / { if (${condition}) { return 403; } ${PASS} }`);
    expect(found).toBe(end);
  });
});

describe('try_files', () => {
  it.each<[name: string, server: string, path: string, end: string, reasons: string[]]>([
    [
      'to a page: it is there',
      'location / { try_files $uri $uri/ /index.html; }',
      '/ws',
      'blocked 200',
      [SERVED],
    ],
    [
      'to a page of another location',
      'location / { try_files $uri /app/index.html; } location /app/ { root html; }',
      '/ws',
      'blocked 200',
      [SERVED],
    ],
    [
      'to a page that is itself handed over',
      `location / { try_files $uri /index.php; } location = /index.php { ${PASS} }`,
      '/ws',
      'passes 101',
      [],
    ],
    [
      'to a back end',
      `location / { try_files $uri @back; } location @back { ${PASS} }`,
      '/ws',
      'passes 101',
      [],
    ],
    [
      'to a back end whose name a variable tells',
      `set $type back; location / { try_files /nonexistent @$type; } location @back { ${PASS} }`,
      '/ws',
      'passes 101',
      [],
    ],
    [
      'with the page first: it is there only as the last',
      `location / { try_files /index.html @back; } location @back { ${PASS} }`,
      '/ws',
      'passes 101',
      [],
    ],
    [
      'in a location with a back end: the directory of the location is there, and the back end is asked',
      `location /ws/ { try_files $uri/ /index.html; ${PASS} }`,
      '/ws/',
      'passes 101',
      [],
    ],
  ])('%s', async (_, server, path, end, reasons) => {
    expect(await ends(server, path)).toEqual([end, reasons]);
  });

  it('to a status', async () => {
    const [end, reasons] = await ends('location / { try_files $uri =404; }');
    expect([end, reasons.length]).toEqual(['blocked 404', 1]);
  });

  it('that falls back to itself is told once', async () => {
    const { because } = await handshakeIn(
      'server { location / { try_files $uri $uri/ /index.html; } }',
      'ws://localhost/ws',
    );
    expect(because.map(({ step, message }) => `${step}: ${message}`).slice(2)).toEqual([
      'location: `location /`',
      'files: `try_files` finds no file and goes on at `/index.html`.',
      `answer: ${SERVED}`,
    ]);
  });

  it('of a fallback to what is not there either goes round, and is stopped', async () => {
    const [end] = await ends('location / { try_files $uri /a$uri; }');
    expect(end).toMatch(/^blocked (?:200|500)$/);
  });

  it('with alias and a variable cannot be told', async () => {
    const [end] = await ends('location /ws { alias /srv; try_files $uri /x$uri; }');
    expect(end).toBe('unknown null');
  });
});
