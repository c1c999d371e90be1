import { t } from '../l10n';
import { REST_AFTER_SLASH } from './facts';
import { guardsOf, isUnconditional } from '../model/branches';
import { textOf } from '../model/bytes';
import type { ConfigDirective } from '../model/configuration';
import type { Guard } from '../syntax/templates/branches';
import type { Answered, Choose, Question } from './choices';
import { type Captured, knownCaptures, matchOpen } from './open-patterns';
import { matchPattern, surelyMatchesBeginning } from './patterns';
import {
  type Atom,
  atomsOf,
  bareText,
  joined,
  isFilled,
  isOpaque,
  keyOf,
  known,
  knownText,
  open,
  type Origin,
  originText,
  prefixOf,
  suffixOf,
  surelyHasToken,
  tokensOf,
  type Value,
} from './value';

/** Thrown where something would have to be asked. */
class NotAnswered extends Error {}

/** It is caught at once: where it was thrown does not matter, and to find that out takes long. */
const NOT_ANSWERED = new NotAnswered();

/** More URLs than this are counted in words. */
const SHOWN_ORIGINS = 3;

/** Which texts a value may have, where it is known what for: a path leads to the location that a walk begins at. */
export interface Limits {
  readonly value: Value;
  readonly mayBe: (text: string) => boolean;
  readonly mayBegin: (text: string) => boolean;
  readonly mayMatch: (pattern: string, ignoreCase: boolean) => boolean;
}

/**
 * What one walk has assumed of what the files leave open. Each method decides one thing about a value: by what is
 * known, by what was assumed before, or by asking; then what it has assumed holds for the rest of the walk. Where code
 * that we do not know has a say, the answer is null.
 */
export class Assumptions {
  private readonly fixed = new Map<string, Value>();
  private readonly excluded = new Map<string, Set<string>>();
  private readonly apart = new Set<string>();
  private readonly given = new Map<string, Answered>();
  /** Of each atom that was asked about alone, by its name: whether a text would have had the answers that were taken. */
  private readonly tests = new Map<string, ((text: string) => boolean)[]>();
  /** The patterns that a value has not matched, by its key: whether they match all that begins with a text. */
  private readonly refused = new Map<string, ((start: string) => boolean)[]>();
  private candidates: readonly Origin[];
  private isQuiet = false;
  private limits: Limits | null = null;
  /** Which conditions of templates hold, as far as that is taken. */
  private readonly branches = new Map<string, boolean>();

  /** @param origins those that the client may have asked for; none where nothing is known of them */
  constructor(
    private readonly choose: Choose,
    origins: readonly Origin[],
  ) {
    this.candidates = origins;
  }

  /** The origins that are still possible. */
  get origins(): readonly Origin[] {
    return this.candidates;
  }

  /** The names of the atoms that were taken to be other than those of a client which sends no more than it must, and not fixed. */
  get unlikeBare(): ReadonlySet<string> {
    return this.apart;
  }

  /** What was assumed of each atom whose text was fixed, by its name. */
  get texts(): ReadonlyMap<string, Value> {
    return this.fixed;
  }

  /** What was asked, and which answer was taken. */
  get answered(): readonly Answered[] {
    return [...this.given.values()];
  }

  ask(question: Question): number {
    if (this.isQuiet && !this.choose.isAnswered(question.key)) throw NOT_ANSWERED;
    const answer = this.choose(question);
    if (!this.given.has(question.key)) this.noteTest(question, answer);
    this.given.set(question.key, { question, answer });
    return answer;
  }

  private noteTest({ decidedBy }: Question, answer: number): void {
    if (decidedBy === undefined) return;
    const { value, answerFor } = decidedBy;
    const [atom, ...more] = atomsOf(value);
    if (atom === undefined || more.some(({ name }) => name !== atom.name)) return;
    const tests = this.tests.get(atom.name) ?? [];
    this.tests.set(atom.name, tests);
    tests.push((text) => {
      const whole =
        value.length === 1 ? text : value.map((part) => (typeof part === 'string' ? part : text)).join('');
      return answerFor(whole) === answer;
    });
  }

