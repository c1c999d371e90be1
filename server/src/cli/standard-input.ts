import { resolve } from 'node:path';
import type { Host } from '../model/host';
import { decodeText, hostPath } from '../node-host';
import { InputError } from './errors';
import type { Encoding } from './file-on-disk';
import type { Io } from './io';

/** The standard input on the command line, and its name in the output. */
const DASH = '-';
export const STANDARD_INPUT = '<stdin>';

/** The standard input as a file. */
export interface StandardInput {
  readonly realPath: string;
  readonly text: string;
  readonly encoding: Encoding;
}

/**
 * A command whose FILE may be the standard input: with `-` it is read once, to its end, and treated as a file in
 * the working directory, so that its includes are relative to that.
 *
 * @throws InputError when it cannot be read, or is empty: what should have written it has most likely failed
 */
export async function withStandardInput<Args extends { readonly files: readonly string[] }>(
  args: Args,
  host: Host,
  io: Io,
): Promise<{ readonly args: Args; readonly host: Host; readonly input: StandardInput | null }> {
  if (!args.files.includes(DASH)) return { args, host, input: null };
  const { text, encoding } = decodeText(await io.readInput());
  if (text === '') throw new InputError('The standard input is empty.');
  const path = hostPath(resolve(io.cwd, STANDARD_INPUT));
  const files = [...new Set(args.files.map((file) => (file === DASH ? STANDARD_INPUT : file)))];
  return {
    args: { ...args, files },
    host: {
      readFile: (each) =>
        each === path ? Promise.resolve({ kind: 'text', text, realPath: path }) : host.readFile(each),
      readDirectory: (each) => host.readDirectory(each),
    },
    input: { realPath: path, text, encoding },
  };
}
