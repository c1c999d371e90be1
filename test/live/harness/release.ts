import { isAtLeast, type NginxVersion, parseVersion } from '../../../server/src/reference/versions';
import { type Build, readBuild } from '../../../server/src/reference/builds';
import { modulesFor, nginxBuild, nginxVersion } from './nginx';

/** The release of the nginx that runs: what is analysed for it must be analysed for this one. */
export const release: NginxVersion = read(await nginxVersion());

/** How the nginx that runs was built: which modules it has. */
const build: Pick<Build, 'fork' | 'modules'> = readBuild(await nginxBuild()) ?? { fork: null, modules: null };

/** The same with the module that the harness loads for a text. */
export async function buildFor(text: string): Promise<typeof build> {
  const { modules } = build;
  if (modules === null || (await modulesFor(text)) === '') return build;
  return { ...build, modules: { ...modules, builtIn: [...modules.builtIn, 'ngx_stream_module'] } };
}

function read(text: string): NginxVersion {
  const version = parseVersion(text);
  if (version === null) throw new Error(`${text} is not the number of a release of nginx.`);
  return version;
}

/** Whether the nginx that runs is of this release, `1.25.1`, or of a later one. */
export function since(text: string): boolean {
  return isAtLeast(release, read(text));
}

/** Whether the nginx that runs is older than this release, `1.25.1`. */
export function before(text: string): boolean {
  return !since(text);
}