  /** Whether a directive is written: the branches of its template that are not taken yet are ways to go on. */
  isWritten(directive: ConfigDirective): boolean {
    if (isUnconditional(directive)) return true;
    return guardsOf(directive)
      .toReversed()
      .every((guard) => guard.isLoop || guard.isDefinition || this.doesHold(guard) === guard.holds);
  }

  /** Takes a value to have no other texts than those. */
  limit(limits: Limits): void {
    this.limits = limits;
  }

  /** Takes the branches in which a directive stands. */
  takeAsWritten(directive: ConfigDirective): void {
    for (const { key, holds } of guardsOf(directive)) this.branches.set(key, holds);
  }

  private doesHold({ key, placeholder, negated }: Guard): boolean {
    const taken = this.branches.get(key);
    if (taken !== undefined) return taken;
    const shown = `\`${placeholder.replaceAll(/\s+/g, ' ')}\``;
    const answers = [t`${shown} is taken`, t`${shown} is not taken`];
    const inOrder = negated ? answers.toReversed() : answers;
    return this.ask({ key: `branch ${key}`, answers: inOrder, bare: null, others: null }) === 0;
  }

  /** What a decision comes to where nothing need be asked for it; undefined where something must. */
  quietly<Answer>(decide: () => Answer): Answer | undefined {
    const before = this.isQuiet;
    this.isQuiet = true;
    try {
      return decide();
    } catch (error) {
      if (error instanceof NotAnswered) return undefined;
      throw error;
    } finally {
      this.isQuiet = before;
    }
  }

  /** The value with what is known by now of its atoms in their places. */
  resolve(value: Value): Value {
    if (value.every((part) => typeof part === 'string')) return value;
    return joined(
      value.map((part): Value => {
        if (typeof part === 'string') return [part];
        const fixed = this.fixed.get(part.name);
        if (fixed !== undefined) return this.resolve(fixed);
        return part.byOrigin === null ? [part] : this.sameForAll(part, part.byOrigin);
      }),
    );
  }

  private sameForAll(atom: Atom, ofOrigin: (origin: Origin) => string): Value {
    const [first, ...others] = this.candidates;
    if (first === undefined) return [atom];
    const text = ofOrigin(first);
    return others.every((each) => ofOrigin(each) === text) ? known(text) : [atom];
  }

  /** Whether the value is exactly that text. @param written how the value is written */
  equals(value: Value, text: string, written: string): boolean | null {
    const resolved = this.resolve(value);
    const plain = knownText(resolved);
    if (plain !== null) return plain === text;
    if (isOpaque(resolved)) return null;
    const byOrigin = this.testOrigins(resolved, `= ${text}`, (each) => each === text);
    if (byOrigin !== null) return byOrigin;
    if (!this.mayBe(resolved, text)) return false;
    const shown = shownAs(written);
    // A path is shown as the names of locations are.
    const quote = written.includes('$') ? '"' : '`';
    const other = text === '' ? t('empty') : `${quote}${textOf(text)}${quote}`;
    const answer = this.yesOrNo(
      resolved,
      `= ${text}`,
      [t`${shown} is ${other}`, t`${shown} is not ${other}`],
      (bare) => bare === text,
    );
    this.settle(resolved, text, answer);
    return answer;
  }

  isEmpty(value: Value, written: string): boolean | null {
    return isFilled(this.resolve(value)) ? false : this.equals(value, '', written);
  }

  /** What nginx takes for true in an `if`: neither empty nor `0` (ngx_http_script_if_code). */
  isTrue(value: Value, written: string): boolean | null {
    const isEmpty = this.isEmpty(value, written);
    if (isEmpty !== false) return isEmpty === null ? null : false;
    const resolved = this.resolve(value);
    const plain = knownText(resolved);
    // That somebody sends `0` by itself is no case of its own.
    return plain !== '0';
  }

