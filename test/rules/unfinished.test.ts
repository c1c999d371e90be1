import { describe, expect, it } from 'vitest';
import { analysisOf } from '../support/memory-host';

/** What is told of a configuration while somebody writes in it: `rule @line`. */
async function told(files: string | Readonly<Record<string, string>>): Promise<string[]> {
  const { problems } = await analysisOf(files);
  return problems
    .filter(({ severity }) => severity !== 'hint')
    .map(({ rule, place }) => `${rule} @${place.file.text.slice(0, place.start).split('\n').length}`);
}

const PASS = 'proxy_pass http://a:80;';
const MISSING = 'websocket-upgrade-missing';

const inServer = (lines: string): string => `events {}\nhttp {\nserver {\n${lines}\n}\n}\n`;

describe('a location with a syntax error in its own block', () => {
  it('is not judged before that is mended, and all others are', async () => {
    const text = inServer(`location /ws {
    proxy_pass http://a:80
    proxy_http_ver
}
location /socket.io/ {
    ${PASS}
}`);
    expect(await told(text)).toEqual(['syntax @6', `${MISSING} @9`]);
    expect(await told(text.replace('a:80\n    proxy_http_ver', 'a:80;'))).toEqual([
      `${MISSING} @5`,
      `${MISSING} @8`,
    ]);
  });

  it.each([
    ['in an if', 'if ($a) { set $b 1 }'],
    ['that is never closed', 'proxy_set_header Host $host;'],
  ])('%s', async (_, line) => {
    const isOpen = line.startsWith('proxy');
    const text = inServer(
      `location /chat/ws {\n    ${PASS}\n    ${line}\n${isOpen ? '' : '}'}\nlocation /ws {\n    ${PASS}\n}`,
    );
    const problems = await told(text);
    expect(problems).not.toContain(`${MISSING} @5`);
    expect(problems.some((problem) => problem.startsWith('syntax'))).toBe(true);
    expect(problems).toContain(`${MISSING} @9`);
  });

  it('is not judged by what stands on its head or names a variable either', async () => {
    const text = inServer(`location /ws {
    ${PASS}
    proxy_set_header Connection $connection_up
}
location /socket.io/ {
    ${PASS}
}`);
    expect(await told(text)).toEqual(['syntax @6', `${MISSING} @9`]);
  });

  it('keeps the comments that silence its findings', async () => {
    const text = inServer(`location /ws {
    # nginx-websocket-disable-next-line ${MISSING}
    ${PASS}
    proxy_http_ver
}`);
    expect(await told(text)).toEqual(['syntax @7']);
  });
});

describe('the block around or inside a location', () => {
  it('is another: a nested location is judged, and so is the outer one', async () => {
    const nested = (outer: string, inner: string): string =>
      inServer(`location /ws {\n${PASS}\n${outer}\nlocation /ws/a {\n${PASS}\n${inner}\n}\n}`);
    expect(await told(nested('proxy_buffering off', ''))).toEqual(['syntax @6', `${MISSING} @8`]);
    expect(await told(nested('', 'proxy_buffering off'))).toEqual([`${MISSING} @5`, 'syntax @9']);
  });

  it('of the server has errors of its own', async () => {
    const text = inServer(`listen 80\nserver_name a;\nlocation /ws {\n${PASS}\n}`);
    expect(await told(text)).toEqual(['syntax @4', `${MISSING} @7`]);
  });
});

describe('files that are included in a location', () => {
  const main = inServer(`location /ws {\n${PASS}\ninclude ws.inc;\n}\nlocation /socket.io/ {\n${PASS}\n}`);

  it('are a part of it', async () => {
    const files = (text: string): Record<string, string> => ({
      '/etc/nginx/nginx.conf': main,
      '/etc/nginx/ws.inc': text,
    });
    expect(await told(files('proxy_buffering off;\n'))).toEqual([`${MISSING} @5`, `${MISSING} @9`]);
    expect(await told(files('proxy_buffering off\n'))).toEqual([`${MISSING} @9`, 'syntax @1']);
  });

  it('may have the proxy_pass, too', async () => {
    const files = (text: string): Record<string, string> => ({
      '/etc/nginx/nginx.conf': main.replace(PASS, ''),
      '/etc/nginx/ws.inc': text,
    });
    expect(await told(files(`${PASS}\nproxy_buffering off;\n`))).toEqual([`${MISSING} @9`, `${MISSING} @1`]);
    expect(await told(files(`${PASS}\nproxy_buffering off\n`))).toEqual([`${MISSING} @9`, 'syntax @2']);
  });
});
