import {
  DidChangeWatchedFilesNotification,
  type FileSystemWatcher,
  type GlobPattern,
  RegistrationRequest,
  UnregistrationRequest,
} from 'vscode-languageserver';
import { directoryOf, fileNameOf } from '../model/paths';
import type { Watched } from '../project/closures';
import type { ServerContext } from './context';
import type { DiagnosticsSupport } from './diagnostics';
import { uriOf } from './uris';

/** Whether the client can watch files. Where it cannot, the server does not learn of changes on the disk. */
export function canWatch({ capabilities }: Pick<ServerContext, 'capabilities'>): boolean {
  return capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
}

/** A client may begin to watch after it has answered that it does: by then it has begun. */
const SETTLED_MS = 2000;

/** Has the client watch what the answers depend on; asks again only when that is something else. */
export function registerWatching(context: ServerContext, diagnostics: DiagnosticsSupport): void {
  if (!canWatch(context)) return;
  const { connection, capabilities, runner, timer, workspace } = context;
  const relative = capabilities.workspace?.didChangeWatchedFiles?.relativePatternSupport === true;
  const { method } = DidChangeWatchedFilesNotification;
  let registered = '';
  let count = 0;
  /** The id of the registration in force. Registrations run one after the other, so that the last one stays. */
  let current: Promise<string | null> = Promise.resolve(null);
  // The disposable of `client.register` logs when it fails. Once the connection is disposed, that throws an error that
  // is not caught.
  const unregister = (id: string): void => {
    runner.start('Watching files', () =>
      connection.sendRequest(UnregistrationRequest.type, { unregisterations: [{ id, method }] }),
    );
  };
  // Changes between reading a file and watching it are not reported.
  const recheck = (): void => {
    runner.start('Looking at the disk', async () => {
      if (await workspace.recheck()) diagnostics.refresh();
    });
  };
  workspace.onDidAnswer(() => {
    const watchers = watchersOf(workspace.watched(), relative);
    const key = JSON.stringify(watchers);
    if (key === registered) return;
    registered = key;
    current = current.then(async (old) => {
      const next = `watching-${(count += 1)}`;
      try {
        const registrations = [{ id: next, method, registerOptions: { watchers } }];
        await connection.sendRequest(RegistrationRequest.type, { registrations });
        if (old !== null) unregister(old);
        recheck();
        timer.setTimeout(recheck, SETTLED_MS);
        return next;
      } catch (error) {
        runner.fault('Watching files', error);
        return old;
      }
    });
  });
}

/** More than these cost a client too much. */
const MOST_WATCHERS = 2000;

/**
 * A watcher for each file, and for each directory that was listed one for all in it; sorted. Where that would be too
 * many, one for each directory, and no more than a client can bear.
 */
export function watchersOf({ files, directories }: Watched, relative: boolean): FileSystemWatcher[] {
  const patterns = new Map<string, GlobPattern>();
  const add = (directory: string, name: string): void => {
    const pattern = relative ? { baseUri: uriOf(directory), pattern: name } : `${directory}/${name}`;
    patterns.set(`${directory}/${name}`, pattern);
  };
  for (const directory of directories) {
    add(directory, '*');
    // The directory itself may be made, removed or renamed.
    if (fileNameOf(directory) !== '') add(directoryOf(directory), literally(fileNameOf(directory)));
  }
  for (const file of files) {
    if (!directories.has(directoryOf(file))) add(directoryOf(file), literally(fileNameOf(file)));
  }
  if (patterns.size > MOST_WATCHERS) {
    patterns.clear();
    for (const directory of new Set([...directories, ...[...files].map(directoryOf)])) add(directory, '*');
  }
  return [...patterns]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, MOST_WATCHERS)
    .map(([, globPattern]) => ({ globPattern }));
}

/** A pattern that matches this name alone. */
function literally(name: string): string {
  return name.replaceAll(/[*?{}[\]]/g, '[$&]');
}
