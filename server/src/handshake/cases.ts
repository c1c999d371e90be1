import { t } from '../l10n';
import { keyOfText } from '../model/source-file';
import type { Level } from '../model/levels';
import type { Model } from '../model/model';
import { arrive } from './arrival';
import { Assumptions } from './assumptions';
import { CannotTell } from './cannot-tell';
import { type Answered, explore, type Question, type Tree, type Ways, withoutAsking } from './choices';
import type { Evidence, Verdict } from './evidence';
import { locationOf } from './location-config';
import type { Outcome, Upstream } from './outcome';
import { isImplied } from './release';
import type { Arrived, Walk } from './request';
import type { Origin } from './value';

/** One way that a handshake can take where the files leave more than one open. */
export interface Case {
  /** What it depends on, in words; empty where there is no other way. */
  readonly when: readonly string[];
  /** `opaque`: it ends at something that no reading of the files can tell. */
  readonly verdict: 'passes' | 'blocked' | 'opaque';
  /** What the client sees with the strict back end; null for a closed connection, or where it cannot be told. */
  readonly status: number | null;
  /** The way of the request and what stopped it, in the order met. */
  readonly steps: readonly Evidence[];
  /** Whether a back end was asked. */
  readonly isSent: boolean;
  /** The location whose handler answered; null at server level. */
  readonly location: Level | null;
  /** The request that reached the last back end; null when none did. */
  readonly upstream: Upstream | null;
  /** How many servers of this nginx it came through. */
  readonly hops: number;
  /** What was assumed of the request: on as many of the ways that end so as it takes to have all their origins. */
  readonly ways: readonly Assumptions[];
}

/** All ways of a handshake, those with the same end as one. */
export interface Cases {
  readonly verdict: Verdict;
  readonly all: readonly Case[];
  /** Those of the release that is assumed where none is set: problems are told for it. */
  readonly assumed: readonly Case[];
  /** That of a client which sends no more than it must; null where it depends on more than that. */
  readonly bare: Case | null;
  /** What it depends on, and what happens else; empty but for `depends`. */
  readonly conditions: readonly string[];
}

/**
 * What is more is not walked: each question is asked again on every way behind it. Of 19,600 handshakes in random
 * configurations 9 have no end within 20,000 questions, 12 none within these.
 */
const LIMITS = { walks: 500, questions: 8000 } as const;

/** More cases than this are too many to tell. */
const CASE_LIMIT = 64;

/**
 * Walks every way of a handshake.
 *
 * @param origins those that the client may have asked for
 * @param run makes the request and follows it; adds to the steps
 */
export function casesOf(
  model: Model,
  origins: readonly Origin[],
  run: (walk: Walk, steps: Evidence[]) => Arrived,
): Cases {
  const tree = explore((choose) => {
    const assumptions = new Assumptions(choose, origins);
    const walk = newWalk(model, assumptions);
    const steps: Evidence[] = [];
    try {
      const { outcome, request } = run(walk, steps);
      for (const step of outcome.serves ? [] : walk.further) steps.push(step);
      return caseOf(outcome, request?.upstream ?? null, steps, assumptions);
    } catch (error) {
      if (!(error instanceof CannotTell)) throw error;
      steps.push(error.evidence);
      return opaqueCase(steps, assumptions);
    }
  }, LIMITS);
  if (tree === null) return tooMany(origins);
  const { tree: reduced } = reduce(tree, new Numbers());
  const ways = waysThrough(reduced, []);
  const joined = join(ways, opposites(reduced));
  if (joined.length > CASE_LIMIT) return tooMany(origins);
  const verdict = verdictOf(joined);
  return {
    verdict,
    all: joined,
    assumed: asksForRelease(reduced) ? join(waysThrough(asAssumed(reduced), []), new Map()) : joined,
    bare: bareCase(reduced, joined),
    conditions: verdict === 'depends' ? conditionsOf(ways, joined) : [],
  };
}

/** A walk that has not yet begun. */
export function newWalk(model: Model, assumptions: Assumptions): Walk {
  const walk: Walk = { model, assumptions, arrive: (arrival) => arrive(walk, arrival), further: [] };
  return walk;
}

