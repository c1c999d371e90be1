import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analysisOf } from '../support/memory-host';

interface Snippet {
  readonly prefix: string;
  readonly description: string;
  readonly body: readonly string[];
}

const root = join(import.meta.dirname, '../..');
const snippets: Record<string, Snippet> = JSON.parse(readFileSync(join(root, 'snippets/nginx.json'), 'utf8'));
const byPrefix = new Map(Object.values(snippets).map((snippet) => [snippet.prefix, snippet]));

const PLACEHOLDER = /\$\{(\d+):([^}]*)\}/g;

/** What stands in the document after the snippet was inserted, with defaults or with other values by number. */
function inserted(prefix: string, values: Readonly<Record<string, string>> = {}): string {
  const snippet = byPrefix.get(prefix);
  if (snippet === undefined) throw new Error(`There is no snippet ${prefix}.`);
  return snippet.body
    .join('\n')
    .replaceAll(PLACEHOLDER, (_, number: string, text: string) => values[number] ?? text)
    .replaceAll(/\\([$\\}])/g, '$1');
}

const inHttp = (text: string): string => `events {\n}\nhttp {\n${text}\n}\n`;
const inServer = (text: string): string => inHttp(`server {\nlisten 80;\n${text}\n}`);
const inLocation = (text: string): string =>
  inServer(`location /ws {\nproxy_pass http://127.0.0.1:3000;\n${text}\n}`);

/** A configuration around each snippet, at the level that its description names. */
const AROUND: Readonly<Record<string, (values?: Readonly<Record<string, string>>) => string>> = {
  'ws-directives': () => inLocation(inserted('ws-directives')),
  'ws-map': () => inHttp(inserted('ws-map')),
  'ws-directives-map': () =>
    inLocation(inserted('ws-directives-map')).replace('http {\n', `http {\n${inserted('ws-map')}\n`),
  'ws-location': (values) => inServer(inserted('ws-location', values)),
  'ws-documented': (values) => inHttp(inserted('ws-documented', values)),
};

describe('snippets', () => {
  it('are all tried here', () => {
    expect([...byPrefix.keys()].sort()).toEqual(Object.keys(AROUND).sort());
  });

  it.each([...byPrefix.values()])(
    '$prefix gives one default to each placeholder, and none but these',
    ({ body }) => {
      const text = body.join('\n');
      const defaults = new Map<string, Set<string>>();
      for (const [, number = '', value = ''] of text.matchAll(PLACEHOLDER)) {
        defaults.set(number, (defaults.get(number) ?? new Set()).add(value));
      }
      expect([...defaults.values()].filter(({ size }) => size > 1)).toEqual([]);
      // An unescaped $ would be a placeholder, or a variable of the editor, and be lost.
      expect(text.replaceAll(PLACEHOLDER, '')).not.toMatch(/(?<!\\)\$/);
    },
  );

  it.each(Object.entries(AROUND))('%s is a configuration without fault', async (prefix, around) => {
    const { closure, problems, routes } = await analysisOf(around());
    expect(closure.main.tree.errors).toEqual([]);
    expect(problems.filter(({ severity }) => severity === 'error' || severity === 'warning')).toEqual([]);
    expect(routes.length > 0).toBe(prefix !== 'ws-map');
    expect(routes.filter(({ verdict }) => verdict !== 'passes')).toEqual([]);
  });

  it('ws-documented names its upstream once', async () => {
    const { problems } = await analysisOf(inHttp(inserted('ws-documented', { 1: 'backend' })));
    expect(inserted('ws-documented', { 1: 'backend' })).toContain('proxy_pass http://backend;');
    expect(problems.filter(({ rule }) => rule === 'upstream-not-used')).toEqual([]);
  });

  it('ws-documented is the example', () => {
    const lines = (text: string): string[] => text.split('\n').map((line) => line.trim());
    const example = lines(readFileSync(join(root, 'examples/nginx.conf'), 'utf8'));
    const http = example.slice(example.indexOf('http {') + 1, -2);
    expect(lines(inserted('ws-documented', { 2: 'chat-server' }))).toEqual(http);
  });
});
