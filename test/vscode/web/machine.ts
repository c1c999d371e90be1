import { unwatchFile, watchFile } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startLenientBackEnd } from '../../live/harness/backends';
import { launch, nginxBinary, reload } from '../../live/harness/nginx';
import { freePorts } from '../../live/harness/ports';
import { Resources, temporaryDirectory } from '../../live/harness/resources';

/**
 * What the tests in a browser need of the machine that they cannot do themselves: a WebSocket that opens, which
 * endpoint.txt of the workspace names, and an nginx with the configuration in its folder probe, which reads it anew
 * whenever it is saved. nginx.txt has the URL of that, or is empty where there is no nginx.
 *
 * @param folder the workspace
 * @returns what stops all of it
 */
export async function prepareMachine(folder: string): Promise<() => Promise<void>> {
  const resources = new Resources();
  try {
    const backEnd = resources.add(await startLenientBackEnd());
    await writeFile(join(folder, 'endpoint.txt'), `ws://127.0.0.1:${backEnd.port}/`);
    await writeFile(
      join(folder, 'nginx.txt'),
      hasNginx() ? await startNginx(folder, backEnd.port, resources) : '',
    );
    return () => resources.stop();
  } catch (error) {
    await resources.stop();
    throw error;
  }
}

/** @returns the URL of its WebSocket */
async function startNginx(folder: string, backEnd: number, resources: Resources): Promise<string> {
  const [port = 0] = await freePorts(1);
  const file = join(folder, 'probe', 'nginx.conf');
  const written = await readFile(file, 'utf8');
  await writeFile(file, written.replaceAll('@PORT', `${port}`).replaceAll('@BACK_END', `${backEnd}`));
  const { path } = resources.add(await temporaryDirectory());
  const nginx = resources.add(await launch(path, { file, shownAs: file, globals: '' }, [port]));
  watchFile(file, { interval: 100 }, () => void reload(nginx.directory, file));
  resources.add({ stop: () => Promise.resolve(unwatchFile(file)) });
  return `ws://127.0.0.1:${port}/ws`;
}

function hasNginx(): boolean {
  try {
    nginxBinary();
    return true;
  } catch (error) {
    console.log(`Not run: the walk to a real nginx. ${String(error)}`);
    return false;
  }
}