function caseOf(
  outcome: Outcome,
  upstream: Upstream | null,
  steps: readonly Evidence[],
  assumptions: Assumptions,
): Case {
  const location = locationOf(outcome.level);
  return {
    when: [],
    verdict: outcome.by === 'upgraded' && outcome.serves ? 'passes' : 'blocked',
    status: outcome.status,
    steps,
    isSent: outcome.by !== 'nginx',
    location: location.kind === 'location' ? location : null,
    upstream,
    hops: hopsOf(steps),
    ways: [assumptions],
  };
}

function opaqueCase(steps: readonly Evidence[], assumptions: Assumptions): Case {
  return {
    when: [],
    verdict: 'opaque',
    status: null,
    steps,
    isSent: false,
    location: null,
    upstream: null,
    hops: hopsOf(steps),
    ways: [assumptions],
  };
}

function hopsOf(steps: readonly Evidence[]): number {
  return steps.reduce((most, { hop = 1 }) => Math.max(most, hop), 1);
}

function tooMany(origins: readonly Origin[]): Cases {
  const message = t('What becomes of the handshake depends on too many things to tell.');
  const evidence: Evidence = { id: 'value-unknown', place: null, message, step: 'answer' };
  const only = opaqueCase([evidence], new Assumptions(withoutAsking, origins));
  return { verdict: 'unknown', all: [only], assumed: [only], bare: only, conditions: [] };
}

function verdictOf(cases: readonly Case[]): Verdict {
  if (cases.some(({ verdict }) => verdict === 'opaque')) return 'unknown';
  const passing = cases.filter(({ verdict }) => verdict === 'passes').length;
  return passing === cases.length ? 'passes' : passing === 0 ? 'blocked' : 'depends';
}

// --- Ways that lead to the same

interface Reduced {
  readonly tree: Tree<Case>;
  /** The same number for trees that do not differ. */
  readonly number: number;
}

/** Gives each text a number of its own. */
class Numbers {
  private readonly known = new Map<string, number>();

  of(text: string): number {
    const number = this.known.get(text) ?? this.known.size;
    this.known.set(text, number);
    return number;
  }
}

/**
 * Leaves out each question whose answers all lead to the same, and each that shuts out a few who are named: all others
 * come through, or fail as well, and not because they are not let in.
 */
function reduce(tree: Tree<Case>, numbers: Numbers): Reduced {
  if (tree.question === null) return { tree, number: numbers.of(keyOf(tree.end)) };
  const { question } = tree;
  const branches = tree.branches.map((branch) => reduce(branch, numbers));
  const [first, ...others] = branches;
  if (first === undefined) throw new RangeError('A question has no answer.');
  if (others.every(({ number }) => number === first.number)) {
    const shown = branches[question.bare ?? question.others ?? 0] ?? first;
    return { ...shown, tree: branches.reduce((all, { tree: each }) => together(all, each), shown.tree) };
  }
  const assumed = sameForReleases(question, branches);
  if (assumed !== null) return { tree: assumed, number: numbers.of(keyOf(assumed.end)) };
  const unnamed = question.others === null ? undefined : branches[question.others];
  const named = branches.filter((branch) => branch !== unnamed);
  const shutsOutNamed =
    unnamed !== undefined &&
    named.every((branch) => isBlocked(branch.tree)) &&
    (!isBlocked(unnamed.tree) || isSent(unnamed.tree) || !named.some((branch) => isSent(branch.tree)));
  if (shutsOutNamed) {
    const { number } = unnamed;
    // Of what is blocked for all it need not be said.
    if (isBlocked(unnamed.tree)) return unnamed;
    const shutOut = branches.flatMap(({ tree: each }, index) =>
      each === unnamed.tree ? [] : [{ words: question.answers[index] ?? '', end: firstEnd(each) }],
    );
    return { tree: withStepsFor(unnamed.tree, shutOut), number };
  }
  const ways: Ways<Case> = { question, branches: branches.map((each) => each.tree) };
  const key = JSON.stringify([question.key, branches.map(({ number }) => number)]);
  return { tree: ways, number: numbers.of(key) };
}

/**
 * Where the release decides nothing but which reasons there are for the same refusal: that of the assumed one. Null where
 * it decides more.
 */
