import type { ConfigDirective } from '../model/configuration';
import { isFilledIn } from '../model/variables';
import { mayBeBuiltIn, type VariablePart } from '../reference/variable-facts';
import { parseAddress } from '../values/address';
import { hasResolverByDefault, isForkVariable } from '../reference/forks';
import type { Conf } from './conf';
import type { Part, Reading } from './reading';
import type { NamedPlace, Refusal, RefusalRule } from './refusal';

/** What nginx finds at the end of `http` and of `stream` alike. */

/** The rule that tells of certificates in http. */
export const CERTIFICATES: RefusalRule = 'ssl-certificate-missing';

/** Upstreams without a server that is always asked, and addresses without a port, where the port is not known. */
export function* upstreamRefusals(
  conf: Conf,
  { upstreams, upstreamBlocks }: Part,
  reading: Reading,
): Generator<Refusal> {
  if (reading.opaque) return;
  const hasResolver = hasResolverByDefault(reading.fork, reading.version);
  const blocks = new Map(conf.inner.map((inner) => [inner.block, inner] as const));
  for (const { isBlock, port, kind, host, directive, named } of upstreams.all().values()) {
    const block = blocks.get(directive);
    const servers = block?.byName.get('server') ?? [];
    if (block !== undefined && servers.some(isResolvedAtRunTime)) {
      if (!block.byName.has('zone')) {
        yield withoutZone(directive, host, named, reading);
      } else if (!hasResolver && !block.byName.has('resolver') && !conf.byName.has('resolver')) {
        const text = `no resolver defined to resolve names at run time in upstream "${host}"`;
        yield { ...refusalOf(directive, -1, text), named };
      }
    }
    if (servers.length > 0 && servers.every(isBackup)) {
      yield { ...refusalOf(directive, -1, `no servers in upstream "${host}"`), named };
    }
    if (isBlock || port !== 0 || kind === 'unix' || upstreamBlocks.has(host.toLowerCase())) continue;
    yield { ...refusalOf(directive, 1, `no port in upstream "${host}"`), named };
  }
}

/** Servers that are looked up again and again need a `zone`: Angie says so in other words, and names the place as ever. */
function withoutZone(directive: ConfigDirective, host: string, named: NamedPlace, reading: Reading): Refusal {
  const needs = 'resolving names at run time requires';
  if (reading.fork === 'Angie') {
    const text = `${needs} shared memory zone configured for upstream "${host}"`;
    return { ...refusalOf(directive, -1, text), named };
  }
  const place = reading.placeText(named);
  return refusalOf(directive, -1, `${needs} upstream "${host}" in ${place} to be in shared memory`);
}

/** The variables that nothing defines, in the order in which nginx met them. */
export function variableRefusals({ uses, defined }: Part, part: VariablePart, reading: Reading): Refusal[] {
  if (reading.opaque) return [];
  const refusals: Refusal[] = [];
  const isBuiltIn = (name: string): boolean =>
    mayBeBuiltIn(name, part, reading.version) || isForkVariable(reading.fork, name, part);
  for (const { name, directive, word } of uses.all().values()) {
    // In a template `${NAME}` is filled in before nginx sees it.
    if (word > 0 && isFilledIn(directive, word - 1)) continue;
    if (name === '') refusals.push(refusalOf(directive, word, 'invalid variable name "$"'));
    else if (!defined.all().has(name) && !isBuiltIn(name)) {
      const found = refusalOf(directive, word, `unknown "${name}" variable`, 'variable-unknown');
      refusals.push({ ...found, context: part });
    }
  }
  return refusals;
}

/** A refusal that names no place. */
export function refusalOf(
  directive: ConfigDirective,
  word: number,
  text: string,
  rule: RefusalRule = 'directive-value',
): Refusal {
  const { file } = directive;
  const found = directive.words[word];
  const place = { file, start: found?.start ?? directive.start, end: found?.end ?? directive.wordsEnd };
  return { rule, text, named: null, certain: true, place, directive, context: null };
}

/** The line of a block: the one of its `{`. */
export function startOf(block: ConfigDirective): { file: ConfigDirective['file']; offset: number } {
  return { file: block.file, offset: block.file.tree.tokens.starts[block.node.open] ?? block.start };
}

/** Whether a server of an upstream has a name that is looked up again and again. */
function isResolvedAtRunTime(server: ConfigDirective): boolean {
  if (server.words.every(({ value }) => value !== 'resolve')) return false;
  return parseAddress(server.argument(0), { defaultPort: 80 }).kind === 'name';
}

function isBackup({ words }: ConfigDirective): boolean {
  return words.some(({ value }) => value === 'backup');
}
