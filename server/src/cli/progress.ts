import type { Closure } from '../model/load';
import type { Output } from './io';
import { visible } from '../features/support/escape';

/** Work that is shorter than this needs no word, in milliseconds. */
const PATIENCE = 1000;

/** A configuration with more text than this may take longer. */
const LONG_TEXT = 2_000_000;

/** So that the line fits on any terminal: one that wraps could not be erased. */
const WIDTH = 72;

/** Carriage return, then erase to the end of the line (ECMA-48 EL). */
const ERASE_LINE = '\r\u001B[K';

/** One line on a terminal that says what is done now, once that takes long; nothing anywhere else. */
export class Progress {
  private readonly begun = performance.now();
  private isShown = false;

  constructor(private readonly output: Output) {}

  /** @param isLong whether this step alone may take long */
  step(text: string, isLong = false): void {
    if (!this.output.isTerminal) return;
    if (!isLong && performance.now() - this.begun < PATIENCE) return;
    this.isShown = true;
    this.output.write(`${ERASE_LINE}${visible(text).slice(0, WIDTH)} …`);
  }

  /** Takes the line away. */
  done(): void {
    if (this.isShown) this.output.write(ERASE_LINE);
    this.isShown = false;
  }
}

/** Whether work on all of a configuration may take long. */
export function isLarge({ files }: Closure): boolean {
  let size = 0;
  for (const { text } of files.values()) size += text.length;
  return size > LONG_TEXT;
}
