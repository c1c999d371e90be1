import { version } from '../../../package.json';
import type { Host } from '../model/host';
import { nodeHost } from '../node-host';
import { type Arguments, readArguments } from './arguments';
import { check } from './check';
import { InputError, UsageError } from './errors';
import { explain } from './explain';
import { fix } from './fix';
import type { Io } from './io';
import { routes } from './routes';
import { withStandardInput } from './standard-input';
import { usageOf } from './usage';
import { visible } from '../features/support/escape';

/**
 * The command line: reads the arguments, runs the command, says what is wrong with them.
 *
 * @param argv what follows the name of the program
 * @param host where the configuration is read from
 * @returns exit status: 0, 1 and 3 by the command, 2 when the command line makes no sense or a file cannot be read
 */
export async function run(argv: readonly string[], io: Io, host: Host = nodeHost): Promise<number> {
  try {
    return await runCommand(readArguments(argv), io, host);
  } catch (error) {
    if (error instanceof InputError) {
      io.stderr.write(`${linesOf(error.message)}\n`);
      return 2;
    }
    if (error instanceof UsageError) {
      io.stderr.write(`${linesOf(error.message)}\n`);
      if (error.command === null) io.stdout.write(usageOf(null));
      else io.stderr.write(`\`nginx-websocket ${error.command} --help\` says more.\n`);
      return 2;
    }
    throw error;
  }
}

async function runCommand(args: Arguments, io: Io, host: Host): Promise<number> {
  switch (args.command) {
    case 'check': {
      const input = await withStandardInput(args, host, io);
      return check(input.args, input.host, io);
    }
    case 'fix': {
      const input = await withStandardInput(args, host, io);
      return fix(input.args, input.host, io, input.input);
    }
    case 'routes': {
      const input = await withStandardInput(args, host, io);
      return routes(input.args, input.host, io);
    }
    case 'explain': {
      const input = await withStandardInput(args, host, io);
      return explain(input.args, input.host, io);
    }
    case 'verify': {
      const input = await withStandardInput(args, host, io);
      const { verify } = await import('./verify');
      return verify(input.args, input.host, io);
    }
    case 'probe': {
      const { probe } = await import('./probe');
      return probe(args, host, io);
    }
    case 'mcp': {
      const { mcp } = await import('./mcp').catch(notHere);
      return mcp((argv, own) => run(argv, own, host), io);
    }
    case 'completion': {
      const { completionFor } = await import('./completion');
      io.stdout.write(completionFor(args.shell));
      return 0;
    }
    case 'usage':
      io.stdout.write(usageOf(args.of));
      return 0;
    case 'version':
      io.stdout.write(`${version}\n`);
      return 0;
  }
}

/** The extension has no server for other assistants: that is in the npm package alone. */
function notHere(error: unknown): never {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
  if (!isMissing) throw error;
  throw new InputError('This copy is that of the extension, without `mcp`. Run: npx nginx-websocket mcp');
}

/** A message of several lines, each with nothing that a terminal would obey. */
function linesOf(message: string): string {
  return message
    .split('\n')
    .map((line) => `nginx-websocket: ${visible(line)}`)
    .join('\n');
}
