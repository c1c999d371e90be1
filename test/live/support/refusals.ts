import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { loadClosure } from '../../../server/src/model/load';
import { buildModel } from '../../../server/src/model/model';
import { nginxTest, refusalsOf } from '../../../server/src/nginx-test/nginx-test';
import { MemoryHost } from '../../support/memory-host';
import { type NginxTest, testMainFile } from '../harness/nginx';
import { buildFor, release } from '../harness/release';
import { Resources, temporaryDirectory } from '../harness/resources';

/** What we say that nginx refuses first, compared with what it refuses, in text and line. */

/** What belongs to the machine: names that are looked up, files and what is in them, and what the platform can do. */
const MACHINE =
  /^host not found|^open\(\)|^pread\(\)|^read\(\)|^cannot load|^BIO_new_file|SSL_CTX|^PEM_read|^ENGINE_by_id|^bind\(\)|^mkdir\(\)|^chown\(\)|^stat\(\)|^glob\(\)|^getpwnam|^getgrnam|^setpgid|^dlopen|(?:un|not )supported on this platform|^invalid event type|^could not build|worker_connections are not enough|conflicting server name|^"[^"]*" zero key size|^unknown directive "(?:stream|mail)"/;

/** A file of which we say something else than nginx: `LINE: TEXT`, null for a file that is fine. */
export interface Mismatch {
  readonly text: string;
  readonly nginx: string | null;
  readonly ours: string | null;
}

/** What became of the files that were compared. */
export interface Comparison {
  readonly mismatches: readonly Mismatch[];
  /** How many nginx has refused, and we have judged. */
  readonly refused: number;
}

/**
 * Compares the answers to some files; those that are no main files, or fail at the machine, are left out.
 *
 * @param texts `@DIR` in them is a directory of the test, in which nginx may make others
 */
export async function compareRefusals(texts: readonly string[]): Promise<Comparison> {
  const resources = new Resources();
  const mismatches: Mismatch[] = [];
  let refused = 0;
  const pending = texts.entries();
  try {
    const { path: directory } = resources.add(await temporaryDirectory());
    const run = async (): Promise<void> => {
      for (const [index, template] of pending) {
        const text = template.replaceAll('@DIR', directory);
        const path = join(directory, `${index}.conf`);
        await writeFile(path, text);
        const tested = await testMainFile(path, { exact: true });
        if (tested.first !== null && !tested.ok && MACHINE.test(tested.first.text)) continue;
        const closure = await loadClosure(new MemoryHost({ [path]: text }), path);
        if ('problem' in closure) throw new Error(`${path} is not read.`);
        const model = buildModel(closure, release);
        const build = await buildFor(text);
        // A file without its blocks is none that nginx is started with.
        if (model.top.context !== 'main') continue;
        const ours = nginxTest(model, refusalsOf(model, { build }), { build });
        const said = ours === null ? null : print(ours.text, ours.line);
        const theirs = printTest(tested);
        if (theirs !== null) refused += 1;
        if (theirs !== said) mismatches.push({ text, nginx: theirs, ours: said });
      }
    };
    await Promise.all(Array.from({ length: Math.min(4, availableParallelism() + 1) }, run));
  } finally {
    await resources.stop();
  }
  return { mismatches, refused };
}

/** Some setters refuse, or crash, without a word, or after a warning: null. */
function printTest({ ok, first }: NginxTest): string | null {
  return ok || first === null || first.level === 'warn' || first.level === 'notice'
    ? null
    : print(first.text, first.line);
}

/** PCRE's own words are left aside, and directories made for the test: to them nginx takes what is relative. */
function print(text: string, line: number | null): string {
  const said = text
    .replace(/^(pcre2?_compile\(\) failed:) .*$/s, '$1 …')
    .replaceAll(/\/\S*\/nginx-websocket-live-\w+\//g, '');
  return `${line ?? '-'}: ${said}`;
}
