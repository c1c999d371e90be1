import { t } from '../l10n';
import {
  type ConfigDirective,
  type Configuration,
  type Heading,
  type Place,
  placeOf,
  wholePlaceOf,
} from '../model/configuration';
import { directoryOf, fileNameOf } from '../model/paths';
import { placeInFile } from '../model/place-in-file';
import type { SourceFile } from '../model/source-file';
import { type ConfigSymbol, type Occurrence, symbolsOf } from '../model/symbols';
import { includeAt, includesIn } from './includes';

/** Who includes a file, and who uses an upstream or a map: a step of the way from it up to the main file. */
export type Unit =
  | { readonly kind: 'file'; readonly file: SourceFile }
  | { readonly kind: 'upstream' | 'map'; readonly symbol: ConfigSymbol; readonly place: Place }
  /** A block that uses one: its head, and all of it. */
  | { readonly kind: 'block'; readonly name: string; readonly head: Place; readonly place: Place };

/** One that uses another, and where it does. */
export interface Use {
  readonly unit: Unit;
  readonly places: readonly Place[];
}

/** What is at an offset: an upstream or a map that is named there, the files of an `include`; else the file itself. */
export function unitsAt(configuration: Configuration, file: SourceFile, offset: number): readonly Unit[] {
  const named = symbolsOf(configuration).at(file, offset);
  const unit = named === null ? null : unitOf(configuration, named.symbol);
  if (unit !== null) return [unit];
  const included = includeAt(configuration.closure, file, offset)?.files ?? [file];
  return included.map((each) => ({ kind: 'file', file: each }));
}

/** Who includes or uses one, each once; of a block the file that it stands in. */
export function usesOf(configuration: Configuration, unit: Unit): readonly Use[] {
  switch (unit.kind) {
    case 'file':
      return grouped(
        includesOf(configuration, unit.file).map((place) => ({
          unit: { kind: 'file', file: place.file },
          place,
        })),
      );
    case 'block':
      return [{ unit: { kind: 'file', file: unit.place.file }, places: [unit.head] }];
    default:
      return grouped(
        unit.symbol.references.map(({ directive, place }) => ({
          unit: unitAround(configuration, directive),
          place,
        })),
      );
  }
}

/** What a file includes, and a block uses, each once. */
export function usedBy(configuration: Configuration, unit: Unit): readonly Use[] {
  if (unit.kind === 'file') {
    return grouped(
      includesIn(configuration.closure, unit.file).flatMap(({ place, files }) =>
        files.map((file) => ({ unit: { kind: 'file', file } as const, place })),
      ),
    );
  }
  if (unit.kind !== 'block') return [];
  const { file, start, end } = unit.place;
  const within = symbolsOf(configuration)
    .in(file)
    .filter(({ role, place }) => role !== 'definition' && place.start >= start && place.end <= end);
  return grouped(
    within.flatMap(({ symbol, place }) => {
      const used = unitOf(configuration, symbol);
      return used === null ? [] : [{ unit: used, place }];
    }),
  );
}

/** A line about who uses what stands at a place. */
export interface UsageLens {
  readonly place: Place;
  /** `Included by nginx.conf`, `used in 3 places`. */
  readonly text: string;
  readonly uses: readonly Place[];
}

/**
 * Of a file that others include, at its beginning; of the upstreams and maps in it.
 *
 * @param isWhole whether nothing else can use them: that nothing does is said only then
 */
export function usageLenses(
  configuration: Configuration,
  file: SourceFile,
  isWhole: boolean,
): readonly UsageLens[] {
  const includes = includesOf(configuration, file);
  const own = symbolsOf(configuration)
    .in(file)
    .filter((occurrence) => definesUnit(occurrence) && (isWhole || occurrence.symbol.references.length > 0))
    .map(({ directive, symbol }): UsageLens => {
      const uses = symbol.references.map((each) => each.place);
      return {
        place: placeInFile(configuration.closure, placeOf(directive)),
        text: usedText(uses.length),
        uses,
      };
    });
  if (includes.length === 0) return own;
  const top = { file, start: 0, end: 0 };
  return [{ place: top, text: includedText(configuration, includes), uses: includes }, ...own];
}

