import { surelyMeet } from '../model/branches';
import type { ConfigDirective } from '../model/configuration';
import { directivesInForce, effectiveValue } from '../model/inheritance';
import { memoized } from '../model/memo';
import { checksPartsLast } from '../reference/forks';
import { compareTexts } from '../values/compare';
import { isOn } from '../values/flag';
import { parseNumber } from '../values/number';
import { lowerAscii, serverNamePattern } from '../values/server-name';
import { parseOffset, parseSize } from '../values/size';
import type { Conf } from './conf';
import { addHashKey } from './hash-keys';
import { endOfBlock, endOfDirective } from './lines';
import { CERTIFICATES, refusalOf, startOf } from './merging-shared';
import type { Reading } from './reading';
import type { Refusal } from './refusal';

/** The values of defaults that depend on the machine: pages of 4 kB, pointers of 64 bits. */
const ON_MACHINE: ReadonlyMap<string, string> = new Map([
  ['4k|8k', '4k'],
  ['256|512', '512'],
]);

/** The sizes that must fit one another, without the prefix of the module. */
const BUFFERS = ['buffers', 'buffer_size', 'busy_buffers_size', 'temp_file_write_size', 'max_temp_file_size'];

/** A server and all levels within that nginx merges, outer ones first. */
export const levelsOf = memoized((server: Conf): readonly Conf[] => {
  const levels: Conf[] = [];
  const pending = [server];
  for (let level = pending.pop(); level !== undefined; level = pending.pop()) {
    levels.push(level);
    for (const inner of level.inner.toReversed()) if (inner.context !== 'entries') pending.push(inner);
  }
  return levels;
});

/** The names of the directives that a server has at any level: what is not there need not be merged. */
export const namesIn = memoized(
  (server: Conf): ReadonlySet<string> =>
    new Set(levelsOf(server).flatMap(({ byName }) => Array.from(byName.keys()))),
);

/** Whether a server refuses handshakes of TLS, so that it needs no certificate. */
export function rejectsHandshakes(server: Conf, { version }: Reading): boolean {
  return isOn(directivesInForce(server, 'ssl_reject_handshake', version).directives.at(-1) ?? null);
}

/** What nginx finds when it merges the levels of one server of `http`. */
export class ServerMerging {
  private readonly levels: readonly Conf[];

  constructor(
    private readonly server: Conf,
    private readonly http: Conf,
    private readonly block: ConfigDirective,
    private readonly reading: Reading,
    /** Whether it is the first of all. */
    private readonly isFirst: boolean,
  ) {
    this.levels = levelsOf(server);
  }

  private has(name: string): boolean {
    return namesIn(this.server).has(name) || this.http.byName.has(name);
  }

  private hasAny(names: readonly string[]): boolean {
    return names.some((name) => this.has(name));
  }

  /** The directive in force at a level; null for the default. */
  private inForce(level: Conf, name: string): ConfigDirective | null {
    return this.allInForce(level, name).at(-1) ?? null;
  }

  private allInForce(level: Conf, name: string): readonly ConfigDirective[] {
    return directivesInForce(level, name, this.reading.version).directives;
  }

  /** Whether it is known which of some directives are in force: not where a level may have others that are not here. */
  private isKnown(level: Conf, names: readonly string[]): boolean {
    return names.every((name) => directivesInForce(level, name, this.reading.version).certain);
  }

  /** The number that an argument of what is in force is; null for what is no number, as a template's placeholder. */
  private numberOf(
    level: Conf,
    name: string,
    index: number,
    parse: (text: string) => number | null,
  ): number | null {
    const { text } = effectiveValue(level, name, this.reading.version);
    const argument = text?.split(' ')[index] ?? '';
    return parse(ON_MACHINE.get(argument) ?? argument);
  }

  /** A fault in a merge: nginx names the end of the `http` block, where that is where it merges. */
  private refuse(text: string, directive: ConfigDirective | null, word = -1): Refusal {
    const { fork, version } = this.reading;
    const found = directive ?? this.block;
    const part = found.words[word];
    const place = {
      file: found.file,
      start: part?.start ?? found.start,
      end: part?.end ?? (directive === null ? found.start + found.name.length : found.wordsEnd),
    };
    return {
      rule: 'directive-value',
      text,
      named: checksPartsLast(fork, version) ? endOfDirective(this.block) : endOfBlock(this.block),
      certain: true,
      place,
      directive: found,
      context: null,
    };
  }

