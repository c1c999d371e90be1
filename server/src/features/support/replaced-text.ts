import { type Place, placeOf } from '../../model/configuration';
import { effectiveValue } from '../../model/inheritance';
import { levelsWithin, type OuterLevel } from '../../model/levels';
import type { SourceFile } from '../../model/source-file';
import { codeSpan } from './escape';
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
 * @param start where the directive begins, in UTF-16 units
 * @param linked Markdown that names a place, and leads there if it can
 */
export function replacedText(
  model: Model,
  file: SourceFile,
  name: string,
  start: number,
  linked: (place: Place) => string,
): string {
  const inheritance = inheritanceOf(name, ['http', 'server', 'location']);
  if (model.http === null || (inheritance !== 'value' && inheritance !== 'list')) return '';
  const texts = new Set<string>();
  for (const level of levelsWithin(model.http)) {
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

function replacedAt(
  level: OuterLevel,
  name: string,
  { version }: Model,
  linked: (place: Place) => string,
): string {
  if (level.parent === null) return '';
  const outer = effectiveValue(level.parent, name, version);
  const { directives } = effectiveValue(level, name, version);
  const { origin } = outer;
  // `add_header_inherit merge` keeps them.
  if (origin.kind === 'default' || outer.directives.some((each) => directives.includes(each))) return '';
  const from = `of the \`${origin.level.kind}\` level, ${linked(placeOf(origin.directive))}`;
  const what = [...new Set(outer.directives.map((each) => each.name))].map((each) => `\`${each}\``);
  return outer.directives.length > 1
    ? `Replaces all ${what.join(' and ')} ${from}.`
    : `Replaces ${codeSpan(hideSecrets(`${origin.directive.name} ${outer.text ?? ''}`.trim()))} ${from}.`;
}
