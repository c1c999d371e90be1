import { describe, expect, it } from 'vitest';
import { filtered, inView, layOut, nodeAt, ROW } from '../../client/webview/map-layout';
import type { ConfigurationMap, MapNode } from '../../server/src/protocol';

const node = (id: number, label: string, rest: Partial<MapNode> = {}): MapNode => ({
  id,
  label,
  detail: '',
  verdict: null,
  isMeant: false,
  depth: 0,
  place: null,
  to: [],
  ...rest,
});

/** A server for each number, with that many locations; all of them lead to one back end. */
function mapWith(...counts: readonly number[]): ConfigurationMap {
  const servers: MapNode[] = [];
  const locations: MapNode[] = [];
  for (const [index, count] of counts.entries()) {
    const ids = Array.from({ length: count }, (_, at) => 10_000 * (index + 1) + at);
    servers.push(node(index + 2, `server${index}`, { to: ids }));
    locations.push(...ids.map((id) => node(id, `/l${id}`, { to: [9], verdict: 'passes', isMeant: true })));
  }
  const listener = node(1, ':80', { to: servers.map(({ id }) => id) });
  return { files: ['file:///a'], listeners: [listener], servers, locations, upstreams: [node(9, 'chat')] };
}

describe('the layout of a map', () => {
  it('has a column for each part of the way, without boxes over each other', () => {
    const { boxes, height } = layOut(mapWith(2, 0, 1), 1000);
    const places = boxes.map(({ kind, x, y }) => `${kind} ${Math.round(x)} ${y / ROW}`);
    expect(places).toEqual([
      'listener 0 0',
      'server 179 0',
      'server 179 2',
      'server 179 3',
      'location 473 0',
      'location 473 1',
      'location 473 3',
      'back-end 813 0',
    ]);
    expect(height).toBe(4 * ROW);
  });

  it('is one column where it is narrow', () => {
    const { boxes, isNarrow } = layOut(mapWith(2, 1), 320);
    expect(isNarrow).toBe(true);
    expect(boxes.map(({ node: { label }, x, y }) => [label, x, y / ROW])).toEqual([
      ['server0', 0, 0],
      ['/l10000', 16, 1],
      ['/l10001', 16, 2],
      ['server1', 0, 3],
      ['/l20000', 16, 4],
    ]);
  });

  it('draws of 5,000 locations only what is in view, its server beside it', () => {
    const layout = layOut(mapWith(5000), 1000);
    expect(layout.height).toBe(5000 * ROW);
    const top = 2500 * ROW;
    const { boxes, lines } = inView(layout, top, top + 20 * ROW);
    expect(boxes.length).toBeLessThan(30);
    expect(boxes.filter(({ kind }) => kind === 'location').every(({ y }) => y > top - ROW)).toBe(true);
    expect(boxes.find(({ kind }) => kind === 'server')?.y).toBe(top);
    // All ends of the lines are there: what leads to them, and the back end.
    expect(boxes.find(({ kind }) => kind === 'back-end')?.y).toBe(top);
    expect(lines.filter(({ from }) => from.kind === 'server').length).toBeGreaterThan(19);
    expect(lines.filter(({ to }) => to.kind === 'back-end').length).toBeGreaterThan(19);
    // What is drawn beyond the view moves nothing out of it.
    const more = inView(layout, top, top + 20 * ROW, 10 * ROW).boxes;
    expect(more.length).toBeGreaterThan(boxes.length);
    expect(more.find(({ kind }) => kind === 'server')?.y).toBe(top);
  });

  it('has no box over another, wherever it is scrolled to', () => {
    const { servers, ...rest } = mapWith(40, 3, 5);
    const all = servers.map(({ id }) => id);
    const map: ConfigurationMap = {
      ...rest,
      servers,
      // Of two that lead to all, one that leads to the first server only, and one to the last.
      listeners: [
        node(100, ':80', { to: all }),
        node(101, ':81', { to: all.slice(0, 1) }),
        node(102, ':443', { to: all }),
        node(103, ':444', { to: all.slice(-1) }),
      ],
    };
    const layout = layOut(map, 1000);
    for (let top = 0; top < layout.height; top += 7) {
      const { boxes } = inView(layout, top, top + 10 * ROW);
      for (const box of boxes) {
        const over = boxes.filter(
          (other) => other !== box && other.kind === box.kind && Math.abs(other.y - box.y) < ROW,
        );
        expect(over, `at ${top}`).toEqual([]);
      }
      expect(boxes.map(({ node: { label } }) => label)).toContain(':80');
    }
  });
});

