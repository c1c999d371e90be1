import { describe, expect, it } from 'vitest';
import { type NextStep, nextStepFor } from '../../server/src/features/next-step';
import { type Analysis, explain } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';

const serve = (body: string): string =>
  `events {}\nhttp {\n    server {\n        listen 80;\n${body}    }\n}\n`;

async function stepFor(text: string, url: string): Promise<NextStep | null> {
  return nextStepFor(explain(await analysisOf(text), url));
}

describe('what to write for a URL', () => {
  it.each([
    ['no server for it', serve(''), 'wss://a.example/ws', 'http {'],
    ['no location for it', serve(''), 'ws://a.example/ws', 'listen 80;'],
    [
      'files for it',
      serve('location / { try_files $uri /index.html; }\n'),
      'ws://a.example/a%20b',
      'listen 80;',
    ],
  ])('is a text with which it passes: %s', async (_, text, url, above) => {
    const step = await stepFor(text, url);
    const added = text.replace(above, `${above}\n${step?.lines.join('\n')}`);
    const after: Analysis = await analysisOf(added);
    expect(explain(after, url)).toMatchObject({ verdict: 'passes' });
    expect(after.refusals()).toEqual([]);
    expect(after.problems.filter(({ severity }) => severity === 'error' || severity === 'warning')).toEqual(
      [],
    );
  });

  it.each([
    ['it passes', serve('location /ws { proxy_pass http://10.0.0.1; proxy_http_version 1.1; }'), 'ws://a/ws'],
    ['a back end is asked', serve('location /ws { proxy_pass http://10.0.0.1; }'), 'ws://a/ws'],
    ['something else answers on purpose', serve('location /ws { return 403; }'), 'ws://a/ws'],
    ['the root is asked for', serve(''), 'ws://a/'],
    ['there is no such URL', serve(''), 'a/ws'],
  ])('is nothing where %s', async (_, text, url) => {
    expect(await stepFor(text, url)).toBeNull();
  });
});