function sameForReleases(
  { release, bare }: Question,
  branches: readonly Reduced[],
): { readonly question: null; readonly end: Case } | null {
  if (release === undefined) return null;
  const ends = branches.flatMap(({ tree }) => (tree.question === null ? [tree.end] : []));
  const assumed = ends[bare ?? 0];
  const isSame = ends.every(({ verdict, status }) => verdict === 'blocked' && status === assumed?.status);
  if (assumed === undefined || ends.length < branches.length || !isSame) return null;
  return { question: null, end: { ...assumed, ways: allOrigins(ends) } };
}

/** What a few clients who are named come to. */
interface ShutOut {
  readonly words: string;
  readonly end: Case;
}

function firstEnd(tree: Tree<Case>): Case {
  let at = tree;
  while (at.question !== null) {
    const [first] = at.branches;
    if (first === undefined) throw new RangeError('A question has no answer.');
    at = first;
  }
  return at.end;
}

/** That a few are shut out is a step of all others, at the place where their ways part. */
function withStepsFor(tree: Tree<Case>, shutOut: readonly ShutOut[]): Tree<Case> {
  if (tree.question !== null) {
    return { ...tree, branches: tree.branches.map((branch) => withStepsFor(branch, shutOut)) };
  }
  const { steps } = tree.end;
  const all = [...steps];
  for (const { words, end } of shutOut.toReversed()) {
    const parting = steps.findIndex((step, index) => {
      const other = end.steps[index];
      return other === undefined || reasonKey(step) !== reasonKey(other);
    });
    const at = parting === -1 ? steps.length : parting;
    const reason = end.steps.find(({ id }) => id !== null);
    all.splice(at, 0, {
      id: null,
      place: reason?.place ?? null,
      message: t`A handshake is blocked where ${words}.`,
      step: 'client',
      ...(reason?.hop === undefined ? {} : { hop: reason.hop }),
    });
  }
  return { question: null, end: { ...tree.end, steps: all } };
}

/** Whether a back end is asked on one of the ways. */
function isSent(tree: Tree<Case>): boolean {
  return tree.question === null ? tree.end.isSent : tree.branches.some(isSent);
}

/** A tree with the ways of another, which does not differ from it. */
function together(tree: Tree<Case>, other: Tree<Case>): Tree<Case> {
  if (tree.question === null)
    return other.question === null
      ? { ...tree, end: { ...tree.end, ways: allOrigins([tree.end, other.end]) } }
      : tree;
  const branches = tree.branches.map((each, index) => {
    const same = other.question === null ? undefined : other.branches[index];
    return same === undefined ? each : together(each, same);
  });
  return { ...tree, branches };
}

/** The ways of some cases, without those whose origins are those of others. */
function allOrigins(cases: readonly Case[]): readonly Assumptions[] {
  const kept: Assumptions[] = [];
  const met = new Set<Origin>();
  for (const way of cases.flatMap(({ ways }) => ways)) {
    if (kept.length > 0 && way.origins.every((each) => met.has(each))) continue;
    kept.push(way);
    for (const each of way.origins) met.add(each);
  }
  return kept;
}

function isBlocked(tree: Tree<Case>): boolean {
  return tree.question === null ? tree.end.verdict === 'blocked' : tree.branches.every(isBlocked);
}

function keyOf({ verdict, status, steps }: Case): string {
  return JSON.stringify([verdict, status, steps.filter(({ id }) => id !== null).map(reasonKey)]);
}

/** The same for reasons that say the same. */
function reasonKey({ id, place, message }: Evidence): string {
  const where = place === null ? '' : `${keyOfText(place.file)}:${place.start}`;
  return `${id}\0${where}\0${message}`;
}

/** The cases at the ends of a tree, with what was answered on the way. */
function waysThrough(tree: Tree<Case>, taken: readonly Answered[]): Case[] {
  if (tree.question === null) return [{ ...tree.end, when: taken.map(wordsOf) }];
  const { question } = tree;
  return tree.branches.flatMap((branch, answer) =>
    waysThrough(branch, withAnswer(taken, { question, answer })),
  );
}

function withAnswer(taken: readonly Answered[], next: Answered): readonly Answered[] {
  // Each hop may ask the same of the path.
  if (taken.some((each) => wordsOf(each) === wordsOf(next))) return taken;
  return [...taken.filter((each) => !isImplied(each, next)), next];
}

