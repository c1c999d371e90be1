import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { semanticTokensIn } from '../../server/src/features/semantic-tokens';
import type { Analysis } from '../../server/src/service';
import { problemsIn } from '../../server/src/project/problems';
import { brokenText } from '../support/arbitrary-text';
import { analysisOf } from '../support/memory-host';

/** The tokens of a file, as `text type modifiers`. */
function shown(analysis: Analysis, path: string): string[] {
  const file = analysis.closure.files.get(path);
  if (file === undefined) throw new Error(`There is no ${path}.`);
  const tokens = semanticTokensIn(analysis.model.configuration, file, problemsIn([analysis], path));
  return tokens.map(({ start, end, type, modifiers }) =>
    [file.text.slice(start, end), type, ...modifiers].join(' '),
  );
}

it('tokens are what only the whole configuration can tell', async () => {
  const analysis = await analysisOf({
    '/nginx.conf': `events {} http { include a.conf; include b.conf; }`,
    '/a.conf': 'map $uri $kind { default "$kind"; } upstream Chat { server 127.0.0.1:1; }',
    '/b.conf': `server {
      set $mine "$host \${kind}";
      proxy_sett_header A $http_upgrade;
      location ~ (?<part>.) { proxy_pass http://chat/$mine$part; }
      location / { proxy_pass http://example.com; }
    }`,
  });
  expect(shown(analysis, '/b.conf')).toEqual([
    '$mine variable declaration',
    '${kind} variable readonly',
    'proxy_sett_header unknownDirective',
    'part variable declaration',
    'chat type',
    '$mine variable',
    '$part variable',
  ]);
  expect(shown(analysis, '/a.conf')).toEqual([
    '$kind variable declaration readonly',
    '$kind variable readonly',
    'Chat type declaration',
  ]);
});

it('whatever the text, tokens are in order, on one line, and do not overlap', () =>
  fc.assert(
    fc.asyncProperty(brokenText, async (text) => {
      const analysis = await analysisOf(text);
      const file = analysis.closure.main;
      let last = 0;
      for (const { start, end } of semanticTokensIn(
        analysis.model.configuration,
        file,
        problemsIn([analysis], file.realPath),
      )) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(text.slice(start, end)).not.toContain('\n');
        last = end;
      }
      expect(last).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 300 },
  ));
