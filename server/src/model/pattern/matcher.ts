import { wordBytes } from './byte-set';
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

/** What came of a pattern and a text. */
export interface Outcome {
  /** Where each group begins and ends, two numbers for each from 0 on, -1 for one that took no part; null: no match. */
  readonly found: Int32Array | null | 'unknown';
  /** What it has cost: instructions, and memory in the same coin. */
  readonly steps: number;
}

/** As many steps as a match may take: 40 ms where nothing is warm yet, 5 ms else. */
export const MOST_STEPS = 400_000;

/**
 * As many ways as PCRE tries from one place in the text before it gives up, and nginx answers 500: 10,000,000 by
 * default (pcre2api, "pcre2_set_match_limit"). It does not count them just so, and leaves some out: from half of them
 * on nobody knows.
 */
const MOST_WAYS = 5_000_000;

/** Nothing is remembered before so many steps: most matches are over by then. */
const FREE_STEPS = 500;

// What is open: four numbers each.
/** Another way. 1: its instruction; 2: the place in the text. */
const WAY = 0;
/** What a slot has had before. 1: the slot; 2: that. */
const BEFORE = 1;
/** All ways from a branch have failed. 1: the row; 2: the place in the text; 3: how many ways were tried before. */
const FAILED = 2;
const ENTRY = 4;

/**
 * Matches a pattern as PCRE does: one way after another, from the first place in the text on, until one leads to the
 * end of the pattern. A branch that has failed at a place is not tried there again, so the time is bounded by the
 * lengths of pattern and text multiplied (but for references), and by the number of steps in any case.
 *
 * @param subject in bytes, one character each
 * @param free from which step on it is remembered what has failed
 */
export function execute(program: Program, subject: string, free = FREE_STEPS): Outcome {
  if (beginsOtherwise(program, subject)) return { found: null, steps: 0 };
  return new Matcher(program, subject, free).run();
}

/**
 * Whether a text does not even have the bytes that all matches begin with: a server may have thousands of patterns, and
 * nearly all paths differ from nearly all of them there. It goes as far as there is one way.
 */
function beginsOtherwise({ isTied, code, sets }: Program, subject: string): boolean {
  if (!isTied) return false;
  let at = 0;
  for (let pc = 0; ; pc += WIDTH) {
    const a = code[pc + 1] ?? 0;
    switch (code[pc]) {
      case SET:
        if (sets[a]?.[subject.charCodeAt(at)] !== 1) return true;
        at += 1;
        break;
      case PLACE:
        if (!isAt(PLACES[a], subject, at)) return true;
        break;
      case MARK:
        break;
      default:
        return false;
    }
  }
}

class Matcher {
  private steps = 0;
  /** The ways that PCRE would have tried from this place on: those that are known to fail are counted with all theirs. */
  private ways = 0;
  private stack = new Int32Array(16 * ENTRY);
  private top = 0;
  private readonly slots: Int32Array;
  /** By row and place, how many ways there are from a branch that all fail; 0 where that is not known. */
  private readonly failed: (Int32Array | undefined)[] = [];

  constructor(
    private readonly program: Program,
    private readonly subject: string,
    private readonly free: number,
  ) {
    this.slots = new Int32Array(program.slots).fill(-1);
  }

  run(): Outcome {
    const { program, subject, slots } = this;
    const last = program.isTied ? 0 : subject.length;
    for (let start = 0; start <= last; start += 1) {
      if (program.first !== null && program.first[subject.charCodeAt(start)] !== 1) continue;
      this.ways = 0;
      const end = this.matchFrom(start);
      if (end === null) return { found: 'unknown', steps: this.steps };
      if (end === -1) continue;
      slots[0] = start;
      slots[1] = end;
      return { found: slots.slice(0, 2 * (program.groups + 1)), steps: this.steps };
    }
    return { found: null, steps: this.steps };
  }

  /** @returns where the match ends; -1 where there is none, null where that takes too long to find out */
  private matchFrom(start: number): number | null {
    const { program, subject, slots } = this;
    const { code, sets } = program;
    let at = start;
    let pc = 0;
    for (;;) {
      this.steps += 1;
      if (this.steps > MOST_STEPS || this.ways > MOST_WAYS) return null;
      const a = code[pc + 1] ?? 0;
      const b = code[pc + 2] ?? 0;
      let isGood = true;
      switch (code[pc]) {
        case SET:
          isGood = sets[a]?.[subject.charCodeAt(at)] === 1;
          at += 1;
          break;
        case SPLIT: {
          if (this.steps > this.free && this.isKnownToFail(code[pc + 3] ?? 0, at)) {
            isGood = false;
            break;
          }
          this.ways += 1;
          this.push(WAY, b, at);
          pc = a;
          continue;
        }
        case GO:
          pc = a;
          continue;
        case MARK:
          this.ways += 1;
          this.assign(a, at);
          break;
        case CAPTURE:
          this.assign(2 * a, slots[b] ?? -1);
          this.assign(2 * a + 1, at);
          break;
        case LEAVE_EMPTY:
          if (slots[a] !== at) break;
          pc = b;
          continue;
        case PLACE:
          isGood = isAt(PLACES[a], subject, at);
          break;
        case ENTER:
          this.ways += 1;
          slots[a] = this.top;
          if (b !== -1) slots[b] = at;
          break;
        case COMMIT:
          this.giveUp(slots[a] ?? 0);
          if (b !== -1) at = slots[b] ?? 0;
          break;
        case UNLESS:
          this.ways += 1;
          slots[a] = this.top;
          this.push(WAY, b, at);
          break;
        case REFUSE:
          this.takeBack(slots[a] ?? 0);
          isGood = false;
          break;
        case BACK:
          isGood = at >= a;
          at -= a;
          break;
        case REFERENCE: {
          const length = this.lengthAgain(a, at, b === 1);
          isGood = length !== -1;
          at += length;
          break;
        }
        case MATCHED:
        case undefined:
          return at;
      }
      if (isGood) {
        pc += WIDTH;
        continue;
      }
      const way = this.back();
      if (way === -1) return -1;
      pc = this.stack[way + 1] ?? 0;
      at = this.stack[way + 2] ?? 0;
    }
  }

