import type { ExplainedCase, Explanation } from '../handshake/explanation';

/** What a client saw of a handshake. */
export interface Sight {
  /** That of the answer; null where none came. */
  readonly status: number | null;
  /** It opened as RFC 6455 asks, and a message came back. */
  readonly works: boolean;
  /** Whether the client sent no more than it must; else an Origin, which was too much for what opens without. */
  readonly isBare: boolean;
}

/** The ways that the services of `auth_request` may answer, as cases name them. */
export interface Logins {
  readonly told: ReadonlySet<string>;
  /** No case of these was tried. */
  readonly untold: ReadonlySet<string>;
}

/** What is known of the way of a handshake that was tried, more than of any for that URL. */
export interface Tried {
  /** What the logins of ours answer, and what they do not, in words. */
  readonly logins: Logins;
  /** Whether another than ours answered a login, so that it was neither. */
  readonly isOtherLogin: boolean;
  /** Whether the status counts too: a login of ours answers what it is told to. */
  readonly byStatus: boolean;
}

/**
 * Whether what was seen is what was predicted: of a handshake that depends on more than the files, one of its cases,
 * and that of a client which sends no more than it must, where it is one. Null where nothing was predicted.
 */
export function isAsPredicted(
  { verdict, status, cases, error }: Explanation,
  seen: Sight,
  { logins: { told, untold }, isOtherLogin, byStatus }: Tried,
): boolean | null {
  if (error !== undefined) return !seen.works;
  if (verdict === 'unknown') return null;
  const isOf = (each: ExplainedCase, words: ReadonlySet<string>): boolean =>
    each.when.some((condition) => words.has(condition));
  // Where a service answers that is no login, the prediction is of another one.
  if (isOtherLogin && cases.some((each) => isOf(each, told) || isOf(each, untold))) return null;
  if (byStatus && seen.isBare && status !== null && status !== seen.status) return false;
  return cases
    .filter((each) => !isOf(each, untold))
    .some((each) => isOfCase(byStatus ? each : { ...each, status: null }, seen));
}

/** A case without a status is one whose connection is closed, or whose status cannot be told. */
function isOfCase({ verdict, status }: ExplainedCase, seen: Sight): boolean {
  if (verdict === 'passes') return seen.works;
  return verdict === 'blocked' && !seen.works && (status === null || status === seen.status);
}
