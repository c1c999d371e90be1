import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rules } from '../../server/src/rules/rules.generated';
import { routes } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';
import { configurationWith, inserted, PLACEHOLDER, placeOf, snippet, snippets } from '../support/snippets';

const root = join(import.meta.dirname, '../..');

/** What is still said of a snippet, at Information, in the order of its text, with the reason for each. */
const REMAINING: Readonly<Record<string, readonly { readonly rule: string; readonly reason: string }[]>> = {
  'ws-documented': [
    {
      rule: 'wss-plain-listener',
      reason: '`/api/chat` is served on port 80 alone; the documented text has it so.',
    },
    { rule: 'rewrite-no-match', reason: 'The documented rewrite leaves the bare `/api/chat` as it is.' },
    {
      rule: 'connection-hardcoded',
      reason: '`/` on port 443 serves pages and WebSocket alike; the documented text has the literal.',
    },
  ],
};

/** Snippets that hand nothing to a back end by themselves. */
const WITHOUT_ROUTE: ReadonlySet<string> = new Set(['ws-map', 'ws-upstream', 'wss-redirect']);

/** Locations of a snippet that serve ordinary requests alone. */
const ORDINARY: Readonly<Record<string, readonly string[]>> = {
  // Only /api/live/ is Grafana Live.
  'ws-grafana': ['/'],
  // Through http://localhost/ it comes to what port 80 serves: files at /, the chat at /api/chat.
  'ws-documented': ['/'],
};

describe('snippets', () => {
  it('begin with ws- or wss-, each with a prefix of its own', () => {
    const prefixes = snippets.map(({ prefix }) => prefix);
    expect(prefixes.filter((prefix) => !/^wss?-[a-z-]+$/.test(prefix))).toEqual([]);
    expect(new Set(prefixes).size).toBe(prefixes.length);
  });

  it.each(snippets)('$prefix says where it belongs, and which snippet it needs', (each) => {
    expect(() => placeOf(each)).not.toThrow();
    const text = inserted(each.prefix);
    const needsMap = text.includes('$connection_upgrade') && !text.includes('map ');
    expect(each.description.includes('ws-map')).toBe(needsMap);
  });

  it.each(snippets)('$prefix gives one default to each placeholder, and none but these', ({ body }) => {
    const text = body.join('\n');
    const defaults = new Map<string, Set<string>>();
    for (const [, number = '', value = ''] of text.matchAll(PLACEHOLDER)) {
      defaults.set(number, (defaults.get(number) ?? new Set()).add(value));
    }
    expect([...defaults.values()].filter(({ size }) => size > 1)).toEqual([]);
    expect([...defaults.keys()]).toEqual([...defaults.keys()].map((_, index) => `${index + 1}`));
    // An unescaped $ would be a placeholder, or a variable of the editor, and be lost.
    expect(text.replaceAll(PLACEHOLDER, '')).not.toMatch(/(?<!\\)\$/);
  });

  it.each(snippets)('$prefix is indented by one tab for each open block', ({ body }) => {
    let depth = 0;
    for (const line of body) {
      if (line.trimStart().startsWith('}')) depth -= 1;
      expect(line).toBe(line === '' ? '' : '\t'.repeat(depth) + line.trim());
      if (line.endsWith('{')) depth += 1;
    }
    expect(depth).toBe(0);
  });

  it.each(snippets)('$prefix is a configuration without fault', async (each) => {
    const analysis = await analysisOf(configurationWith(each));
    const { closure, problems } = analysis;
    expect(closure.main.tree.errors).toEqual([]);
    expect(problems.filter(({ severity }) => severity === 'error' || severity === 'warning')).toEqual([]);
    const found = problems.filter(({ severity }) => severity === 'information').map(({ rule }) => rule);
    const known = (REMAINING[each.prefix] ?? []).map(({ rule }) => rule);
    expect(found).toEqual(known.filter((rule) => rules.some(({ id }) => id === rule)));

    const passing = routes(analysis).filter(({ verdict }) => verdict === 'passes');
    const others = routes(analysis).filter(({ verdict }) => verdict !== 'passes');
    expect(passing.length > 0).toBe(!WITHOUT_ROUTE.has(each.prefix));
    expect(others.map(({ path }) => path)).toEqual(ORDINARY[each.prefix] ?? []);
  });

  it.each([
    ['ws-documented', '1', 'proxy_pass http://backend;'],
    ['ws-socketio', '1', 'proxy_pass http://backend;'],
  ])('%s names its upstream in one placeholder', async (prefix, number, text) => {
    const values = { [number]: 'backend' };
    expect(inserted(prefix, values)).toContain('upstream backend {');
    expect(inserted(prefix, values)).toContain(text);
    const { problems } = await analysisOf(configurationWith(snippet(prefix), values));
    expect(problems.filter(({ rule }) => rule === 'upstream-not-used')).toEqual([]);
  });

  it.each([
    ['ws-location', '1'],
    ['ws-documented', '5'],
  ])('%s rewrites the path that its location has', (prefix, number) => {
    const text = inserted(prefix, { [number]: '/room' });
    expect(text).toContain('location /room {');
    expect(text).toMatch(/rewrite \^\/room\/.* \/\$1 break;/);
  });

  it('wss-server takes TLS 1.2 and 1.3, over IPv4 and IPv6', () => {
    const lines = inserted('wss-server').split('\n');
    expect(lines.filter((line) => /listen|ssl_/.test(line)).map((line) => line.trim())).toEqual([
      'listen 443 ssl;',
      'listen [::]:443 ssl;',
      'ssl_certificate /etc/nginx/ssl/localhost.crt;',
      'ssl_certificate_key /etc/nginx/ssl/localhost.key;',
      'ssl_protocols TLSv1.2 TLSv1.3;',
    ]);
  });

  it('ws-documented is the example', () => {
    const lines = (text: string): string[] => text.split('\n').map((line) => line.trim());
    const example = lines(readFileSync(join(root, 'examples/nginx.conf'), 'utf8'));
    const http = example.slice(example.indexOf('http {') + 1, -2);
    expect(lines(inserted('ws-documented', { 2: 'chat-server' }))).toEqual(http);
  });
});
