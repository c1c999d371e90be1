import type { Localizer } from './localizer';
import { querySecrets } from './probe-options';
import type {
  ExplainResult,
  FilePlace,
  ProbeAnswer,
  ProbeCause,
  RouteRemedy,
  RouteStep,
} from '../../server/src/protocol';

/** What a probe gave, once there is something to tell. */
export type ProbeOutcome = Extract<ProbeAnswer, { readonly kind: 'result' }>;

/** The verdict of the configuration on the URL that was probed. */
export interface Explained {
  /** A document of the configuration. */
  readonly uri: string;
  /** How its main file is called here: `nginx.conf`. */
  readonly name: string;
  readonly result: ExplainResult<unknown>;
}

export interface ReportParts {
  readonly outcome: ProbeOutcome;
  /** `Probed from this machine.` */
  readonly where: string;
  /** What differed from the plainest probe, without secrets; '' for nothing. */
  readonly options: string;
  /** Null when no open configuration serves the URL, or there is nothing to explain. */
  readonly explained: Explained | null;
}

/** The report as a document. */
export interface ReportText {
  readonly text: string;
  /** The places it names: where in the text, lines and characters from zero, and what they lead to. */
  readonly links: readonly ReportLink[];
  /** What stops the handshake, or what is known of it; null where nothing in the files does. */
  readonly fault: FilePlace | null;
  /** What would fix it; null where nothing of ours does. */
  readonly fix: string | null;
}

export interface ReportLink {
  readonly range: FilePlace['range'];
  readonly target: FilePlace;
}

/** With these nginx was not reached, or was not asked: its configuration is not what failed. */
const BEFORE_NGINX: ReadonlySet<ProbeCause> = new Set([
  'dns',
  'refused',
  'unreachable',
  'connect-timeout',
  'tls-failed',
  'certificate-expired',
  'certificate-name',
  'certificate-untrusted',
  'cancelled',
]);

/**
 * The report of a probe: what has come of it, the line of the configuration that is the cause, the steps, request and
 * answer, and what nginx does by its configuration.
 *
 * @param nameOf how a place is called that the explanation does not name: `nginx.conf:12`
 */
export function reportText(
  { outcome, where, options, explained }: ReportParts,
  nameOf: (place: FilePlace) => string,
  l10n: Localizer,
): ReportText {
  const { result, sections } = outcome;
  const writer = new Writer();
  writer.block(sections.summary);
  const isBeforeNginx = result.cause !== null && BEFORE_NGINX.has(result.cause);
  const blame = explained === null || isBeforeNginx ? null : blameOf(explained, outcome, l10n);
  const fix =
    blame === null || explained === null ? null : (remedyOf(explained.result, outcome)?.title ?? null);
  if (blame !== null && explained !== null) {
    writer.line('');
    writer.line(`  ${blame.sentence}`);
    if (blame.step !== null) {
      const { place, message } = blame.step;
      if (place === null) writer.line(`  ${message}`);
      else {
        writer.line('  ', { text: linkName(explained.result, place) ?? nameOf(place), target: place });
        writer.append(`  ${message}`);
      }
    }
    if (fix !== null) writer.line(`  ${l10n.t('To fix it: {0}.', fix)}`);
  }
  writer.line('');
  writer.block(sections.steps);
  writer.line('');
  writer.line(`  ${where}${options === '' ? '' : ` ${options}`}`);
  if (sections.exchange !== '') {
    writer.line('');
    writer.block(sections.exchange);
  }
  if (explained !== null) {
    writer.line('');
    writer.line(l10n.t('What nginx does by {0}', explained.name));
    writer.line('');
    writer.block(explained.result.text, explained.result.links);
  }
  // The explanation names the URL, too. As long as the secret is what hides it: the links stay where they are.
  const text = querySecrets(result.url).reduce(
    (left, secret) => left.replaceAll(secret, '•'.repeat(secret.length)),
    writer.text(),
  );
  return { text, links: writer.links, fault: blame?.step?.place ?? null, fix };
}

interface Blame {
  readonly sentence: string;
  /** What stops it, or keeps us from knowing; null for nothing. */
  readonly step: Pick<RouteStep, 'place' | 'message'> | null;
}

