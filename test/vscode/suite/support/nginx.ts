import { type ConfigurationScope, ConfigurationTarget, workspace } from 'vscode';
import { type Nginx, nginxBinary } from '../../../live/harness/nginx';

/** Whether there is an nginx here. @param what is not run where there is none */
export function hasNginx(what: string): boolean {
  try {
    nginxBinary();
    return true;
  } catch (error) {
    console.log(`Not run: ${what}. ${String(error)}`);
    return false;
  }
}

/** nginx with the folder that it runs in, and what it is to do. @param file the path of its main file */
export function programOf({ directory }: Nginx, file: string, ...args: readonly string[]): string[] {
  const log = `${directory}/error.log`;
  const pid = `pid ${directory}/nginx.pid;`;
  return [nginxBinary(), '-p', `${directory}/`, '-e', log, '-c', file, '-g', pid, ...args];
}

/** Sets one of our settings in the workspace; undefined: its default again. */
export async function setOurs(name: string, value: unknown, scope?: ConfigurationScope): Promise<void> {
  const configuration = workspace.getConfiguration('nginxWebsocket', scope);
  await configuration.update(name, value, ConfigurationTarget.Workspace);
}
