import { processIo } from './cli/io';
import { run } from './cli/main';
import { limitBacktracking } from './node-host';

limitBacktracking();

async function main(): Promise<void> {
  // The status is only set: the process ends by itself when all output is written.
  process.exitCode = await run(process.argv.slice(2), processIo());
}

main().catch((error: unknown) => {
  console.error(
    'nginx-websocket has failed; the fault is its own. Please report what you did, and this:\n',
    error,
  );
  process.exitCode = 3;
});
