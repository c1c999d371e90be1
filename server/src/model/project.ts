import type { Settings } from '../protocol';
import { expandGlob, isGlob } from './glob';
import type { Host } from './host';
import { directoryOf, resolvePath, rootOf } from './paths';
import { defaultSettings, readSettings } from './settings';

/** The file beside a main file that has the settings for it, for every front end. */
const projectFileName = 'nginx-websocket.json';

/** The settings that a project's file gives. */
export interface ProjectFile {
  readonly path: string;
  readonly settings: Settings;
  /** What is wrong with it, in words. */
  readonly faults: readonly string[];
  /** Whether nothing of it could be used: it cannot be read, or is not JSON. */
  readonly unusable: boolean;
}

/**
 * Reads the project's file of a directory.
 *
 * @param looked is told the path that was looked at, so that the file can be watched
 * @returns null when there is none
 */
export async function readProjectFile(
  host: Host,
  directory: string,
  looked: (path: string) => void,
): Promise<ProjectFile | null> {
  const path = `${directory}/${projectFileName}`;
  looked(path);
  const reading = await host.readFile(path);
  if (reading.kind === 'missing') return null;
  if (reading.kind === 'directory') return unusable(path, 'It is a directory');
  if (reading.kind === 'unreadable') return unusable(path, `It cannot be read: ${reading.reason}`);
  looked(reading.realPath);
  try {
    const value: unknown = JSON.parse(reading.text.replace(/^\uFEFF/, ''));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return unusable(path, 'It holds no JSON object');
    }
    return { path, ...readSettings(value, true), unusable: false };
  } catch (error) {
    return unusable(path, `It is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function unusable(path: string, reason: string): ProjectFile {
  return { path, settings: defaultSettings, faults: [`${reason}.`], unusable: true };
}

/** What was looked at on the way to an answer: when one of it changes, so may the answer. */
export interface Looked {
  readonly file: (path: string) => void;
  readonly directory: (path: string) => void;
}

/** No file is that deep in a tree of configurations. */
const DEPTH_LIMIT = 40;

/**
 * The main files that the setting `mainConfiguration` names in the nearest project's file upward that has it: the
 * directory of the file first.
 *
 * @param path absolute path of a file
 */
export async function projectMains(host: Host, path: string, looked: Looked): Promise<string[]> {
  let directory = directoryOf(path);
  for (let depth = 0; depth < DEPTH_LIMIT; depth += 1) {
    const project = await readProjectFile(host, directory, looked.file);
    const globs = project?.settings.mainConfiguration ?? [];
    if (globs.length > 0) return expandMains(host, globs, directory, looked);
    if (directory === rootOf(path)) break;
    directory = directoryOf(directory);
  }
  return [];
}

/** The files that globs of main files match, in order; those without a pattern whether they are there or not. */
export async function expandMains(
  host: Host,
  globs: readonly string[],
  directory: string,
  looked: Looked,
): Promise<string[]> {
  const mains: string[] = [];
  for (const glob of globs) {
    const pattern = resolvePath(directory, glob);
    if (isGlob(glob)) mains.push(...(await expandGlob(host, pattern, looked.directory, directory)));
    else mains.push(pattern);
  }
  return mains;
}
