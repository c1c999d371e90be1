import { routesOf } from '../handshake/routes';
import { t } from '../l10n';
import { type Place, placeOf, wholePlaceOf } from '../model/configuration';
import { effectiveValue } from '../model/inheritance';
import type { Model } from '../model/model';
import { placeInFile } from '../model/place-in-file';
import type { Problem } from '../rules/support/problem';
import { parseTime } from '../values/time';
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
  const { closure } = model.configuration;
  const route = routesOf(model).find(
    ({ location: { block } }) =>
      block !== null && location !== null && isSame(placeInFile(closure, wholePlaceOf(block)), location),
  );
  if (route === undefined) return null;
  const { text, origin, certain } = effectiveValue(route.location, 'proxy_read_timeout', model.version);
  const { directive } = origin;
  if (directive === null && !certain) return null;
  const milliseconds = text === null ? null : parseTime(text);
  if (text === null || milliseconds === null) return null;
  const seconds = milliseconds / 1000;
  const place = placeInFile(closure, placeOf(directive ?? route.proxyPass));
  const evidence = { id: 'websocket-idle-timeout', place, message: '', step: 'response' } as const;
  return {
    seconds,
    message:
      directive === null
        ? t`\`proxy_read_timeout\` is ${seconds} s, the default: nothing here sets another.`
        : t`\`proxy_read_timeout ${text}\`.`,
    place,
    remedy: remedyFor(problems, evidence, location),
  };
}

function isSame(a: Place, b: Place): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end;
}
