import type { Settings } from '../protocol';
import type { Host } from './host';
import { defaultSettings, readSettings } from './settings';

/** The file beside a main file that has the settings for it, for every front end. */
export const projectFileName = 'nginx-websocket.json';

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
 * @param looked called with the path of the file, so that it can be watched
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
