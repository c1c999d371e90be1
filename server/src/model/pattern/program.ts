import { addBytes, type ByteSet } from './byte-set';
import type { Pattern } from './parser';
import { isNullable, type Node, type Place, widthOf } from './tree';

/** The kinds of instruction, with what their operands `a` and `b` are. */
export const SET = 0; // a: number of a set. Takes one byte of the set.
export const SPLIT = 1; // a: where to go on; b: where, when that fails; c: number of a branch.
export const MARK = 2; // a: slot for the place in the text.
export const CAPTURE = 3; // a: group; b: slot that has its beginning.
export const LEAVE_EMPTY = 4; // a: slot; b: where to go when nothing was taken since.
export const PLACE = 5; // a: number of a place.
export const ENTER = 6; // a: slot for the ways that are open; b: slot for the place in the text.
export const COMMIT = 7; // a: slot of the ways; b: slot of the place to go back to, or -1. Other ways since are given up.
export const UNLESS = 8; // a: slot for the ways that are open; b: where to go when what follows fails.
export const REFUSE = 9; // a: slot of the ways. What follows `UNLESS` has matched: that way fails.
export const BACK = 10; // a: how many bytes to go back.
export const REFERENCE = 11; // a: group; b: 1 without regard to case.
export const GO = 12; // a: where to go on.
export const MATCHED = 13;

/** Each instruction is so many numbers: its kind, a, b and c. */
export const WIDTH = 4;

/** By the number that `PLACE` has. */
export const PLACES: readonly Place[] = [
  'beginning',
  'end',
  'last line end',
  'line beginning',
  'line end',
  'word boundary',
  'no word boundary',
];

/**
 * A point where there are two ways. That the rest fails from there depends on the place in the text alone, and within
 * loops on which of them have taken something in this turn.
 */
interface Branch {
  /** The first of its rows: one more than there are loops around it. */
  readonly row: number;
  /** The slots of the loops around it whose turns may be empty. */
  readonly loops: readonly number[];
}

/** A pattern as instructions for a matcher that tries one way after another, as PCRE does. */
export interface Program {
  readonly code: Int32Array;
  readonly sets: readonly ByteSet[];
  readonly branches: readonly Branch[];
  /** How many rows the branches have together. */
  readonly rows: number;
  /** Two for each group from 0 on, then those of the program itself. */
  readonly slots: number;
  readonly groups: number;
  /** Whether every match begins where the text does. */
  readonly isTied: boolean;
  /** The bytes that a match may begin with; null where it may be empty, or anything. */
  readonly first: ByteSet | null;
  /** Whether what follows a branch depends on what was captured before. */
  readonly hasReferences: boolean;
}

/** As many parts, those that are repeated counted as often as they are written out. PCRE itself takes 64 KB. */
const MOST_PARTS = 20_000;

/** @returns null for a pattern that repeats so much that it is too large */
export function compile({ tree, groups }: Pattern): Program | null {
  const compiler = new Compiler(groups);
  try {
    return compiler.run(tree);
  } catch (error) {
    if (error instanceof TooLarge) return null;
    throw error;
  }
}

class TooLarge extends Error {}

class Compiler {
  private readonly code: number[] = [];
  private readonly sets = new Map<ByteSet, number>();
  private readonly branches: Branch[] = [];
  private rows = 0;
  private slots: number;
  private loops: readonly number[] = [];
  private hasReferences = false;
  private parts = 0;

  constructor(private readonly groups: number) {
    this.slots = 2 * (groups + 1);
  }

  run(tree: Node): Program {
    this.node(tree);
    this.add(MATCHED);
    const first = new Uint8Array(256);
    return {
      code: Int32Array.from(this.code),
      sets: [...this.sets.keys()],
      branches: this.branches,
      rows: this.rows,
      slots: this.slots,
      groups: this.groups,
      isTied: isTied(tree),
      first: addFirst(first, tree) ? null : first,
      hasReferences: this.hasReferences,
    };
  }

  /** @returns where the instruction is */
  private add(kind: number, a = 0, b = 0, c = 0): number {
    return this.code.push(kind, a, b, c) - WIDTH;
  }

  private get here(): number {
    return this.code.length;
  }

  /** A new slot. */
  private slot(): number {
    this.slots += 1;
    return this.slots - 1;
  }

  /** A point with two ways, which `lead` sets. */
  private split(): number {
    this.branches.push({ row: this.rows, loops: this.loops });
    this.rows += this.loops.length + 1;
    return this.add(SPLIT, 0, 0, this.branches.length - 1);
  }

  private lead(split: number, first: number, second: number): void {
    this.code[split + 1] = first;
    this.code[split + 2] = second;
  }

