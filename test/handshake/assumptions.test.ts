import { describe, expect, it } from 'vitest';
import { Assumptions } from '../../server/src/handshake/assumptions';
import type { Choose, Question } from '../../server/src/handshake/choices';
import {
  type Atom,
  bareText,
  concat,
  known,
  knownText,
  opaque,
  open,
  type Origin,
  shownText,
  type Value,
} from '../../server/src/handshake/value';

/** Answers in the order given, and what was asked. */
class Script {
  readonly asked: Question[] = [];
  private readonly given = new Map<string, number>();

  constructor(private readonly answers: readonly number[]) {}

  readonly choose: Choose = Object.assign(
    (question: Question): number => {
      const before = this.given.get(question.key);
      if (before !== undefined) return before;
      const answer = this.answers[this.asked.length];
      if (answer === undefined) throw new Error(`Nothing answers ${question.key}.`);
      this.asked.push(question);
      this.given.set(question.key, answer);
      return answer;
    },
    { isAnswered: (key: string) => this.given.has(key) },
  );

  get words(): string[] {
    return this.asked.map(({ answers }) => answers.join(' | '));
  }
}

function assuming(
  answers: readonly number[],
  origins: readonly Origin[] = [],
): { readonly assumptions: Assumptions; readonly script: Script } {
  const script = new Script(answers);
  return { assumptions: new Assumptions(script.choose, origins), script };
}

const YES = 0;
const NO = 1;

const ARG: Atom = open('$arg_x', { bare: '' });
const FILLED: Atom = open('$x', { isFilled: true });
const CODE: Atom = opaque('$lua');

describe('whether a value is a text', () => {
  it.each<[name: string, value: Value, text: string, expected: boolean | null]>([
    ['known: it is', known('a'), 'a', true],
    ['known: it is not', known('a'), 'A', false],
    ['nothing: it is empty', [], '', true],
    ['code decides', [CODE], 'a', null],
    ['code decides a part', ['a', CODE], 'b', null],
    ['it begins otherwise', ['a', ARG], 'ba', false],
    ['it ends otherwise', [ARG, 'a'], 'ab', false],
    ['it is longer', ['ab', ARG, 'ba'], 'aba', false],
    ['it is never empty', [FILLED], '', false],
    ['a part of it is never empty', ['a', FILLED], 'a', false],
    ['it has another shape', [open('$remote_addr', { shape: /^[\d.]*$/ })], 'localhost', false],
  ])('%s: nothing is asked', (_, value, text, expected) => {
    const { assumptions, script } = assuming([]);
    expect(assumptions.equals(value, text, '$x')).toBe(expected);
    expect(script.asked).toEqual([]);
  });

  it('open: is asked, and holds from then on', () => {
    const { assumptions, script } = assuming([YES]);
    expect(assumptions.equals([ARG], 'a', '$arg_x')).toBe(true);
    expect(script.words).toEqual(['`$arg_x` is "a" | `$arg_x` is not "a"']);
    expect(knownText(assumptions.resolve(['<', ARG, '>']))).toBe('<a>');
    expect(assumptions.equals([ARG], 'b', '$arg_x')).toBe(false);
    expect([...assumptions.texts.keys()]).toEqual(['$arg_x']);
    expect(script.asked).toHaveLength(1);
  });

  it('open: of a part, what is known around it taken off', () => {
    const { assumptions } = assuming([YES]);
    expect(assumptions.equals(['a-', ARG, '-z'], 'a-m-z', '$x')).toBe(true);
    expect(knownText(assumptions.resolve([ARG]))).toBe('m');
  });

  it('open: what it is not stays so, and other texts are asked', () => {
    const { assumptions, script } = assuming([NO, NO, YES]);
    expect(assumptions.equals([ARG], 'a', '$arg_x')).toBe(false);
    expect(assumptions.equals([ARG], 'a', '$arg_x')).toBe(false);
    // The same text in another value.
    expect(assumptions.equals(['-', ARG], '-a', '-$arg_x')).toBe(false);
    expect(assumptions.equals([ARG], '', '$arg_x')).toBe(false);
    expect(assumptions.equals([ARG], 'c', '$arg_x')).toBe(true);
    expect(script.words).toEqual([
      '`$arg_x` is "a" | `$arg_x` is not "a"',
      '`$arg_x` is empty | `$arg_x` is not empty',
      '`$arg_x` is "c" | `$arg_x` is not "c"',
    ]);
  });

  it('open: that it is no text which it cannot be says nothing of its parts', () => {
    const { assumptions, script } = assuming([YES]);
    assumptions.settle(['a', ARG], '', false);
    assumptions.settle(['a', ARG], 'b', true);
    expect(assumptions.equals([ARG], '', '$arg_x')).toBe(true);
    expect(script.asked).toHaveLength(1);
  });

  it('has the answer of the bare client, where that is known', () => {
    const { assumptions, script } = assuming([NO, NO, NO]);
    assumptions.equals([ARG], '', '$arg_x');
    assumptions.equals([open('$y', { bare: '' })], 'a', '$y');
    assumptions.equals([FILLED], 'a', '$x');
    expect(script.asked.map(({ bare }) => bare)).toEqual([YES, NO, null]);
  });

  it('tells who differs from the bare client', () => {
    const { assumptions } = assuming([NO]);
    expect(assumptions.unlikeBare.has(ARG.name)).toBe(false);
    assumptions.equals([ARG], '', '$arg_x');
    expect(assumptions.unlikeBare.has(ARG.name)).toBe(true);
    assumptions.fix(ARG, 'a');
    expect(assumptions.unlikeBare.has(ARG.name)).toBe(false);
  });
});

