import type { Disposable, Position, TextDocumentContentChangeEvent } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Timer } from './environment';

/** Nobody is writing any more when no key has been pressed for this long. */
const PAUSE_MS = 1000;

/** A key gives one character, or two where the editor closes a bracket or quote by itself. */
const KEY_LENGTH = 2;

/** Enter, with the indentation of the new line; between braces the closing one gets a line of its own. */
const ENTER = /^\r?\n[ \t]*(?:\r?\n[ \t]*)?$/;

interface Writing {
  readonly place: Position;
  readonly pause: Disposable;
  /** Whether something is held back because of it. */
  holds: boolean;
}

/** Where in each open document somebody is writing: what is wrong with it is told when it is done. */
export class Typing {
  private readonly writings = new Map<string, Writing>();
  private onPause: () => void = () => {};

  constructor(private readonly timer: Timer) {}

  /** Has `listener` called when a pause ends a writing because of which something was held back. */
  whenPaused(listener: () => void): void {
    this.onPause = listener;
  }

  /** Takes a change of a document; one that is no key ends what was being written there. */
  changed(document: TextDocument, changes: readonly TextDocumentContentChangeEvent[]): void {
    const { uri } = document;
    this.forget(uri);
    const [change, ...others] = changes;
    const place = change === undefined || others.length > 0 ? null : placeOfKey(document, change);
    if (place === null) return;
    this.writings.set(uri, {
      place,
      pause: this.timer.setTimeout(() => this.paused(uri), PAUSE_MS),
      holds: false,
    });
  }

  forget(uri: string): void {
    this.writings.get(uri)?.pause.dispose();
    this.writings.delete(uri);
  }

  /** Where somebody is writing in a document; null when nobody is. */
  placeIn(uri: string): Position | null {
    return this.writings.get(uri)?.place ?? null;
  }

  /** Takes note that something is held back until there is a pause. */
  holdBack(uri: string): void {
    const writing = this.writings.get(uri);
    if (writing !== undefined) writing.holds = true;
  }

  private paused(uri: string): void {
    const holds = this.writings.get(uri)?.holds === true;
    this.writings.delete(uri);
    if (holds) this.onPause();
  }
}

/**
 * The place behind what a key has given, or behind what was chosen from a list where its statement has no end yet.
 *
 * @param document after the change
 * @returns null for any other change
 */
function placeOfKey(document: TextDocument, change: TextDocumentContentChangeEvent): Position | null {
  if (!('range' in change)) return null;
  const { range, text } = change;
  const { line, character } = range.start;
  if (ENTER.test(text)) return { line: line + 1, character: 0 };
  if (range.end.line !== line || /[\r\n]/.test(text)) return null;
  const place = { line, character: character + text.length };
  if (text.length <= KEY_LENGTH) return place;
  const end = { line: line + 1, character: 0 };
  const whole = document.getText({ start: { line, character: 0 }, end });
  return /[;{}]\s*(?:#.*)?$/.test(whole.trimEnd()) ? null : place;
}
