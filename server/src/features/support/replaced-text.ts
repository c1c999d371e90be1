import { allOf, t } from '../../l10n';
import { type Heading, type Place, placeOf } from '../../model/configuration';
import { effectiveValue } from '../../model/inheritance';
import { type Level, levelsWithin, type OuterLevel } from '../../model/levels';
import type { SourceFile } from '../../model/source-file';
import { instancesOf } from './contexts';
import { codeSpan } from './escape';
import type { Block } from './statement';
import type { Model } from '../../model/model';
import { placeInFile } from '../../model/place-in-file';
import { hideSecrets } from '../../values/secrets';
import { inheritanceOf } from '../../reference/inheritance';

/** The most texts that are shown for a file that is included in many places. */
const MOST_TEXTS = 3;

/**
 * What of outer levels a directive replaces, as Markdown: a paragraph for each place that includes its file, where they
 * differ. '' where it replaces nothing, or that is not known.
 *
 * @param block that it is in; null at the top of the file
 * @param start where the directive begins, in UTF-16 units
 * @param linked Markdown that names a place, and leads there if it can
 */
export function replacedText(
  model: Model,
  file: SourceFile,
  name: string,
  block: Block | null,
  start: number,
  linked: (place: Place) => string,
): string {
  const inheritance = inheritanceOf(name, ['http', 'server', 'location']);
  if (model.http === null || (inheritance !== 'value' && inheritance !== 'list')) return '';
  const texts = new Set<string>();
  for (const level of levelsOf(model, model.http, block)) {
    const isHere = level.byName.get(name)?.some((each) => {
      const place = placeInFile(model.configuration.closure, placeOf(each));
      return place.start === start && place.file.realPath === file.realPath;
    });
    const text = isHere === true ? replacedAt(level, name, model, linked) : '';
    if (text !== '') texts.add(text);
    if (texts.size === MOST_TEXTS) break;
  }
  return [...texts].join('\n\n');
}

/** The levels of all instances of a block; at the top of a file all that there are. */
function levelsOf(model: Model, http: Level, block: Block | null): Iterable<Level> {
  if (block === null) return levelsWithin(http);
  const blocks = new Set(instancesOf(model.configuration, block));
  const around = new Set<Heading>(blocks);
  for (const each of blocks) for (let at = each.parent; at !== null; at = at.parent) around.add(at);
  return http.levels
    .filter((level) => level.block !== null && around.has(level.block))
    .flatMap((level) => Array.from(levelsWithin(level)))
    .concat(http)
    .filter((level) => level.block === null || blocks.has(level.block));
}

function replacedAt(
  level: OuterLevel,
  name: string,
  { version, http }: Model,
  linked: (place: Place) => string,
): string {
  const whole = withAllOf(http, level);
  if (whole.parent === null) return '';
  const outer = effectiveValue(whole.parent, name, version);
  const { directives } = effectiveValue(whole, name, version);
  const { origin } = outer;
  // `add_header_inherit merge` keeps them.
  if (origin.kind === 'default' || outer.directives.some((each) => directives.includes(each))) return '';
  const from = t`of the \`${origin.level.kind}\` level, ${linked(placeOf(origin.directive))}`;
  const what = [...new Set(outer.directives.map((each) => each.name))].map((each) => `\`${each}\``);
  return outer.directives.length > 1
    ? t`Replaces all ${allOf(what)} ${from}.`
    : t`Replaces ${codeSpan(hideSecrets(`${origin.directive.name} ${outer.text ?? ''}`.trim()))} ${from}.`;
}

/** A level with all directives of `http` around it: what servers see of it is not all. */
function withAllOf(http: Level | null, level: OuterLevel): OuterLevel {
  const within: OuterLevel[] = [];
  let at: OuterLevel | null = level;
  for (; at !== null && at.kind !== 'http'; at = at.parent) within.push(at);
  // Around a fragment there is none of it.
  const outer = at === null || http?.kind === 'http' ? http : { ...at, byName: new Map() };
  return within.reduceRight((parent: OuterLevel | null, each) => ({ ...each, parent }), outer) ?? level;
}
