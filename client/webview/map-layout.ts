import type { ConfigurationMap, MapNode, WayStation } from '../../server/src/protocol';

/** Which part of the way a node is, and the column that it stands in. */
export const kinds = ['listener', 'server', 'location', 'back-end'] as const satisfies WayStation['kind'][];
export type Kind = (typeof kinds)[number];

/** A node and where it stands, in pixels. */
export interface Box {
  readonly node: MapNode;
  readonly kind: Kind;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** How far down it may stand: as far as the last that it leads to, so that it stays in view beside these. */
  readonly until: number;
}

/** What leads from one box to another; from a back end that is this nginx again, back to its listener. */
export interface Line {
  readonly from: Box;
  readonly to: Box;
}

export interface Layout {
  readonly boxes: readonly Box[];
  readonly byId: ReadonlyMap<number, Box>;
  /** The ids of the boxes that a box leads to, through what has no box. */
  readonly targets: ReadonlyMap<number, readonly number[]>;
  /** The ids of the boxes that lead to a box. */
  readonly sources: ReadonlyMap<number, readonly number[]>;
  readonly height: number;
  /** Whether all stand in one column, and no lines are drawn. */
  readonly isNarrow: boolean;
}

/** How high a row is, and how high the box in it. */
export const ROW = 30;
export const BOX_HEIGHT = 24;

/** Below this width four columns are too narrow to read. */
const NARROW = 560;
const GAP = 36;
const INDENT = 16;
/** How the width is shared: an address is short, and beside a location stands what becomes of handshakes there. */
const SHARES: Readonly<Record<Kind, number>> = {
  listener: 0.16,
  server: 0.29,
  location: 0.34,
  'back-end': 0.21,
};
/** Beside the listeners: what leads back to them comes along there. */
const GUTTER = 16;

/** Lays a map out for a width. */
export function layOut(map: ConfigurationMap, width: number): Layout {
  const isNarrow = width < NARROW;
  const boxes = isNarrow ? inOneColumn(map, width) : inFourColumns(map, width);
  const byId = new Map(boxes.map((box) => [box.node.id, box] as const));
  const unseen = new Map(
    [...map.listeners, ...map.upstreams]
      .filter(({ id }) => !byId.has(id))
      .map((node) => [node.id, node] as const),
  );
  const boxesFrom = ({ to }: MapNode): number[] =>
    to.flatMap((id) => {
      const through = unseen.get(id);
      return through === undefined ? (byId.has(id) ? [id] : []) : boxesFrom(through);
    });
  const targets = new Map(boxes.map(({ node }) => [node.id, boxesFrom(node)] as const));
  const sources = new Map<number, number[]>();
  for (const [from, to] of targets) {
    for (const id of to) {
      const known = sources.get(id);
      if (known === undefined) sources.set(id, [from]);
      else known.push(from);
    }
  }
  const height = boxes.reduce((most, { y }) => Math.max(most, y + ROW), 0);
  return { boxes, byId, targets, sources, height, isNarrow };
}

/** Servers, and below each its locations. Listeners and back ends are told beside them. */
function inOneColumn({ servers, locations }: ConfigurationMap, width: number): Box[] {
  const byId = new Map(locations.map((node) => [node.id, node] as const));
  const boxes: Box[] = [];
  const add = (node: MapNode, kind: Kind, indent: number): void => {
    const y = boxes.length * ROW;
    boxes.push({ node, kind, x: indent, y, width: width - indent, until: y });
  };
  for (const server of servers) {
    add(server, 'server', 0);
    for (const id of server.to) {
      const location = byId.get(id);
      if (location !== undefined) add(location, 'location', INDENT * (1 + location.depth));
    }
  }
  return boxes;
}

interface Column {
  readonly x: number;
  readonly width: number;
}

