// A setup file of vitest: writes down which lines of the source each file of tests executes, as V8 counts them.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { afterAll, expect } from 'vitest';

const folder = process.env['REACHED_LINES'] ?? '';
const source = path.join(process.cwd(), 'server/src') + path.sep;

/** @typedef {import('node:inspector').Profiler.ScriptCoverage} ScriptCoverage */

/** A script, where the module begins in it, and its words: where they begin, and the line, from one, of the source. */
/** @typedef {{ begin: number, length: number, words: readonly { offset: number, line: number }[] }} Script */

const kept = /** @type {{ reachedLines?: { session: Session, scripts: Map<string, Script> } }} */ (
  globalThis
);
const { session, scripts } = (kept.reachedLines ??= { session: counting(), scripts: new Map() });

taken();
afterAll(() => {
  const test = path.relative(process.cwd(), expect.getState().testPath ?? '');
  const reached = Object.fromEntries(taken().map((script) => [pathOf(script), [...linesIn(script)]]));
  writeFileSync(path.join(folder, `${encodeURIComponent(test)}.json`), JSON.stringify(reached));
});

function counting() {
  const started = new Session();
  started.connect();
  started.post('Debugger.enable');
  started.post('Profiler.enable');
  started.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return started;
}

/** What was executed since it was asked before. @returns {ScriptCoverage[]} of the source alone */
function taken() {
  /** @type {ScriptCoverage[]} */
  let result = [];
  session.post('Profiler.takePreciseCoverage', (error, answer) => {
    if (error !== null) throw error;
    result = answer.result.filter(({ url }) => url.replace('file://', '').startsWith(source));
  });
  return result;
}

/** @param {ScriptCoverage} script @returns {string} from the project's root */
function pathOf({ url }) {
  return path.relative(process.cwd(), url.replace('file://', ''));
}

/**
 * What a module does once, when it is loaded, is left out: whichever file of tests comes first executes it.
 * @param {ScriptCoverage} coverage
 */
function linesIn({ scriptId, functions }) {
  const { begin, length, words } = scriptOf(scriptId);
  const ranges = functions
    .filter((entry) => (entry.ranges[0]?.startOffset ?? 0) >= begin)
    .flatMap((entry) => entry.ranges)
    .toSorted((a, b) => b.endOffset - b.startOffset - (a.endOffset - a.startOffset));
  const isReached = new Uint8Array(length);
  for (const { startOffset, endOffset, count } of ranges)
    isReached.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  return new Set(words.filter(({ offset }) => isReached[offset] === 1).map(({ line }) => line));
}

/** @param {string} scriptId @returns {Script} */
function scriptOf(scriptId) {
  const known = scripts.get(scriptId);
  if (known !== undefined) return known;
  let text = '';
  session.post('Debugger.getScriptSource', { scriptId }, (error, answer) => {
    if (error !== null) throw error;
    text = answer.scriptSource;
  });
  const begin = text.indexOf('{{') + 2;
  const script = { begin, length: text.length, words: wordsIn(text, begin) };
  scripts.set(scriptId, script);
  return script;
}

/**
 * @param {string} text a module as vitest executes it: in a function, with a source map at its end
 * @param {number} begin where the module begins in it
 */
function wordsIn(text, begin) {
  const encoded = /\n\/\/# sourceMappingURL=data:application\/json;[^,]*base64,(\S+)/.exec(text)?.[1];
  if (encoded === undefined) return [];
  const map = new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString()));
  let offset = begin;
  return text
    .slice(begin)
    .split('\n')
    .flatMap((line, index) => {
      const start = offset;
      offset += line.length + 1;
      if (line.startsWith('//#')) return [];
      return [...line.matchAll(/\w+/g)].flatMap((word) => {
        const entry = map.findEntry(index, word.index);
        return 'originalLine' in entry ? [{ offset: start + word.index, line: entry.originalLine + 1 }] : [];
      });
    });
}