function wordsOf({ question, answer }: Answered): string {
  return question.answers[answer] ?? '';
}

/** Of each question with two answers, the other one by the one. */
function opposites(tree: Tree<Case>, known = new Map<string, string>()): Map<string, string> {
  if (tree.question === null) return known;
  const [first, second, ...others] = tree.question.answers;
  if (first !== undefined && second !== undefined && others.length === 0)
    known.set(first, second).set(second, first);
  for (const branch of tree.branches) opposites(branch, known);
  return known;
}

/**
 * Joins the cases that end alike: what they have in common stays, of the rest one or the other holds.
 *
 * @param other the opposite of a condition, where it has one
 */
function join(cases: readonly Case[], other: ReadonlyMap<string, string>): Case[] {
  if (cases.length === 1) return [...cases];
  const groups = new Map<string, Case[]>();
  for (const each of cases) {
    const key = keyOf(each);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [{ ...first, when: groups.size === 1 ? [] : whenOf(group, other), ways: allOrigins(group) }];
  });
}

/** More alternatives than this are not listed. */
const SHOWN_ALTERNATIVES = 4;

function whenOf(group: readonly Case[], other: ReadonlyMap<string, string>): readonly string[] {
  const [first, ...others] = group;
  if (first === undefined || others.length === 0) return first?.when ?? [];
  const common = first.when.filter((each) => others.every(({ when }) => when.includes(each)));
  const rests = group.map(({ when }) => when.filter((each) => !common.includes(each)));
  if (rests.some(({ length }) => length === 0)) return common;
  // Of `a`, or not `a` and `b`, the second is `b`.
  const alone = new Set(rests.flatMap((rest) => (rest.length === 1 ? rest : [])));
  const needed = rests.map((rest) =>
    rest.length === 1 ? rest : rest.filter((each) => !alone.has(other.get(each) ?? '')),
  );
  const texts = [...new Set(needed.map((rest) => rest.join(t(' and '))))];
  const shown = texts.slice(0, SHOWN_ALTERNATIVES).join(t(', or '));
  const rest = texts.length - SHOWN_ALTERNATIVES;
  return [...common, rest > 0 ? t`${shown}, or one of ${rest} other ways` : shown];
}

/** Whether anything depends on the release of nginx. */
function asksForRelease(tree: Tree<Case>): boolean {
  if (tree.question === null) return false;
  return tree.question.release !== undefined || tree.branches.some(asksForRelease);
}

/** The ways of the release that is assumed. */
function asAssumed(tree: Tree<Case>): Tree<Case> {
  if (tree.question === null) return tree;
  const { question } = tree;
  const branches = tree.branches.map(asAssumed);
  const taken = question.release === undefined ? undefined : branches[question.bare ?? 0];
  return taken ?? { question, branches };
}

/** The case of a client that sends no more than it must. */
function bareCase(tree: Tree<Case>, joined: readonly Case[]): Case | null {
  let at = tree;
  while (at.question !== null) {
    const next: Tree<Case> | undefined =
      at.question.bare === null ? undefined : at.branches[at.question.bare];
    if (next === undefined) return null;
    at = next;
  }
  const { end } = at;
  const [only] = joined;
  if (joined.length === 1 && only !== undefined) return { ...end, when: only.when };
  const key = keyOf(end);
  return { ...end, when: joined.find((each) => keyOf(each) === key)?.when ?? [] };
}

/** What must hold for the handshake to pass, each with what the client sees else, where that is one status. */
function conditionsOf(ways: readonly Case[], joined: readonly Case[]): string[] {
  const passing = joined.filter(({ verdict }) => verdict === 'passes');
  const conditions = [...new Set(passing.flatMap(({ when }) => when))];
  return conditions.map((condition, index) => {
    const before = conditions.slice(0, index);
    const failing = ways.filter(
      ({ verdict, when }) =>
        verdict !== 'passes' && before.every((each) => when.includes(each)) && !when.includes(condition),
    );
    const [status, ...others] = new Set(failing.map((each) => each.status));
    if (status === undefined || others.length > 0) return condition;
    return t`${condition} (otherwise ${status ?? t('it is blocked')})`;
  });
}

/** What a client sees that sends no more than it must; null where that is not enough to tell. */
export function statusOf({ all, bare }: Cases): number | null {
  if (bare !== null) return bare.status;
  const [status = null, ...others] = new Set(all.map((each) => each.status));
  return others.length === 0 ? status : null;
}