  private node(node: Node): void {
    this.parts += 1;
    if (this.parts > MOST_PARTS) throw new TooLarge();
    switch (node.kind) {
      case 'bytes':
        this.add(SET, this.numberOf(node.set));
        return;
      case 'place':
        this.add(PLACE, PLACES.indexOf(node.place));
        return;
      case 'sequence':
        for (const part of node.parts) this.node(part);
        return;
      case 'choice':
        this.choice(node.options.map((option) => () => this.node(option)));
        return;
      case 'group': {
        const start = this.slot();
        this.add(MARK, start);
        this.node(node.body);
        this.add(CAPTURE, node.group, start);
        return;
      }
      case 'atomic':
        this.atomic(() => this.node(node.body));
        return;
      case 'look':
        this.look(node);
        return;
      case 'reference':
        this.hasReferences = true;
        this.add(REFERENCE, node.group, node.ignoreCase ? 1 : 0);
        return;
      case 'repetition':
        if (node.mode === 'possessive') this.atomic(() => this.repetition(node, true));
        else this.repetition(node, node.mode === 'greedy');
    }
  }

  private numberOf(set: ByteSet): number {
    const number = this.sets.get(set) ?? this.sets.size;
    this.sets.set(set, number);
    return number;
  }

  private choice(options: readonly (() => void)[]): void {
    const ends: number[] = [];
    for (const option of options.slice(0, -1)) {
      const split = this.split();
      option();
      ends.push(this.add(GO));
      this.lead(split, split + WIDTH, this.here);
    }
    options.at(-1)?.();
    for (const end of ends) this.code[end + 1] = this.here;
  }

  /** What is within ends before the loops around it do, and does not depend on them. */
  private alone(body: () => void): void {
    const { loops } = this;
    this.loops = [];
    body();
    this.loops = loops;
  }

  private atomic(body: () => void): void {
    const ways = this.slot();
    this.add(ENTER, ways, -1);
    this.alone(body);
    this.add(COMMIT, ways, -1);
  }

  private look({ options, behind, negated }: Node & { kind: 'look' }): void {
    const ways = this.slot();
    const bodies = options.map((option) => () => {
      if (behind) this.add(BACK, widthOf(option) ?? 0);
      this.node(option);
    });
    if (negated) {
      const unless = this.add(UNLESS, ways);
      this.alone(() => this.choice(bodies));
      this.add(REFUSE, ways);
      this.code[unless + 2] = this.here;
    } else {
      const place = this.slot();
      this.add(ENTER, ways, place);
      this.alone(() => this.choice(bodies));
      this.add(COMMIT, ways, place);
    }
  }

  /** As PCRE lays it out: the least number of copies, the last of them a loop, or copies that each may be left out. */
  private repetition({ body, least, most }: Node & { kind: 'repetition' }, isGreedy: boolean): void {
    const isLoop = most === Infinity;
    for (let turn = isLoop ? 1 : 0; turn < least; turn += 1) this.node(body);
    const splits: number[] = [];
    for (let turn = least; turn < (isLoop ? Math.max(least, 1) : most); turn += 1) {
      splits.push(this.split());
      if (!isLoop) this.node(body);
    }
    if (isLoop) this.loop(body, isGreedy);
    const out = this.here;
    for (const split of splits) {
      const inner = split + WIDTH;
      this.lead(split, isGreedy ? inner : out, isGreedy ? out : inner);
    }
  }

  /** Turns from the first one on. One that has taken nothing is the last. */
  private loop(body: Node, isGreedy: boolean): void {
    const start = this.here;
    const leave = isNullable(body) ? this.turn(body) : null;
    if (leave === null) this.node(body);
    const split = this.split();
    const out = this.here;
    this.lead(split, isGreedy ? start : out, isGreedy ? out : start);
    if (leave !== null) this.code[leave + 2] = out;
  }

  /** A turn that may take nothing. @returns the instruction that leaves the loop then */
  private turn(body: Node): number {
    const { loops } = this;
    const slot = this.slot();
    this.add(MARK, slot);
    this.loops = [...loops, slot];
    this.node(body);
    this.loops = loops;
    return this.add(LEAVE_EMPTY, slot);
  }
}

/** Whether all that a part matches begins where the text does. */
function isTied(node: Node): boolean {
  switch (node.kind) {
    case 'place':
      return node.place === 'beginning';
    case 'sequence': {
      const [first] = node.parts;
      return first !== undefined && isTied(first);
    }
    case 'choice':
      return node.options.every(isTied);
    case 'group':
    case 'atomic':
      return isTied(node.body);
    default:
      return false;
  }
}

/** Adds the bytes that a part may begin with. @returns whether it may take nothing */
function addFirst(to: Uint8Array, node: Node): boolean {
  switch (node.kind) {
    case 'bytes':
      addBytes(to, node.set);
      return false;
    case 'place':
    case 'look':
      return true;
    case 'reference':
      to.fill(1);
      return true;
    case 'sequence':
      return node.parts.every((part) => addFirst(to, part));
    case 'choice':
      return node.options.map((option) => addFirst(to, option)).includes(true);
    case 'group':
    case 'atomic':
      return addFirst(to, node.body);
    case 'repetition':
      return node.most === 0 || addFirst(to, node.body) || node.least === 0;
  }
}