  /** `large_client_header_buffers` must hold what a connection reads first. */
  *core(): Generator<Refusal> {
    if (!this.hasAny(['large_client_header_buffers', 'connection_pool_size'])) return;
    const { server } = this;
    if (!this.isKnown(server, ['large_client_header_buffers', 'connection_pool_size'])) return;
    const buffers = this.inForce(server, 'large_client_header_buffers');
    const pool = this.inForce(server, 'connection_pool_size');
    const size = this.numberOf(server, 'large_client_header_buffers', 1, parseSize);
    const least = this.numberOf(server, 'connection_pool_size', 0, parseSize);
    if (size !== null && least !== null && size < least) {
      yield this.refuse(
        'the "large_client_header_buffers" size must be equal to or greater than "connection_pool_size"',
        buffers ?? pool,
      );
    }
  }

  /** Names of the server may be referers, and who takes requests without one must name some (ngx_http_referer_merge_conf). */
  *referers(): Generator<Refusal> {
    if (!this.has('valid_referers')) return;
    for (const level of this.levels) {
      const directive = level.byName.get('valid_referers')?.at(-1);
      if (directive === undefined || level.isOpaque) continue;
      const names = level.notes.has('referers of the server') ? serverNamesAt(level) : [];
      const tables = new Map(level.notes);
      for (const name of names) {
        if (addHashKey(tables, name, true) !== 'conflict') continue;
        yield this.refuse(`conflicting parameter "${lowerAscii(name)}"`, directive);
      }
      const isNamed = level.notes.has('referers') || names.length > 0;
      if (isNamed || !level.notes.has('referers without name')) continue;
      const text =
        'the "none" or "blocked" referers are specified in the "valid_referers" directive without any valid referer';
      yield refusalOf(directive, -1, text);
    }
  }

  /** A certificate needs its key (ngx_http_ssl_merge_srv_conf). */
  *certificates(): Generator<Refusal> {
    const { server } = this;
    if (server.isOpaque) return;
    const certificates = this.allInForce(server, 'ssl_certificate');
    const keys = this.allInForce(server, 'ssl_certificate_key');
    const ssl = this.inForce(server, 'ssl');
    // nginx names the old directive `ssl on`, where that is what asks for the certificate.
    const asking = isOn(ssl) ? ssl : null;
    const last = certificates.at(-1);
    if (last === undefined) {
      if (asking === null || rejectsHandshakes(server, this.reading)) {
        if (rejectsHandshakes(server, this.reading)) yield* this.clientVerification(server);
        return;
      }
      const text = 'no "ssl_certificate" is defined for the "ssl" directive';
      yield { ...refusalOf(asking, -1, text, CERTIFICATES), named: endOfDirective(asking) };
    } else if (keys.length < certificates.length) {
      if (asking !== null && keys.length === 0) {
        const found = 'no "ssl_certificate_key" is defined for the "ssl" directive';
        yield { ...refusalOf(last, -1, found, CERTIFICATES), named: endOfDirective(asking) };
        return;
      }
      const text = `no "ssl_certificate_key" is defined for certificate "${last.argument(0)}"`;
      yield asking === null
        ? refusalOf(last, -1, text, CERTIFICATES)
        : {
            ...refusalOf(last, -1, `${text} and the "ssl" directive`, CERTIFICATES),
            named: endOfDirective(asking),
          };
    } else {
      yield* this.certificateNames([...certificates, ...keys]);
      yield* this.clientVerification(server);
    }
  }

  /** Names of certificates may hold variables (ngx_http_ssl_compile_certificates). */
  private *certificateNames(directives: readonly ConfigDirective[]): Generator<Refusal> {
    for (const directive of directives) {
      const fault = this.reading.compile(directive, 1);
      if (fault !== null) yield this.refuse(fault.text, directive, 1);
    }
  }

