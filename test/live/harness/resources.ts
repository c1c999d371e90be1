import { rmSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Something that runs until it is stopped. Stopping twice does no harm. */
export interface Stoppable {
  stop(): Promise<void>;
}

/** A directory of this process alone, removed with all it holds by `stop`. */
export interface TemporaryDirectory extends Stoppable {
  readonly path: string;
}

const directories = new Set<string>();

// For what a test has not stopped. The test runner ends its workers with SIGTERM, which alone fires no exit event.
process.once('exit', () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});
process.once('SIGTERM', () => process.exit(143));

/** A new temporary directory; the path is its real one, as the tools under test print it. */
export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'nginx-websocket-live-')));
  directories.add(path);
  return {
    path,
    async stop() {
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
      directories.delete(path);
    },
  };
}

/** What a test has started. `stop` stops it in reverse order, all of it even when one of them fails. */
export class Resources implements Stoppable {
  private readonly started: Stoppable[] = [];

  /** Keeps it, and gives it back. */
  add<T extends Stoppable>(resource: T): T {
    this.started.push(resource);
    return resource;
  }

  async stop(): Promise<void> {
    const errors: unknown[] = [];
    for (let next = this.started.pop(); next !== undefined; next = this.started.pop()) {
      try {
        await next.stop();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'not everything could be stopped');
  }
}
