import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Real configurations, each with what nginx 1.22.1 says of it. They are no part of the project, because they belong to
 * others: the tests in this folder are a run of their own (`npm run test:corpus`) for machines that have them in
 * ../shared/corpus beside the project. They fail where it is missing.
 */

const corpus = join(import.meta.dirname, '../../../shared/corpus');

/** What index.json has of one file. */
export interface CorpusRow {
  /** Relative to the corpus. */
  readonly file: string;
  /** Where its text stands: `main` where it is a whole configuration, else the block around it. */
  readonly context: 'main' | 'http' | 'server' | 'location' | 'upstream';
  /** Whether nginx accepts it once the machine has the files, hosts and users that it names. */
  readonly ok: boolean;
  /** The class of its first error: `syntax` for what can be told without knowing any directive. */
  readonly class?: string;
  /** The line of its first error, one-based; null where nginx names none. */
  readonly line?: number | null;
  /** nginx's words about its first error. */
  readonly message?: string;
  /** What a fragment takes from elsewhere, and was added before nginx read it: `upstream app`, `$name`. */
  readonly needs?: readonly string[];
  /** Whether modules of other authors were loaded. */
  readonly thirdPartyModules?: boolean;
}

export const corpusRows = JSON.parse(
  readFileSync(join(corpus, 'index.json'), 'utf8'),
) as readonly CorpusRow[];

/** The text of a file of the corpus. */
export function corpusText({ file }: CorpusRow): string {
  return readFileSync(join(corpus, file), 'utf8');
}
