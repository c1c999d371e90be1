import type { ExplainedCase, Explanation } from '../handshake/explanation';

/** What a client saw of a handshake. */
export interface Sight {
  /** That of the answer; null where none came. */
  readonly status: number | null;
  /** It opened as RFC 6455 asks, and a message came back. */
  readonly works: boolean;
}

/**
 * Whether what was seen is what was predicted: of a handshake that depends on more than the files, one of its cases.
 * Null where nothing was predicted.
 *
 * @param byStatus whether the status counts too: a login of ours answers what it is told to
 */
export function isAsPredicted(
  { verdict, cases, error }: Explanation,
  seen: Sight,
  byStatus = true,
): boolean | null {
  if (error !== undefined) return !seen.works;
  if (verdict === 'unknown') return null;
  return cases.some((each) => isOfCase(byStatus ? each : { ...each, status: null }, seen));
}

/** A case without a status is one whose connection is closed, or whose status cannot be told. */
function isOfCase({ verdict, status }: ExplainedCase, seen: Sight): boolean {
  if (verdict === 'passes') return seen.works;
  return verdict === 'blocked' && !seen.works && (status === null || status === seen.status);
}
