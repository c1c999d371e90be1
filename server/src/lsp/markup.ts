import { type MarkupContent, MarkupKind } from 'vscode-languageserver';
import { plainText } from '../features/support/reference-text';
import { t } from '../l10n';
import type { Place } from '../model/configuration';
import { fileNameOf } from '../model/paths';
import type { SourceFile } from '../model/source-file';
import type { ServerContext } from './context';

/** Markdown for a client that shows it, else the plain text of it. Most wanted first; undefined: it does not say. */
export function markup(text: string, formats: readonly MarkupKind[] | undefined): MarkupContent {
  return formats?.includes(MarkupKind.Markdown) === true
    ? { kind: MarkupKind.Markdown, value: text }
    : { kind: MarkupKind.PlainText, value: plainText(text) };
}

/** Makes links to places: editors take `#L12` for a line. From the same file the line is enough to name it. */
export function linker(
  { documents, positions }: ServerContext,
  from: SourceFile,
): (place: Place) => { label: string; uri: string } {
  return (place) => {
    const { file } = place;
    const line = positions.lineOf(place);
    const label = file.realPath === from.realPath ? t`line ${line}` : `${fileNameOf(file.path)}:${line}`;
    return { label, uri: `${documents.uriOf(file)}#L${line}` };
  };
}