  private push(kind: number, one: number, two: number, three = 0): void {
    if (this.top + ENTRY > this.stack.length) {
      const larger = new Int32Array(this.stack.length * 2);
      larger.set(this.stack);
      this.stack = larger;
    }
    const { stack, top } = this;
    stack[top] = kind;
    stack[top + 1] = one;
    stack[top + 2] = two;
    stack[top + 3] = three;
    this.top = top + ENTRY;
  }

  /** Sets a slot until the way here is given up. */
  private assign(slot: number, value: number): void {
    this.push(BEFORE, slot, this.slots[slot] ?? -1);
    this.slots[slot] = value;
  }

  /** Takes back all since the last way that is open. @returns where that is on the stack; -1 when there is none */
  private back(): number {
    const { stack, slots } = this;
    while (this.top > 0) {
      this.top -= ENTRY;
      const { top } = this;
      const one = stack[top + 1] ?? 0;
      const two = stack[top + 2] ?? 0;
      if (stack[top] === WAY) return top;
      if (stack[top] === BEFORE) slots[one] = two;
      else {
        const row = this.failed[one];
        if (row !== undefined) row[two] = this.ways - (stack[top + 3] ?? 0);
      }
    }
    return -1;
  }

  /** Whether a branch has failed at this place; if not, that is noted when it does. */
  private isKnownToFail(branch: number, at: number): boolean {
    const { program, slots } = this;
    // What was captured may be different this time.
    if (program.hasReferences) return false;
    const { row = 0, loops = [] } = program.branches[branch] ?? {};
    let number = row;
    for (const slot of loops) if (slots[slot] === at) number += 1;
    let ways = this.failed[number];
    if (ways === undefined) {
      ways = new Int32Array(this.subject.length + 1);
      this.failed[number] = ways;
      this.steps += ways.length >> 2;
    }
    const known = ways[at] ?? 0;
    this.ways += known;
    if (known === 0) this.push(FAILED, number, at, this.ways);
    return known !== 0;
  }

  /** Gives up the ways above a height of the stack; what slots have had before is kept. */
  private giveUp(height: number): void {
    const { stack, top } = this;
    let to = height;
    for (let from = height; from < top; from += ENTRY) {
      if (stack[from] !== BEFORE) continue;
      stack.copyWithin(to, from, from + ENTRY);
      to += ENTRY;
    }
    this.top = to;
    this.steps += (top - height) / ENTRY;
  }

  /** Takes back all above a height of the stack. */
  private takeBack(height: number): void {
    const { stack, slots } = this;
    this.steps += (this.top - height) / ENTRY;
    while (this.top > height) {
      this.top -= ENTRY;
      if (stack[this.top] === BEFORE) slots[stack[this.top + 1] ?? 0] = stack[this.top + 2] ?? 0;
    }
  }

  /** How long what a group has captured is, where it is there again; else -1. */
  private lengthAgain(group: number, at: number, ignoreCase: boolean): number {
    const start = this.slots[2 * group] ?? -1;
    if (start === -1) return -1;
    const captured = this.subject.slice(start, this.slots[2 * group + 1]);
    const here = this.subject.slice(at, at + captured.length);
    this.steps += captured.length >> 2;
    const isSame = ignoreCase ? lowerCase(here) === lowerCase(captured) : here === captured;
    return isSame ? captured.length : -1;
  }
}

/** Of ASCII alone, as PCRE without locales. */
function lowerCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Whether a place is there in a text. */
export function isAt(place: Place | undefined, text: string, at: number): boolean {
  switch (place) {
    case 'beginning':
      return at === 0;
    case 'end':
      return at === text.length;
    case 'last line end':
      return at === text.length || (at === text.length - 1 && text.charAt(at) === '\n');
    case 'line beginning':
      // Behind a line feed at the very end there is no line (pcre2pattern, "Circumflex and dollar").
      return at === 0 || (text.charAt(at - 1) === '\n' && at < text.length);
    case 'line end':
      return at === text.length || text.charAt(at) === '\n';
    case 'word boundary':
      return isWord(text, at - 1) !== isWord(text, at);
    case 'no word boundary':
      return isWord(text, at - 1) === isWord(text, at);
    case undefined:
      return false;
  }
}

function isWord(text: string, at: number): boolean {
  return wordBytes[text.charCodeAt(at)] === 1;
}
