import { TokenKind } from '../tokens';
import type { SyntaxTree } from '../tree';
import { type Condition, isOpening, type OpeningRole, type Role } from './language';
import { placeholdersIn } from './placement';

/** What must hold for a part of a template to be written; what is around it must hold as well. */
export interface Guard {
  /** Names what is asked: the same text asks the same, within one turn of a loop. */
  readonly key: string;
  /** Whether that must hold, or must not. */
  readonly holds: boolean;
  /** The placeholder that asks, and whether it asks for the opposite. */
  readonly placeholder: string;
  readonly negated: boolean;
  /** Whether it is a loop, of which there may be no turn. */
  readonly isLoop: boolean;
  /** Whether it only gives a name to what is written elsewhere. */
  readonly isDefinition: boolean;
  readonly outer: Guard | null;
}

/** A condition, loop or block that is open. */
interface Frame {
  readonly outer: Guard | null;
  /** What is known at its `else`: that nothing before it held. */
  untaken: Guard | null;
  /** Its branch; null for one without a condition. */
  branch: Guard | null;
  /** What the conditions in it are told apart by: the loop around them. */
  readonly scope: string;
}

/** Where the guards of a text change, in order. */
class Branches {
  readonly starts: number[] = [];
  readonly guards: (Guard | null)[] = [];
  private readonly frames: Frame[] = [];
  private current: Guard | null = null;

  add(start: number, end: number, placeholder: string, role: Role): void {
    if (isOpening(role)) this.open(start, placeholder, role);
    else if (role.kind === 'else') this.next(placeholder, role.condition);
    else if (role.kind === 'end') {
      this.close();
      if (role.next !== null) this.open(start, placeholder, role.next);
    } else return;
    this.starts.push(end);
    this.guards.push(this.current);
  }

  private open(start: number, placeholder: string, role: OpeningRole): void {
    const outer = this.current;
    const around = this.frames.at(-1)?.scope ?? '';
    const isOwn = role.kind !== 'if';
    const frame: Frame = {
      outer,
      untaken: outer,
      branch: null,
      scope: isOwn ? `${around}@${start}` : around,
    };
    this.frames.push(frame);
    if (!('condition' in role) || role.condition === null) return;
    frame.branch = guardOf(role.condition, placeholder, role.kind, isOwn ? frame.scope : around, outer);
    this.current = frame.branch;
  }

  private next(placeholder: string, condition: Condition | null): void {
    const frame = this.frames.at(-1);
    if (frame === undefined) return;
    const { branch, untaken } = frame;
    if (branch !== null) frame.untaken = { ...branch, holds: !branch.holds, outer: untaken };
    frame.branch =
      condition === null ? null : guardOf(condition, placeholder, 'if', frame.scope, frame.untaken);
    this.current = frame.branch ?? frame.untaken;
  }

  private close(): void {
    const frame = this.frames.pop();
    if (frame !== undefined) this.current = frame.outer;
  }
}

function guardOf(
  { text, negated }: Condition,
  placeholder: string,
  kind: 'if' | 'loop' | 'definition',
  scope: string,
  outer: Guard | null,
): Guard {
  return {
    key: `${text}${scope}`,
    holds: !negated,
    placeholder,
    negated,
    isLoop: kind === 'loop',
    isDefinition: kind === 'definition',
    outer,
  };
}

const known = new WeakMap<SyntaxTree, Branches>();

function branchesOf(tree: SyntaxTree): Branches {
  const branches = known.get(tree) ?? readBranches(tree);
  known.set(tree, branches);
  return branches;
}

function readBranches({ tokens, template }: SyntaxTree): Branches {
  const branches = new Branches();
  if (!template && !tokens.kinds.includes(TokenKind.Placeholder)) return branches;
  for (let index = 0; index < tokens.count; index += 1) {
    const kind = tokens.kinds[index];
    if (kind === TokenKind.Whitespace || (!template && kind !== TokenKind.Placeholder)) continue;
    for (const { start, end, placeholder, role } of placeholdersIn(tokens, index)) {
      branches.add(start, end, placeholder, role);
    }
  }
  return branches;
}

/** Whether anything in a text depends on a condition or a loop. */
export function hasBranches(tree: SyntaxTree): boolean {
  return branchesOf(tree).starts.length > 0;
}

/** What must hold for what stands at an offset to be written; null for nothing. */
export function guardAt(tree: SyntaxTree, offset: number): Guard | null {
  if (!hasBranches(tree)) return null;
  const { starts, guards } = branchesOf(tree);
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return guards[low - 1] ?? null;
}
