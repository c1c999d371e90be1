import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { analysisOf } from './support/memory-host';

const examples = join(import.meta.dirname, '../examples');
const read = (name: string): string => readFileSync(join(examples, name), 'utf8');

/** What is still said of the documented configuration, below Warning, with the reason for each. */
const REMAINING: readonly { readonly rule: string; readonly reason: string }[] = [
  {
    rule: 'wss-plain-listener',
    reason: '`/api/chat` is on port 80; clients use wss on 443, whose `/` hands it on to port 80.',
  },
  {
    rule: 'rewrite-no-match',
    reason: 'The rewrite of the documented text misses `/api/chat` without a slash.',
  },
  {
    rule: 'websocket-idle-timeout',
    reason: 'A hint, on `/api/chat`: how long a chat may be silent is for its operator to say.',
  },
  { rule: 'websocket-idle-timeout', reason: 'The same hint, on `/` of port 443.' },
  {
    rule: 'connection-hardcoded',
    reason: '`/` on port 443 serves pages and WebSocket alike; the documented text has the literal.',
  },
];

it('has nothing to say of the documented configuration but what is listed', async () => {
  const { problems } = await analysisOf(read('nginx.conf'));
  expect(problems.filter(({ severity }) => severity === 'error' || severity === 'warning')).toEqual([]);
  expect(problems.map(({ rule }) => rule)).toEqual(REMAINING.map(({ rule }) => rule));
});

it('has a broken example that differs by its three directives alone', () => {
  const isDirective = (line: string): boolean =>
    /proxy_http_version 1\.1;|proxy_set_header (?:Upgrade|Connection) /.test(line);
  const body = (text: string): string[] => text.split('\n').filter((line) => !line.startsWith('#'));
  const documented = body(read('nginx.conf'));
  expect(documented.filter(isDirective).length).toBe(6);
  expect(body(read('broken/nginx.conf'))).toEqual(documented.filter((line) => !isDirective(line)));
});
