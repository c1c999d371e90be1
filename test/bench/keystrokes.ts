import { completionAt } from '../../server/src/features/completion/completion';
import { hoverAt } from '../../server/src/features/hover';
import { type Closure, withTexts } from '../../server/src/model/load';
import { assumedVersion } from '../../server/src/reference/versions';
import { type Analysis, analyze } from '../../server/src/service';
import { closureOf } from '../support/memory-host';
import { type Files, MAIN } from './inputs';

/** What reading each character of all texts costs, and no more. */
export function plainLoop(texts: Iterable<string>): number {
  let sum = 0;
  for (const text of texts) {
    for (let offset = 0; offset < text.length; offset += 1) sum = (sum + text.charCodeAt(offset)) | 0;
  }
  return sum;
}

/** The texts of all files of a configuration. */
export function textsOf({ files }: Closure): string[] {
  return [...files.values()].map(({ text }) => text);
}

/** What somebody types. */
export interface Typed {
  /** In front of the last place of this text, on a line of its own. */
  readonly before: string;
  /** The keys. In place of `#` stands another number each time. */
  readonly keys: string;
}

/** A directive letter by letter, its value, its end; then a block, in an editor that does not close it by itself. */
export const inLocation: Typed = {
  before: 'proxy_read_timeout',
  keys: 'proxy_send_timeout 7#s;\nif ($arg_key#) {\n    return 403;\n}\n',
};

/** The same at the level of http. */
export const inHttp: Typed = {
  before: 'map $uri',
  keys: 'proxy_send_timeout 7#s;\nserver {\n    listen 90#;\n}\n',
};

/** One more `listen` of a server. */
export const inListen: Typed = { before: 'listen 443', keys: 'listen 8#43 ssl;\n' };

/**
 * Types into the main file, over and over: after the last key all of it is taken out again.
 *
 * @param ask what an editor asks for after each key; it gets the place of the cursor
 */
export async function typing(
  files: Files,
  { before, keys }: Typed,
  ask: (analysis: Analysis, offset: number) => unknown,
): Promise<{ readonly closure: Closure; readonly press: () => unknown }> {
  const closure = await closureOf(files);
  const { text } = closure.main;
  const offset = text.lastIndexOf(before);
  if (offset === -1) throw new Error(`${MAIN} has no ${before}.`);
  // An editor begins a line as far in as the one before it.
  const newLine = `\n${text.slice(text.lastIndexOf('\n', offset) + 1, offset)}`;
  const options = { version: assumedVersion, remember: true };
  let last = analyze(closure, options);
  let round = 1;
  let pressed = 0;
  const press = (): unknown => {
    if (pressed === keys.length) {
      round += 1;
      pressed = -1;
    }
    pressed += 1;
    const typed = keys.slice(0, pressed).replaceAll('#', String(round)).replaceAll('\n', newLine);
    const now = text.slice(0, offset) + typed + newLine + text.slice(offset);
    last = analyze(withTexts(last.closure, new Map([[MAIN, now]])), options, last);
    return ask(last, offset + typed.length);
  };
  return { closure, press };
}

/** What an editor shows of itself. */
export function findings({ problems }: Analysis): unknown {
  return problems;
}

/** What may be written at a place. */
export function completion({ model, closure }: Analysis, offset: number): unknown {
  return completionAt(model, closure.main, offset);
}

/** What is known of the word at a place. */
export function hover(analysis: Analysis, offset: number): unknown {
  return hoverAt({
    model: analysis.model,
    routes: () => analysis.routes,
    file: analysis.closure.main,
    offset,
    link: () => ({ label: '', uri: '' }),
  });
}
