import type { NginxVersion } from '../reference/versions';
import type { Value } from './value';

/** Something that the files leave open. */
export interface Question {
  /** The same question has the same answer all the way. */
  readonly key: string;
  /** The ways that it may be, in words: "the client sends a password". */
  readonly answers: readonly string[];
  /** The answer for a client that sends no more than it must, and the assumed release; null where that is open as well. */
  readonly bare: number | null;
  /** The answer for all whom the configuration does not name, where the others name a few of many; else null. */
  readonly others: number | null;
  /** Where the text of a value decides: the value, and the answer for a text of it. */
  readonly decidedBy?: { readonly value: Value; readonly answerFor: (text: string) => number };
  /** Where the release of nginx decides: the one from which on the first answer holds. */
  readonly release?: NginxVersion;
}

/** A question and the number of the answer that was taken. */
export interface Answered {
  readonly question: Question;
  readonly answer: number;
}

/** Gives the number of an answer. */
export interface Choose {
  (question: Question): number;
  /** Whether the question with this key was answered before. */
  readonly isAnswered: (key: string) => boolean;
}

/** The ways that a walk may take. */
export type Tree<End> = Ways<End> | EndOfWay<End>;

export interface Ways<End> {
  readonly question: Question;
  /** By the numbers of the answers. */
  readonly branches: Tree<End>[];
}

interface EndOfWay<End> {
  readonly question: null;
  readonly end: End;
}

interface Turn<End> {
  readonly ways: Ways<End>;
  answer: number;
}

/**
 * Walks every way there is: the walk asks where it cannot tell, and is made again for each answer not given yet. So no
 * state is copied. It must do the same whenever it gets the same answers.
 *
 * @param limits of walks, and of questions over all of them
 * @returns null where there are more ways than that
 */
export function explore<End>(
  walk: (choose: Choose) => End,
  limits: { readonly walks: number; readonly questions: number },
): Tree<End> | null {
  let root: Tree<End> | null = null;
  const turns: Turn<End>[] = [];
  const attach = (tree: Tree<End>): void => {
    const last = turns.at(-1);
    if (last === undefined) root = tree;
    else last.ways.branches[last.answer] = tree;
  };
  let questions = 0;
  for (let walks = 0; walks < limits.walks && questions < limits.questions; walks += 1) {
    let depth = 0;
    let hasEnded = false;
    const given = new Map<string, number>();
    const answer = (question: Question): number => {
      const before = given.get(question.key);
      if (before !== undefined) return before;
      // A value that decides nothing is worked out when somebody looks at it.
      if (hasEnded) return withoutAsking(question);
      if (depth === turns.length) {
        const ways: Ways<End> = { question, branches: [] };
        attach(ways);
        turns.push({ ways, answer: 0 });
      }
      const chosen = turns[depth]?.answer ?? 0;
      depth += 1;
      questions += 1;
      given.set(question.key, chosen);
      return chosen;
    };
    const choose: Choose = Object.assign(answer, { isAnswered: (key: string) => given.has(key) });
    attach({ question: null, end: walk(choose) });
    hasEnded = true;
    while (turns.length > 0 && isDone(turns.at(-1))) turns.pop();
    const last = turns.at(-1);
    if (last === undefined) return root;
    last.answer += 1;
  }
  return null;
}

function isDone<End>(turn: Turn<End> | undefined): boolean {
  return turn !== undefined && turn.answer + 1 >= turn.ways.question.answers.length;
}

/** Asks nothing: gives the bare answer, else that for those who are not named, else the first. */
export const withoutAsking: Choose = Object.assign(
  ({ bare, others }: Question): number => bare ?? others ?? 0,
  { isAnswered: () => true },
);
