import type { Settings, Status } from '../protocol';
import { type Build, readBuild } from '../reference/builds';
import { assumedVersion } from '../reference/versions';

/** The nginx that a configuration is judged for. */
export interface TargetVersion extends Build {
  readonly from: Status['versionFrom'];
}

/**
 * Finds the version of nginx to judge for: the one set by the editor or the command line, then the one of the project's
 * file; for `auto` the version of the `nginx` on PATH, where it may be run; else the assumed one.
 *
 * @param own the settings of the editor or the command line
 * @param ask gives the output of `nginx -V`, or null
 */
export async function findVersion(
  own: Settings,
  project: Settings,
  ask: () => Promise<string | null>,
): Promise<TargetVersion> {
  const set = readBuild(own.nginxVersion);
  if (set !== null) return { ...set, from: 'setting' };
  const ofProject = readBuild(project.nginxVersion);
  if (ofProject !== null) return { ...ofProject, from: 'project' };
  const installed = readBuild((await ask()) ?? '');
  if (installed !== null) return { ...installed, from: 'nginx' };
  return { version: assumedVersion, fork: null, modules: null, from: 'assumed' };
}
