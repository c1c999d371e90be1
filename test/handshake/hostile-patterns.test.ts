import { describe, expect, it } from 'vitest';
import { explain, routes } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';
import { UPGRADE } from './support';

/** A configuration with a pattern that would take for ever, and a location of many letters that it is tried on. */
const besideLetters = (pattern: string, letters: number): string => `events {}
http {
  server {
    listen 80;
    location /${'a'.repeat(letters)} { proxy_pass http://127.0.0.1:8080; ${UPGRADE} }
    location ~ "${pattern}" { return 403; }
  }
}
`;

describe('a pattern that would take for ever', () => {
  it.each([
    ['.*.*.*.*.*y$', 100],
    ['.*.*.*y$', 1000],
    ['^/(a+)+$b', 100],
    ['^(/?[^/]+)*z', 3000],
  ])('%s is answered beside a location of %i letters', async (pattern, letters) => {
    const analysis = await analysisOf(besideLetters(pattern, letters));
    const [route] = routes(analysis);
    expect(analysis.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(route?.verdict).toBeDefined();
    const { verdict, because } = explain(analysis, `ws://localhost/${'a'.repeat(letters)}`);
    expect(verdict).toBe('unknown');
    const said = because.filter(({ message }) => message.includes('cannot be told here'));
    expect(said.map(({ message }) => message)).toEqual([
      `Whether \`location ~ ${pattern}\` matches cannot be told here.`,
    ]);
  });

  it('is none where it has a match, or none, after few steps', async () => {
    const analysis = await analysisOf(besideLetters('(a+)+y$', 10));
    expect(explain(analysis, `ws://localhost/${'a'.repeat(10)}`).verdict).toBe('passes');
    expect(explain(analysis, `ws://localhost/${'a'.repeat(10)}y`)).toMatchObject({
      verdict: 'blocked',
      status: 403,
    });
  });
});
