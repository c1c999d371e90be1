import { completionAt } from '../../server/src/features/completion/completion';
import { hoverAt } from '../../server/src/features/hover';
import { type Closure, withTexts } from '../../server/src/model/load';
import { assumedVersion } from '../../server/src/reference/versions';
import { type Analysis, analyze, nginxTestOf } from '../../server/src/service';
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

/**
 * Types into the main file in front of the last place of a text, again and again.
 *
 * @param ask what an editor asks for then
 */
export async function typing(
  files: Files,
  before: string,
  ask: (analysis: Analysis, offset: number) => unknown,
): Promise<{ readonly closure: Closure; readonly press: () => unknown }> {
  const closure = await closureOf(files);
  const { text } = closure.main;
  const offset = text.lastIndexOf(before);
  if (offset === -1) throw new Error(`${MAIN} has no ${before}.`);
  let keys = 0;
  const options = { version: assumedVersion, remember: true };
  let last = analyze(closure, options);
  const press = (): unknown => {
    keys += 1;
    const typed = `${text.slice(0, offset)}# ${keys}\n${text.slice(offset)}`;
    const now = withTexts(last.closure, new Map([[MAIN, typed]]));
    last = analyze(now, options, last);
    return ask(last, typed.lastIndexOf(before));
  };
  return { closure, press };
}

/** The findings, and what nginx would say. */
export function findings(analysis: Analysis): unknown {
  return [analysis.problems, nginxTestOf(analysis)];
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