function usedText(count: number): string {
  if (count === 0) return t('not used');
  return count === 1 ? t('used in 1 place') : t`used in ${count} places`;
}

/** More files than these are counted only. */
const MOST_FILES = 3;

function includedText({ closure }: Configuration, includes: readonly Place[]): string {
  const files = [...new Set(includes.map(({ file }) => file))];
  const names = files.slice(0, MOST_FILES).map((file) => nameIn(closure.main, file));
  const rest = files.length - names.length;
  const listed = [...names, ...(rest > 0 ? [t`${rest} more`] : [])].join(', ');
  return files.some(({ realPath }) => realPath === closure.main.realPath)
    ? t`Included by ${listed}`
    : t`Included by ${listed} (main file: ${fileNameOf(closure.main.path)})`;
}

/** The path from the directory of the main file. */
function nameIn(main: SourceFile, { path }: SourceFile): string {
  const directory = `${directoryOf(main.path)}/`;
  return path.startsWith(directory) ? path.slice(directory.length) : path;
}

/** The `include` directives that bring a file in, each once. */
function includesOf(configuration: Configuration, file: SourceFile): readonly Place[] {
  const first = file.parts?.[0]?.file ?? file;
  const places = new Map<string, Place>();
  for (const via of configuration.instances.get(first)?.keys() ?? []) {
    if (via === null) continue;
    const place = placeInFile(configuration.closure, placeOf(via));
    places.set(`${place.file.realPath} ${place.start}`, place);
  }
  return [...places.values()];
}

function definesUnit({ role, symbol, directive }: Occurrence): boolean {
  return role === 'definition' && kindOf(symbol, directive) !== null;
}

function kindOf({ kind }: ConfigSymbol, { name }: ConfigDirective): 'upstream' | 'map' | null {
  if (kind === 'upstream') return 'upstream';
  return kind === 'variable' && name === 'map' ? 'map' : null;
}

/** An upstream or a variable of a map; null for any other name, and where nothing defines it. */
function unitOf({ closure }: Configuration, symbol: ConfigSymbol): Unit | null {
  for (const { directive } of symbol.definitions) {
    const kind = kindOf(symbol, directive);
    if (kind !== null) return { kind, symbol, place: placeInFile(closure, wholePlaceOf(directive)) };
  }
  return null;
}

/** The block of its file that a directive stands in, or is itself; the file where there is none. */
function unitAround({ closure }: Configuration, directive: ConfigDirective): Unit {
  const block: Heading | null = directive.children === null ? directive.parent : directive;
  if (block === null || block.file.realPath !== directive.file.realPath)
    return { kind: 'file', file: placeInFile(closure, placeOf(directive)).file };
  const name = block.words.map(({ value }) => value).join(' ');
  const head = placeInFile(closure, placeOf(block));
  return { kind: 'block', name, head, place: placeInFile(closure, wholePlaceOf(block)) };
}

function grouped(uses: readonly { readonly unit: Unit; readonly place: Place }[]): readonly Use[] {
  const byKey = new Map<string, { readonly unit: Unit; readonly places: Map<string, Place> }>();
  for (const { unit, place } of uses) {
    const key = keyOf(unit);
    const known = byKey.get(key) ?? { unit, places: new Map<string, Place>() };
    known.places.set(`${place.file.realPath} ${place.start}`, place);
    byKey.set(key, known);
  }
  return [...byKey.values()].map(({ unit, places }) => ({ unit, places: [...places.values()] }));
}

function keyOf(unit: Unit): string {
  if (unit.kind === 'file') return unit.file.realPath;
  return `${unit.place.file.realPath} ${unit.place.start} ${unit.kind}`;
}