/** The fix for what a report shows. */
export function remedyOf<Edit>(
  { remedy, silence }: ExplainResult<Edit>,
  outcome: ProbeOutcome,
): RouteRemedy<Edit> | null {
  return silence !== null && isCutBy(silence.seconds, outcome) ? silence.remedy : remedy;
}

/** The seconds that a WebSocket was open and silent until the other side closed it; null when it did not. */
function silentSeconds({ result: { cause, steps } }: ProbeOutcome): number | null {
  const hold = steps.find(({ name }) => name === 'hold');
  return cause === 'closed-after-open' && hold !== undefined ? hold.ms / 1000 : null;
}

/** Whether it was closed when that time was over: nginx takes a moment, and the last byte came a little earlier. */
function isCutBy(seconds: number, outcome: ProbeOutcome): boolean {
  const silent = silentSeconds(outcome);
  return silent !== null && Math.abs(silent - seconds) < 1 + seconds / 20;
}

function blameOf({ name, result }: Explained, outcome: ProbeOutcome, l10n: Localizer): Blame {
  const { silence } = result;
  if (silentSeconds(outcome) !== null && silence !== null) {
    return isCutBy(silence.seconds, outcome)
      ? {
          sentence: l10n.t('According to {0}, nginx closes a WebSocket over which nothing goes:', name),
          step: silence,
        }
      : {
          sentence: l10n.t(
            'According to {0}, it was not nginx that closed it, but the back end or something between:',
            name,
          ),
          step: silence,
        };
  }
  const step = result.because.find(({ id }) => id !== null) ?? null;
  switch (result.verdict) {
    case 'blocked':
      return { sentence: l10n.t('According to {0}, nginx stops it:', name), step };
    case 'depends':
      return {
        sentence: l10n.t('According to {0}, it passes only if {1}:', name, result.conditions.join(' and ')),
        step: failingStep(result, outcome) ?? step,
      };
    case 'unknown':
      return { sentence: l10n.t('{0} does not tell whether it passes:', name), step };
    case 'passes':
      if (outcome.result.cause === 'origin')
        return {
          sentence: l10n.t(
            'According to {0}, nginx lets every Origin through: the back end refuses it.',
            name,
          ),
          step: null,
        };
      return {
        sentence: l10n.t(
          'According to {0}, it passes: nginx may still run with an older configuration, or with another one.',
          name,
        ),
        step: null,
      };
  }
}

/** What stops the handshake in a case that ends as the probe did; null where none does. */
function failingStep(
  { cases }: ExplainResult<unknown>,
  { result: { status } }: ProbeOutcome,
): RouteStep | null {
  const failing = cases.find((each) => each.verdict === 'blocked' && each.status === status);
  return failing?.because[0] ?? null;
}

/** What the text of an explanation calls a place. */
function linkName({ text, links }: ExplainResult<unknown>, place: FilePlace): string | undefined {
  const link = links.find(
    ({ target }) => target.uri === place.uri && target.range.start.line === place.range.start.line,
  );
  if (link === undefined) return undefined;
  const { start, end } = link.range;
  return text.split('\n')[start.line]?.slice(start.character, end.character);
}

/** Writes lines, and keeps where the links in them are. */
class Writer {
  readonly links: ReportLink[] = [];
  private readonly lines: string[] = [];

  /** A line, with a link at its end. */
  line(text: string, link?: { readonly text: string; readonly target: FilePlace }): void {
    if (link !== undefined) {
      const line = this.lines.length;
      this.links.push({
        range: {
          start: { line, character: text.length },
          end: { line, character: text.length + link.text.length },
        },
        target: link.target,
      });
    }
    this.lines.push(`${text}${link?.text ?? ''}`);
  }

  /** Goes on with the last line. */
  append(text: string): void {
    this.lines.push(`${this.lines.pop() ?? ''}${text}`);
  }

  /** Whole lines, with the links in them. */
  block(text: string, links: readonly ReportLink[] = []): void {
    const first = this.lines.length;
    for (const { range, target } of links) {
      const { start, end } = range;
      this.links.push({
        range: {
          start: { line: first + start.line, character: start.character },
          end: { line: first + end.line, character: end.character },
        },
        target,
      });
    }
    for (const line of text.trimEnd().split('\n')) this.lines.push(line);
  }

  text(): string {
    return `${this.lines.join('\n')}\n`;
  }
}
