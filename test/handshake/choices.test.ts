import { describe, expect, it } from 'vitest';
import {
  type Choose,
  explore,
  type Question,
  type Tree,
  withoutAsking,
} from '../../server/src/handshake/choices';

const PLENTY = { walks: 1000, questions: 20_000 };

function question(key: string, answers = 2): Question {
  return {
    key,
    answers: Array.from({ length: answers }, (_, index) => `${key}${index}`),
    bare: null,
    others: null,
  };
}

/** The ends of a tree, in order. */
function ends<End>(tree: Tree<End> | null): End[] {
  if (tree === null) return [];
  return tree.question === null ? [tree.end] : tree.branches.flatMap((branch) => ends(branch));
}

describe('explore', () => {
  it('walks once where nothing is asked', () => {
    let walks = 0;
    const tree = explore(() => {
      walks += 1;
      return 'end';
    }, PLENTY);
    expect([walks, tree]).toEqual([1, { question: null, end: 'end' }]);
  });

  it('visits every way once, in order', () => {
    const seen: string[] = [];
    const tree = explore((choose) => {
      const way = [choose(question('a')), choose(question('b', 3)), choose(question('c'))].join('');
      seen.push(way);
      return way;
    }, PLENTY);
    const all = ['000', '001', '010', '011', '020', '021', '100', '101', '110', '111', '120', '121'];
    expect(seen).toEqual(all);
    expect(ends(tree)).toEqual(all);
  });

  it('asks on each way only what that way asks', () => {
    const tree = explore((choose) => {
      if (choose(question('a')) === 0) return 'a';
      return choose(question('b')) === 0 ? 'b' : `c${choose(question('c', 3))}`;
    }, PLENTY);
    expect(ends(tree)).toEqual(['a', 'b', 'c0', 'c1', 'c2']);
    if (tree === null || tree.question === null) throw new Error('Nothing was asked.');
    expect(tree.question.key).toBe('a');
    expect(tree.branches.map((branch) => branch.question?.key ?? null)).toEqual([null, 'b']);
  });

  it('gives one question one answer on a way', () => {
    const tree = explore((choose) => {
      const first = choose(question('a'));
      expect(choose.isAnswered('b')).toBe(false);
      const second = choose(question('b'));
      expect([choose.isAnswered('a'), choose.isAnswered('b')]).toEqual([true, true]);
      expect(choose(question('a'))).toBe(first);
      expect(choose(question('b'))).toBe(second);
      return `${first}${second}`;
    }, PLENTY);
    expect(ends(tree)).toEqual(['00', '01', '10', '11']);
  });

  it('agrees with a walk over a random tree of questions', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const expected: string[] = [];
      const walkAll = (path: string): void => {
        const count = answersAt(seed, path);
        if (count === 0) expected.push(path);
        for (let index = 0; index < count; index += 1) walkAll(path + index);
      };
      walkAll('');
      const tree = explore((choose) => follow(seed, choose), PLENTY);
      expect(ends(tree)).toEqual(expected);
    }
  });

  it('gives up behind the limit of walks', () => {
    const walk = (choose: Choose): number => choose(question('a', 5));
    expect(ends(explore(walk, { walks: 5, questions: 100 }))).toEqual([0, 1, 2, 3, 4]);
    expect(explore(walk, { walks: 4, questions: 100 })).toBeNull();
  });

  it('gives up behind the limit of questions, each counted on every way', () => {
    const walk = (choose: Choose): string => `${choose(question('a'))}${choose(question('b'))}`;
    expect(ends(explore(walk, { walks: 100, questions: 8 }))).toHaveLength(4);
    expect(explore(walk, { walks: 100, questions: 6 })).toBeNull();
  });
});

/** How many answers the question at a place of a random tree has; 0 for an end. */
function answersAt(seed: number, path: string): number {
  let hash = seed;
  for (const char of `${path}.`) hash = Math.imul(hash ^ char.charCodeAt(0), 0x5bd1e995) ^ (hash >>> 13);
  return path.length >= 5 ? 0 : (hash >>> 8) % 4;
}

function follow(seed: number, choose: Choose): string {
  let path = '';
  for (let count = answersAt(seed, path); count > 0; count = answersAt(seed, path)) {
    path += choose(question(path, count));
  }
  return path;
}

describe('without asking', () => {
  it.each<[bare: number | null, others: number | null, expected: number]>([
    [null, null, 0],
    [1, null, 1],
    [null, 2, 2],
    [0, 2, 0],
  ])('bare %s, others %s: %s', (bare, others, expected) => {
    expect(withoutAsking({ ...question('a', 3), bare, others })).toBe(expected);
    expect(withoutAsking.isAnswered('a')).toBe(true);
  });
});
