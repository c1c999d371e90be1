import type { TextDocument } from 'vscode-languageserver-textdocument';
import { readDump } from '../documents/dump';
import { readOuterText } from '../documents/outer-text';
import type { Region } from '../documents/region';
import { fileNameOf } from '../model/paths';
import { type EmbeddedText, mainsWithin, textsWithin } from '../project/embedded';

/** A document that is not nginx's own: what is for nginx in it, if anything. */
export interface OuterDocument {
  /** The files within it, by the path that they have. */
  readonly texts: ReadonlyMap<string, EmbeddedText>;
  /** The paths of those that may be main files. */
  readonly mains: readonly string[];
}

/** A file within an open document. */
export interface WithinDocument {
  readonly region: Region;
  readonly document: TextDocument;
}

const NOTHING: OuterDocument = { texts: new Map(), mains: [] };

/**
 * What is for nginx within a document; null where all of it is. What the client takes for nginx is nginx's, but for the
 * output of `nginx -T`.
 *
 * @param root what the paths of the files within begin with
 */
export function readOuterDocument(root: string, path: string, document: TextDocument): OuterDocument | null {
  const text = document.getText();
  const isOurs = /^nginx$/i.test(document.languageId);
  if (isOurs && !text.includes('# configuration file ')) return null;
  const read = isOurs ? readDump(text) : readOuterText(fileNameOf(path), text);
  if (read === null) return isOurs || !OUTER_LANGUAGES.has(document.languageId) ? null : NOTHING;
  if (read.kind === 'foreign') return NOTHING;
  const texts = textsWithin(root, read);
  return {
    texts: new Map(texts.map((each) => [each.path, each] as const)),
    mains: mainsWithin(read, texts).map((each) => each.path),
  };
}

/** Languages whose documents are nginx's in parts at most. */
const OUTER_LANGUAGES: ReadonlySet<string> = new Set([
  'yaml',
  'dockercompose',
  'helm',
  'markdown',
  'mdx',
  'shellscript',
  'dockerfile',
  'terraform',
  'hcl',
  'nix',
]);
