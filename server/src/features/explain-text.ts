import type { Edit } from '../edits/edit';
import type { Evidence, EvidenceId } from '../handshake/evidence';
import type { ExplainedRequest, Explanation } from '../handshake/explanation';
import { t } from '../l10n';
import type { Place } from '../model/configuration';
import type { Fix } from '../rules/support/rule';
import { conditionsText } from './conditions-text';
import { nextStepFor } from './next-step';
import { verdictText } from './reason-text';
import { wrap } from './support/wrap';
import { hideInUrl } from '../values/secrets';

/** How an explanation is written: as the terminal and the document in the editor show it. */
export interface ExplainTextOptions {
  /** `nginx.conf:12` for a place. */
  readonly placeName: (place: Place) => string;
  /** What fixes it; null when nothing of ours does. */
  readonly fix: Fix | null;
  /** The command that makes the fix. Default: the editor has a button. */
  readonly command?: string;
  /** The column at which messages wrap; what is to the right of it is the place. Default: for a terminal. */
  readonly placeColumn?: number;
}

/** A line, and the place that it names. */
interface Line {
  readonly text: string;
  readonly place: Place | null;
  /** Where the name of the place is in the text. */
  readonly nameStart: number;
  readonly nameEnd: number;
}

/** The text, without a line feed at its end, and the names of places in it: UTF-16 offsets. */
export interface ExplainText {
  readonly text: string;
  readonly links: readonly { readonly start: number; readonly end: number; readonly target: Place }[];
}

/** For a terminal of 80 columns: `nginx.conf:123` fits beside it. */
const PLACE_COLUMN = 64;
/** Of `blocked` and `unknown`. */
const VERDICT_WIDTH = 7;
const LABEL_WIDTH = 9;
const INDENT = ' '.repeat(4 + LABEL_WIDTH + 2);

/** The way of a handshake through nginx, its request to the back end, the verdict, and the line to change. */
export function explainText(explanation: Explanation, options: ExplainTextOptions): ExplainText {
  const { url, error } = explanation;
  const { placeColumn = PLACE_COLUMN } = options;
  const head = `${hideInUrl(url).padEnd(placeColumn - 30)}  ${outcomeText(explanation)}`;
  const body =
    error === undefined
      ? [...caseLines(explanation, options), ...wayLines(explanation, options)]
      : wrap(error, placeColumn).map(plain);
  const next = options.fix === null ? nextStepLines(explanation, options) : remedyLines(options);
  const links: { start: number; end: number; target: Place }[] = [];
  let text = '';
  for (const { text: line, place, nameStart, nameEnd } of [plain(head), plain(''), ...body, ...next]) {
    if (place !== null && !place.file.builtIn) {
      links.push({ start: text.length + nameStart, end: text.length + nameEnd, target: place });
    }
    text += `${line}\n`;
  }
  return { text: text.slice(0, -1), links };
}

/** The result of the handshake in each case, passing cases first; nothing when there is only one case. */
function caseLines({ cases, shown }: Explanation, options: ExplainTextOptions): Line[] {
  if (cases.length < 2) return [];
  const order = ['passes', 'blocked', 'opaque'] as const;
  const sorted = order.flatMap((verdict) => cases.filter((each) => each.verdict === verdict));
  const lines = sorted.flatMap((each, index) => {
    const { when, verdict, status, because } = each;
    const isOther = sorted.length === 2 && index === 1;
    const isShown = shown !== null && each === cases[shown];
    const condition = `${isOther ? t('otherwise') : conditionsText(when)}${isShown ? t(' (shown below)') : ''}`;
    const word = (verdict === 'opaque' ? 'unknown' : verdict).padEnd(VERDICT_WIDTH);
    const label = ` ${word}  ${String(status ?? '').padEnd(3)}  `;
    const reasons = isShown ? [] : because.flatMap((reason) => reasonLines(INDENT, reason, options));
    return wrapped(label, condition, null, options).concat(reasons);
  });
  return [...lines, plain('')];
}

/** The steps in their order. Where another hop begins a line says so. */
function wayLines({ because, upstreamRequest }: Explanation, options: ExplainTextOptions): Line[] {
  const lastRequest = because.findLastIndex(({ step }) => step === 'request');
  return because.flatMap((evidence, index) => {
    const { hop = 1 } = evidence;
    const lines = [
      ...(hop === (because[index - 1]?.hop ?? 1) ? [] : [plain(t`    hop ${hop}`)]),
      ...stepLines(evidence, index + 1, options),
    ];
    return index === lastRequest && upstreamRequest !== null
      ? [...lines, ...requestLines(upstreamRequest, because, options)]
      : lines;
  });
}

