import type { Choices } from './choices';
import { urlHost } from './hosts';
import { urlPath } from './paths';
import type { DrawnServer } from './servers';

/** URLs that reach the servers, or nearly. */
export function urls(choices: Choices, count: number, servers: readonly DrawnServer[]): string[] {
  return Array.from({ length: count }, () => url(choices, servers));
}

function url(choices: Choices, servers: readonly DrawnServer[]): string {
  const { listeners, names, paths } = drawn(choices, servers);
  const { port, tls, host } = drawn(choices, listeners);
  const usual = tls ? 'wss' : 'ws';
  const scheme = choices.chance(97) ? usual : choices.of(['ws', 'wss', 'http']);
  return `${scheme}://${host ?? urlHost(choices, names)}:${port}${urlPath(choices, drawn(choices, paths))}`;
}

function drawn<T>(choices: Choices, values: readonly T[]): T {
  const [first, ...others] = values;
  if (first === undefined) throw new Error('There is nothing to draw from.');
  return choices.of([first, ...others]);
}
