import { guardsOf, surelyMeet } from '../model/branches';
import type { ConfigDirective } from '../model/configuration';
import { type Context, contextsWithin } from '../model/context';
import { argumentsIn, contextsOf, type DirectiveFact, isAllowed } from '../reference/directives';
import { allowsNoServers, wordsOfFork } from '../reference/forks';
import { meantDirective } from '../reference/near-directives';
import { tokenEnd } from '../syntax/tokens';
import type { Directive } from '../syntax/tree';
import { hasPlaceholder } from '../syntax/templates/languages';
import { hasBranches } from '../syntax/templates/branches';
import { mayBeStub } from '../syntax/templates/stubs';
import { setterFault, valueFaultAnywhere } from './checks';
import type { Level } from '../model/levels';
import { entryFault, splitTotalFault, takesInclude } from './entries';
import { endOfBlock, endOfDirective } from './lines';
import { httpRefusals } from './merging';
import { mailRefusals } from './merging-mail';
import { streamRefusals } from './merging-stream';
import { mayTakeOtherwise } from './fork-values';
import type { KeptBlocks } from './kept-blocks';
import type { Names } from './names';
import type { Conf } from './conf';
import type { Reading } from './reading';
import type { Fault, NamedPlace, Refusal } from './refusal';
import { addDefaultListen } from './setters-server';
import type { SyntaxFault } from './strict-reading';

/** What the walk has to know beside the configuration. */
export interface WalkOptions {
  readonly reading: Reading;
  readonly names: Names;
  /** Includes that lead back to a file around them. */
  readonly cycles: ReadonlySet<ConfigDirective>;
  /** What nginx could not read, by its node. */
  readonly faults: ReadonlyMap<Directive, SyntaxFault>;
}

/** An open block on the way through the configuration. */
interface Frame {
  readonly level: Level;
  /** What nginx has of the level. */
  readonly conf: Conf;
  next: number;
  /** How many blocks have been met. */
  blocks: number;
}

/**
 * Goes through a configuration as nginx reads it, and gives what it would refuse, in its order. A caller that wants
 * the first refusal alone stops there; for one that goes on, a directive that is refused is taken as absent.
 *
 * @param kept reads the blocks of `http`, if they are kept
 */
export function* walkRefusals(top: Level, options: WalkOptions, kept: KeptBlocks | null): Generator<Refusal> {
  const walk = new Walk(options, kept);
  const { fork, version } = options.reading;
  for (const found of walk.run(top)) {
    const isOpen = walk.isEndless || (isOfValue(found) && mayTakeOtherwise(fork, found.directive));
    const text = wordsOfFork(fork, version, found.text);
    yield isOpen || text !== found.text ? { ...found, text, certain: found.certain && !isOpen } : found;
  }
}

function isOfValue(fault: Pick<Fault, 'rule'> | null): boolean {
  return fault !== null && (fault.rule ?? 'directive-value') === 'directive-value';
}

/** Whether a block stands in one of another kind than the file itself. */
function isWithinAnother({ outerContext }: Conf): boolean {
  return outerContext !== null && outerContext !== 'main' && outerContext !== 'unknown';
}

class Walk {
  /** Whether an include has brought nginx back to a file that it is reading: what follows it never reads. */
  isEndless = false;
  /** The parts that are checked when all files are read. */
  private readonly checkedLast: Conf[] = [];

  constructor(
    private readonly options: WalkOptions,
    private readonly kept: KeptBlocks | null,
  ) {}

  *run(level: Level): Generator<Refusal> {
    const top = this.options.reading.open(level, null);
    const isWhole = yield* this.readWithin(level, top);
    if (isWhole && top.context === 'main') yield* this.end(top);
  }

