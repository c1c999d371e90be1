import { expect, it } from 'vitest';
import { thirdPartyNotices } from '../scripts/lib/bundles.mjs';

it('the licence of each package that is bundled is shipped', async () => {
  const text = await thirdPartyNotices([
    'node_modules/ws/lib/sender.js',
    'node_modules/ws/lib/websocket.js',
    'node_modules/vscode-uri/lib/esm/index.mjs',
    'server/src/node.ts',
  ]);
  const headings = text.match(/^\S+ \d+\.\d+\.\d+ \(.+\)$/gm);
  expect(headings?.map((heading) => heading.replace(/ \S+ /, ' '))).toEqual([
    '@nginx/reference-lib (Apache-2.0)',
    'vscode-uri (MIT)',
    'ws (MIT)',
  ]);
  expect(text).toContain('Apache License');
  expect(text.match(/Permission is hereby granted/g)).toHaveLength(2);
});
