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
  return endOf(program, start, mayBeAt) !== 'failed';
}

/**
 * Whether a pattern matches whatever text begins so: some way has come to its end by then, where nothing has looked ahead
 * or behind.
 *
 * @param start in bytes, one character each
 */
export function surelyMatchesBeginning(program: Program, start: string): boolean {
  return endOf(program, start, isSurelyAt) === 'matched' && !entersGroups(program);
}

/** Whether it has groups that look around, or that are left for good once they have matched. */
function entersGroups({ code }: Program): boolean {
  for (let pc = 0; pc < code.length; pc += WIDTH) if (code[pc] === ENTER) return true;
  return false;
}

type IsAt = (place: Place | undefined, start: string, at: number) => boolean;

/** Where all ways of a pattern end that go on through what is known; `open` where that cannot be told. */
function endOf({ code, sets, isTied }: Program, start: string, isPlace: IsAt): 'matched' | 'open' | 'failed' {
  if (!isTied || code.length * (start.length + 1) > MOST_STEPS) return 'open';
  let ways: ReadonlySet<number> = new Set([0]);
  for (let at = 0; ways.size > 0; at += 1) {
    const waiting = waitingAt(code, ways, (place) => isPlace(place, start, at));
    if (typeof waiting === 'string') return waiting;
    if (at === start.length) return waiting.length > 0 ? 'open' : 'failed';
    const byte = start.charCodeAt(at);
    ways = new Set(waiting.filter((pc) => sets[code[pc + 1] ?? 0]?.[byte] === 1).map((pc) => pc + WIDTH));
  }
  return 'failed';
}

/** The instructions that wait for a byte; `open` where one may do whatever comes. */
function waitingAt(
  code: Int32Array,
  ways: Iterable<number>,
  isPlace: (place: Place | undefined) => boolean,
): number[] | 'matched' | 'open' {
  const waiting: number[] = [];
  const met = new Set(ways);
  for (const pc of met) {
    const [a = 0, b = 0] = [code[pc + 1], code[pc + 2]];
    switch (code[pc]) {
      case MATCHED:
        return 'matched';
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
        if (isPlace(PLACES[a])) met.add(pc + WIDTH);
        break;
      case ENTER:
      case COMMIT:
        // With a place to go back to it looks ahead.
        if (b !== -1) return 'open';
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
      default:
        return 'open';
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

/** Whether a place is there whatever follows what is known of a text. */
function isSurelyAt(place: Place | undefined, _: string, at: number): boolean {
  return at === 0 && (place === 'beginning' || place === 'line beginning');
}
