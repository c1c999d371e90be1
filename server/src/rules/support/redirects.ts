import type { Evidence } from '../../handshake/evidence';
import { handshake } from '../../handshake/handshake';
import { urlsOf } from '../../handshake/route-urls';
import type { Route } from '../../handshake/routes';
import type { ConfigDirective } from '../../model/configuration';
import type { Model } from '../../model/model';
import { isMeantFor } from '../../handshake/asked-names';

/** The redirect that stops a handshake, when a `return` or `rewrite` makes it; else undefined. */
export function redirectIn(because: readonly Evidence[]): ConfigDirective | undefined {
  const reason = because.findLast(({ id }) => id !== null);
  const about = reason?.id === 'websocket-redirected' ? reason.about : undefined;
  return about !== undefined && about !== null && 'words' in about ? about : undefined;
}

/** The variables that an `if` around a directive tests, in lower case; null where it tests files. */
function conditionVariables({ parent }: ConfigDirective): string[] | null {
  if (parent?.name !== 'if') return [];
  const words = parent.words.slice(1).map(({ value }) => value);
  if (words.some((word) => /^\(?!?-[fdex]$/.test(word))) return null;
  return words.flatMap((word) =>
    [...word.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name.toLowerCase()),
  );
}

/** Whether a directive runs for every request, or depends only on variables of these names. */
export function runsBy(directive: ConfigDirective, names: ReadonlySet<string>): boolean {
  return conditionVariables(directive)?.every((name) => names.has(name)) === true;
}

/** The URL that a redirect sends clients to, as written; '' for a status alone. */
function redirectTarget(redirect: ConfigDirective): string {
  if (redirect.name === 'rewrite') return redirect.argument(1);
  return redirect.words.length > 2 ? redirect.argument(1) : redirect.argument(0);
}

/** The port of the https:// URL that a redirect sends clients to; null when it sends them to another. */
export function httpsPortOf(redirect: ConfigDirective): number | null {
  const match = /^https:\/\/[^/?#]*?(?::(\d+))?(?:[/?#]|\$request_uri|\$uri|$)/.exec(
    redirectTarget(redirect),
  );
  return match === null ? null : Number(match[1] ?? 443);
}

/** The URL of a handshake over TLS instead, at the port. */
export function secureUrl(url: string, port: number): string {
  return withOrigin(url, 'wss', null, port === 443 ? '' : `:${port}`);
}

/** The URL of a handshake without TLS instead, at port 80. */
export function plainUrl(url: string): string {
  return withOrigin(url, 'ws', null, '');
}

/** @param host null for that of the URL */
function withOrigin(url: string, scheme: string, host: string | null, port: string): string {
  return url.replace(
    /^wss?:\/\/(\[[^\]]*\]|[^/:]*)(?::\d+)?/,
    (_, own: string) => `${scheme}://${host ?? own}${port}`,
  );
}

/**
 * The URL over TLS that works where a redirect sends the ws:// handshakes of a location, as far as a back end; null
 * where it does not, or where it sends them elsewhere. The path is taken to stay.
 */
export function worksOverTls(model: Model, { location }: Route, redirect: ConfigDirective): string | null {
  const port = httpsPortOf(redirect);
  const plain = urlsOf(model, location).find((each) => each.startsWith('ws://'));
  if (port === null || plain === undefined) return null;
  const host = hostOf(redirect);
  const url = withOrigin(plain, 'wss', host, port === 443 ? '' : `:${port}`);
  return model.ask('reaches a back end', `${host ?? ''} ${url}`, (all) => reachesBackEnd(all, url, host))
    ? url
    : null;
}

/** The host of the https:// URL of a redirect, in lower case; null where it has a variable: that of the request. */
function hostOf(redirect: ConfigDirective): string | null {
  const [, host] =
    /^https:\/\/(\[[^\]$]*\]|[^/?#:$]+)(?=[/?#:]|\$request_uri|\$uri|$)/.exec(redirectTarget(redirect)) ?? [];
  return host?.toLowerCase() ?? null;
}

/** @param host that the redirect names; null for none */
function reachesBackEnd(model: Model, url: string, host: string | null): boolean {
  const seen = handshake(model, url);
  // The server for TLS may be in another file.
  if (seen.error !== undefined) return model.http?.unseen === true;
  // A host that none of the servers has may be that of another machine.
  if (host !== null && !isMeantFor(seen, host)) return false;
  return seen.verdict !== 'blocked' || seen.upstream !== null;
}

/** Whether a directive is in an `if` that refuses what `valid_referers` finds invalid. */
export function isByReferer({ parent }: ConfigDirective): boolean {
  return parent?.name === 'if' && parent.words.some(({ value }) => /\$\{?invalid_referer\b/i.test(value));
}
