import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseVersion } from '../../server/src/reference/versions';
import { analyze, nginxTestOf } from '../../server/src/service';
import { closureOf } from '../support/memory-host';

/** What five versions of nginx said of small files: ../fixtures/nginx-t.json. */

interface Recorded {
  readonly case: string;
  readonly config: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly results: readonly {
    readonly nginx: readonly string[];
    readonly accepted: boolean;
    readonly crashed?: boolean;
    readonly messages: readonly string[];
  }[];
}

const fixture = join(import.meta.dirname, '../fixtures/nginx-t.json');
const { cases } = { cases: JSON.parse(readFileSync(fixture, 'utf8')) as Readonly<Record<string, Recorded>> };
const DIR = '/dir';
const MAIN = `${DIR}/nginx.conf`;

/** What belongs to the machine: names that are looked up, files that are opened. */
const MACHINE =
  /^host not found|^open\(\)|^pread\(\)|^cannot load certificate|^BIO_new_file|^SSL_CTX_load_verify|no start line/;

describe.each(Object.values(cases))('$case', ({ config, files = {}, results }) => {
  const texts: Record<string, string> = { [MAIN]: config.replaceAll('@DIR', DIR) };
  for (const [path, text] of Object.entries(files)) texts[`${DIR}/${path}`] = text.replaceAll('@DIR', DIR);

  for (const { nginx, messages, accepted } of results) {
    it.each([...nginx])('%s', async (name) => {
      const version = parseVersion(name);
      if (version === null) throw new Error(`${name} is no version.`);
      const analysis = analyze(await closureOf(texts), { version });
      const test = nginxTestOf(analysis);
      const said = messages.find((message) => message.startsWith('[emerg] '))?.slice('[emerg] '.length);
      expect(test === null ? null : print(test)).toEqual(
        accepted || said === undefined ? null : expected(said),
      );
      // Without `events` a file may be one that another includes: the editor says nothing of that.
      if (test !== null && !test.text.startsWith('no "events" section')) {
        expect(analysis.problems).not.toEqual([]);
      }
    });
  }
});

function print({ text, file, line }: NonNullable<ReturnType<typeof nginxTestOf>>): string {
  return withoutLibrary(file === null ? text : `${text} in ${file.path}:${line}`);
}

function expected(said: string): string | null {
  const plain = said.replaceAll('@FILE', MAIN).replaceAll('@DIR', DIR);
  return MACHINE.test(plain) ? null : withoutLibrary(plain);
}

/** PCRE's own words are left aside. */
function withoutLibrary(text: string): string {
  return text.replace(/^(pcre2?_compile\(\) failed:) .* in "/s, '$1 … in "');
}
