import type { ConfigDirective, Place } from '../model/configuration';
import { placeOf } from '../model/configuration';
import type { Level } from '../model/levels';
import type { Model } from '../model/model';
import type { Value } from './evaluate';
import type { Evidence, EvidenceId, Step } from './evidence';
import type { Upstream } from './outcome';
import type { Match } from './patterns';
import type { Target } from './target';

/** nginx changes the path of a request so many times, then gives up (NGX_HTTP_MAX_URI_CHANGES). */
const URI_CHANGES = 10;

/** What sets the content of a response: the directive that was written last of those that do. */
export interface ContentHandler {
  /** Its name, such as `proxy_pass`. */
  readonly name: string;
  readonly directive: ConfigDirective;
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
  uri = '/';
  args: string;
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
  backEnd: { readonly host: string; readonly port: string } | null = null;
  /** The last request that reached a back end. */
  upstream: Upstream | null = null;
  /** The `mirror` directives that have sent a copy. */
  readonly mirrors: ConfigDirective[] = [];
  captures: readonly string[] = [];
  /** Whether the rewrite module escapes captures, should the path have been escaped: until it changes the path. */
  quotesCaptures = true;

  constructor(
    readonly model: Model,
    readonly target: Target,
    readonly server: Level,
    /** Values that `set`, a pattern or a map has given, by name: a subrequest shares them. */
    readonly variables: Map<string, Value>,
    /** What happened so far. */
    readonly steps: Evidence[],
    readonly isMain: boolean,
  ) {
    this.level = server;
    this.args = target.query;
  }

  /** Another request within this one, as `auth_request` and `mirror` make it (ngx_http_subrequest). */
  subrequest(uri: string): Request {
    const request = new Request(this.model, this.target, this.server, this.variables, [], false);
    const [path = '', ...query] = uri.split('?');
    request.uri = path;
    request.args = query.join('?');
    request.internal = true;
    request.isPathAsSent = false;
    return request;
  }

  /** Takes up what a pattern has matched. */
  capture({ groups, named }: Match): void {
    // A pattern without groups leaves none.
    this.captures = groups.length > 1 ? groups : [];
    for (const [name, text] of named) this.variables.set(name, { kind: 'known', text });
  }

  note(
    step: Step,
    message: string,
    about: ConfigDirective | Level | Place | null,
    id: EvidenceId | null = null,
  ): void {
    this.steps.push({ id, place: placeAbout(about), message, step });
  }
}

/** Where a thing stands. */
export function placeAbout(about: ConfigDirective | Level | Place | null): Place | null {
  if (about === null) return null;
  if ('start' in about && 'end' in about) return about;
  if ('kind' in about) return about.block === null ? null : placeOf(about.block);
  return placeOf(about);
}

/** Thrown where a request cannot be followed any further, because something cannot be told from the files. */
export class CannotTell extends Error {
  readonly evidence: Evidence;

  constructor(
    step: Step,
    message: string,
    about: ConfigDirective | Level | Place | null,
    id: EvidenceId = 'value-unknown',
  ) {
    super(message);
    this.evidence = { id, place: placeAbout(about), message, step };
  }
}
