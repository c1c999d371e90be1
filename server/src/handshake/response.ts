import { t } from '../l10n';
import { inForce, writtenOf } from './in-force';
import type { ConfigDirective } from '../model/configuration';
import { directivesInForce, effective } from '../model/inheritance';
import type { EvidenceId } from './evidence';
import { CannotTell } from './cannot-tell';
import { headerOf } from './facts';
import { releaseWith } from './release';
import type { Request } from './request';
import { headersNamedIn } from './upstream-request';
import { isFilled, knownText } from './value';
import { isEmptyArgument } from './variables';

/** What is wrong with a connection that the back end has upgraded. */
export interface ResponseFault {
  readonly id: EvidenceId;
  readonly message: string;
  readonly directive: ConfigDirective;
}

/** Headers without which a client refuses the response (RFC 6455 §4.1). nginx writes `Connection` itself. */
const NEEDED: readonly string[] = ['upgrade', 'sec-websocket-accept'];

/** Headers that a client did not ask for, or that must be there once. */
const UNWANTED: ReadonlySet<string> = new Set([
  'upgrade',
  'sec-websocket-accept',
  'sec-websocket-protocol',
  'sec-websocket-extensions',
]);

/**
 * What keeps an upgraded connection from serving: headers hidden from the client or added to the response, and a body
 * in front of the client's first message.
 *
 * @param prefix that of the directives of the module: `proxy`, `uwsgi`, `scgi`
 */
export function responseFaults(request: Request, prefix: string): ResponseFault[] {
  const { level } = request;
  for (const name of FOREIGN_FILTERS) {
    const directive = inForce(request, level, name).directives.at(-1);
    if (directive !== undefined) {
      throw new CannotTell(
        'response',
        t`What \`${name}\` changes depends on its code.`,
        directive,
        'handler-unknown',
      );
    }
  }
  return [
    ...hiddenHeaders(request, prefix),
    ...addedHeaders(request),
    ...lostSubprotocol(request),
    ...bodyFault(request, prefix),
  ];
}

const FOREIGN_FILTERS: readonly string[] = [
  'header_filter_by_lua_block',
  'header_filter_by_lua_file',
  'header_filter_by_lua',
  'js_header_filter',
];

/** `proxy_hide_header`, unless `proxy_pass_header` names it too (ngx_http_upstream_hide_headers_hash). */
function hiddenHeaders(request: Request, prefix: string): ResponseFault[] {
  const named = (name: string): readonly ConfigDirective[] =>
    inForce(request, request.level, `${prefix}_${name}`).directives;
  const passed = new Set(named('pass_header').map((directive) => directive.argument(0).toLowerCase()));
  return NEEDED.filter((name) => !passed.has(name)).flatMap((name) => {
    const directive = named('hide_header').find((each) => each.argument(0).toLowerCase() === name);
    if (directive === undefined) return [];
    const message = t`\`${prefix}_hide_header ${directive.argument(0)}\` takes that header out of the 101: the client refuses it.`;
    return [{ id: 'websocket-response-header-hidden', message, directive } as const];
  });
}

/** `add_header … always`: without `always` nothing is added to a 101. */
function addedHeaders(request: Request): ResponseFault[] {
  return addHeaders(request).flatMap((directive) => {
    const name = directive.argument(0);
    const isAlways = directive.argument(2).toLowerCase() === 'always';
    if (!isAlways || !UNWANTED.has(name.toLowerCase())) return [];
    if (isEmptyArgument(request, directive, 1)) return [];
    const message = t`\`add_header ${name}\` adds a header to the 101 that the client did not ask for: it refuses it.`;
    return [{ id: 'websocket-response-header-hidden', message, directive } as const];
  });
}

/** Those in force: what `add_header_inherit` says of outer levels counts, too. */
function addHeaders(request: Request): readonly ConfigDirective[] {
  const { level, model } = request;
  const isReplaced = effective(level, 'add_header_inherit').directives.length === 0;
  return isReplaced
    ? inForce(request, level, 'add_header').directives
    : writtenOf(
        request,
        directivesInForce(level, 'add_header', releaseWith(model, 'add_header_inherit')).directives,
      );
}

const SUBPROTOCOL = 'sec-websocket-protocol';

/** Browsers refuse an answer without any of the subprotocols that they ask for (WHATWG WebSockets, §2.2). */
function lostSubprotocol({ facts, assumptions, upstream }: Request): ResponseFault[] {
  const isAsked = isFilled(assumptions.resolve(headerOf(facts, SUBPROTOCOL)));
  if (!isAsked || upstream === null) return [];
  const { request } = upstream;
  const [own] = headersNamedIn(request.set.directives, SUBPROTOCOL);
  const isSet = request.named(SUBPROTOCOL).some(({ value }) => knownText(value) !== '');
  // What no directive names is passed on.
  const directive = own ?? request.dropsClientHeaders;
  if (directive === null || isSet) return [];
  const message = t(
    'No `Sec-WebSocket-Protocol` reaches the back end: a client that asks for a subprotocol refuses the answer.',
  );
  return [{ id: 'websocket-request-headers-dropped', message, directive }];
}

/** A body that goes to the back end behind the handshake is read there as a message of the client. */
function bodyFault(request: Request, prefix: string): ResponseFault[] {
  const directive =
    prefix === 'proxy' ? inForce(request, request.level, 'proxy_set_body').directives.at(-1) : undefined;
  if (directive === undefined) return [];
  if (isEmptyArgument(request, directive, 0)) return [];
  const message = t(
    '`proxy_set_body` sends a body behind the handshake, which the back end takes for a message.',
  );
  return [{ id: 'websocket-method-or-body', message, directive }];
}
