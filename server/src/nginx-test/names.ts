import type { Context } from '../model/context';
import { type DirectiveFact, directiveFacts, existsIn } from '../reference/directives';
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

let modules: ReadonlySet<string> | undefined;

/** The modules whose directives we know. */
function knownModules(): ReadonlySet<string> {
  modules ??= new Set([...directiveFacts().values()].flat().map(({ module }) => module));
  return modules;
}

/** The directives that nginx of a version knows, with the modules that a configuration loads. */
export class Names {
  private readonly known = new Map<string, readonly DirectiveFact[]>();
  private readonly allowed = new Map<Context, Map<string, readonly DirectiveFact[]>>();
  /** Whether a module is or may be loaded whose directives we do not know. */
  readonly hasUnknownModules: boolean;
  /** Whether a module is loaded, or may be, that may define variables by names of its own. */
  readonly hasUnknownVariables: boolean;

  /**
   * @param loaded names of the modules that the configuration loads; null when that cannot be seen
   * @param parts which of `stream` and `mail` are there
   * @param extra names of other directives to accept
   */
  constructor(
    private readonly version: NginxVersion,
    private readonly loaded: ReadonlySet<string> | null,
    private readonly parts: ReadonlySet<string>,
    private readonly extra: ReadonlySet<string>,
  ) {
    const others = loaded === null ? null : [...loaded].filter((name) => !OWN_PARTS.has(name));
    this.hasUnknownModules = others === null || others.some((name) => !knownModules().has(name));
    this.hasUnknownVariables = others === null || others.length > 0;
  }

  /** The entries of the command tables for a name; `extra` for one that people said is theirs. */
  factsOf(name: string): readonly DirectiveFact[] | 'extra' {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    if (this.extra.has(name)) return 'extra';
    const facts = (directiveFacts().get(name) ?? []).filter((fact) => this.isThere(fact));
    this.known.set(name, facts);
    return facts;
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
      partOf(fact) !== null && existsIn(fact, this.version) && !isApart(fact);
    return facts.length > 0 && facts.every(isElsewhere);
  }

  private isThere(fact: DirectiveFact): boolean {
    if (!existsIn(fact, this.version)) return false;
    const part = partOf(fact);
    if (part !== null && !this.parts.has(part)) return false;
    return !isApart(fact) || this.loaded === null || this.loaded.has(fact.module);
  }
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