  /** Reads all that is in a level, to its end; gives whether nginx gets there. */
  private *readWithin(level: Level, opened: Conf): Generator<Refusal, boolean> {
    const { kept } = this;
    const { reading, faults } = this.options;
    const stack: Frame[] = [{ level, conf: opened, next: 0, blocks: 0 }];
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const { conf } = frame;
      const directive = frame.level.directives[frame.next];
      if (directive === undefined) {
        stack.pop();
        yield* this.close(conf);
        continue;
      }
      frame.next += 1;
      if (this.options.cycles.has(directive)) this.isEndless = true;
      reading.part = conf.area === 'stream' ? reading.stream : reading.http;
      const fault = faults.get(directive.node);
      if (fault !== undefined) {
        yield syntaxRefusal(directive, fault);
        return false;
      }
      const isOpened = yield* this.read(directive, conf);
      if (directive.children === null) continue;
      const inner = frame.level.blocks[frame.blocks];
      frame.blocks += 1;
      if (!isOpened || inner === undefined) continue;
      if (kept !== null && conf.context === 'http' && !isWithinAnother(conf) && !reading.memory.isRecording) {
        yield* kept.read(inner, conf, (within) => [...this.readWithin(inner, within)]);
      } else {
        stack.push({ level: inner, conf: reading.open(inner, conf), next: 0, blocks: 0 });
      }
    }
    return true;
  }

  /** Reads one directive; gives whether it opens a block to read. */
  private *read(directive: ConfigDirective, conf: Conf): Generator<Refusal, boolean> {
    if (conf.context === 'entries') {
      yield* this.readEntry(directive, conf);
      return false;
    }
    const { name, children } = directive;
    if (directive.file.tree.template && hasPlaceholder(name)) return false;
    if (name === '' && directive.words.length === 0) return false;
    const facts = this.options.names.factsOf(name);
    if (facts === 'extra' || facts.length === 0) {
      // Whatever it is, it may define variables, zones and formats of logs.
      this.options.reading.becomeOpaque();
    }
    if (facts === 'extra') return false;
    // So may what only a fork has.
    if (this.options.names.isOfFork(name)) this.options.reading.becomeOpaque();
    if (facts.length === 0) {
      if (conf.context === 'unknown' && !isTypo(name, conf)) return false;
      const rule = this.options.names.isElsewhere(name) ? 'directive-context' : 'unknown-directive';
      // nginx prints it up to a zero.
      const [printed = ''] = name.split('\0', 1);
      const fault: Fault = { text: `unknown directive "${printed}"`, word: 0, rule };
      yield {
        ...refusal(directive, fault),
        certain: !this.options.names.hasUnknownModules,
        context: conf.context,
      };
      return false;
    }
    const allowed = this.options.names.allowedIn(name, conf.context, facts);
    const fact = allowed[0];
    if (fact === undefined || this.isNowhereAllowed(name, conf, facts)) {
      // Where it stands says nothing of where it is written.
      if (guardsOf(directive).some(({ isDefinition }) => isDefinition)) return children !== null;
      yield refusal(directive, {
        text: `"${name}" directive is not allowed here`,
        word: 0,
        rule: 'directive-context',
      });
    } else {
      const fault = this.faultOf(allowed, directive, conf);
      if (fault !== null) yield { ...refusal(directive, fault), context: conf.context };
      // What a fork may take it may act upon in its own way.
      const isOpen = isOfValue(fault) && mayTakeOtherwise(this.options.reading.fork, directive);
      if (isOpen) this.options.reading.becomeOpaque();
      if (fault === null || isOpen || fault.rule === 'directive-duplicate') conf.accept(directive);
      if (fault !== null && (fault.rule === 'syntax' || children === null)) return false;
    }
    return children !== null;
  }

  /**
   * Whether a directive stands where the files do not tell the context, and no context that may be there takes it: in a
   * block that may be of several parts, or at the top of a file that belongs into http.
   */
  private isNowhereAllowed(
    name: string,
    { context, block, kind }: Conf,
    facts: readonly DirectiveFact[],
  ): boolean {
    if (context !== 'unknown') return false;
    const contexts = block !== null ? contextsWithin(block.name) : kind === 'http' ? IN_HTTP : [];
    const { names } = this.options;
    return contexts.length > 0 && contexts.every((each) => names.allowedIn(name, each, facts).length === 0);
  }

  /** What is wrong with a directive that is allowed where it is. */
  private faultOf(facts: readonly DirectiveFact[], directive: ConfigDirective, conf: Conf): Fault | null {
    const { name, children, words, node } = directive;
    const [fact] = facts;
    if (fact === undefined) return null;
    const isBlock = children !== null;
    if (isBlock && !facts.some(isOfBlock)) {
      return { text: `directive "${name}" is not terminated by ";"`, rule: 'syntax' };
    }
    if (!isBlock && facts.every(isOfBlock)) {
      return { text: `directive "${name}" has no opening "{"`, rule: 'syntax' };
    }
    // A directive without its `;` has the arguments of the next one, or lacks some itself; and a placeholder may become
    // any number of words.
    if ((!isBlock && !node.terminated) || isTemplated(directive)) return null;
    if (!this.takesCount(facts, isBlock, words.length - 1)) {
      return { text: `invalid number of arguments in "${name}" directive`, rule: 'argument-count' };
    }
    const { reading } = this.options;
    const fault =
      conf.context === 'unknown'
        ? valueFaultAnywhere(facts, directive, reading.version)
        : setterFault(fact, directive, conf, reading);
    if (fault?.rule === 'directive-duplicate' && this.options.names.checksPartsLast && PARTS.has(name)) {
      // The two are one: what the other has is not seen here.
      this.options.reading.becomeOpaque();
      return null;
    }
    return fault === null || isOfStub(fault, directive) || isOfAnotherBranch(fault, directive, conf)
      ? null
      : fault;
  }

  /** Whether one of the entries takes so many arguments. */
  private takesCount(facts: readonly DirectiveFact[], isBlock: boolean, count: number): boolean {
    const { version } = this.options.reading;
    for (const fact of facts) {
      if (isOfBlock(fact) === isBlock && isAllowed(argumentsIn(fact, version), count)) return true;
    }
    return false;
  }

  private *readEntry(entry: ConfigDirective, conf: Conf): Generator<Refusal> {
    if (entry.children !== null) {
      const { file, node } = entry;
      const offset = file.tree.tokens.starts[node.open] ?? entry.start;
      const place = { file, start: offset, end: tokenEnd(file.tree.tokens, node.open) };
      yield {
        rule: 'syntax',
        text: 'unexpected "{"',
        named: { file, offset },
        certain: true,
        place,
        directive: entry,
        context: null,
      };
      return;
    }
    if (!entry.node.terminated || isTemplated(entry)) return;
    if (entry.name === 'include' && entry.words.length === 2 && takesInclude(conf)) return;
    const fault = entryFault(entry, conf, this.options.reading);
    if (fault !== null && !isOfAnotherBranch(fault, entry, conf)) yield refusal(entry, fault);
  }

  /** What nginx says at the end of a block. */
  private *close(conf: Conf): Generator<Refusal> {
    const { block, context, byName, isOpaque } = conf;
    const { reading } = this.options;
    if (block === null) return;
    const named = endOfBlock(block);
    const isUpstream = context === 'upstream' || context === 'stream upstream';
    if (isUpstream && !byName.has('server') && !isOpaque && !mayBeEmpty(conf, reading)) {
      yield refusal(block, { text: 'no servers are inside upstream' }, named);
    }
    if (context === 'entries' && block.name === 'split_clients') {
      const fault = splitTotalFault(conf);
      if (fault !== null) yield refusal(block, fault, named);
    }
    const isListener = context === 'stream server' || context === 'mail server';
    if (isListener && !isOpaque && !byName.has('listen')) {
      const fault: Fault = { text: 'no "listen" is defined for server', word: 0 };
      yield refusal(block, fault, endOfDirective(block));
    }
    if (context === 'server') addDefaultListen(conf, reading);
    // nginx goes no further than to a block that is not allowed where it stands.
    if (isWithinAnother(conf)) return;
    if (context === 'http') this.kept?.end(conf);
    if (!PARTS.has(context)) return;
    if (this.options.names.checksPartsLast) this.checkedLast.push(conf);
    else yield* this.check(conf);
  }

  /** What nginx finds in a part that it has read to its end. */
  private *check(conf: Conf): Generator<Refusal> {
    const { reading } = this.options;
    reading.part = conf.area === 'stream' ? reading.stream : reading.http;
    if (conf.context === 'http') yield* httpRefusals(conf, reading, this.kept !== null);
    if (conf.context === 'stream') yield* streamRefusals(conf, reading);
    if (conf.context === 'mail') yield* mailRefusals(conf, reading);
  }

  /** What nginx says when it has read all files. */
  private *end(top: Conf): Generator<Refusal> {
    if (!top.isOpaque && !top.byName.has('events')) {
      yield {
        rule: 'directive-context',
        text: 'no "events" section in configuration',
        named: null,
        certain: true,
        place: null,
        directive: null,
        context: null,
      };
    }
    for (const conf of this.checkedLast) yield* this.check(conf);
    const { reading } = this.options;
    if (top.isOpaque || reading.opaque) return;
    for (const [name, directive] of reading.threadPools.all()) {
      if (reading.ownThreadPools.has(name)) continue;
      yield refusal(directive, { text: `unknown thread pool "${name}"`, word: 1 });
    }
    for (const [name, { size, directive }] of reading.zones.all()) {
      if (size !== 0) continue;
      const found = { text: `zero size shared memory zone "${name}"` };
      yield { ...refusal(directive, found), named: null };
    }
  }
}

