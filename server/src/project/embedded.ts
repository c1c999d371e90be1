import type { OuterText, Region } from '../documents/region';
import type { FileReading, Host } from '../model/host';
import { directoryOf, fileNameOf, resolvePath } from '../model/paths';
import { projectFileName } from '../model/project-file';

/** What the paths of files within another text begin with; a number follows, the same for all of one. */
const SCHEME = 'embedded://';

/** Whether a path is that of a file within another text. */
export function isEmbedded(path: string): boolean {
  return path.startsWith(SCHEME);
}

/** The path below which the files within one outer text are. */
export function embeddedRoot(number: number): string {
  return `${SCHEME}${number}`;
}

/** The path below which a file within another text is; '' for any other file. */
export function rootOfEmbedded(path: string): string {
  return /^embedded:\/\/\d+/.exec(path)?.[0] ?? '';
}

/** A file within another text. */
export interface EmbeddedText {
  /** The path that a `Host` has for it. */
  readonly path: string;
  readonly region: Region;
}

/** The files within a text, each with a path of its own. */
export function textsWithin(root: string, { regions }: OuterText): EmbeddedText[] {
  const taken = new Set<string>();
  return regions.map((region, index) => {
    const { path, name } = region;
    const wanted = resolvePath(root, path ?? (name === '' ? `text-${index + 1}` : name));
    const free = taken.has(wanted) ? resolvePath(root, `text-${index + 1}/${fileNameOf(wanted)}`) : wanted;
    taken.add(free);
    return { path: free, region };
  });
}

/** The main files among those within a text: a dump is one configuration, its main file first. */
export function mainsWithin({ kind }: OuterText, texts: readonly EmbeddedText[]): readonly EmbeddedText[] {
  return kind === 'dump' ? texts.slice(0, 1) : texts;
}

/** The files within other texts, by what is known of them now. */
export interface EmbeddedTexts {
  /** The region that a file is; undefined where there is none. */
  regionOf(path: string): Region | undefined;
  paths(): Iterable<string>;
  /** The path of the outer text, by the root of the files within it; undefined where it has none. */
  outerPath(root: string): string | undefined;
}

/**
 * Files within others, in front of those of a host. Each outer text is a disk of its own, so that nothing in it is mixed
 * with files of this machine; its settings are those beside it.
 */
export function withEmbeddedTexts(host: Host, texts: EmbeddedTexts): Host {
  const within = (path: string): string | null => (texts.regionOf(path) === undefined ? null : path);
  return {
    readFile: (path) => (isEmbedded(path) ? readWithin(host, texts, path) : host.readFile(path)),
    readDirectory: (path) =>
      isEmbedded(path) ? Promise.resolve(namesBelow(texts, path)) : host.readDirectory(path),
    refusal: async (path) => (isEmbedded(path) ? null : ((await host.refusal?.(path)) ?? null)),
    ...(host.realPath === undefined
      ? {}
      : {
          realPath: async (path) =>
            isEmbedded(path) ? within(path) : ((await host.realPath?.(path)) ?? null),
        }),
  };
}

async function readWithin(host: Host, texts: EmbeddedTexts, path: string): Promise<FileReading> {
  const region = texts.regionOf(path);
  if (region !== undefined) return { kind: 'text', text: region.text, realPath: path, lost: region.lost };
  const outer = texts.outerPath(rootOfEmbedded(path));
  if (outer === undefined || fileNameOf(path) !== projectFileName) return { kind: 'missing' };
  return host.readFile(`${directoryOf(outer)}/${projectFileName}`);
}

function namesBelow(texts: EmbeddedTexts, path: string): readonly string[] | null {
  const names = new Set<string>();
  for (const each of texts.paths()) {
    if (each.startsWith(`${path}/`)) names.add(each.slice(path.length + 1).split('/', 1)[0] ?? '');
  }
  return names.size === 0 ? null : [...names];
}