  /** `ssl_verify_client` needs the certificates of the authorities to trust. */
  private *clientVerification(server: Conf): Generator<Refusal> {
    const verify = this.inForce(server, 'ssl_verify_client');
    const mode = verify?.argument(0).toLowerCase() ?? 'off';
    if (verify === null) return;
    const isSaid = (name: string): boolean => (this.inForce(server, name)?.argument(0) ?? '') !== '';
    const enough = ['ssl_client_certificate'];
    if (this.reading.isAtLeast('1.27.2')) enough.push('ssl_trusted_certificate');
    if ((mode === 'on' || mode === 'optional') && !enough.some(isSaid)) {
      yield refusalOf(verify, -1, `no ${enough.join(' or ')} for ssl_verify_client`);
    }
    const ocsp = this.inForce(server, 'ssl_ocsp');
    if (mode !== 'optional_no_ca' || ocsp === null || ocsp.argument(0).toLowerCase() === 'off') return;
    yield refusalOf(ocsp, -1, '"ssl_ocsp" is incompatible with "ssl_verify_client optional_no_ca"');
  }

  /** @param headers the directive that says what a module sends */
  *upstreamModule(prefix: string, headers: string): Generator<Refusal> {
    if (!this.usesModule(prefix)) return;
    const hasBuffers = prefix !== 'grpc' && this.hasAny(BUFFERS.map((name) => `${prefix}_${name}`));
    const verifies =
      (prefix === 'proxy' || prefix === 'grpc' || prefix === 'uwsgi') &&
      this.hasAny([`${prefix}_ssl_verify`, `${prefix}_ssl_certificate`]);
    for (const level of this.levels) {
      if (hasBuffers) yield* this.buffers(level, prefix);
      yield* this.cache(level, prefix);
      if (verifies) yield* this.verification(level, prefix);
      if (prefix === 'proxy') yield* this.compiled(level, 'proxy_set_body', 1);
      yield* this.compiled(level, headers, 2);
    }
  }

  /** Whether the server or `http` has a directive of a module at any level: what is not used need not be merged. */
  private usesModule(prefix: string): boolean {
    const isOf = (name: string): boolean => name.startsWith(`${prefix}_`);
    return [...namesIn(this.server)].some(isOf) || [...this.http.byName.keys()].some(isOf);
  }

  /** The sizes of buffers must fit one another (ngx_http_proxy_merge_loc_conf and its like). */
  private *buffers(level: Conf, prefix: string): Generator<Refusal> {
    const names = BUFFERS.map((name) => `${prefix}_${name}`);
    // A server breaks what `http` says by what it says itself: nginx does not look at `http` alone.
    const isSaid = ({ byName }: Conf): boolean => names.some((name) => byName.has(name));
    if (!isSaid(level) && !(level === this.server && isSaid(this.http))) return;
    if (!this.isKnown(level, names)) return;
    const of = (name: string): ConfigDirective | null => this.inForce(level, `${prefix}_${name}`);
    const buffers = of('buffers');
    const count = this.numberOf(level, `${prefix}_buffers`, 0, parseNumber);
    const each = this.numberOf(level, `${prefix}_buffers`, 1, parseSize);
    const size = this.numberOf(level, `${prefix}_buffer_size`, 0, parseOffset);
    if (count === null || each === null || size === null) return;
    if (count < 2) {
      yield this.refuse(`there must be at least 2 "${prefix}_buffers"`, buffers, 1);
      return;
    }
    const largest = Math.max(size, each);
    const busy = sizeOf(of('busy_buffers_size'));
    const busySize = busy ?? 2 * largest;
    if (busySize < largest) {
      yield this.refuse(
        `"${prefix}_busy_buffers_size" must be equal to or greater than the maximum of the value of "${prefix}_buffer_size" and one of the "${prefix}_buffers"`,
        of('busy_buffers_size') ?? buffers,
      );
      return;
    }
    if (busySize > (count - 1) * each) {
      yield this.refuse(
        `"${prefix}_busy_buffers_size" must be less than the size of all "${prefix}_buffers" minus one buffer`,
        of('busy_buffers_size') ?? of('buffer_size') ?? buffers,
      );
      return;
    }
    const write = sizeOf(of('temp_file_write_size'));
    if (write !== null && write < largest) {
      yield this.refuse(
        `"${prefix}_temp_file_write_size" must be equal to or greater than the maximum of the value of "${prefix}_buffer_size" and one of the "${prefix}_buffers"`,
        of('temp_file_write_size'),
      );
      return;
    }
    const most = sizeOf(of('max_temp_file_size'));
    if (most !== null && most !== 0 && most < largest) {
      yield this.refuse(
        `"${prefix}_max_temp_file_size" must be equal to zero to disable temporary files usage or must be equal to or greater than the maximum of the value of "${prefix}_buffer_size" and one of the "${prefix}_buffers"`,
        of('max_temp_file_size'),
      );
    }
  }

