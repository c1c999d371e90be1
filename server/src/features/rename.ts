import { applyEdits, type Edit } from '../edits/edit';
import { english, t } from '../l10n';
import { buildConfiguration, type Configuration, type Place } from '../model/configuration';
import { withTexts } from '../model/load';
import type { SourceFile } from '../model/source-file';
import type { SymbolKind } from '../model/mentions';
import { type ConfigSymbol, type Occurrence, symbolsOf } from '../model/symbols';
import { isBuiltInVariable } from '../reference/variables';

/** Why something cannot be renamed, as a sentence for people. */
export interface Refused {
  readonly reason: string;
}

/** A name that can be renamed. */
export interface Renamable {
  /** The name's text, without `$` or `@`. */
  readonly place: Place;
  readonly name: string;
}

/** What can be renamed at an offset, or why nothing can. */
export function renamableAt(
  configuration: Configuration,
  file: SourceFile,
  offset: number,
): Renamable | Refused {
  const occurrence = symbolsOf(configuration).at(file, offset);
  if (occurrence === null) {
    return refused(
      t('Upstreams, named locations, variables, zones and log formats can be renamed; this is none.'),
    );
  }
  const reason = reasonAgainst(occurrence.symbol);
  if (reason !== null) return refused(reason);
  const { place } = occurrence;
  return { place, name: file.text.slice(place.start, place.end) };
}

/**
 * The edits that give the name at an offset another one, in all files of the configuration; or why they cannot be
 * made: the name is nginx's own, the new one is none or is taken, or something else would change its meaning.
 *
 * @param newName with or without `$` or `@`
 */
export function renameAt(
  configuration: Configuration,
  file: SourceFile,
  offset: number,
  newName: string,
): readonly Edit[] | Refused {
  const renamable = renamableAt(configuration, file, offset);
  if ('reason' in renamable) return renamable;
  const symbol = symbolsOf(configuration).at(file, offset)?.symbol;
  if (symbol === undefined) return [];
  const bare = withoutSigil(symbol.kind, newName.trim());
  const reason = badName(symbol, bare) ?? reasonInLua(configuration, symbol);
  if (reason !== null) return refused(reason);
  const taken = symbolsOf(configuration)
    .named(symbol.kind, folded(symbol.kind, bare))
    .find((other) => other !== symbol && other.part === symbol.part && isRival(symbol, other));
  if (taken !== undefined) return refused(t`${shown(symbol.kind, bare)} is there already.`);
  const edits = occurrencesOf(symbol).map(
    ({ place: { file: edited, start, end } }): Edit => ({ file: edited, start, end, newText: bare }),
  );
  return keepsMeaning(configuration, symbol, edits)
    ? edits
    : refused(t`${shown(symbol.kind, bare)} would mean something else here, too.`);
}

function refused(reason: string): Refused {
  return { reason };
}

function occurrencesOf({ definitions, references }: ConfigSymbol): readonly Occurrence[] {
  return definitions.concat(references);
}

const WORDS: Readonly<Record<SymbolKind, string>> = {
  upstream: 'upstream',
  'named-location': 'location',
  variable: 'variable',
  'limit-req-zone': 'zone',
  'limit-conn-zone': 'zone',
  'cache-zone': 'zone',
  'log-format': english('log format'),
};

/** A name as people write it, for a sentence. */
function shown(kind: SymbolKind, name: string): string {
  if (kind === 'variable') return `\`$${name}\``;
  return kind === 'named-location' ? `\`@${name}\`` : t`The ${t(WORDS[kind])} \`${name}\``;
}

function folded(kind: SymbolKind, name: string): string {
  return kind === 'variable' || kind === 'upstream' ? name.toLowerCase() : name;
}

function withoutSigil(kind: SymbolKind, name: string): string {
  if (kind === 'variable') return name.replace(/^\$(?:\{(\w*)\}$)?/, '$1');
  return kind === 'named-location' ? name.replace(/^@/, '') : name;
}

function reasonAgainst({ kind, name, definitions }: ConfigSymbol): string | null {
  if (kind === 'variable' && isBuiltInVariable(name)) {
    return t`\`$${name}\` is a variable of nginx: its name is given.`;
  }
  if (kind === 'log-format' && name === 'combined')
    return t('`combined` is a log format of nginx: its name is given.');
  return definitions.length === 0
    ? t`Nothing in this configuration defines ${inSentence(kind, name)}.`
    : null;
}

