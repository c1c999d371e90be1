import type { FileReading, Host } from '../../server/src/model/host';
import {
  type Closure,
  fileOf,
  loadClosure,
  type LoadOptions,
  type MakeFile,
} from '../../server/src/model/load';
import { buildModel, type Model } from '../../server/src/model/model';
import { type Analysis, type AnalysisOptions, analyze } from '../../server/src/service';
import type { RuleSettings } from '../../server/src/rules/support/severity';
import { assumedVersion, type NginxVersion } from '../../server/src/reference/versions';

/**
 * A host over files in memory, by absolute path. A value that begins with `->` is a symbolic link to the path after
 * it, one that begins with `!!` a file that cannot be read for the reason after it.
 */
export class MemoryHost implements Host {
  readonly files: Map<string, string>;

  constructor(files: Readonly<Record<string, string>>) {
    this.files = new Map(Object.entries(files));
  }

  async readFile(path: string): Promise<FileReading> {
    const text = this.files.get(path);
    if (text?.startsWith('->')) return this.readFile(text.slice(2));
    if (text?.startsWith('!!')) return { kind: 'unreadable', reason: text.slice(2) };
    if (text !== undefined) return { kind: 'text', text, realPath: path };
    const isDirectory = [...this.files.keys()].some((each) => each.startsWith(`${path}/`));
    return { kind: isDirectory ? 'directory' : 'missing' };
  }

  async realPath(path: string): Promise<string | null> {
    const text = this.files.get(path);
    return text?.startsWith('->') ? this.realPath(text.slice(2)) : path;
  }

  async readDirectory(path: string): Promise<readonly string[] | null> {
    const inside = [...this.files.keys()].filter((each) => each.startsWith(`${path}/`));
    if (inside.length === 0) return null;
    return [...new Set(inside.map((each) => each.slice(path.length + 1).split('/')[0] ?? ''))];
  }
}

/** Makes files that are read as a whole, however large: places in them are those of the text. */
export const inOnePart: MakeFile = (read) => fileOf(read, null, Infinity);

/** Loads a configuration from memory; the first file is the main one. */
export async function closureOf(
  files: Readonly<Record<string, string>>,
  options: LoadOptions = {},
): Promise<Closure> {
  const [main] = Object.keys(files);
  if (main === undefined) throw new Error('There is no file.');
  const closure = await loadClosure(new MemoryHost(files), main, options);
  if ('problem' in closure) throw new Error(`${main} cannot be read: ${closure.problem.kind}`);
  return closure;
}

/** The model of a configuration from memory; one text alone is `/etc/nginx/nginx.conf`. */
export async function modelOf(
  files: Readonly<Record<string, string>> | string,
  version: NginxVersion = assumedVersion,
): Promise<Model> {
  const all = typeof files === 'string' ? { '/etc/nginx/nginx.conf': files } : files;
  return buildModel(await closureOf(all), version);
}

/** Analyses a configuration from memory; one text alone is `/etc/nginx/nginx.conf`. */
export async function analysisOf(
  files: Readonly<Record<string, string>> | string,
  version: NginxVersion = assumedVersion,
  rules: RuleSettings = {},
  versionFrom: AnalysisOptions['versionFrom'] = 'nginx',
  websocketUrls: readonly string[] = [],
): Promise<Analysis> {
  const all = typeof files === 'string' ? { '/etc/nginx/nginx.conf': files } : files;
  return analyze(await closureOf(all), {
    version,
    versionFrom,
    rules,
    websocketUrls,
    onFault: (rule, error) => {
      throw new Error(`${rule}: ${String(error)}`, { cause: error });
    },
  });
}
