import { type DirectiveFact, directiveFacts, existsIn } from '../../../server/src/reference/directives';
import { slotIn } from '../../../server/src/reference/earlier-slots';
import { valueWords } from '../../../server/src/reference/value-words';
import { variableRows } from '../../../server/src/reference/variables.generated';
import type { NginxVersion } from '../../../server/src/reference/versions';
import type { Random } from './random';

/**
 * Lines at random out of the tables of the reference: each directive that a release has, where it is allowed, with values
 * of its kind, most of them right. So what the next release brings is tried without anybody thinking of it.
 */

/** Of these the machine decides, or they end a test: files, modules, users, what is not built in everywhere. */
const LEFT_OUT: ReadonlySet<string> = new Set(
  (
    'load_module include user working_directory pid lock_file env daemon master_process use debug_points ' +
    'error_log stream mail events http server ssl_engine ssl_object_cache_inheritable quic_bpf google_perftools_profiles ' +
    'debug_connection worker_cpu_affinity worker_priority thread_pool perl perl_set perl_require perl_modules'
  ).split(' '),
);

/** Values of each kind, some of them wrong. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  flag: ['on', 'off', 'ON', 'maybe'],
  num: ['1', '5', '0', 'x'],
  size: ['1k', '64k', '1m', '1x'],
  off: ['1k', '64k', '1g', '-1'],
  msec: ['5s', '100ms', '1m', '1M', '5 s'],
  sec: ['5s', '1d', '1h30m', '5ms'],
  bufs: ['8 4k', '4 8k', '8', '0 4k'],
  str: ['text', '/path', '""'],
  str_array: ['a', '/path', '""'],
  keyval: ['a b', 'a $host', 'a'],
  path: ['@DIR/levels', '@DIR/levels 1 2', '@DIR/levels 4 4 4'],
  access: ['user:rw', 'user:rw group:r', 'user:x'],
  enum: ['x', 'off'],
  bitmask: ['x', 'off'],
};

/** Of a kind that is not known: texts of all shapes. */
const SHAPES = [
  'a',
  '/a',
  '10',
  '1k',
  '5s',
  'on',
  'off',
  '127.0.0.1',
  '127.0.0.1:9',
  'a=b',
  '$host',
  '"a b"',
];

export class TableLines {
  private readonly byContext = new Map<string, DirectiveFact[]>();
  private readonly variables: readonly string[];

  constructor(private readonly version: NginxVersion) {
    const facts = [...directiveFacts().values()].flat();
    for (const fact of facts) {
      if (fact.thirdParty !== null || LEFT_OUT.has(fact.name) || fact.kind === 'block') continue;
      if (!existsIn(fact, version)) continue;
      for (const context of fact.contexts) {
        const known = this.byContext.get(context) ?? [];
        this.byContext.set(context, known);
        known.push(fact);
      }
    }
    // Those of later releases too: nginx must refuse them.
    this.variables = [...variableRows.http, ...variableRows.stream]
      .map(([name = '']) => (name.endsWith('_') ? `$${name}a` : `$${name}`))
      .filter((name) => !name.startsWith('$geoip_'));
  }

  /** A directive that is allowed in a context, with values that it may take. */
  line(random: Random, context: string): string {
    const fact = random.of(this.byContext.get(context) ?? []);
    return `${fact.name} ${this.values(random, fact)}`.trimEnd();
  }

  /** A directive of any context. */
  anyLine(random: Random): string {
    return this.line(random, random.of([...this.byContext.keys()]));
  }

  /** A variable of any release and any part. */
  variable(random: Random): string {
    return random.of(this.variables);
  }

  private values(random: Random, fact: DirectiveFact): string {
    const slot = slotIn(fact, this.version);
    const words = valueWords(fact.name);
    if (words !== null && random.below(6) > 0) return random.of(words.written);
    if (slot.startsWith('complex_value')) return random.of([this.variable(random), ...SHAPES]);
    const known = VALUES[slot];
    if (known !== undefined) return random.below(4) > 0 ? (known[0] ?? '') : random.of(known);
    return Array.from({ length: countOf(random, fact) }, () => this.shape(random)).join(' ');
  }

  private shape(random: Random): string {
    return random.below(5) === 0 ? this.variable(random) : random.of(SHAPES);
  }
}

/** A number of arguments that is allowed, of most directives. */
function countOf(random: Random, { args }: DirectiveFact): number {
  if (random.below(10) === 0) return random.below(4);
  return 'min' in args ? args.min + random.below(2) : random.of(args);
}
