import { buildConfiguration, type Configuration, type Heading } from '../model/configuration';
import { topLevel } from '../model/level-tree';
import type { Closure } from '../model/load';
import type { SourceFile } from '../model/source-file';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import { textsIn } from '../model/texts';
import { fileNameOf } from '../model/paths';
import type { Build, BuiltModules } from '../reference/builds';
import { contextsOf } from '../reference/directives';
import type { NginxVersion } from '../reference/versions';
import { BYTE_ORDER_MARK, beginsWithMark } from '../syntax/byte-order-mark';
import { isSlashComment } from '../syntax/comments';
import { placeInFile } from '../model/place-in-file';
import { isTemplateName } from '../syntax/templates/languages';
import { TokenKind } from '../syntax/tokens';
import type { Directive, SyntaxTree } from '../syntax/tree';
import { KeptBlocks } from './kept-blocks';
import { modulesLoadedBy, Names } from './names';
import { lineOf } from './lines';
import { Reading } from './reading';
import type { Refusal } from './refusal';
import { readStrictly, type SyntaxFault } from './strict-reading';
import { type WalkOptions, walkRefusals } from './walk';

/** The single first message that `nginx -t` prints when it refuses a configuration. */
export interface NginxTest {
  readonly level: 'emerg';
  /** Its words after `[emerg] `, without ` in FILE:LINE`. */
  readonly text: string;
  /** The file that it names; null when it names none. */
  readonly file: SourceFile | null;
  /** The line that it names, from 1. */
  readonly line: number | null;
}

/** What is known of nginx beside its version. */
export interface NginxOptions {
  /** Names of directives to take as known. */
  readonly extraDirectives?: readonly string[];
  /** Whose program it is, and which modules it has. Default: nginx, with those that its packages have. */
  readonly build?: Pick<Build, 'fork' | 'modules'>;
}

/**
 * What nginx of a version would refuse in a configuration as its author means it: all of it, in nginx's order. What
 * belongs to the machine (files, hosts, users, permissions) is left out, and what cannot be seen is not judged.
 * Syntax errors are not among them: they are in the trees of the files.
 */
export function refusalsOf(
  model: Pick<Model, 'configuration' | 'top' | 'version' | 'remembers'>,
  options: NginxOptions = {},
): Refusal[] {
  const walk = walkOf(model, options, null);
  // Where a cycle closes, nginx reads no further.
  if (!model.remembers || walk.cycles.size > 0) return [...walkRefusals(model.top, walk, null)];
  const kept = new KeptBlocks(walk, true);
  const refusals = [...walkRefusals(model.top, walk, kept)];
  if (kept.isRight) return refusals;
  const again = walkOf(model, options, null);
  return [...walkRefusals(model.top, again, new KeptBlocks(again, false))];
}

/**
 * The first error of `nginx -t` of a version for a main file; null when it would accept the file, when it stops at
 * something that belongs to the machine, and when the files do not determine it.
 *
 * @param known the refusals of the same model, with the same options
 */
export function nginxTest(
  { configuration, top, version }: Model,
  known: readonly Refusal[],
  options: NginxOptions = {},
): NginxTest | null {
  const files = [...configuration.closure.files.values()];
  if (files.some(isTemplateByName)) return null;
  const isMain = top.context === 'main';
  if (!isMain && !mayBeMain(configuration)) return null;
  // nginx reads a file that includes itself repeatedly, and may find an error only on a later reading.
  const hasCycle = configuration.includeProblems.some(({ cycle }) => cycle.length > 0);
  const isAsRead = isMain && !hasCycle && files.every(isReadAlike);
  const first = isAsRead ? (known[0] ?? null) : firstOfStrict(configuration.closure, version, options);
  return first === null || !first.certain ? null : testOf(configuration.closure, first);
}

const isTemplateByName = memoized(({ path }: SourceFile): boolean => isTemplateName(path));

/** Whether nginx reads a file as the parser does. */
const isReadAlike = memoized((file: SourceFile): boolean => {
  const { tree, text, hadMark = false } = file;
  if (tree.errors.length > 0 || tree.template || hadMark || beginsWithMark(text)) return false;
  return !textsIn(file).some((each) => isReadOtherwise(each.tree));
});

/** So many characters may be as many bytes as nginx does not read at once. */
const LONG = 1365;

/** Whether a token is too long for nginx, or a comment none to it. */
const isReadOtherwise = memoized(({ tokens }: SyntaxTree): boolean => {
  const { count, kinds, starts } = tokens;
  for (let token = 0; token < count; token += 1) {
    if (isSlashComment(tokens, token)) return true;
    const length = (starts[token + 1] ?? 0) - (starts[token] ?? 0);
    if (length > LONG && kinds[token] !== TokenKind.Whitespace) return true;
  }
  return false;
});

function testOf(closure: Closure, { text, named }: Refusal): NginxTest {
  if (named === null) return { level: 'emerg', text, file: null, line: null };
  const { file } = placeInFile(closure, { file: named.file, start: named.offset, end: named.offset });
  return { level: 'emerg', text, file, line: lineOf(closure, named) };
}

