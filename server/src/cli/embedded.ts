import { readOuterText } from '../documents/outer-text';
import type { OuterText, Region } from '../documents/region';
import type { FileReading, Host } from '../model/host';
import { directoryOf, fileNameOf, resolvePath } from '../model/paths';
import { hostPath } from '../node-host';
import { resolve } from 'node:path';
import { InputError } from './errors';
import { visible } from '../features/support/escape';

/** A file that stands within another one. */
export interface EmbeddedFile {
  readonly region: Region;
  readonly outer: OuterFile;
}

interface OuterFile {
  /** As it was given. */
  readonly name: string;
  readonly path: string;
  readonly realPath: string;
  readonly text: string;
}

/** The files within the files of a command line, by the path that a `Host` has for them. */
export type EmbeddedFiles = ReadonlyMap<string, EmbeddedFile>;

/** A command line with the files within its files in their place. */
interface WithEmbedded<Args> {
  readonly args: Args;
  readonly host: Host;
  readonly embedded: EmbeddedFiles;
}

/** What the paths of files within another file begin with; a number follows, the same for all of one. */
const SCHEME = 'embedded://';

/** Whether a name is the path of a file within another one. */
export function isEmbedded(name: string): boolean {
  return name.startsWith(SCHEME);
}

/**
 * Finds the nginx text within the files of a command line: each outer file is a disk of its own, so that nothing in it
 * is mixed with files of this machine.
 *
 * @throws InputError when a file is surely not nginx's
 */
export async function withEmbedded<Args extends { readonly files: readonly string[] }>(
  args: Args,
  host: Host,
  cwd: string,
): Promise<WithEmbedded<Args>> {
  const embedded = new Map<string, EmbeddedFile>();
  const settings = new Map<string, string>();
  const readings = new Map<string, FileReading>();
  const files: string[] = [];
  const faults: string[] = [];
  for (const [index, name] of args.files.entries()) {
    const path = hostPath(resolve(cwd, name));
    const reading = await host.readFile(path);
    readings.set(path, reading);
    const read = reading.kind === 'text' ? readOuterText(fileNameOf(path), reading.text) : null;
    if (reading.kind !== 'text' || read === null) files.push(name);
    else if (read.kind === 'foreign') {
      faults.push(`${visible(name)} is not read as a configuration of nginx: it seems to be ${read.seems}.`);
    } else {
      const root = `${SCHEME}${index + 1}`;
      settings.set(root, directoryOf(path));
      const paths = pathsOf(root, read);
      const outer = { name, path, realPath: reading.realPath, text: reading.text };
      for (const [number, region] of read.regions.entries()) {
        const inner = paths[number] ?? '';
        embedded.set(inner, { region, outer });
      }
      // A dump is one configuration, its main file first.
      for (const each of read.kind === 'dump' ? paths.slice(0, 1) : paths) files.push(each);
    }
  }
  if (faults.length > 0) throw new InputError(faults.join('\n'));
  // What was judged here is what is read: a file may change, or be a pipe.
  const known: Host = {
    readFile: (path) => Promise.resolve(readings.get(path) ?? host.readFile(path)),
    readDirectory: (path) => host.readDirectory(path),
  };
  return embedded.size === 0
    ? { args, host: known, embedded }
    : { args: { ...args, files }, host: hostOf(known, embedded, settings), embedded };
}

/** The path of each region, each once. */
function pathsOf(root: string, { regions }: OuterText): string[] {
  const taken = new Set<string>();
  return regions.map(({ path, name }, index) => {
    const wanted = resolvePath(root, path ?? (name === '' ? `text-${index + 1}` : name));
    const free = taken.has(wanted) ? resolvePath(root, `text-${index + 1}/${fileNameOf(wanted)}`) : wanted;
    taken.add(free);
    return free;
  });
}

/** The files within others, and the settings beside these. */
function hostOf(host: Host, embedded: EmbeddedFiles, settings: ReadonlyMap<string, string>): Host {
  return {
    async readFile(path) {
      const file = embedded.get(path);
      if (file !== undefined) return { kind: 'text', text: file.region.text, realPath: path };
      if (!isEmbedded(path)) return host.readFile(path);
      const root = /^embedded:\/\/\d+/.exec(path)?.[0] ?? '';
      const directory = settings.get(root);
      const isSettings = fileNameOf(path) === 'nginx-websocket.json' && directory !== undefined;
      return isSettings ? host.readFile(`${directory}/${fileNameOf(path)}`) : { kind: 'missing' };
    },
    async readDirectory(path) {
      if (!isEmbedded(path)) return host.readDirectory(path);
      const below = [...embedded.keys()].filter((each) => each.startsWith(`${path}/`));
      const names = below.map((each) => each.slice(path.length + 1).split('/', 1)[0] ?? '');
      return names.length === 0 ? null : [...new Set(names)];
    },
  };
}
