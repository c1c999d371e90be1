import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeText } from '../../server/src/node-host';
import { analysisOf } from '../support/memory-host';

/** Files that are no text: one finding says so. */

const CONFIGURATION = 'events {}\nhttp {\n    server {\n        listen 80;\n    }\n}\n'.repeat(20);

it.each([
  ['UTF-16', Buffer.from(`\uFEFF${CONFIGURATION}`, 'utf16le')],
  ['a compressed file', gzipSync(CONFIGURATION)],
  ['NUL bytes alone', Buffer.alloc(4096)],
])('of %s', async (_, bytes) => {
  const { problems } = await analysisOf(decodeText(bytes).text);
  expect(problems.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(['syntax error']);
  expect(problems[0]?.message).toContain('control character');
});

it('of a text with any bytes behind it: nothing is said of what follows the first control character', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const { text } = decodeText(Buffer.concat([Buffer.from(`${CONFIGURATION}\0`), bytes]));
      const start = text.indexOf('\0');
      const { problems } = await analysisOf(text);
      const later = problems.filter(({ place, rule }) => place.end > start && rule !== 'suppression-unused');
      expect(later.map(({ rule, place }) => [rule, place.start])).toEqual([['syntax', start]]);
    }),
    { seed: 20_261_123, numRuns: 300 },
  );
});
