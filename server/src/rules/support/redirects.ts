import type { Evidence } from '../../handshake/evidence';
import type { ConfigDirective } from '../../model/configuration';
import { levelsWithin } from '../../model/levels';
import type { Model } from '../../model/model';
import type { Asked } from './asked';
import { memoized } from '../../model/memo';

/** The `return` or `rewrite` that a piece of evidence is about; undefined for other evidence. */
export function answering(model: Model, { place }: Evidence): ConfigDirective | undefined {
  return place === null ? undefined : answers(model).get(keyOf(place.file.realPath, place.start));
}

const answers = memoized((model: Model): ReadonlyMap<string, ConfigDirective> => {
  const found = new Map<string, ConfigDirective>();
  const add = (directive: ConfigDirective): void => {
    if (directive.name !== 'return' && directive.name !== 'rewrite') return;
    const key = keyOf(directive.file.realPath, directive.start);
    if (!found.has(key)) found.set(key, directive);
  };
  if (model.http === null) return found;
  for (const { directives } of levelsWithin(model.http)) {
    for (const directive of directives) {
      add(directive);
      // In a server, an `if` is no level with a configuration of its own.
      if (directive.name === 'if') for (const inner of directive.children ?? []) add(inner);
    }
  }
  return found;
});

function keyOf(realPath: string, start: number): string {
  return `${start} ${realPath}`;
}

/** The redirect that stops a handshake, when a `return` or `rewrite` makes it; else undefined. */
export function redirectOf(model: Model, { reason }: Pick<Asked, 'reason'>): ConfigDirective | undefined {
  return reason?.id === 'websocket-redirected' ? answering(model, reason) : undefined;
}

/** The variables that an `if` around a directive asks for, in lower case; null where it asks for files. */
function conditionVariables({ parent }: ConfigDirective): string[] | null {
  if (parent?.name !== 'if') return [];
  const words = parent.words.slice(1).map(({ value }) => value);
  if (words.some((word) => /^\(?!?-[fdex]$/.test(word))) return null;
  return words.flatMap((word) =>
    [...word.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name.toLowerCase()),
  );
}

/** Whether a directive runs for every request, or by nothing but variables of these names. */
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
  return withOrigin(url, 'wss', port === 443 ? '' : `:${port}`);
}

/** The URL of a handshake without TLS instead, at port 80. */
export function plainUrl(url: string): string {
  return withOrigin(url, 'ws', '');
}

function withOrigin(url: string, scheme: string, port: string): string {
  return url.replace(
    /^wss?:\/\/(\[[^\]]*\]|[^/:]*)(?::\d+)?/,
    (_, host: string) => `${scheme}://${host}${port}`,
  );
}