  /** What a pattern captures of the value; null when it does not match, `unknown` where that cannot be told. */
  match(value: Value, pattern: string, ignoreCase: boolean, written: string): Captured | null | 'unknown' {
    const resolved = this.resolve(value);
    const plain = knownText(resolved);
    if (plain !== null) return this.matchKnown(plain, pattern, ignoreCase);
    if (isOpaque(resolved)) return 'unknown';
    const test = (text: string): boolean => isMatch(matchPattern(pattern, ignoreCase, text));
    const key = `~${ignoreCase ? '*' : ''} ${pattern}`;
    const byOrigin = this.testOrigins(resolved, key, test);
    const open = matchOpen(pattern, ignoreCase, resolved);
    if (byOrigin !== null) {
      const now = knownText(this.resolve(resolved));
      if (!byOrigin) return null;
      if (now !== null) return this.matchKnown(now, pattern, ignoreCase);
      return 'captured' in open && typeof open.captured !== 'function' ? open.captured : 'unknown';
    }
    if (open.kind !== 'always' && !this.mayMatch(resolved, pattern, ignoreCase)) return null;
    switch (open.kind) {
      case 'never':
        return null;
      case 'always':
        return open.captured;
      case 'is': {
        const isSame = this.equals(resolved, open.text, written);
        return isSame === true ? open.captured(this.resolve(resolved)) : null;
      }
      case 'begins': {
        const begins = this.beginsWith(resolved, open.text, written);
        return begins ? open.captured(this.resolve(resolved)) : null;
      }
      case 'open': {
        const words = [
          t`${shownAs(written)} matches \`${pattern}\``,
          t`${shownAs(written)} does not match \`${pattern}\``,
        ];
        if (this.yesOrNo(resolved, key, words, test)) return open.captured;
        this.refuse(resolved, (start) => surelyMatchesBeginning(pattern, ignoreCase, start));
        return null;
      }
    }
  }

  private refuse(value: Value, matchesAll: (start: string) => boolean): void {
    const key = keyOf(value);
    const refused = this.refused.get(key) ?? [];
    this.refused.set(key, refused);
    refused.push(matchesAll);
  }

  private matchKnown(text: string, pattern: string, ignoreCase: boolean): Captured | null | 'unknown' {
    const match = matchPattern(pattern, ignoreCase, text);
    return match === null || match === 'unknown' ? match : knownCaptures(match.groups, match.named);
  }

  /** Whether the value begins with a text that is longer than what is known of its beginning. */
  private beginsWith(value: Value, text: string, written: string): boolean {
    const [atom] = atomsOf(value);
    if (atom === undefined || !this.mayBegin(value, text)) return false;
    const words = [
      t`${shownAs(written)} begins with \`${textOf(text)}\``,
      t`${shownAs(written)} does not begin with \`${textOf(text)}\``,
    ];
    const begins = this.yesOrNo(value, `^ ${text}`, words, (bare) => bare.startsWith(text));
    if (begins && atom.byOrigin === null) this.lead(atom, text.slice(prefixOf(value).length));
    return begins;
  }

  /** Takes an atom to begin with a text. @param otherwise what follows it, where the client has not begun so by itself */
  lead(atom: Atom, text: string, otherwise = ''): void {
    if (text === '') return;
    const bare = atom.bare?.startsWith(text) === true ? atom.bare.slice(text.length) : otherwise;
    const rest = open(`${atom.name} after \`${text}\``, { bare });
    this.fixed.set(atom.name, [text, rest]);
    this.apart.delete(atom.name);
    // What begins so may still have to be more than that, for what was taken of it before.
    if (!this.agrees(atom, `${text}${bare}`)) this.apart.add(rest.name);
  }

  /** Takes an atom to be a text. */
  fix(atom: Atom, text: string): void {
    this.fixed.set(atom.name, known(text));
    this.apart.delete(atom.name);
  }

  /**
   * Whether the lines of one header hold a token of a list. A token may be in what the client decides: that is asked.
   */
  hasToken(values: readonly Value[], token: string, written: string): boolean | null {
    const resolved = values.map((value) => this.resolve(value));
    const holds = (text: string): boolean => tokensOf(text).includes(token);
    if (resolved.some((value) => surelyHasToken(value, token))) return true;
    let isUnknown = false;
    for (const value of resolved) {
      if (knownText(value) !== null || !mayHold(value, token)) continue;
      if (isOpaque(value)) {
        isUnknown = true;
        continue;
      }
      const byOrigin = this.testOrigins(value, `has ${token}`, holds);
      if (byOrigin === true) return true;
      if (byOrigin === false) continue;
      const words = [
        t`${shownAs(written)} contains \`${token}\``,
        t`${shownAs(written)} does not contain \`${token}\``,
      ];
      if (this.yesOrNo(value, `has ${token}`, words, holds)) return true;
    }
    return isUnknown ? null : false;
  }

