import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inlayHintsIn } from '../../server/src/features/inlay-hints';
import { unitsAt, usageLenses, usedBy, usesOf } from '../../server/src/features/usage';
import type { NginxVersion } from '../../server/src/reference/versions';
import { brokenText } from '../support/broken-text';
import { analysisOf } from '../support/memory-host';

const MAIN = '/etc/nginx/nginx.conf';

/** The lines of a file with a hint, each with it. */
async function hinted(
  files: string | Record<string, string>,
  path = MAIN,
  version?: NginxVersion,
): Promise<string[]> {
  const analysis = await analysisOf(files, version);
  const file = analysis.closure.files.get(path);
  if (file === undefined) throw new Error(`${path} is not included.`);
  const { model, routes } = analysis;
  return inlayHintsIn({ model, routes, file, start: 0, end: file.text.length }).map(({ offset, label }) => {
    const line = file.text.slice(0, offset).split('\n').at(-1) ?? '';
    return `${line.trim()} ← ${label}`;
  });
}

describe('hints', () => {
  it('say what a request has by default, from outer levels, and what it has lost', async () => {
    expect(
      await hinted(`events {}
http {
    map $http_upgrade $connection_upgrade { default upgrade; '' close; }
    proxy_read_timeout 5m;
    server {
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        location /a { proxy_pass http://a; }
        location /b {
            proxy_set_header Host $host;
            proxy_read_timeout 1h;
            proxy_pass http://a;
        }
        location /c {
            proxy_http_version 1.0;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection upgrade;
            proxy_read_timeout 1h;
            proxy_pass http://a;
        }
    }
    server {
        location / { proxy_pass http://b; }
    }
}
`),
    ).toEqual([
      'proxy_set_header Connection $connection_upgrade ← $connection_upgrade is "upgrade" for a handshake',
      'location /a { proxy_pass http://a; ← HTTP/1.1 from server, Upgrade from server, Connection from server, closed when idle for 300 s, from http',
      'proxy_pass http://a; ← HTTP/1.1 from server, Upgrade lost, Connection lost',
      'location / { proxy_pass http://b; ← HTTP/1.0 by default, closed when idle for 300 s, from http',
    ]);
  });

  it('follow the release', async () => {
    const text = 'events {}\nhttp { server { location / { proxy_pass http://b; } } }\n';
    expect(await hinted(text)).toEqual([
      'http { server { location / { proxy_pass http://b; ← HTTP/1.0 by default, closed when idle for 60 s by default',
    ]);
    expect(await hinted(text, MAIN, { major: 1, minor: 29, patch: 7 })).toEqual([
      'http { server { location / { proxy_pass http://b; ← HTTP/1.1 by default, closed when idle for 60 s by default',
    ]);
  });

  it('say nothing of what is not known, or is not the same wherever a file is included', async () => {
    const pass = '/etc/nginx/pass.conf';
    const main = (second: string): Record<string, string> => ({
      [MAIN]: `events {}\nhttp { server { location /a { include pass.conf; } location /b { ${second} include pass.conf; } } }\n`,
      [pass]: 'proxy_pass http://b;\n',
    });
    expect(await hinted(main(''), pass)).toHaveLength(1);
    expect(await hinted(main('proxy_http_version 1.1;'), pass)).toEqual([]);
    const unseen = await hinted(
      'events {}\nhttp { server { include /x/y.conf; location / { proxy_pass http://b; } } }\n',
    );
    expect(unseen).toEqual([]);
  });

  it('are given for any text', async () => {
    await fc.assert(
      fc.asyncProperty(brokenText, async (text) => {
        const { model, routes, closure } = await analysisOf({ [MAIN]: text });
        const file = closure.main;
        for (const { offset, label } of inlayHintsIn({ model, routes, file, start: 0, end: text.length })) {
          expect(label).not.toBe('');
          expect(offset).toBeLessThanOrEqual(text.length);
        }
        for (const { place, text: told } of usageLenses(model.configuration, file, true)) {
          expect(told).not.toBe('');
          expect(place.end).toBeLessThanOrEqual(text.length);
        }
        for (let offset = 0; offset <= text.length; offset += 7) {
          for (const unit of unitsAt(model.configuration, file, offset)) {
            usedBy(model.configuration, unit);
            usesOf(model.configuration, unit);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