/**
 * Whether a file without `events` and `http` may still be what nginx is started with: by its name, or because nothing in
 * it belongs further in.
 */
function mayBeMain({ directives, closure }: Configuration): boolean {
  if (fileNameOf(closure.main.path) === 'nginx.conf') return true;
  return directives.every(({ name }) => {
    const contexts = contextsOf(name);
    return contexts.length === 0 || contexts.includes('main') || contexts.includes('any');
  });
}

/** nginx itself, of which no more is known. */
const NGINX: Pick<Build, 'fork' | 'modules'> = { fork: null, modules: null };

/** In the second round it finds what it would find in the hundredth. */
const ROUNDS = 2;

/** The first refusal of a configuration, read as nginx itself does it. */
function firstOfStrict(closure: Closure, version: NginxVersion, options: NginxOptions): Refusal | null {
  const faults = new Map<Directive, SyntaxFault>();
  const strict = new Map<string, SourceFile>();
  const reread = (file: SourceFile): SourceFile => {
    const known = strict.get(file.realPath);
    if (known !== undefined) return { ...known, path: file.path };
    const text = file.hadMark === true ? BYTE_ORDER_MARK + file.text : file.text;
    const { tree, fault } = readStrictly(text);
    if (fault !== null) faults.set(fault.node, fault);
    const { parts: _, ...rest } = file;
    const read = { ...rest, text, tree };
    strict.set(file.realPath, read);
    return read;
  };
  const main = reread(closure.main);
  const inclusions = new Map(
    [...closure.inclusions].map(
      ([argument, inclusion]) => [argument, { ...inclusion, files: inclusion.files.map(reread) }] as const,
    ),
  );
  const configuration = buildConfiguration({ ...closure, main, files: strict, inclusions }, ROUNDS);
  const read = { configuration, top: topLevel(configuration, [], true), version };
  for (const refusal of walkRefusals(read.top, walkOf(read, options, faults), null)) return refusal;
  return null;
}

/** @param faults what nginx could not read; null where the files are read as their author means them */
function walkOf(
  { configuration, top, version }: Pick<Model, 'configuration' | 'top' | 'version'>,
  { extraDirectives = [], build = NGINX }: NginxOptions,
  faults: ReadonlyMap<Directive, SyntaxFault> | null,
): WalkOptions {
  const opaque = opaqueLevels(configuration, faults !== null);
  // An include that is not here may load others.
  const isWhole = top.context === 'main' && !opaque.has(null);
  const loaded = isWhole ? modulesLoadedBy(configuration) : null;
  const parts = partsOf(configuration, loaded, build.modules);
  const names = new Names({ version, build, loaded, parts, extra: new Set(extraDirectives) });
  const isOpaque =
    opaque.size > 0 || configuration.truncated || names.hasUnknownVariables || hasPlaceholders(configuration);
  const reading = new Reading(version, build.fork, configuration.closure, isOpaque, opaque);
  const cycles = new Set(
    configuration.includeProblems.flatMap(({ directive, cycle }) => (cycle.length > 0 ? [directive] : [])),
  );
  return { reading, names, cycles, faults: faults ?? new Map() };
}

/** The blocks in which an include did not bring in all that it names. */
function opaqueLevels({ includeProblems }: Configuration, isStrict: boolean): Set<Heading | null> {
  const levels = new Set<Heading | null>();
  for (const { directive, inclusion, cycle } of includeProblems) {
    // Strictly read, all is over where a cycle closes.
    const isUnseen = inclusion.problem !== null && inclusion.problem.kind !== 'empty';
    if ((cycle.length > 0 && !isStrict) || isUnseen) levels.add(directive.parent);
  }
  return levels;
}

function hasPlaceholders({ closure }: Configuration): boolean {
  return [...closure.files.values()].some(
    ({ tree }) => tree.template && tree.tokens.kinds.includes(TokenKind.Placeholder),
  );
}

/**
 * Which of `stream` and `mail` nginx has: those that are built in, as far as that is known. Else those that a
 * configuration does not load are, as in the packages of nginx.org; where it loads one of them, all are apart, as Debian
 * has them, and it has those that it loads or uses.
 */
function partsOf(
  { directives }: Configuration,
  loaded: ReadonlySet<string> | null,
  modules: BuiltModules | null,
): ReadonlySet<string> {
  const isLoaded = (part: string): boolean => loaded?.has(moduleOfPart(part)) ?? true;
  if (modules !== null)
    return new Set(PARTS.filter((part) => modules.builtIn.includes(moduleOfPart(part)) || isLoaded(part)));
  if (loaded === null || !PARTS.some(isLoaded)) return new Set(PARTS);
  // One level down too: where the brace in front of it is missing, nginx has it all the same.
  const parts = new Set(
    directives.flatMap(({ name, children }) => [name, ...(children ?? []).map((child) => child.name)]),
  );
  for (const part of PARTS) if (isLoaded(part)) parts.add(part);
  return parts;
}

const PARTS = ['stream', 'mail'];

function moduleOfPart(part: string): string {
  return `ngx_${part}_module`;
}