  /**
   * One of several kinds of text, by a test of it.
   *
   * @param kinds which there are, each with words for the texts that lead to it
   * @param kindOf the number of the kind of a text
   */
  select(
    value: Value,
    key: string,
    kinds: readonly string[],
    kindOf: (text: string) => number,
    others: number | null,
  ): number {
    const groups = this.groupOrigins(value, kindOf);
    if (groups !== null) return this.chooseOrigins(value, key, groups);
    const text = bareText(value);
    const bare = text === null ? null : kindOf(text);
    const answer = this.ask({
      key: `${keyOf(value)} ${key}`,
      answers: kinds,
      bare,
      others: isOfCrowd(value) ? others : null,
      decidedBy: { value, answerFor: kindOf },
    });
    this.setApart(value, answer === bare);
    return answer;
  }

  /** Whether the value may be that text. */
  mayBe(value: Value, text: string, ignoreCase = false): boolean {
    if (!fits(value, text, ignoreCase)) return false;
    const atoms = atomsOf(value);
    const [atom] = atoms;
    if (atom === undefined || atoms.length > 1) return !(text === '' && isFilled(value));
    const rest = text.slice(prefixOf(value).length, text.length - suffixOf(value).length);
    if (rest === '' && atom.isFilled) return false;
    if (atom.shape !== null && !atom.shape.test(rest)) return false;
    if (this.excluded.get(atom.name)?.has(rest) === true || !this.agrees(atom, rest)) return false;
    const limited = this.limitedText(atom, rest);
    return limited === null || this.limits?.mayBe(limited) === true;
  }

  /** Whether the value may begin with that text, which is longer than what is known of its beginning. */
  mayBegin(value: Value, text: string): boolean {
    const start = prefixOf(value);
    const [atom, ...more] = atomsOf(value);
    if (atom === undefined || !text.startsWith(start)) return false;
    if (this.refused.get(keyOf(value))?.some((matchesAll) => matchesAll(text)) === true) return false;
    if (atom === REST_AFTER_SLASH && text.startsWith('/', start.length)) return false;
    if (more.length > 0 || suffixOf(value) !== '') return true;
    const limited = this.limitedText(atom, text.slice(start.length));
    return limited === null || this.limits?.mayBegin(limited) === true;
  }

  private mayMatch(value: Value, pattern: string, ignoreCase: boolean): boolean {
    const isLimited = this.limits !== null && keyOf(this.resolve(this.limits.value)) === keyOf(value);
    return !isLimited || this.limits?.mayMatch(pattern, ignoreCase) === true;
  }

  /** The text that a limited value has where its atom has, or begins with, a text; null for the atom of another. */
  private limitedText({ name }: Atom, text: string): string | null {
    if (this.limits === null) return null;
    const value = this.resolve(this.limits.value);
    const [atom, ...more] = atomsOf(value);
    return atom?.name !== name || more.length > 0 || suffixOf(value) !== ''
      ? null
      : `${prefixOf(value)}${text}`;
  }

  /** Whether an atom that is a text gives all that was asked of it before the answers that were taken. */
  agrees({ name }: Atom, text: string): boolean {
    return this.tests.get(name)?.every((test) => test(text)) !== false;
  }

  private yesOrNo(
    value: Value,
    key: string,
    answers: readonly string[],
    test: (text: string) => boolean,
  ): boolean {
    const text = bareText(value);
    const answerFor = (each: string): number => (test(each) ? 0 : 1);
    const bare = text === null ? null : answerFor(text);
    const others = isOfCrowd(value) ? 1 : null;
    const decidedBy = { value, answerFor };
    const answer = this.ask({ key: `${keyOf(value)} ${key}`, answers, bare, others, decidedBy });
    this.setApart(value, answer === bare);
    return answer === 0;
  }

  /** Takes the atoms of a value to be other than those of a client that sends no more than it must, if they are. */
  setApart(value: Value, isLikeBare: boolean): void {
    if (isLikeBare) return;
    for (const atom of atomsOf(value)) {
      this.apart.add(atom.name);
      this.setApart(atom.from, false);
    }
  }

