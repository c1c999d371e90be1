import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completionAt } from '../../server/src/features/completion/completion';
import type { Entry } from '../../server/src/features/completion/entry';
import { readMarks } from '../support/marks';
import { modelOf } from '../support/memory-host';
import { testMainFile } from './harness/nginx';
import { release } from './harness/release';
import { Resources, temporaryDirectory } from './harness/resources';

/** What completion offers, put to the nginx of this machine: it may lack an argument, but not be unknown, or out of place. */

const http = (text: string): string => `events {}\nhttp {\n${text}\n}\n`;

const CONTEXTS: readonly (readonly [context: string, text: string])[] = [
  ['main', 'events {}\n|\n'],
  ['events', 'events {\n|\n}\n'],
  ['http', http('|')],
  ['server', http('server {\n|\n}')],
  ['location', http('server {\nlocation / {\n|\n}\n}')],
  ['if in server', http('server {\nif ($host) {\n|\n}\n}')],
  ['if in location', http('server {\nlocation / {\nif ($host) {\n|\n}\n}\n}')],
  ['limit_except', http('server {\nlocation / {\nlimit_except GET {\n|\n}\n}\n}')],
  ['upstream', http('upstream a {\n|\n}')],
];

/** Debian has these as modules to load. */
const OWN_PARTS = new Set(['mail', 'stream']);

interface Offered {
  readonly text: string;
  readonly entries: readonly Entry[];
}

async function offered(marked: string): Promise<Offered> {
  const { text, offsets } = readMarks(marked);
  const [offset = 0] = offsets;
  const model = await modelOf(text, release);
  const completion = completionAt(model, model.configuration.closure.main, offset);
  return { text: marked, entries: completion?.entries ?? [] };
}

/** What nginx says first of each text; null where it takes it. */
async function messages(texts: readonly string[]): Promise<(string | null)[]> {
  const resources = new Resources();
  const found: (string | null)[] = texts.map(() => null);
  try {
    const { path: directory } = resources.add(await temporaryDirectory());
    const pending = texts.entries();
    const run = async (): Promise<void> => {
      for (const [index, text] of pending) {
        const path = join(directory, `${index}.conf`);
        await writeFile(path, text);
        const { ok, first } = await testMainFile(path, { exact: true });
        found[index] = ok ? null : (first?.text ?? 'nothing');
      }
    };
    await Promise.all(Array.from({ length: 3 }, run));
  } finally {
    await resources.stop();
  }
  return found;
}

describe('directives', () => {
  it.each(CONTEXTS)('that are offered in %s may stand there', async (_, marked) => {
    const { text, entries } = await offered(marked);
    // What another release or another build has comes behind these.
    const own = entries.filter(
      ({ label, kind, rank = 5 }) =>
        rank <= 5 && (kind === 'block' || kind === 'directive') && !OWN_PARTS.has(label),
    );
    const lines = own.map(({ label, kind }) => (kind === 'block' ? `${label} {}` : `${label};`));
    const told = await messages(lines.map((line) => text.replace('|', line)));
    const wrong = told.filter(
      (message) => message === null || /unknown directive|not allowed here/.test(message),
    );
    expect(own.length).toBeGreaterThan(5);
    const refused = wrong.filter((message) => message !== null);
    expect(refused).toEqual([]);
  });
});

describe('values', () => {
  it.each([
    'gzip',
    'proxy_http_version',
    'satisfy',
    'proxy_buffering',
    'ssl_protocols',
    'server_tokens',
    'etag',
    'gzip_static',
    'if_modified_since',
    'keepalive_disable',
    'autoindex_format',
    'proxy_cache_methods',
    'proxy_next_upstream',
    'proxy_cache_use_stale',
    'proxy_ignore_headers',
    'gzip_proxied',
    'lingering_close',
    'ssl_verify_client',
    'client_body_in_file_only',
    'disable_symlinks',
    'error_log /dev/null',
    'log_not_found',
    'expires',
    'ssl_session_cache',
    'limit_rate',
    'proxy_redirect',
    'listen 8080',
    'proxy_method',
    'aio',
    'sendfile',
  ])('of %s are taken', async (directive) => {
    const { text, entries } = await offered(http(`server {\n${directive} |\n}`));
    const whole = entries.filter(
      ({ label, kind, rank = 5 }) =>
        kind !== 'variable' && rank < 9 && !/[=:]$|^modified$|^builtin$/.test(label),
    );
    const told = await messages(whole.map(({ label }) => text.replace('|', `${label};`)));
    const wrong = whole.flatMap(({ label }, index) => {
      const message = told[index] ?? null;
      return message !== null && /invalid (?:value|parameter|method)|invalid option|unknown/.test(message)
        ? [`${label}: ${message}`]
        : [];
    });
    expect(wrong).toEqual([]);
  });
});
