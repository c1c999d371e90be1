import { readOuterText } from '../documents/outer-text';
import type { Region } from '../documents/region';
import type { FileReading, Host } from '../model/host';
import { fileNameOf } from '../model/paths';
import { hostPath } from '../node-host';
import { embeddedRoot, mainsWithin, textsWithin, withEmbeddedTexts } from '../project/embedded';
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
  const outerPaths = new Map<string, string>();
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
      const root = embeddedRoot(index + 1);
      outerPaths.set(root, path);
      const texts = textsWithin(root, read);
      const outer = { name, path, realPath: reading.realPath, text: reading.text };
      for (const each of texts) embedded.set(each.path, { region: each.region, outer });
      for (const each of mainsWithin(read, texts)) files.push(each.path);
    }
  }
  if (faults.length > 0) throw new InputError(faults.join('\n'));
  // What was judged here is what is read: a file may change, or be a pipe.
  const known: Host = {
    readFile: (path) => Promise.resolve(readings.get(path) ?? host.readFile(path)),
    readDirectory: (path) => host.readDirectory(path),
  };
  if (embedded.size === 0) return { args, host: known, embedded };
  const withTexts = withEmbeddedTexts(known, {
    regionOf: (path) => embedded.get(path)?.region,
    paths: () => embedded.keys(),
    outerPath: (root) => outerPaths.get(root),
  });
  return { args: { ...args, files }, host: withTexts, embedded };
}