// --- What stops a handshake

/**
 * The reasons that a verdict rests on. Of `blocked`: those of all cases that reach a back end, or where none does, of
 * all; those that hold in all of them first. Of `unknown`: what cannot be told. Of `depends`: HTTP/1.0, where that is
 * all that is wrong; else those of the cases that do not pass.
 */
export function reasonsOf({ verdict, all }: Cases): readonly Evidence[] {
  const reasons = (cases: readonly Case[]): Evidence[] => {
    const byKey = new Map<string, Evidence>();
    for (const each of cases.flatMap(({ steps }) => steps)) {
      if (each.id !== null && !byKey.has(reasonKey(each))) byKey.set(reasonKey(each), each);
    }
    return [...byKey.values()];
  };
  if (verdict === 'passes') return [];
  if (verdict === 'unknown') return reasons(all.filter((each) => each.verdict === 'opaque'));
  const decisive = decisiveCases(all);
  const inAll = commonReasons(decisive);
  const keys = new Set(inAll.map(reasonKey));
  return [...inAll, ...reasons(decisive).filter((each) => !keys.has(reasonKey(each)))];
}

/** What fails behind a login is more than that the login refuses. */
function decisiveCases(all: readonly Case[]): readonly Case[] {
  const blocked = all.filter(({ verdict }) => verdict === 'blocked');
  const sent = blocked.filter(isHandedOn);
  if (sent.length > 0) return sent;
  const isEveryClients = ({ steps }: Case): boolean => !steps.some(({ isOfLogin }) => isOfLogin === true);
  // Where some get in and pass, the login is what stops the others.
  const inAll = all.every(({ verdict }) => verdict === 'blocked') ? blocked.filter(isEveryClients) : [];
  return inAll.length > 0 ? inAll : blocked;
}

/** Whether the request is sent to a back end, or would be if nginx gave it any time. */
function isHandedOn({ isSent, steps }: Case): boolean {
  return isSent || steps.some(({ id }) => id === 'websocket-idle-timeout');
}

/**
 * The reasons of `blocked` that hold in all cases that decide, or where each has its own the first of each; beside them
 * that of HTTP/1.0, which a verdict may also depend on alone. Where the release is not known, those of the assumed one.
 */
export function decidingReasons({ assumed }: Cases): readonly Evidence[] {
  const verdict = verdictOf(assumed);
  const cases = decisiveCases(assumed);
  const common = commonReasons(cases);
  if (verdict === 'depends') return cases.some(failsByVersionAlone) ? common.filter(isOfVersion) : [];
  if (verdict !== 'blocked') return [];
  const ofVersion = cases.flatMap(({ steps }) => steps.filter(isOfVersion));
  return distinct([...(common.length > 0 ? common : firstReasons(cases)), ...ofVersion]);
}

/** Whether a case would pass over HTTP/1.1: not one that ends at the page of a login, which lacks more. */
function failsByVersionAlone({ steps }: Case): boolean {
  return steps.every((step) => step.id === null || isOfVersion(step));
}

function isOfVersion({ fault }: Evidence): boolean {
  return fault?.condition === 'http-version';
}

/** The reasons of a kind that each case has. */
function commonReasons(cases: readonly Case[]): Evidence[] {
  const kinds = cases.map(({ steps }) => new Set(steps.map(kindOfReason)));
  const isCommon = (reason: Evidence): boolean => kinds.every((those) => those.has(kindOfReason(reason)));
  return distinct(cases.flatMap(({ steps }) => steps.filter((each) => each.id !== null && isCommon(each))));
}

function firstReasons(cases: readonly Case[]): Evidence[] {
  return distinct(cases.flatMap(({ steps }) => steps.find(({ id }) => id !== null) ?? []));
}

/** What a back end lacks it lacks whichever directive sends the request; other reasons are those of one place. */
function kindOfReason(reason: Evidence): string {
  return reason.fault === undefined ? reasonKey(reason) : `lacks ${reason.fault.condition}`;
}

function distinct(reasons: readonly Evidence[]): Evidence[] {
  return [...new Map(reasons.map((each) => [reasonKey(each), each] as const)).values()];
}
