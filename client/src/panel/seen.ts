import type {
  ExplainResult,
  ProbeAnswer,
  ProbeCause,
  ProbeResult,
  RouteRemedy,
  RouteStep,
  VerifiedUrl,
} from '../../../server/src/protocol';
import type { Seen, SeenCause } from '../../webview/messages';
import type { Localizer } from '../localizer';

/** What a probe gave, once there is something to tell. */
export type ProbeOutcome = Extract<ProbeAnswer, { readonly kind: 'result' }>;

/** How a handshake ended. */
type Ending = Pick<ProbeResult, 'cause' | 'status' | 'steps'>;

/** The verdict of the configuration on the URL that was opened. */
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
    by: 'probe',
    time: timeOf(at),
    url,
    ok: result.ok,
    outcome: outcome.outcome,
    message: result.message,
    from: options === '' ? where : `${where} ${options}`,
    steps: result.steps,
    tls: result.tls,
    folded: folded([l10n.t('Request and answer'), exchange]),
    cause:
      explained === null || isBeforeNginx
        ? null
        : causeOf(explained, result, remedyOf(explained.result, outcome), l10n),
  };
}

export interface VerifiedParts {
  readonly id: number;
  readonly at: Date;
  readonly verified: VerifiedUrl;
  /** Which nginx it was. */
  readonly program: string;
  readonly adapted: readonly string[];
  /** Null when there is nothing to explain. */
  readonly explained: Explained | null;
}

/** What a verification has seen, beside what was predicted, as the panel shows it. */
export function verifiedOf(
  { id, at, verified, program, adapted, explained }: VerifiedParts,
  l10n: Localizer,
): Seen {
  const { url, works, status, message, upstreamRequest, log } = verified;
  const ending: Ending = { cause: null, status, steps: [] };
  return {
    id,
    by: 'verify',
    time: timeOf(at),
    url,
    ok: works,
    outcome: comparedText(verified, l10n),
    message,
    from: l10n.t('Seen in {0}, with a copy of the configuration as it stands in the editor.', program),
    steps: [],
    tls: null,
    folded: folded(
      [l10n.t('What reached the back end'), upstreamRequest],
      [l10n.t('Error log of nginx'), log],
      [l10n.t('What is different in the copy'), adapted.map((change) => `- ${change}`).join('\n')],
    ),
    // Of a release that passes it, nothing stops it.
    cause:
      explained === null || explained.result.verdict === 'passes'
        ? null
        : causeOf(explained, ending, explained.result.remedy, l10n),
  };
}

function comparedText({ outcome, same, predicted }: VerifiedUrl, l10n: Localizer): string {
  if (same === null) return l10n.t('{0}; nothing was predicted', outcome);
  return same ? l10n.t('{0}, as predicted', outcome) : l10n.t('{0}; predicted: {1}', outcome, predicted);
}

/** `12:00:04`. */
function timeOf(at: Date): string {
  return at.toTimeString().slice(0, 8);
}

function folded(...parts: readonly (readonly [title: string, text: string])[]): Seen['folded'] {
  return parts.filter(([, text]) => text !== '').map(([title, text]) => ({ title, text }));
}

/** The fix for what a probe has seen. */
export function remedyOf<Edit>(
  { remedy, silence }: ExplainResult<Edit>,
  outcome: ProbeOutcome,
): RouteRemedy<Edit> | null {
  return silence !== null && isCutBy(silence.seconds, outcome.result) ? silence.remedy : remedy;
}

/** The seconds that a WebSocket was open and silent until the other side closed it; null when it did not. */
function silentSeconds({ cause, steps }: Ending): number | null {
  const hold = steps.find(({ name }) => name === 'hold');
  return cause === 'closed-after-open' && hold !== undefined ? hold.ms / 1000 : null;
}

/** Whether it was closed when that time was over: nginx takes a moment, and the last byte came a little earlier. */
function isCutBy(seconds: number, ending: Ending): boolean {
  const silent = silentSeconds(ending);
  return silent !== null && Math.abs(silent - seconds) < 1 + seconds / 20;
}

function causeOf(
  explained: Explained,
  ending: Ending,
  remedy: RouteRemedy<unknown> | null,
  l10n: Localizer,
): SeenCause {
  const { sentence, step } = blameOf(explained, ending, l10n);
  return {
    sentence,
    message: step?.message ?? '',
    place: step?.place ?? null,
    fix: remedy?.title ?? '',
  };
}

interface Blame {
  readonly sentence: string;
  /** What stops it, or keeps us from knowing; null for nothing. */
  readonly step: Pick<RouteStep, 'place' | 'message'> | null;
}

function blameOf({ name, result }: Explained, ending: Ending, l10n: Localizer): Blame {
  const { silence } = result;
  if (silentSeconds(ending) !== null && silence !== null) {
    return isCutBy(silence.seconds, ending)
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
        step: failingStep(result, ending) ?? step,
      };
    case 'unknown':
      return { sentence: l10n.t('{0} does not tell whether it passes:', name), step };
    case 'passes':
      if (ending.cause === 'origin')
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

/** What stops the handshake in a case that ends as what was seen; null where none does. */
function failingStep({ cases }: ExplainResult<unknown>, { status }: Ending): RouteStep | null {
  const failing = cases.find((each) => each.verdict === 'blocked' && each.status === status);
  return failing?.because[0] ?? null;
}