describe('what counts as true', () => {
  it.each<[value: Value, expected: boolean | null]>([
    [known('a'), true],
    [known('00'), true],
    [known('0'), false],
    [[], false],
    [[FILLED], true],
    [['0', FILLED], true],
    [[CODE], null],
  ])('%j: %s', (value, expected) => {
    expect(assuming([]).assumptions.isTrue(value, '$x')).toBe(expected);
  });

  it('of an open value is asked once: whether it is empty', () => {
    const { assumptions, script } = assuming([NO]);
    expect(assumptions.isTrue([ARG], '$arg_x')).toBe(true);
    expect(assumptions.isTrue([ARG], '$arg_x')).toBe(true);
    expect(script.words).toEqual(['`$arg_x` is empty | `$arg_x` is not empty']);
  });
});

describe('whether a value matches a pattern', () => {
  const PATH: Atom = open('the rest of the path', { bare: '', sample: '' });
  const match = (assumptions: Assumptions, value: Value, pattern: string): string[] | 'unknown' | null => {
    const captured = assumptions.match(value, pattern, false, 'the path');
    return captured === null || captured === 'unknown' ? captured : captured.groups.map(shownText);
  };

  it('known', () => {
    const { assumptions } = assuming([]);
    expect(match(assumptions, known('/ws/a'), '^/ws/(.*)')).toEqual(['/ws/a', 'a']);
    expect(match(assumptions, known('/a'), '^/ws')).toBeNull();
    expect(match(assumptions, ['/', CODE], '^/ws')).toBe('unknown');
  });

  it('certain from its beginning: nothing is asked', () => {
    const { assumptions } = assuming([]);
    expect(match(assumptions, ['/ws/', PATH], '^/ws/(.*)')).toEqual([
      '/ws/the rest of the path',
      'the rest of the path',
    ]);
    expect(match(assumptions, ['/a', PATH], '^/ws')).toBeNull();
  });

  it('by a longer beginning: it has that from then on', () => {
    const { assumptions, script } = assuming([YES]);
    expect(match(assumptions, ['/', PATH], '^/ws/')).toHaveLength(1);
    expect(script.words).toEqual(['the path begins with `/ws/` | the path does not begin with `/ws/`']);
    const now = assumptions.resolve(['/', PATH]);
    expect(bareText(now)).toBe('/ws/');
    expect(match(assumptions, now, '^/ws')).toHaveLength(1);
    expect(match(assumptions, now, '^/api')).toBeNull();
    expect(script.asked).toHaveLength(1);
  });

  it('as one text: it is that from then on', () => {
    const { assumptions, script } = assuming([YES]);
    expect(match(assumptions, ['/', PATH], '^/ws$')).toEqual(['/ws']);
    expect(knownText(assumptions.resolve(['/', PATH]))).toBe('/ws');
    expect(script.words).toEqual(['the path is `/ws` | the path is not `/ws`']);
  });

  it('otherwise it is asked, in words', () => {
    const { assumptions, script } = assuming([NO]);
    expect(match(assumptions, ['/', PATH], String.raw`\.php$`)).toBeNull();
    expect(match(assumptions, ['/', PATH], String.raw`\.php$`)).toBeNull();
    expect(script.words).toEqual([
      String.raw`the path matches ${'`'}\.php$${'`'} | the path does not match ${'`'}\.php$${'`'}`,
    ]);
    expect(script.asked[0]?.bare).toBe(NO);
  });
});