const IN_HTTP: readonly Context[] = ['http'];

/** The blocks that some forks take several times. */
const PARTS: ReadonlySet<string> = new Set(['http', 'mail', 'stream']);

/** Whether an upstream gets its servers at run time. */
function mayBeEmpty({ byName }: Conf, { fork }: Reading): boolean {
  return byName.has('zone') && allowsNoServers(fork);
}

/** Whether a name that nobody knows is close to one, in a block of nginx, which more than one part of a configuration may have. */
function isTypo(name: string, { block }: Conf): boolean {
  return block === null || (contextsOf(block.name).length > 0 && meantDirective(name, 'unknown') !== null);
}

function isOfBlock({ kind }: DirectiveFact): boolean {
  return kind === 'block';
}

/** What some languages fill in, and nginx has too: a variable, or one of a shell with a default. */
const MAY_BE_VARIABLE = /\$\{\w+(?::?[-=+?][^}]*)?\}/;

function isTemplated(directive: ConfigDirective): boolean {
  if (!directive.file.tree.template) return false;
  return directive.words.some(
    ({ value }, index) => hasPlaceholder(value) || (index > 0 && MAY_BE_VARIABLE.test(value)),
  );
}

/** Whether nginx refuses a value only because a script has not yet filled it in. */
function isOfStub({ rule = 'directive-value', word }: Fault, { words }: ConfigDirective): boolean {
  if (rule !== 'directive-value') return false;
  const values = word === undefined ? words.slice(1) : words.slice(word, word + 1);
  return values.some(({ value }) => mayBeStub(value));
}

