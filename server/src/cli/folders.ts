import { resolve } from 'node:path';
import { readOuterText } from '../documents/outer-text';
import { readsAsNginx } from '../documents/reads-as-nginx';
import { BoundedHost, READING_LIMITS } from '../model/bounded-host';
import { expandGlob, isGlob } from '../model/glob';
import type { Host } from '../model/host';
import { fileNameOf } from '../model/paths';
import { hostPath } from '../node-host';
import { InputError } from './errors';
import { Names } from './names';
import type { Progress } from './progress';
import { visible } from '../features/support/escape';

/** What folders and patterns lead to, in the place of their names. */
export interface Expanded<Args> {
  readonly args: Args;
  /** What was left out, in words. */
  readonly notes: readonly string[];
}

/**
 * Puts the configurations in folders, and what patterns that no shell has expanded match, in the place of their names.
 * In a folder every file counts that reads as nginx's, or holds text for nginx; links to folders are not followed.
 *
 * @throws InputError where there is none
 */
export async function withFolders<Args extends { readonly files: readonly string[] }>(
  args: Args,
  host: Host,
  cwd: string,
  progress: Progress,
): Promise<Expanded<Args>> {
  const names = new Names(cwd);
  const files: string[] = [];
  const notes: string[] = [];
  for (const name of args.files) {
    if (name === '') throw new InputError('A file without a name cannot be read.');
    const path = names.pathOf(name);
    // A file is not read here: it may change, or be a pipe.
    if ((await host.readDirectory(path)) !== null) {
      progress.step(`looking for configurations in ${name}`);
      const bounded = new BoundedHost(host, READING_LIMITS);
      const found = await configurationsIn(path, host, bounded);
      if (bounded.exhausted !== null)
        notes.push(`Not all of ${name} was looked at: ${bounded.exhausted}. Name the folders that matter.`);
      if (found.length === 0)
        throw new InputError(`${visible(name)}: there is no configuration of nginx in this folder.`);
      for (const each of found) files.push(names.ofPath(each));
    } else if (isGlob(name) && (await host.readFile(path)).kind === 'missing') {
      const found = await expandGlob(host, hostPath(resolve(cwd, name)), () => {}, hostPath(cwd));
      if (found.length === 0) throw new InputError(`${visible(name)}: no file has such a name.`);
      for (const each of found) files.push(names.ofPath(each));
    } else {
      files.push(name);
    }
  }
  return { args: { ...args, files: [...new Set(files)] }, notes };
}

/** Folders of tools, in which nobody keeps a configuration of their own. */
const SKIPPED: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', 'node_modules']);

/** Names of files that may be nginx's, or hold text for it: what stands in them decides. */
const LIKELY_NAME =
  /^(?:Dockerfile|Containerfile)|\.(?:conf|nginx|vhost|template|tpl|tmpl|ctmpl|gotmpl|j2|jinja2?|erb|epp|ejs|in|dist|example|sample|default|ya?ml|md|markdown|mdx|(?:ba|z|k)?sh|tf|hcl|nomad|nix|dockerfile)$|\.conf\b/i;

/** Folders whose files are nginx's whatever their names are. */
const LIKELY_FOLDER = /\/(?:nginx|conf\.d|sites-(?:available|enabled)|vhosts?(?:\.d)?|snippets)(?:\/|$)/i;

/** A folder that is there. */
interface Folder {
  readonly path: string;
  /** With all links followed. */
  readonly realPath: string;
  readonly names: readonly string[];
}

async function configurationsIn(path: string, host: Host, bounded: BoundedHost): Promise<string[]> {
  const realPathOf = async (each: string): Promise<string> => (await host.realPath?.(each)) ?? each;
  const folderAt = async (each: string): Promise<Folder | null> => {
    const names = await bounded.readDirectory(each);
    return names === null ? null : { path: each, realPath: await realPathOf(each), names };
  };
  const found: string[] = [];
  const first = await folderAt(path);
  const pending = first === null ? [] : [first];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const name of folder.names) {
      if (SKIPPED.has(name)) continue;
      const each = `${folder.path}/${name}`;
      const inner = await folderAt(each);
      if (inner !== null) {
        if (inner.realPath === `${folder.realPath}/${name}`) pending.push(inner);
        continue;
      }
      if (!LIKELY_NAME.test(name) && !LIKELY_FOLDER.test(folder.path)) continue;
      const reading = await bounded.readFile(each);
      if (reading.kind === 'text' && isForNginx(name, reading.text)) found.push(each);
    }
  }
  return found.toSorted();
}

function isForNginx(name: string, text: string): boolean {
  const read = readOuterText(fileNameOf(name), text);
  return read === null ? readsAsNginx(text) : read.kind !== 'foreign';
}