/** The back end of the first server is the listener of the second. */
const hop: ConfigurationMap = {
  files: [],
  listeners: [node(1, ':443 ssl', { to: [3] }), node(2, ':8080', { to: [4] })],
  servers: [node(3, 'front', { to: [5] }), node(4, 'inner', { to: [6] })],
  locations: [node(5, '/ws', { to: [7] }), node(6, '/', { to: [8] })],
  upstreams: [node(7, '127.0.0.1:8080', { to: [2] }), node(8, 'chat')],
};

describe('a back end that is this nginx again', () => {
  const lines = (top: number, bottom: number): string[] =>
    inView(layOut(hop, 1000), top, bottom).lines.map(({ from, to }) => `${from.node.label} ${to.node.label}`);

  it('leads back to its listener, as far as one of them is in view', () => {
    expect(lines(0, 3 * ROW)).toContain('127.0.0.1:8080 :8080');
    expect(lines(0, 1)).toContain('127.0.0.1:8080 :8080');
    expect(lines(1.5 * ROW, 2 * ROW)).toContain('127.0.0.1:8080 :8080');
    expect(lines(5 * ROW, 6 * ROW)).toEqual([]);
  });

  it('has room beside the listeners for its line, and is within the width', () => {
    const { boxes } = layOut(hop, 1000);
    expect(Math.min(...boxes.map(({ x }) => x))).toBeGreaterThan(0);
    expect(Math.max(...boxes.map(({ x, width }) => x + width))).toBeCloseTo(1000);
  });

  it('leads on to its server where it has no box', () => {
    const { targets, sources } = layOut(hop, 320);
    expect([targets.get(5), targets.get(6), sources.get(4)]).toEqual([[4], [], [5]]);
  });

  it('keeps its listener in the map when others are filtered out', () => {
    const { listeners, servers } = filtered(hop, { words: 'front', onlyProblems: false });
    expect([...listeners, ...servers].map(({ label }) => label)).toEqual([':443 ssl', ':8080', 'front']);
  });
});

describe('the filter of a map', () => {
  const map: ConfigurationMap = {
    files: [],
    listeners: [node(1, ':80', { to: [2] }), node(3, ':81', { to: [4] })],
    servers: [node(2, 'a.example', { to: [5, 6] }), node(4, 'b.example', { to: [7] })],
    locations: [
      node(5, '/ws', { to: [8], verdict: 'blocked', isMeant: true, detail: 'Connection: close' }),
      node(6, '/api', { to: [9], verdict: 'blocked' }),
      node(7, '/', { detail: 'static files' }),
    ],
    upstreams: [node(8, 'chat'), node(9, 'api')],
  };
  const left = (words: string, onlyProblems = false): string[] => {
    const { listeners, servers, locations, upstreams } = filtered(map, { words, onlyProblems });
    return [...listeners, ...servers, ...locations, ...upstreams].map(({ label }) => label);
  };

  it.each([
    ['', false, [':80', ':81', 'a.example', 'b.example', '/ws', '/api', '/', 'chat', 'api']],
    ['CLOSE', false, [':80', 'a.example', '/ws', 'chat']],
    ['b.ex', false, [':81', 'b.example', '/']],
    ['chat', false, [':80', 'a.example', '/ws', 'chat']],
    ['', true, [':80', 'a.example', '/ws', 'chat']],
    ['nothing', false, []],
  ] as const)('leaves of %j, only problems: %s', (words, onlyProblems, expected) => {
    expect(left(words, onlyProblems)).toEqual(expected);
  });
});

it('finds the innermost node at a line', () => {
  const at = (line: number, endLine: number, file = 0): MapNode['place'] => ({ file, line, endLine });
  const map: ConfigurationMap = {
    files: ['file:///a', 'file:///b'],
    listeners: [node(1, ':80', { place: at(2, 2) })],
    servers: [node(2, 'a', { place: at(1, 20) })],
    locations: [node(3, '/', { place: at(5, 9) }), node(4, '/b', { place: at(5, 6, 1) })],
    upstreams: [],
  };
  const found = (uri: string, line: number): string | undefined => nodeAt(map, uri, line)?.label;
  expect([0, 1, 2, 6, 15, 21].map((line) => found('file:///a', line))).toEqual([
    undefined,
    'a',
    ':80',
    '/',
    'a',
    undefined,
  ]);
  expect(found('file:///b', 6)).toBe('/b');
  expect(found('file:///c', 6)).toBeUndefined();
});