/** What each name may have once. */
const NAMED: ReadonlySet<string> = new Set([
  'upstream',
  'listen',
  'log_format',
  'charset_map',
  'thread_pool',
]);

/** Whether a directive is a second one only because the branches of a template, or the sides of a conflict, stand in one file. */
function isOfAnotherBranch({ rule, text }: Fault, directive: ConfigDirective, conf: Conf): boolean {
  if (rule !== 'directive-duplicate' && !text.startsWith('duplicate')) return false;
  const { name } = directive;
  const earlier = conf.byName.get(name) ?? [];
  const rivals = NAMED.has(name)
    ? earlier.filter((each) => each.argument(0) === directive.argument(0))
    : earlier;
  if (rivals.length === 0) return hasBranches(directive.file.tree);
  return !rivals.some((rival) => surelyMeet(rival, directive));
}

function refusal(directive: ConfigDirective, fault: Fault, named?: NamedPlace): Refusal {
  const { text, rule = 'directive-value' } = fault;
  const place = placeOfFault(directive, fault);
  return {
    rule,
    text,
    named: named ?? fault.named ?? endOfDirective(directive),
    certain: fault.isSilent !== true,
    place,
    directive,
    context: null,
  };
}

function syntaxRefusal(directive: ConfigDirective, { text, offset }: SyntaxFault): Refusal {
  const { file } = directive;
  const place = { file, start: offset, end: Math.min(offset + 1, file.text.length) };
  return { rule: 'syntax', text, named: { file, offset }, certain: true, place, directive, context: null };
}

/** A fault as the refusal of the directive that has it. */
function placeOfFault(directive: ConfigDirective, { word = -1 }: Fault): Refusal['place'] {
  const { file } = directive;
  const found = word === -1 ? undefined : directive.words[word];
  return { file, start: found?.start ?? directive.start, end: found?.end ?? directive.wordsEnd };
}
