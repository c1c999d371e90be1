import type { ConfigDirective } from '../model/configuration';
import { isFilledIn } from '../model/variables';
import { mayBeBuiltIn, type VariablePart } from '../reference/variable-facts';
import { parseAddress } from '../values/address';
import type { Conf } from './conf';
import type { Part, Reading } from './reading';
import type { Refusal, RefusalRule } from './refusal';

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
  const blocks = new Map(conf.inner.map((inner) => [inner.block, inner] as const));
  for (const { isBlock, port, kind, host, directive, named } of upstreams.all().values()) {
    const block = blocks.get(directive);
    const servers = block?.byName.get('server') ?? [];
    if (block !== undefined && servers.some(isResolvedAtRunTime)) {
      if (!block.byName.has('zone')) {
        const place = reading.placeText(named);
        const text = `resolving names at run time requires upstream "${host}" in ${place} to be in shared memory`;
        yield refusalOf(directive, -1, text);
      } else if (!block.byName.has('resolver') && !conf.byName.has('resolver')) {
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

/** The variables that nothing defines, in the order in which nginx met them. */
export function variableRefusals({ uses, defined }: Part, part: VariablePart, reading: Reading): Refusal[] {
  if (reading.opaque) return [];
  const refusals: Refusal[] = [];
  for (const { name, directive, word } of uses.all().values()) {
    // In a template `${NAME}` is filled in before nginx sees it.
    if (word > 0 && isFilledIn(directive, word - 1)) continue;
    if (name === '') refusals.push(refusalOf(directive, word, 'invalid variable name "$"'));
    else if (!defined.all().has(name) && !mayBeBuiltIn(name, part, reading.version)) {
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
