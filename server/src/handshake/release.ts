import { t } from '../l10n';
import { directiveFacts } from '../reference/directives';
import {
  formatVersion,
  isAtLeast,
  newestStable,
  type NginxVersion,
  parseVersion,
  speaksHttp2ToBackEnds,
} from '../reference/versions';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import type { Answered } from './choices';
import type { Walk } from './request';
import { known, knownText, open, type Value } from './value';

/** The numbers of the answers. */
const LATER = 0;
const OLDER = 1;

/** `$nginx_version`. Where nobody has said which one runs it is open, and the assumed one is what shows. */
export const versionText = memoized(({ version, isVersionAssumed }: Model): Value => {
  const text = formatVersion(version);
  return isVersionAssumed
    ? [open('$nginx_version', { bare: text, isFilled: true, shape: /^1\.\d+\.\d+$/ })]
    : known(text);
});

/**
 * Whether nginx is a release or a later one. Where nobody has said which one it is that is a question, but for what only
 * mainline has, and what follows from the answers that were taken before. The answer that holds for the assumed version is
 * the one shown.
 */
export function isSince(
  { model, assumptions }: Pick<Walk, 'model' | 'assumptions'>,
  release: NginxVersion,
): boolean {
  const isAssumed = isAtLeast(model.version, release);
  if (!model.isVersionAssumed) return isAssumed;
  const value = versionText(model);
  const taken = parseVersion(knownText(assumptions.resolve(value)) ?? '');
  if (taken !== null) return isAtLeast(taken, release);
  if (!isAtLeast(newestStable, release)) return isAssumed;
  for (const { question, answer } of assumptions.answered) {
    const { release: asked } = question;
    if (asked === undefined) continue;
    if (answer === LATER && isAtLeast(asked, release)) return true;
    if (answer === OLDER && isAtLeast(release, asked)) return false;
  }
  const name = formatVersion(release);
  const answers = [t`nginx is ${name} or later`, t`nginx is older than ${name}`];
  const bare = isAssumed ? LATER : OLDER;
  const answerFor = (text: string): number =>
    isAtLeast(parseVersion(text) ?? release, release) ? LATER : OLDER;
  const decidedBy = { value, answerFor };
  return (
    assumptions.ask({ key: `release ${name}`, answers, bare, others: null, decidedBy, release }) === LATER
  );
}

/** Whether an answer about the release says what a later one says again: who has 1.31.4 has 1.29.7. */
export function isImplied(answered: Answered, by: Answered): boolean {
  const { release } = answered.question;
  const { release: later } = by.question;
  if (release === undefined || later === undefined || answered.answer !== by.answer) return false;
  return by.answer === LATER ? isAtLeast(later, release) : isAtLeast(release, later);
}

/**
 * The release by which a directive that is written is judged: an nginx that does not know it refuses the file, so where none
 * is set it is at least the one that brought it.
 */
export function releaseWith({ version, isVersionAssumed }: Model, name: string): NginxVersion {
  const since =
    directiveFacts()
      .get(name)
      ?.find((fact) => fact.since !== null)?.since ?? version;
  return isVersionAssumed && isAtLeast(since, version) ? since : version;
}

/**
 * Whether nginx starts with `proxy_http_version 2`: where no release is set it is one that does, as with a directive that
 * came later.
 */
export function takesHttp2ToBackEnds({ version, isVersionAssumed }: Model): boolean {
  return isVersionAssumed || speaksHttp2ToBackEnds(version);
}

/** ` before nginx 1.29.7`, for what a later release does not do, where it is not known which one runs; else nothing. */
export function before({ isVersionAssumed, version }: Model, release: NginxVersion): string {
  return isVersionAssumed && !isAtLeast(version, release) ? t` before nginx ${formatVersion(release)}` : '';
}