  /** What follows from a value being, or not being, a text. */
  settle(value: Value, text: string, isSame: boolean): void {
    const atoms = atomsOf(value);
    const [atom] = atoms;
    if (atom === undefined || atoms.length > 1 || atom.byOrigin !== null) return;
    // That it is no such text says nothing of a value which cannot be one. The keys of maps are in lower case.
    if (!fits(value, text, true)) return;
    const rest = text.slice(prefixOf(value).length, text.length - suffixOf(value).length);
    if (isSame) {
      this.fix(atom, rest);
      return;
    }
    const texts = this.excluded.get(atom.name) ?? new Set();
    this.excluded.set(atom.name, texts.add(rest));
  }

  /** A test of a value that depends on the origin alone; null for another. */
  private testOrigins(value: Value, key: string, test: (text: string) => boolean): boolean | null {
    const groups = this.groupOrigins(value, test);
    return groups === null ? null : this.chooseOrigins(value, key, groups);
  }

  private groupOrigins<Kind>(value: Value, kindOf: (text: string) => Kind): Map<Kind, Origin[]> | null {
    const isByOrigin = atomsOf(value).every(({ byOrigin }) => byOrigin !== null);
    if (!isByOrigin || this.candidates.length === 0) return null;
    return grouped(this.candidates, (origin) =>
      kindOf(
        value.map((part) => (typeof part === 'string' ? part : (part.byOrigin?.(origin) ?? ''))).join(''),
      ),
    );
  }

  private chooseOrigins<Kind>(value: Value, key: string, groups: ReadonlyMap<Kind, readonly Origin[]>): Kind {
    return this.chooseGroup(`${keyOf(value)} ${key}`, groups);
  }

  /** One of the kinds that origins are of. */
  kindOfOrigin<Kind>(key: string, kindOf: (origin: Origin) => Kind): Kind | undefined {
    if (this.candidates.length === 0) return undefined;
    return this.chooseGroup(key, grouped(this.candidates, kindOf));
  }

  private chooseGroup<Kind>(key: string, groups: ReadonlyMap<Kind, readonly Origin[]>): Kind {
    const kinds = [...groups];
    const answers = kinds.map(([, origins]) => t`the URL begins with ${listed(origins)}`);
    const answer = kinds.length === 1 ? 0 : this.ask({ key, answers, bare: null, others: null });
    const chosen = kinds[answer];
    if (chosen === undefined) throw new RangeError('There is no such answer.');
    [, this.candidates] = chosen;
    return chosen[0];
  }
}

/** Whether a text begins and ends as a value does. */
function fits(value: Value, text: string, ignoreCase: boolean): boolean {
  const [start, end] = [prefixOf(value), suffixOf(value)];
  const fold = (each: string): string => (ignoreCase ? each.toLowerCase() : each);
  if (text.length < start.length + end.length) return false;
  return fold(text).startsWith(fold(start)) && fold(text).endsWith(fold(end));
}

function grouped<Item, Kind>(items: readonly Item[], kindOf: (item: Item) => Kind): Map<Kind, Item[]> {
  const groups = new Map<Kind, Item[]>();
  for (const item of items) {
    const kind = kindOf(item);
    const group = groups.get(kind);
    if (group === undefined) groups.set(kind, [item]);
    else group.push(item);
  }
  return groups;
}

function listed(origins: readonly Origin[]): string {
  const shown = origins.slice(0, SHOWN_ORIGINS).map((origin) => `\`${originText(origin)}\``);
  const rest = origins.length - shown.length;
  return rest === 0 ? shown.join(t(' or ')) : t`${shown.join(', ')} or one of ${rest} others`;
}

function isOfCrowd(value: Value): boolean {
  return atomsOf(value).every(({ isCrowd }) => isCrowd);
}

function isMatch(match: ReturnType<typeof matchPattern>): boolean {
  return match !== null && match !== 'unknown';
}

/** Whether a token may stand in what is not known of a value. */
function mayHold(value: Value, token: string): boolean {
  return atomsOf(value).some(({ shape }) => shape === null || shape.test(token));
}

/** Variables are code, everything else is words. */
function shownAs(written: string): string {
  return written.includes('$') ? `\`${written}\`` : written;
}
