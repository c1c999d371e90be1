import type { ConfigDirective } from '../model/configuration';
import type { Level } from '../model/levels';
import type { Model } from '../model/model';
import type { Reached } from './listening';
import type { Assumptions } from './assumptions';
import { type About, placeAbout } from './cannot-tell';
import type { Evidence, EvidenceId, Fault, Step } from './evidence';
import type { Facts } from './facts';
import type { Captured } from './open-patterns';
import type { Outcome, Upstream } from './outcome';
import { EMPTY, known, type Value } from './value';

/** nginx changes the path of a request so many times, then gives up (NGX_HTTP_MAX_URI_CHANGES). */
const URI_CHANGES = 10;

/** What sets the content of a response: the directive that was written last of those that do. */
export interface ContentHandler {
  /** Its name, such as `proxy_pass`. */
  readonly name: string;
  readonly directive: ConfigDirective;
}

/** What the rewrite module may change of a request, but for its variables. */
export interface Moment {
  readonly captures: readonly Value[];
  readonly args: Value;
  readonly quotesCaptures: boolean;
  readonly path: Value;
}

/** What all requests of one walk share: the main request, its subrequests, and those of the next hops. */
export interface Walk {
  readonly model: Model;
  readonly assumptions: Assumptions;
  /** Follows a request that comes back to this nginx. */
  readonly arrive: (arrival: Arrival) => Arrived;
  /** What stops the handshake as soon as something else does not: it counts where the handshake is blocked. */
  readonly further: Evidence[];
}

/** A value that is worked out when it is asked for: to know it at once would mean to ask what nobody may need. */
export interface Deferred {
  /** @param asking the request that asks for it */
  readonly worth: (asking: Request) => Value;
  /** How many of these are in each other. */
  readonly depth: number;
}

export type Entry = Value | Deferred;

export function isDeferred(entry: Entry): entry is Deferred {
  return 'worth' in entry;
}

/** The variables of a request, by name in lower case. What is set does not change those of the one under it. */
export class Assigned {
  private readonly own = new Map<string, Entry | undefined>();

  constructor(private readonly base: Assigned | null = null) {}

  get(name: string): Entry | undefined {
    return this.own.has(name) ? this.own.get(name) : this.base?.get(name);
  }

  /** @param entry undefined: it is not set, though it may be in those under these */
  set(name: string, entry: Entry | undefined): void {
    this.own.set(name, entry);
  }
}

/** A connection that has reached a socket, and the request over it. */
export interface Arrival {
  readonly socket: Reached;
  readonly facts: Facts;
  /** The name that TLS asks for (SNI), in lower case; null for none. */
  readonly tlsName: string | null;
  /** Whether the other side presents a certificate of its own; null where each client decides that. */
  readonly presentsCertificate: boolean | null;
  /** What happened so far: what happens is added. */
  readonly steps: Evidence[];
  /** From 1. */
  readonly hop: number;
}

/** What became of a connection: a null request when it does not come so far. */
export interface Arrived {
  readonly outcome: Outcome;
  readonly request: Request | null;
}

/**
 * One request on its way through the phases of nginx, with the fields of ngx_http_request_t that decide where it
 * goes. Paths are in bytes, one character each.
 */
export class Request {
  /** Where the directives in force are looked up: the server, a location, or an `if` or `limit_except` in one (loc_conf). */
  level: Level;
  /** What the level has set last; an `if` without one leaves it. */
  contentHandler: ContentHandler | null = null;
  args: Value;
  private path: Value = known('/');
  /** Whether anything has asked for the path. */
  readsPath = false;
  /** Whether the path goes to the back end as the client has sent it (valid_unparsed_uri). */
  isPathAsSent = true;
  /** Whether `proxy_pass` with a path takes the place of the location's (valid_location). */
  isLocationPath = true;
  uriChanged = false;
  uriChanges = URI_CHANGES + 1;
  internal = false;
  /** Whether an `error_page` has been taken, so that none follows (error_page). */
  hadErrorPage = false;
  /** The `error_page` that was taken. */
  errorPage: ConfigDirective | null = null;
  /** The status that is sent whatever the answer is; 0 for the answer's own (err_status). */
  errorStatus = 0;
  /** Host and port of the `proxy_pass` that is being answered: `$proxy_host`, `$proxy_port`. */
  backEnd: { readonly host: Value; readonly port: Value } | null = null;
  /** The last request that reached a back end. */
  upstream: Upstream | null = null;
  /** The `mirror` directives that have sent a copy. */
  readonly mirrors: ConfigDirective[] = [];
  captures: readonly Value[] = [];
  /** Whether the rewrite module escapes captures, should the path have been escaped: until it changes the path. */
  quotesCaptures = true;
  /** The file that `try_files` falls back to: it is there. */
  page: string | null = null;
  /** The path of the directory that `try_files` has found. */
  directory: string | null = null;
  /** Whether it comes from a location that is not known: its variables and captures are not known either. */
  hasPast = false;
  /** How many maps were looked up for the value that is being worked out. */
  lookUps = 0;
  /** The location that takes it first, where that is settled before it is searched for. */
  given: Level | null = null;

