import { routesOf } from '../handshake/routes';
import { type Place, placeOf, wholePlaceOf } from '../model/configuration';
import { effective } from '../model/inheritance';
import type { Model } from '../model/model';
import type { Problem } from '../rules/support/problem';
import { parseTime } from '../rules/support/time';
import { remedyFor } from './remedies';

/** How long an open WebSocket may be silent before nginx closes it. */
export interface Silence {
  readonly seconds: number;
  /** One sentence. */
  readonly message: string;
  /** The directive that sets it; without one, the `proxy_pass` that it holds for. */
  readonly place: Place;
  /** Whose fix allows more; null where nothing of ours does. */
  readonly remedy: Problem | null;
}

/** The default of `proxy_read_timeout`, in seconds (ngx_http_proxy_module). */
const DEFAULT_SECONDS = 60;

/**
 * The limit of a location, `proxy_read_timeout`: in an open tunnel it runs from the last byte of either side
 * (ngx_http_upstream_process_upgraded). Null where the files do not tell.
 *
 * @param location the location that answers, with all of its block; null at server level
 */
export function silenceOf(
  model: Model,
  problems: readonly Problem[],
  location: Place | null,
): Silence | null {
  const route = routesOf(model).find(
    ({ location: { block } }) => block !== null && location !== null && isSame(wholePlaceOf(block), location),
  );
  if (route === undefined) return null;
  const { directives, certain } = effective(route.location, 'proxy_read_timeout');
  const directive = directives.at(-1);
  if (directive === undefined && !certain) return null;
  const seconds = directive === undefined ? DEFAULT_SECONDS : parseTime(directive.argument(0));
  if (seconds === null) return null;
  const place = placeOf(directive ?? route.proxyPass);
  const evidence = { id: 'websocket-idle-timeout', place, message: '', step: 'response' } as const;
  return {
    seconds,
    message:
      directive === undefined
        ? '`proxy_read_timeout` is 60 s, the default: nothing here sets another.'
        : `\`proxy_read_timeout ${directive.argument(0)}\`.`,
    place,
    remedy: remedyFor(problems, evidence, location),
  };
}

function isSame(a: Place, b: Place): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end;
}