function inSentence(kind: SymbolKind, name: string): string {
  return shown(kind, name).replace(/^The/, 'the');
}

/** Named locations of two servers may have one name; so may zones of different caches. */
function isRival(symbol: ConfigSymbol, other: ConfigSymbol): boolean {
  if (symbol.kind === 'upstream' || symbol.kind === 'variable') return true;
  // Whether they really meet is seen once the edits are made.
  return symbol.kind !== 'named-location' && symbol.kind !== 'cache-zone' && other.definitions.length > 0;
}

/** PCRE2 takes no longer name of a group before 10.44. */
const LONGEST_GROUP_NAME = 32;

function badName({ kind, definitions }: ConfigSymbol, name: string): string | null {
  if (name === '') return t('A name has at least one character.');
  switch (kind) {
    case 'variable': {
      if (!/^[A-Za-z_]\w*$/.test(name)) {
        return t`\`${name}\` is no name for a variable: letters, digits and \`_\` can be in it, and no digit in front.`;
      }
      if (isBuiltInVariable(name)) return t`\`$${name}\` is a variable of nginx.`;
      const isGroup = definitions.some(({ place, outer }) => place.start === outer.start);
      return isGroup && name.length > LONGEST_GROUP_NAME
        ? t`The name of a group in a pattern has ${LONGEST_GROUP_NAME} characters at most.`
        : null;
    }
    case 'upstream':
      if (/^\d+(?:\.\d+){3}$/.test(name)) return t`\`${name}\` reads as an address.`;
      return /^\w[\w.-]*$/.test(name)
        ? null
        : t`\`${name}\` is no name for an upstream: letters, digits, \`_\`, \`-\` and \`.\` can be in it.`;
    case 'named-location':
      return /^[^\s;{}"'\\$]+$/.test(name)
        ? null
        : t`\`@${name}\` is no name for a location: blanks, quotes, braces, \`;\`, \`$\` and \`\\\` cannot be in it.`;
    default:
      if (name === 'off' || (kind === 'log-format' && name === 'combined')) {
        return t`\`${name}\` has a meaning of its own.`;
      }
      return /^[^\s;{}"'\\$:=]+$/.test(name)
        ? null
        : t`\`${name}\` is no name for a ${t(WORDS[kind])}: blanks, quotes, braces, \`:\`, \`;\`, \`=\`, \`$\` and \`\\\` cannot be in it.`;
  }
}

/** Lua reads variables by `ngx.var`, and is not ours to change. */
function reasonInLua({ closure }: Configuration, { kind, name }: ConfigSymbol): string | null {
  if (kind !== 'variable') return null;
  const use = new RegExp(String.raw`\bngx\.var(?:\.${name}\b|\[\\?["']${name}\\?["']\])`, 'i');
  for (const { text, path } of closure.files.values()) {
    if (use.test(text)) return t`Lua in ${path} uses \`ngx.var.${name}\`: rename it by hand.`;
  }
  return null;
}

/**
 * Whether the name, once it is another, has exactly the places that it had, and no name has come or gone: an upstream
 * that takes the name of a host, for one, would be used where that was meant.
 */
function keepsMeaning(configuration: Configuration, symbol: ConfigSymbol, edits: readonly Edit[]): boolean {
  const { closure } = configuration;
  const after = symbolsOf(buildConfiguration(withTexts(closure, applyEdits(edits))));
  if (after.all.length !== symbolsOf(configuration).all.length) return false;
  const expected = placesAfter(edits);
  const [file] = edits.map((edit) => edit.file);
  const [start = -1] = file === undefined ? [] : (expected.get(file.realPath) ?? []);
  const renamed = file === undefined ? undefined : after.at(file, start)?.symbol;
  if (renamed === undefined) return false;
  const places = occurrencesOf(renamed);
  return (
    places.length === occurrencesOf(symbol).length &&
    places.every(({ place }) => expected.get(place.file.realPath)?.has(place.start))
  );
}

/** Where the edited texts begin once all edits are made, by real path and in order. */
function placesAfter(edits: readonly Edit[]): Map<string, Set<number>> {
  const places = new Map<string, Set<number>>();
  const moved = new Map<string, number>();
  for (const { file, start, end, newText } of edits.toSorted((a, b) => a.start - b.start)) {
    const by = moved.get(file.realPath) ?? 0;
    places.set(file.realPath, (places.get(file.realPath) ?? new Set()).add(start + by));
    moved.set(file.realPath, by + newText.length - (end - start));
  }
  return places;
}
