import type { Evidence } from '../handshake/evidence';
import type { ExplainedRequest, Explanation } from '../handshake/explanation';
import type { Place } from '../model/configuration';

/** How an explanation is written: as the terminal and the document in the editor show it. */
export interface ExplainTextOptions {
  /** `nginx.conf:12` for a place. */
  readonly placeName: (place: Place) => string;
  /** What to change, a line each; empty when nothing of ours mends it. */
  readonly remedy: readonly string[];
}

/** Messages wrap at this column; what stands to the right of them is the place. */
const PLACE_COLUMN = 72;
const LABEL_WIDTH = 9;
const INDENT = ' '.repeat(4 + LABEL_WIDTH + 2);

/** The way of a handshake through nginx, its request to the back end, the verdict, and the line to change. */
export function explainText(explanation: Explanation, options: ExplainTextOptions): string {
  const { url, because, upstreamRequest, error } = explanation;
  const head = `${url.padEnd(PLACE_COLUMN - 30)}  ${outcome(explanation)}`;
  if (error !== undefined) return `${head}\n\n${wrap(error, PLACE_COLUMN, '').join('\n')}\n`;
  const lastRequest = because.findLastIndex(({ step }) => step === 'request');
  const lines: string[] = [];
  for (const [index, evidence] of because.entries()) {
    lines.push(...stepLines(evidence, index + 1, options));
    if (index === lastRequest && upstreamRequest !== null) {
      lines.push(...requestLines(upstreamRequest, because, options));
    }
  }
  const remedy = options.remedy.length === 0 ? [] : ['', ...options.remedy];
  return `${[head, '', ...lines, ...remedy].join('\n')}\n`;
}

/** `blocked, 400 Bad Request` */
function outcome({ verdict, status }: Explanation): string {
  if (status === null) return verdict;
  const reason = REASONS[status];
  return `${verdict}, ${status}${reason === undefined ? '' : ` ${reason}`}`;
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

function stepLines(
  { step, message, place, id }: Evidence,
  number: number,
  { placeName }: ExplainTextOptions,
): string[] {
  const label = `${String(number).padStart(2)}  ${step.padEnd(LABEL_WIDTH)}  `;
  const mark = id === null ? '' : '✗ ';
  const [first = '', ...others] = wrap(`${mark}${message}`, PLACE_COLUMN - INDENT.length - 1, INDENT);
  return [placed(label + first, place === null ? null : placeName(place)), ...others];
}

function requestLines(
  { method, uri, version, headers, origins, versionOrigin }: ExplainedRequest,
  because: readonly Evidence[],
  { placeName }: ExplainTextOptions,
): string[] {
  const blamed = new Set(
    because.flatMap(({ id, place }) => (id === null || place === null ? [] : [placeName(place)])),
  );
  const line = (text: string, origin: Place | null): string => {
    const name = origin === null ? null : placeName(origin);
    const isBlamed = name !== null && blamed.has(name);
    return placed(`${INDENT}  ${text}${isBlamed ? '  ✗' : ''}`, name);
  };
  return [
    line(`${method} ${uri} HTTP/${version}`, versionOrigin),
    ...headers.map(([name, value], index) => line(`${name}: ${value}`, origins[index] ?? null)),
  ];
}

function placed(text: string, place: string | null): string {
  return place === null ? text : `${text.padEnd(PLACE_COLUMN)}  ${place}`;
}

/** Breaks a text between words; all lines but the first are indented. A longer word stays whole. */
function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each, index) => (index === 0 ? each : indent + each));
}