  private *cache(level: Conf, prefix: string): Generator<Refusal> {
    if (this.reading.opaque) return;
    const name = `${prefix}_cache`;
    const directive =
      level.byName.get(name)?.[0] ??
      (this.isFirst && level === this.server ? this.http.byName.get(name)?.[0] : undefined);
    const zone = directive?.argument(0) ?? 'off';
    if (directive === undefined || zone === 'off' || zone.includes('$')) return;
    if (!this.reading.http.cacheZones.has(zone)) {
      yield this.refuse(`"${name}" zone "${zone}" is unknown`, directive, 1);
    }
  }

  /** Verifying the certificate of a back end needs the certificates of the authorities to trust. */
  private *verification(level: Conf, prefix: string): Generator<Refusal> {
    const pass = level.byName.get(`${prefix}_pass`)?.[0];
    const scheme = prefix === 'uwsgi' ? 'suwsgi' : `${prefix === 'grpc' ? 'grpc' : 'http'}s`;
    if (pass === undefined || level.isOpaque) return;
    const value = pass.argument(0);
    if (!value.toLowerCase().startsWith(`${scheme}://`) && !value.includes('$')) return;
    const verify = this.inForce(level, `${prefix}_ssl_verify`);
    if (verify === null || !isOn(verify)) {
      const certificate = this.inForce(level, `${prefix}_ssl_certificate`);
      if (certificate === null || certificate.argument(0) === '') return;
      if (this.inForce(level, `${prefix}_ssl_certificate_key`) === null) {
        const name = certificate.argument(0);
        yield refusalOf(
          certificate,
          1,
          `no "${prefix}_ssl_certificate_key" is defined for certificate "${name}"`,
        );
      }
      return;
    }
    if (this.inForce(level, `${prefix}_ssl_trusted_certificate`) === null) {
      yield refusalOf(verify, -1, `no ${prefix}_ssl_trusted_certificate for ${prefix}_ssl_verify`);
    }
  }

  /** Headers and parameters are compiled where they are in force, each set once. */
  private *compiled(level: Conf, name: string, word: number): Generator<Refusal> {
    const { compiled } = this.reading;
    // What a level inherits was compiled at the one around it, if nginx merges that.
    if (level !== this.server && !level.byName.has(name)) return;
    for (const directive of this.allInForce(level, name)) {
      if (compiled.has(directive)) return;
      compiled.set(directive, true);
      const fault = this.reading.compile(directive, word);
      if (fault !== null) yield this.refuse(fault.text, directive, word);
    }
  }

  /**
   * Two locations of one name at one level (ngx_http_join_exact_locations), in the order of names, as nginx keeps them;
   * inner levels are looked at first.
   */
  *locations(): Generator<Refusal> {
    for (const level of this.levels.toReversed()) {
      if (level.location?.kind === 'regex') continue;
      const seen = new Map<string, ConfigDirective>();
      const named = level.inner
        .filter(({ context, location }) => context === 'location' && isPlain(location?.kind))
        .toSorted((a, b) => compareTexts(a.location?.name ?? '', b.location?.name ?? ''));
      for (const inner of named) {
        const { location, block } = inner;
        if (location === null || block === null) continue;
        const key = `${location.kind} ${location.name}`;
        const other = seen.get(key);
        if (other !== undefined && surelyMeet(other, block)) {
          yield {
            ...refusalOf(block, -1, `duplicate location "${location.name}"`, 'directive-duplicate'),
            named: startOf(block),
          };
        }
        seen.set(key, block);
      }
    }
  }
}

/** The names of the server around a level, patterns left out; '' where it has none. */
function serverNamesAt(level: Conf): string[] {
  let server: Conf | null = level;
  while (server !== null && server.context !== 'server') server = server.parent;
  const names = (server?.byName.get('server_name') ?? []).flatMap(({ words }) =>
    words.slice(1).map(({ value }) => value),
  );
  return names.length === 0 ? [''] : names.filter((name) => serverNamePattern(name) === null);
}

function isPlain(kind: string | undefined): boolean {
  return kind === 'prefix' || kind === 'exact';
}

function sizeOf(directive: ConfigDirective | null): number | null {
  return directive === null ? null : parseOffset(directive.argument(0));
}
