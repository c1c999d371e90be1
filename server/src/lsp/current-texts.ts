import type { SourceFile } from '../model/source-file';
import type { ServerContext } from './context';

/** What was made, and the texts that its edits are for. */
interface Made<Result> {
  readonly result: Result;
  readonly files: readonly SourceFile[];
}

/** So often texts are read again. */
const ATTEMPTS = 3;

/**
 * Gives what is made with edits that fit the texts that the client, or the disk, has now: the disk is looked at before
 * edits are given away, and what was made for other texts is made anew.
 *
 * @param otherwise what is given when the texts change all the while
 */
export async function onCurrentTexts<Result>(
  { workspace }: ServerContext,
  otherwise: Result,
  make: () => Promise<Made<Result>>,
): Promise<Result> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { result, files } = await make();
    if (await workspace.areUnchanged(files)) return result;
  }
  return otherwise;
}