/** The columns between two edges. */
function columnsIn(left: number, right: number): ReadonlyMap<Kind, Column> {
  const room = right - left - 3 * GAP;
  const columns = new Map<Kind, Column>();
  let x = left;
  for (const kind of kinds) {
    const width = SHARES[kind] * room;
    columns.set(kind, { x, width });
    x += width + GAP;
  }
  return columns;
}

function inFourColumns(map: ConfigurationMap, width: number): Box[] {
  const left = map.upstreams.some(({ to }) => to.length > 0) ? GUTTER : 0;
  const columns = columnsIn(left, width);
  const place = (kind: Kind, node: MapNode, y: number, until = y): Box => {
    const column = columns.get(kind) ?? { x: left, width };
    const indent = kind === 'location' ? node.depth * INDENT : 0;
    return { node, kind, x: column.x + indent, y, width: column.width - indent, until };
  };
  const tops = new Map<number, { readonly first: number; readonly last: number }>();
  const servers: Box[] = [];
  const locations: Box[] = [];
  const byId = new Map(map.locations.map((node) => [node.id, node] as const));
  let row = 0;
  for (const server of map.servers) {
    const first = row * ROW;
    for (const id of server.to) {
      const node = byId.get(id);
      if (node === undefined) continue;
      locations.push(place('location', node, row * ROW));
      tops.set(id, { first: row * ROW, last: row * ROW });
      row += 1;
    }
    if (row * ROW === first) row += 1;
    const last = (row - 1) * ROW;
    tops.set(server.id, { first, last });
    servers.push(place('server', server, first, last));
  }
  const listeners: Box[] = [];
  let free = 0;
  for (const node of map.listeners) {
    const ends = node.to.map((id) => tops.get(id)).filter((each) => each !== undefined);
    const y = Math.max(free, ends[0]?.first ?? 0);
    listeners.push(place('listener', node, y, Math.max(y, ends.at(-1)?.last ?? y)));
    free = y + ROW;
  }
  return [...listeners, ...servers, ...locations, ...besideFirst(map, tops, place)];
}

/** Each back end beside the first location that leads to it, or in the next row that is free. */
function besideFirst(
  { locations, upstreams }: ConfigurationMap,
  tops: ReadonlyMap<number, { readonly first: number }>,
  place: (kind: Kind, node: MapNode, y: number, until: number) => Box,
): Box[] {
  const rows = new Map<number, { readonly first: number; last: number }>();
  for (const { id, to } of locations) {
    const row = tops.get(id)?.first ?? 0;
    for (const target of to) {
      const known = rows.get(target);
      if (known === undefined) rows.set(target, { first: row, last: row });
      else known.last = row;
    }
  }
  const byId = new Map(upstreams.map((node) => [node.id, node] as const));
  const boxes: Box[] = [];
  let free = 0;
  for (const [id, { first, last }] of rows) {
    const node = byId.get(id);
    if (node === undefined) continue;
    const y = Math.max(free, first);
    boxes.push(place('back-end', node, y, Math.max(y, last)));
    free = y + ROW;
  }
  return boxes;
}

