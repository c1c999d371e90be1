import type { Configuration } from '../model/configuration';
import type { Context } from '../model/context';
import { type Build, knownModules } from '../reference/builds';
import { type DirectiveFact, directiveFacts, existsIn } from '../reference/directives';
import { checksPartsLast, type Fork, forkFacts, hasKnownVariables, lacks } from '../reference/forks';
import { isBundled } from '../reference/third-party';
import type { NginxVersion } from '../reference/versions';

/** Modules of nginx's source that its packages do not have, or have only for `load_module`. */
const BUILT_APART: ReadonlySet<string> = new Set([
  'ngx_devpoll_module',
  'ngx_eventport_module',
  'ngx_iocp_module',
  'ngx_kqueue_module',
  'ngx_http_degradation_module',
  'ngx_google_perftools_module',
  'ngx_http_perl_module',
  'ngx_http_xslt_filter_module',
  'ngx_http_image_filter_module',
  'ngx_http_geoip_module',
  'ngx_stream_geoip_module',
]);

/** Modules that Debian builds separately and we assume to be loaded: they belong to nginx, and `stream` is a separate part. */
const OWN_PARTS: ReadonlySet<string> = new Set(['ngx_stream_module', 'ngx_mail_module']);

/** The modules that a configuration loads, by the names of their files. */
export function modulesLoadedBy({ directives }: Configuration): ReadonlySet<string> {
  const paths = directives.filter(({ name }) => name === 'load_module').map((each) => each.argument(0));
  return new Set(paths.map((path) => path.replace(/^.*\//s, '').replace(/\.so$/, '')));
}

/** What the names that nginx knows depend on. */
interface NamesOptions {
  /** The version that is judged for, and what is known of the program. */
  readonly version: NginxVersion;
  readonly build: Pick<Build, 'fork' | 'modules'>;
  /** Names of the modules that the configuration loads; null when that cannot be seen. */
  readonly loaded: ReadonlySet<string> | null;
  /** Which of `stream` and `mail` are there. */
  readonly parts: ReadonlySet<string>;
  /** Names of other directives to accept. */
  readonly extra: ReadonlySet<string>;
}

/** The directives that nginx of a version knows, with the modules that are built in and those that a configuration loads. */
export class Names {
  private readonly known = new Map<string, readonly DirectiveFact[]>();
  private readonly allowed = new Map<Context, Map<string, readonly DirectiveFact[]>>();
  /** Whether a module is or may be there whose directives we do not know. */
  readonly hasUnknownModules: boolean;
  /** Whether a module is there, or may be, that may define variables by names of its own. */
  readonly hasUnknownVariables: boolean;

  /** Whether `http`, `stream` and `mail` are checked when all files are read, and there may be several. */
  readonly checksPartsLast: boolean;
  /** Whose program it is. */
  readonly fork: Fork | null;
  /** All of this in words: what is the same for two is known to both. */
  readonly text: string;

  constructor(private readonly options: NamesOptions) {
    this.fork = options.build.fork;
    this.text = textOf(options);
    const { loaded, build } = options;
    const others = loaded === null ? null : [...loaded].filter((name) => !OWN_PARTS.has(name));
    const hasOthers = build.modules?.hasOthers ?? false;
    this.hasUnknownModules = hasOthers || others === null || others.some((name) => !knownModules().has(name));
    this.hasUnknownVariables =
      hasOthers || !hasKnownVariables(build.fork) || others === null || others.length > 0;
    this.checksPartsLast = checksPartsLast(build.fork, options.version);
  }

  /** The entries of the command tables for a name; `extra` for one that is known, and no more than that. */
  factsOf(name: string): readonly DirectiveFact[] | 'extra' {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const { fork } = this;
    if (this.options.extra.has(name)) return 'extra';
    const isLacked = fork !== null && lacks(fork, name);
    const ofNginx = isLacked ? [] : (directiveFacts().get(name) ?? []).filter((fact) => this.isThere(fact));
    const facts = fork === null ? ofNginx : [...ofNginx, ...forkFacts(fork, name)];
    if (facts.length === 0 && fork !== null && isBundled(fork, name)) return 'extra';
    this.known.set(name, facts);
    return facts;
  }

  /** Whether nginx has no such directive, and the fork has. */
  isOfFork(name: string): boolean {
    return this.fork !== null && !directiveFacts().has(name) && forkFacts(this.fork, name).length > 0;
  }

  /** Those of some entries of one name that are allowed in a context. */
  allowedIn(name: string, context: Context, facts: readonly DirectiveFact[]): readonly DirectiveFact[] {
    const byName = this.allowed.get(context) ?? new Map<string, readonly DirectiveFact[]>();
    this.allowed.set(context, byName);
    let allowed = byName.get(name);
    if (allowed === undefined) {
      allowed = facts.filter((fact) => isAllowed(fact, context));
      byName.set(name, allowed);
    }
    return allowed;
  }

  /** Whether a name that is not known here belongs to a part that the configuration does not have. */
  isElsewhere(name: string): boolean {
    const facts = directiveFacts().get(name) ?? [];
    const isElsewhere = (fact: DirectiveFact): boolean =>
      partOf(fact) !== null && existsIn(fact, this.options.version) && !isApart(fact);
    return facts.length > 0 && facts.every(isElsewhere);
  }

  private isThere(fact: DirectiveFact): boolean {
    const { version, parts, loaded, build } = this.options;
    if (!existsIn(fact, version)) return false;
    const part = partOf(fact);
    if (part !== null && !parts.has(part)) return false;
    if (loaded === null || loaded.has(fact.module)) return true;
    if (isApart(fact)) return build.modules?.builtIn.includes(fact.module) ?? false;
    return build.modules?.absent.includes(fact.module) !== true;
  }
}

function textOf({ version, build, loaded, parts, extra }: NamesOptions): string {
  const { fork, modules } = build;
  return JSON.stringify([version, fork, modules, loaded && [...loaded], [...parts], [...extra]]);
}

function isAllowed({ contexts }: DirectiveFact, context: Context): boolean {
  return context === 'unknown' || contexts.includes(context) || contexts.includes('any');
}

/** Whether a directive is of a module that is not in every nginx: built apart, or of another author. */
export function isApart({ thirdParty, module }: DirectiveFact): boolean {
  return thirdParty !== null || BUILT_APART.has(module);
}

/** The part that a directive belongs to, if it is one that packages often build apart. */
function partOf({ name, contexts }: DirectiveFact): 'stream' | 'mail' | null {
  if (name === 'stream' || name === 'mail') return name;
  if (contexts.some((context) => context.startsWith('stream'))) return 'stream';
  return contexts.some((context) => context.startsWith('mail')) ? 'mail' : null;
}
