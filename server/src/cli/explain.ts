import { explainText } from '../features/explain-text';
import type { Explanation } from '../handshake/explanation';
import type { Place } from '../model/configuration';
import type { Host } from '../model/host';
import { problemsOf } from '../project/problems';
import { type Analysis, explain as explainUrl, nginxTestOf, remedyOf } from '../service';
import type { ExplainArguments } from './arguments';
import { analyzeOne } from './configurations';
import { fixCommand } from './command-line';
import { explanationJson } from '../project/explanation-json';
import type { Io } from './io';
import type { Names } from './names';
import { Ranges } from '../project/ranges';
import { STANDARD_INPUT } from './standard-input';
import { jsonText, visible, visibleLines } from '../features/support/escape';

/**
 * The command `explain`.
 *
 * @returns exit status: 0 when all handshakes pass, 2 when a URL is none, else 1
 * @throws InputError when the file cannot be read
 */
export async function explain(given: ExplainArguments, host: Host, io: Io): Promise<number> {
  // Whoever asks for a URL means it for WebSocket: what stops it is as severe as that.
  const asked = { ...given, websocketUrls: given.urls };
  const { analysis, analyses, names, args } = await analyzeOne(asked, host, io);
  const explanations = args.urls.map((url) => explainUrl(analysis, url));
  const ranges = new Ranges(names);
  io.stderr.write(refusalNote(analysis, names));
  io.stdout.write(
    args.format === 'json'
      ? `${jsonText(explanations.map((each) => explanationJson(each, names, ranges)))}\n`
      : explanations.map((each) => textOf(analyses, each, names, ranges, args)).join('\n'),
  );
  if (explanations.some(({ badUrl }) => badUrl === true)) return 2;
  return explanations.every(({ verdict }) => verdict === 'passes') ? 0 : 1;
}

/** What nginx stumbles over before it serves anything; '' when it starts. */
function refusalNote(analysis: Analysis, names: Names): string {
  const test = nginxTestOf(analysis);
  if (test === null) return '';
  const place =
    test.file === null ? '' : ` in ${names.of(test.file)}${test.line === null ? '' : `:${test.line}`}`;
  return `nginx does not start with this: ${visible(`${test.text}${place}`)}. This is what it does once that is fixed.\n`;
}

function textOf(
  analyses: readonly Analysis[],
  explanation: Explanation,
  names: Names,
  ranges: Ranges,
  args: ExplainArguments,
): string {
  const placeName = (place: Place): string => `${names.of(place.file)}:${ranges.of(place).line}`;
  const [fix = null] = remedyOf(problemsOf(analyses), explanation)?.fixes() ?? [];
  // Standard input is no file to write to.
  const isWritten = fix !== null && !args.files.includes(STANDARD_INPUT);
  const asked = { ...args, websocketUrls: [explanation.url] };
  const options = {
    placeName,
    fix,
    ...(isWritten ? { command: fixCommand(asked, fix.kind !== 'safe') } : {}),
  };
  return `${visibleLines(explainText(explanation, options).text)}\n`;
}
