import type {
  ExplainResult,
  ProbeAnswer,
  ProbeCause,
  RouteRemedy,
  RouteStep,
} from '../../../server/src/protocol';
import type { Seen, SeenCause } from '../../webview/messages';
import type { Localizer } from '../localizer';

/** What a probe gave, once there is something to tell. */
export type ProbeOutcome = Extract<ProbeAnswer, { readonly kind: 'result' }>;

/** The verdict of the configuration on the URL that was probed. */
export interface Explained<Edit = unknown> {
  /** A document of the configuration. */
  readonly uri: string;
  /** How its main file is called here: `nginx.conf`. */
  readonly name: string;
  readonly result: ExplainResult<Edit>;
}

export interface SeenParts {
  readonly id: number;
  readonly at: Date;
  readonly outcome: ProbeOutcome;
  /** `Probed from this machine.` */
  readonly where: string;
  /** What differed from the plainest probe, without secrets; '' for nothing. */
  readonly options: string;
  /** Null when no open configuration serves the URL, or there is nothing to explain. */
  readonly explained: Explained | null;
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

/** What a probe has seen, with the line of the configuration that is the cause, as the panel shows it. */
export function seenOf({ id, at, outcome, where, options, explained }: SeenParts, l10n: Localizer): Seen {
  const { result, url, exchange } = outcome;
  const isBeforeNginx = result.cause !== null && BEFORE_NGINX.has(result.cause);
  return {
    id,
    time: at.toTimeString().slice(0, 8),
    url,
    ok: result.ok,
    outcome: outcome.outcome,
    message: result.message,
    from: options === '' ? where : `${where} ${options}`,
    steps: result.steps,
    tls: result.tls,
    exchange,
    cause: explained === null || isBeforeNginx ? null : causeOf(explained, outcome, l10n),
  };
}

/** The fix for what was seen. */
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

function causeOf(explained: Explained, outcome: ProbeOutcome, l10n: Localizer): SeenCause {
  const { sentence, step } = blameOf(explained, outcome, l10n);
  return {
    sentence,
    message: step?.message ?? '',
    place: step?.place ?? null,
    fix: remedyOf(explained.result, outcome)?.title ?? '',
  };
}

interface Blame {
  readonly sentence: string;
  /** What stops it, or keeps us from knowing; null for nothing. */
  readonly step: Pick<RouteStep, 'place' | 'message'> | null;
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
