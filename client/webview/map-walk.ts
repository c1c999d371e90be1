import type { ConfigurationMap, Way } from '../../server/src/protocol';
import type { Box, Layout } from './map-layout';

/** The nodes that the shown way of a handshake comes through. */
export function litNodes(map: ConfigurationMap, way: Way<unknown> | null): ReadonlySet<number> {
  const stations = way?.cases[way.shown]?.stations ?? [];
  const lit = new Set<number>();
  for (const { kind, place } of stations) {
    // That of a back end is the directive that names it.
    if (place === null || kind === 'back-end') continue;
    const file = map.files.indexOf(place.uri);
    const nodes = kind === 'listener' ? map.listeners : kind === 'server' ? map.servers : map.locations;
    const found = nodes.find(
      (node) => node.place?.file === file && node.place.line === place.range.start.line,
    );
    if (found === undefined) continue;
    lit.add(found.id);
    if (kind === 'location') for (const id of found.to) lit.add(id);
  }
  // Where it comes back to this nginx it goes from the back end to a server: the listener is between them.
  const hops = new Set(map.upstreams.filter(({ id }) => lit.has(id)).flatMap(({ to }) => to));
  for (const { id, to } of map.listeners) if (hops.has(id) && to.some((each) => lit.has(each))) lit.add(id);
  return lit;
}

/** Where an arrow key leads from a box; undefined for other keys, and where there is nothing. */
export function nextBox(
  { boxes, byId, targets, sources, isNarrow }: Layout,
  from: Box,
  key: string,
  page: number,
): Box | undefined {
  const column = isNarrow ? boxes : boxes.filter(({ kind }) => kind === from.kind);
  const at = column.indexOf(from);
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page }[key];
  if (step !== undefined) return column[Math.min(Math.max(at + step, 0), column.length - 1)];
  switch (key) {
    case 'Home':
      return column[0];
    case 'End':
      return column.at(-1);
    case 'ArrowRight':
      return byId.get(targets.get(from.node.id)?.[0] ?? 0);
    case 'ArrowLeft':
      return byId.get(sources.get(from.node.id)?.[0] ?? 0);
    default:
      return undefined;
  }
}