describe('whether a header has a token', () => {
  const asks = (values: readonly Value[], answers: readonly number[]): [boolean | null, string[]] => {
    const { assumptions, script } = assuming(answers);
    return [assumptions.hasToken(values, 'upgrade', '$c'), script.words];
  };
  const ASKED = '`$c` contains `upgrade` | `$c` does not contain `upgrade`';

  it.each<[name: string, values: readonly Value[], expected: boolean | null]>([
    ['none', [], false],
    ['known', [known('keep-alive, Upgrade')], true],
    ['known, not', [known('upgrades')], false],
    ['in the second line', [known('close'), known('upgrade')], true],
    ['sure beside what is open', [['upgrade, ', ARG]], true],
    ['not in a shape that it cannot have', [[open('$remote_addr', { shape: /^[\d.]*$/ })]], false],
    ['code decides', [[CODE]], null],
    ['code decides, and another line has it', [[CODE], known('upgrade')], true],
  ])('%s: nothing is asked', (_, values, expected) => {
    expect(asks(values, [])).toEqual([expected, []]);
  });

  it('open: is asked', () => {
    expect(asks([[ARG]], [YES])).toEqual([true, [ASKED]]);
    expect(asks([[ARG]], [NO])).toEqual([false, [ASKED]]);
    expect(asks([[CODE], [ARG]], [NO])).toEqual([null, [ASKED]]);
  });

  it('glued to what is open is not sure', () => {
    expect(asks([['upgrade', ARG]], [NO])).toEqual([false, [ASKED]]);
  });
});

describe('what depends on the URL', () => {
  const PLAIN: Origin = { secure: false, host: 'a.example', port: 80 };
  const TLS: Origin = { secure: true, host: 'a.example', port: 443 };
  const OTHER: Origin = { secure: true, host: 'b.example', port: 8443 };
  const SCHEME = open('$scheme', { byOrigin: ({ secure }) => (secure ? 'https' : 'http') });
  const HOST = open('$host', { byOrigin: ({ host }) => host });

  it('and is the same for all is known', () => {
    const { assumptions } = assuming([], [TLS, OTHER]);
    expect(knownText(assumptions.resolve([SCHEME, '://', HOST]))).toBeNull();
    expect(knownText(assumptions.resolve([SCHEME]))).toBe('https');
    expect(assumptions.equals([SCHEME], 'http', '$scheme')).toBe(false);
  });

  it('is asked by URLs, and leaves only those', () => {
    const { assumptions, script } = assuming([1], [PLAIN, TLS, OTHER]);
    expect(assumptions.equals([SCHEME], 'https', '$scheme')).toBe(true);
    expect(script.words).toEqual([
      'the URL begins with `ws://a.example` | the URL begins with `wss://a.example` or `wss://b.example:8443`',
    ]);
    expect(assumptions.origins).toEqual([TLS, OTHER]);
    expect(knownText(assumptions.resolve([SCHEME]))).toBe('https');
  });

  it('is matched by URLs', () => {
    const { assumptions } = assuming([1], [PLAIN, TLS, OTHER]);
    expect(assumptions.match([HOST], '^b', false, '$host')).not.toBeNull();
    expect(assumptions.origins).toEqual([OTHER]);
    expect(knownText(assumptions.resolve([HOST]))).toBe('b.example');
  });

  it('of many URLs names three', () => {
    const many = Array.from({ length: 9 }, (_, index): Origin => ({ ...PLAIN, host: `h${index}` }));
    const { assumptions, script } = assuming([0], [TLS, ...many]);
    expect(assumptions.kindOfOrigin('tls', ({ secure }) => secure)).toBe(true);
    expect(script.words[0]).toContain('`ws://h0`, `ws://h1`, `ws://h2` or one of 6 others');
  });

  it('of no URL cannot be told', () => {
    expect(assuming([]).assumptions.kindOfOrigin('tls', ({ secure }) => secure)).toBeUndefined();
  });
});

describe('one of several kinds', () => {
  const kinds = ['it is a', 'it is b', 'it is another'];
  const kindOf = (text: string): number => ({ a: 0, b: 1 })[text] ?? 2;

  it('is asked, with the kind of the bare client', () => {
    const { assumptions, script } = assuming([1]);
    expect(assumptions.select([ARG], 'map', kinds, kindOf, 2)).toBe(1);
    expect(script.asked).toMatchObject([{ answers: kinds, bare: 2, others: null }]);
  });

  it('of a crowd has others, who are not named', () => {
    const { assumptions, script } = assuming([2]);
    const agent = open('$http_user_agent', { bare: '', isCrowd: true });
    assumptions.select([agent], 'map', kinds, kindOf, 2);
    expect(script.asked[0]?.others).toBe(2);
  });
});

describe('quietly', () => {
  it('nothing is asked, and what was answered counts', () => {
    const { assumptions, script } = assuming([NO]);
    const isEmpty = (): boolean | null => assumptions.isEmpty([ARG], '$arg_x');
    expect(assumptions.quietly(isEmpty)).toBeUndefined();
    expect(script.asked).toEqual([]);
    expect(isEmpty()).toBe(false);
    expect(assumptions.quietly(isEmpty)).toBe(false);
    expect(assumptions.quietly(() => assumptions.equals(concat(known('a')), 'a', ''))).toBe(true);
  });

  it('lets other faults through', () => {
    const { assumptions } = assuming([]);
    expect(() =>
      assumptions.quietly(() => {
        throw new RangeError('other');
      }),
    ).toThrow('other');
    expect(() => assumptions.isEmpty([ARG], '$arg_x')).toThrow('Nothing answers');
  });
});
