import { isAt } from './matcher';
import {
  BACK,
  CAPTURE,
  COMMIT,
  ENTER,
  GO,
  LEAVE_EMPTY,
  MARK,
  MATCHED,
  PLACE,
  PLACES,
  type Program,
  REFERENCE,
  REFUSE,
  SET,
  SPLIT,
  UNLESS,
  WIDTH,
} from './program';
import type { Place } from './tree';

/** What takes longer is not looked at. */
const MOST_STEPS = 100_000;

/**
 * Whether a pattern may match a text of which the beginning is known. It follows all ways at once and says yes where
 * what looks ahead or behind, or a reference, decides.
 *
 * @param start in bytes, one character each
 */
export function mayMatchBeginning(program: Program, start: string): boolean {
  const { code, sets, isTied } = program;
  if (!isTied || code.length * (start.length + 1) > MOST_STEPS) return true;
  let ways: ReadonlySet<number> = new Set([0]);
  for (let at = 0; ways.size > 0; at += 1) {
    const waiting = waitingAt(code, ways, start, at);
    if (waiting === 'any') return true;
    if (at === start.length) return waiting.length > 0;
    const byte = start.charCodeAt(at);
    ways = new Set(waiting.filter((pc) => sets[code[pc + 1] ?? 0]?.[byte] === 1).map((pc) => pc + WIDTH));
  }
  return false;
}

/** The instructions that wait for a byte at a place; `any` where one has matched, or may do whatever comes. */
function waitingAt(code: Int32Array, ways: Iterable<number>, start: string, at: number): number[] | 'any' {
  const waiting: number[] = [];
  const met = new Set(ways);
  for (const pc of met) {
    const [a = 0, b = 0] = [code[pc + 1], code[pc + 2]];
    switch (code[pc]) {
      case SET:
        waiting.push(pc);
        break;
      case SPLIT:
        met.add(a).add(b);
        break;
      case GO:
        met.add(a);
        break;
      case LEAVE_EMPTY:
        met.add(pc + WIDTH).add(b);
        break;
      case PLACE:
        if (mayBeAt(PLACES[a], start, at)) met.add(pc + WIDTH);
        break;
      case ENTER:
      case COMMIT:
        // With a place to go back to it looks ahead.
        if (b !== -1) return 'any';
        met.add(pc + WIDTH);
        break;
      case MARK:
      case CAPTURE:
        met.add(pc + WIDTH);
        break;
      case UNLESS:
      case REFUSE:
      case BACK:
      case REFERENCE:
      case MATCHED:
      default:
        return 'any';
    }
  }
  return waiting;
}

/** Whether a place may be there, in a text that may go on behind what is known of it. */
function mayBeAt(place: Place | undefined, start: string, at: number): boolean {
  if (at < start.length) return isAt(place, start, at);
  if (place === 'beginning') return at === 0;
  return place !== 'line beginning' || at === 0 || start.charAt(at - 1) === '\n';
}
