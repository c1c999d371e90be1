import { english, t } from '../l10n';
import type { ProbeCause, ProbeHeader, ProbeResult, ProbeStep } from '../protocol';
import { hideInUrl } from '../values/secrets';
import { statusText } from './status';
import { wrap } from '../features/support/wrap';
import { readTarget } from './target';

/** What a line of the report is: the caller may colour it. */
export interface ReportLine {
  readonly kind: 'passed' | 'failed' | 'text';
  readonly text: string;
}

/** Columns of the report. */
const WIDTH = 100;
const INDENT = '  ';
const NAME_WIDTH = 13;
const TIME_WIDTH = 12;

/** What stopped a probe that got no answer with a status, in a few words. */
const SHORT: Readonly<Partial<Record<ProbeCause, string>>> = {
  dns: english('the name could not be resolved'),
  refused: english('connection refused'),
  unreachable: english('unreachable'),
  'connect-timeout': english('no connection in time'),
  'tls-to-plain-port': english('the port does not speak TLS'),
  'plain-to-tls-port': english('the port speaks TLS only'),
  'tls-failed': english('TLS failed'),
  'certificate-expired': english('certificate out of date'),
  'certificate-name': english('certificate for another name'),
  'certificate-untrusted': english('certificate not trusted'),
  'missing-upgrade-header': english('101 without the upgrade headers'),
  'bad-accept': english('101 that does not answer this handshake'),
  subprotocol: english('no agreement on the subprotocol'),
  'not-http': english('no HTTP answer'),
  'handshake-timeout': english('no answer in time'),
  'not-told': english('the browser does not say why'),
};

/** What the steps are called, and in which order they come. */
const NAMES: Readonly<Record<ProbeStep['name'], string>> = {
  resolve: 'resolve',
  connect: 'connect',
  tls: 'TLS',
  handshake: 'handshake',
  ping: 'ping',
  echo: 'echo',
  hold: 'hold',
  close: 'close',
};

/** Steps that every probe should reach. */
const EXPECTED: ReadonlySet<ProbeStep['name']> = new Set([
  'resolve',
  'connect',
  'handshake',
  'ping',
  'close',
]);

/**
 * The result for people, by lines: what has come of it, why, and what to do; the steps with their times; what went over
 * the wire only when it failed.
 *
 * @param at when the probe was begun, shown in local time
 */
export function reportLines(result: ProbeResult, at: Date): ReportLine[] {
  const exchange = result.ok ? [] : exchangeLines(result);
  return [
    headLine(result, at),
    ...wrap(result.message, WIDTH - INDENT.length).map((line) => textLine(INDENT + line)),
    textLine(''),
    ...result.steps.flatMap(stepLines),
    ...notReached(result).map(textLine),
    ...(exchange.length === 0 ? [] : [textLine(''), ...exchange.map((line) => textLine(INDENT + line))]),
  ];
}

function textLine(text: string): ReportLine {
  return { kind: 'text', text };
}

function headLine(result: ProbeResult, at: Date): ReportLine {
  const left = `${result.ok ? '✓' : '✗'} ${hideInUrl(result.url)} ${outcomeOf(result)}`;
  const time = timeText(at);
  const gap = Math.max(2, WIDTH - left.length - time.length);
  return { kind: result.ok ? 'passed' : 'failed', text: left + ' '.repeat(gap) + time };
}

/** `opened`, `did not open: 400 Bad Request`: what has come of a probe, without its URL. */
export function outcomeOf({ ok, cause, status, steps }: ProbeResult): string {
  const last = steps.at(-1);
  if (ok) return t('opened');
  if (cause === 'cancelled') return t('was cancelled');
  if (cause === 'origin') return t('opened, but not with the Origin of a browser');
  if (cause === 'echo-failed') return t('opened, but did not echo');
  if (cause === 'closed-after-open') return t`opened, but was ${last?.detail ?? t('closed')}`;
  const known = cause === null ? undefined : SHORT[cause];
  return t`did not open: ${known === undefined ? (status === null ? t('it failed') : statusText(status)) : t(known)}`;
}

/** One line for each part of the detail; the time is beside the first. */
function stepLines({ name, ok, ms, detail }: ProbeStep): ReportLine[] {
  const kind = ok ? 'text' : 'failed';
  const label = NAMES[name].padEnd(NAME_WIDTH);
  const time = `${ms.toFixed(1)} ms`;
  const line = (text: string): ReportLine => ({ kind, text: INDENT + text });
  const room = WIDTH - INDENT.length - NAME_WIDTH - TIME_WIDTH;
  const [first = '', ...more] = detail.split('; ').flatMap((part) => wrap(part, room));
  return [
    line(label + first.padEnd(room) + time.padStart(TIME_WIDTH)),
    ...more.map((part) => line(' '.repeat(NAME_WIDTH) + part)),
  ];
}

function notReached({ steps, url, ok }: ProbeResult): string[] {
  if (ok) return [];
  const isSecure = readTarget(url).isSecure;
  const names = Object.keys(NAMES) as ProbeStep['name'][];
  // Steps come in this order, but for a second handshake.
  const reached = steps.reduce((furthest, { name }) => Math.max(furthest, names.indexOf(name)), -1);
  const missing = names
    .slice(reached + 1)
    .filter((name) => EXPECTED.has(name) || (name === 'tls' && isSecure));
  if (missing.length === 0) return [];
  const text = missing.map((name) => NAMES[name]).join(', ');
  return [`${INDENT}${text.length < NAME_WIDTH ? text.padEnd(NAME_WIDTH) : `${text}  `}not reached`];
}

/** The request and its answer as they went over the wire; none when there was no answer. */
export function exchangeLines({ url, request, response }: ProbeResult): string[] {
  if (response === null) return [];
  const shown = (headers: readonly ProbeHeader[]): string[] =>
    headers.map(([name, value]) => `${INDENT}${name}: ${value}`);
  return [
    'Request',
    `${INDENT}GET ${hideInUrl(readTarget(url).path)} HTTP/1.1`,
    ...shown(request),
    '',
    'Answer',
    `${INDENT}${statusText(response.status)}`,
    ...shown(response.headers),
  ];
}

/** `2026-11-22 12:00:04`, local time. */
function timeText(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}