/** The title of the fix, and below it the lines that it adds or changes. */
function remedyLines({ fix, placeName, command }: ExplainTextOptions): Line[] {
  if (fix === null) return [];
  const named = fix.edits.map((edit) => ({ edit, name: placeName(edit) }));
  const width = named.reduce((widest, { name }) => Math.max(widest, name.length), 0);
  return [
    plain(''),
    plain(`${fix.title}:`),
    ...named.flatMap(({ edit, name }) =>
      changedLines(edit).map((line) => ({
        text: `${name.padEnd(width)}  ${line}`,
        place: edit,
        nameStart: 0,
        nameEnd: name.length,
      })),
    ),
    ...(command === undefined ? [] : [plain(''), plain(t`To write it: ${command}`)]),
  ];
}

/** What to add where nothing is written for the URL. */
function nextStepLines(explanation: Explanation, options: ExplainTextOptions): Line[] {
  const step = nextStepFor(explanation);
  if (step === null) return [];
  const { placeColumn = PLACE_COLUMN } = options;
  const [first = '', ...others] = wrap(step.advice, placeColumn - 1);
  return [
    plain(''),
    placed(first, step.place, options),
    ...others.map(plain),
    ...step.lines.map((line) => plain(`    ${line}`)),
  ];
}

/** The lines that an edit adds, or the line that it changes as it is then; without the indentation that all have. */
function changedLines({ file, start, end, newText }: Edit): string[] {
  const { text } = file;
  const [first = '', ...others] = newText.split('\n');
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const [after = ''] = text.slice(end).split('\n', 1);
  const lines =
    others.length === 0
      ? [`${before}${newText}${after}`]
      : [`${before.trim() === '' ? before : ''}${first}`, ...others];
  const written = lines.map((line) => line.trimEnd()).filter((line) => line !== '');
  const indent = written.reduce((least, line) => Math.min(least, line.search(/\S/)), Infinity);
  return written.map((line) => line.slice(indent));
}

/** `blocked, 400 Bad Request`; what is no URL is not blocked. What depends has a status in each case. */
export function outcomeText({ verdict, status, badUrl }: Explanation): string {
  if (badUrl === true) return t('no URL');
  if (status === null || verdict === 'depends') return verdictText(verdict);
  const reason = REASONS[status];
  return t`${verdictText(verdict)}, ${`${status} ${reason ?? ''}`.trimEnd()}`;
}

/** The statuses that handshakes meet (RFC 9110 §15). */
const REASONS: Readonly<Record<number, string>> = {
  101: 'Switching Protocols',
  200: 'OK',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  426: 'Upgrade Required',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** What stops nothing, but keeps us from knowing. */
export const DOUBTS: ReadonlySet<EvidenceId> = new Set([
  'include-unresolved',
  'value-unknown',
  'handler-unknown',
]);

function stepLines(evidence: Evidence, number: number, options: ExplainTextOptions): Line[] {
  const label = `${String(number).padStart(2)}  ${evidence.step.padEnd(LABEL_WIDTH)}  `;
  return reasonLines(label, evidence, options);
}

/** The message with its mark. @param label as wide as the indent */
function reasonLines(label: string, { message, place, id }: Evidence, options: ExplainTextOptions): Line[] {
  const mark = id === null ? '' : DOUBTS.has(id) ? '? ' : '✗ ';
  return wrapped(label, `${mark}${message}`, place, options);
}

/** A text on lines of its column; the label, as wide as the indent, is before the first, the place after it. */
function wrapped(label: string, text: string, place: Place | null, options: ExplainTextOptions): Line[] {
  const { placeColumn = PLACE_COLUMN } = options;
  const [first = '', ...others] = wrap(text, placeColumn - INDENT.length - 1);
  return [placed(label + first, place, options), ...others.map((line) => plain(INDENT + line))];
}

function requestLines(
  { method, uri, version, headers, origins, versionOrigin }: ExplainedRequest,
  because: readonly Evidence[],
  options: ExplainTextOptions,
): Line[] {
  const blamed = new Set(
    because.flatMap(({ id, place }) => (id === null || place === null ? [] : [keyOf(place)])),
  );
  const line = (text: string, origin: Place | null): Line => {
    const isBlamed = origin !== null && blamed.has(keyOf(origin));
    return placed(`${INDENT}  ${text}${isBlamed ? '  ✗' : ''}`, origin, options);
  };
  return [
    line(`${method} ${uri} HTTP/${version}`, versionOrigin),
    ...headers.map(([name, value], index) => line(`${name}: ${value}`, origins[index] ?? null)),
  ];
}

/** A line may hold several directives. */
function keyOf({ file, start }: Place): string {
  return `${start} ${file.realPath}`;
}

function placed(text: string, place: Place | null, options: ExplainTextOptions): Line {
  if (place === null) return plain(text);
  const { placeName, placeColumn = PLACE_COLUMN } = options;
  const before = `${text.padEnd(placeColumn)}  `;
  const whole = before + placeName(place);
  return { text: whole, place, nameStart: before.length, nameEnd: whole.length };
}

function plain(text: string): Line {
  return { text, place: null, nameStart: 0, nameEnd: 0 };
}