/** What is to be drawn of a layout. */
export interface View {
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

/**
 * The boxes between two heights, those that go along with them, and the lines from and to them.
 *
 * @param margin how much above and below is drawn too
 */
export function inView({ boxes, byId, isNarrow }: Layout, top: number, bottom: number, margin = 0): View {
  const shown = alongside(
    boxes.filter(({ y, until }) => y < bottom + margin && until + ROW > top - margin),
    top,
  );
  if (isNarrow) return { boxes: shown, lines: [] };
  const moved = new Map(shown.map((box) => [box.node.id, box] as const));
  const lines: Line[] = [];
  for (const from of shown) {
    if (from.kind === 'back-end') continue;
    for (const id of from.node.to) {
      const to = moved.get(id) ?? (from.kind === 'location' ? byId.get(id) : undefined);
      if (to !== undefined) lines.push({ from, to });
    }
  }
  // They come a long way: one end may be out of view.
  for (const box of boxes) {
    if (box.kind !== 'back-end') continue;
    const from = moved.get(box.node.id);
    for (const id of box.node.to) {
      const to = moved.get(id) ?? byId.get(id);
      if (to !== undefined && (moved.has(id) || from !== undefined)) lines.push({ from: from ?? box, to });
    }
  }
  return { boxes: shown, lines };
}

/** Boxes, those that may moved along with what they are beside so that they stay in view, none over another. */
function alongside(boxes: readonly Box[], top: number): Box[] {
  const taken = new Map<Kind, number[]>(kinds.map((kind) => [kind, []]));
  for (const { kind, y, until } of boxes) if (until === y) taken.get(kind)?.push(y);
  const heights = new Map<Box, number>();
  // Who may go least far comes first.
  for (const box of boxes.filter(({ y, until }) => until !== y).toSorted((a, b) => a.until - b.until)) {
    const column = taken.get(box.kind) ?? [];
    let y = heightAt(box, top);
    for (let other = near(column, y); other !== undefined; other = near(column, y)) y = other + ROW;
    column.push(y);
    heights.set(box, y);
  }
  return boxes.map((box) => ({ ...box, y: heights.get(box) ?? box.y }));
}

/** What is less than a row away from a height. */
function near(column: readonly number[], y: number): number | undefined {
  return column.find((other) => Math.abs(other - y) < ROW);
}

/** Where a box stands when a height is the first that is in view: as near to it as it may. */
export function heightAt({ y, until }: Box, top: number): number {
  return Math.min(Math.max(y, top), until);
}

/** What is to be left of a map: what has the words, and what leads there or from there. */
export interface Filter {
  readonly words: string;
  /** Only locations that are meant for WebSocket and do not surely pass it. */
  readonly onlyProblems: boolean;
}

export function filtered(map: ConfigurationMap, { words, onlyProblems }: Filter): ConfigurationMap {
  const wanted = words.toLowerCase().trim();
  if (wanted === '' && !onlyProblems) return map;
  const has = ({ label, detail }: MapNode): boolean => `${label} ${detail}`.toLowerCase().includes(wanted);
  const found = new Set([...map.servers, ...map.upstreams].filter(has).map(({ id }) => id));
  const serverOf = new Map(map.servers.flatMap(({ id, to }) => to.map((each) => [each, id] as const)));
  const locations = map.locations.filter(
    (node) =>
      (!onlyProblems || isProblem(node)) &&
      (has(node) || found.has(serverOf.get(node.id) ?? 0) || node.to.some((id) => found.has(id))),
  );
  const kept = new Set(locations.map(({ id }) => id));
  const leadsThere = (node: MapNode): boolean => node.to.some((id) => kept.has(id));
  const servers = map.servers.filter(leadsThere);
  for (const { id } of servers) kept.add(id);
  const targets = new Set(locations.flatMap(({ to }) => to));
  const upstreams = map.upstreams.filter(({ id }) => targets.has(id));
  for (const id of upstreams.flatMap(({ to }) => to)) targets.add(id);
  return {
    files: map.files,
    listeners: map.listeners.filter((node) => leadsThere(node) || targets.has(node.id)),
    servers,
    locations,
    upstreams,
  };
}

function isProblem({ verdict, isMeant }: MapNode): boolean {
  return isMeant && verdict !== null && verdict !== 'passes';
}

/** The innermost node whose block has a line of a file; undefined where there is none. */
export function nodeAt(map: ConfigurationMap, uri: string, line: number): MapNode | undefined {
  const file = map.files.indexOf(uri);
  let found: MapNode | undefined;
  let smallest = Infinity;
  for (const node of [...map.servers, ...map.locations, ...map.listeners, ...map.upstreams]) {
    const { place } = node;
    if (place === null || place.file !== file || line < place.line || line > place.endLine) continue;
    if (place.endLine - place.line >= smallest) continue;
    found = node;
    smallest = place.endLine - place.line;
  }
  return found;
}