  constructor(
    readonly walk: Walk,
    readonly facts: Facts,
    readonly server: Level,
    /** Values that `set`, a pattern or a map has given, by name: a subrequest shares them. */
    public variables: Assigned,
    /** What happened so far. */
    readonly steps: Evidence[],
    readonly isMain: boolean,
    /** From 1. */
    readonly hop: number,
  ) {
    this.level = server;
    this.args = facts.query;
  }

  get uri(): Value {
    this.readsPath = true;
    return this.path;
  }

  set uri(value: Value) {
    this.path = value;
  }

  get model(): Model {
    return this.walk.model;
  }

  get assumptions(): Assumptions {
    return this.walk.assumptions;
  }

  /** Another request within this one, as `auth_request` and `mirror` make it (ngx_http_subrequest). */
  subrequest(uri: string): Request {
    const request = new Request(this.walk, this.facts, this.server, this.variables, [], false, this.hop);
    const [path = '', ...query] = uri.split('?');
    request.uri = known(path);
    request.args = known(query.join('?'));
    request.internal = true;
    request.isPathAsSent = false;
    return request;
  }

  /** The same without what happened so far. */
  resting(): Request {
    return this.with(new Map(), this.moment, []);
  }

  /** What the rewrite module may change, as it is now. */
  get moment(): Moment {
    const { captures, args, quotesCaptures, path } = this;
    return { captures, args, quotesCaptures, path };
  }

  /** The request with other variables, as it was at another time. */
  with(
    variables: ReadonlyMap<string, Entry | undefined>,
    { captures, args, quotesCaptures, path }: Moment,
    steps = this.steps,
  ): Request {
    const request = new Request(
      this.walk,
      this.facts,
      this.server,
      new Assigned(this.variables),
      steps,
      this.isMain,
      this.hop,
    );
    for (const [name, entry] of variables) request.variables.set(name, entry);
    request.level = this.level;
    request.captures = captures;
    request.path = path;
    request.args = args;
    request.quotesCaptures = quotesCaptures;
    request.hasPast = this.hasPast;
    request.backEnd = this.backEnd;
    return request;
  }

  /** Takes up what a pattern has matched. */
  capture({ groups, named }: Captured): void {
    // A pattern without groups leaves none.
    this.captures = groups.length > 1 ? groups : [];
    for (const [name, value] of named) this.variables.set(name, value);
  }

  /** What a group of the last pattern has captured. */
  captured(group: number): Value {
    return this.captures[group] ?? EMPTY;
  }

  note(
    step: Step,
    message: string,
    about: About,
    id: EvidenceId | null = null,
    {
      fault,
      level = this.level,
      isOfLogin = false,
    }: { readonly fault?: Fault; readonly level?: Level; readonly isOfLogin?: boolean } = {},
  ): void {
    // A request that comes round again does so for the same reasons.
    const isTold = ({ id: known, message: text, about: of }: Evidence): boolean =>
      known === null && text === message && of === about;
    if (id === null && this.steps.some(isTold)) return;
    const directive = about !== null && 'start' in about && 'end' in about ? null : about;
    this.steps.push({
      id,
      place: placeAbout(about),
      message,
      step,
      about: directive,
      level,
      hop: this.hop,
      ...(fault === undefined ? {} : { fault }),
      ...(isOfLogin ? { isOfLogin } : {}),
    });
  }
}
