import type { Settings, Status } from '../protocol';
import { assumedVersion, type NginxVersion, parseVersion, versionFromOutput } from '../reference/versions';

/** The version of nginx that a configuration is judged for. */
export interface TargetVersion {
  readonly version: NginxVersion;
  readonly from: Status['versionFrom'];
}

/**
 * Finds the version of nginx to judge for: the one set by the editor or the command line, then the one of the project's
 * file; for `auto` the version of the `nginx` on PATH, where it may be run; else the assumed one.
 *
 * @param own the settings of the editor or the command line
 * @param ask gives the output of `nginx -v`, or null
 */
export async function findVersion(
  own: Settings,
  project: Settings,
  ask: () => Promise<string | null>,
): Promise<TargetVersion> {
  const set = readVersion(own.nginxVersion);
  if (set !== null) return { version: set, from: 'setting' };
  const ofProject = readVersion(project.nginxVersion);
  if (ofProject !== null) return { version: ofProject, from: 'project' };
  const installed = versionFromOutput((await ask()) ?? '');
  if (installed !== null) return { version: installed, from: 'nginx' };
  return { version: assumedVersion, from: 'assumed' };
}

function readVersion(text: string): NginxVersion | null {
  return parseVersion(text) ?? versionFromOutput(text);
}
