import { describe, expect, it } from 'vitest';
import { type Box, layOut } from '../../client/webview/map-layout';
import { litNodes, nextBox } from '../../client/webview/map-walk';
import type { ConfigurationMap, MapNode, Way, WayStation } from '../../server/src/protocol';

const node = (id: number, label: string, line: number, to: readonly number[] = []): MapNode => ({
  id,
  label,
  detail: '',
  verdict: null,
  isMeant: false,
  depth: 0,
  place: { file: 0, line, endLine: line },
  to,
});

const map: ConfigurationMap = {
  files: ['file:///a'],
  listeners: [node(1, ':80', 1, [3]), node(2, ':81', 2, [4])],
  servers: [node(3, 'a', 3, [5, 6]), node(4, 'b', 4, [7])],
  locations: [node(5, '/ws', 5, [8]), node(6, '/', 6), node(7, '/b', 7, [8])],
  upstreams: [node(8, 'chat', 8)],
};

describe('the way in the map', () => {
  const station = (kind: WayStation['kind'], line: number): WayStation => ({
    kind,
    name: '',
    mark: 'passed',
    place: {
      uri: 'file:///a',
      range: { start: { line, character: 0 }, end: { line, character: 1 } },
    },
    steps: [],
    hop: 1,
  });
  const way = (...stations: readonly WayStation[]): Way<unknown> => ({
    url: '',
    verdict: 'passes',
    outcome: '',
    conditions: [],
    cases: [{ when: [], verdict: 'passes', status: 101, stations, request: [], stop: null }],
    shown: 0,
    nextStep: null,
    error: null,
  });

  it('is each node that a station stands at, and what its location leads to', () => {
    const stations = [station('listener', 1), station('server', 3), station('location', 5)];
    expect([...litNodes(map, way(...stations, station('back-end', 7)))]).toEqual([1, 3, 5, 8]);
  });

  it('goes on at the listener that a back end leads to', () => {
    const again = { ...map, upstreams: [node(8, '127.0.0.1:81', 8, [2])] };
    const stations = [
      station('listener', 1),
      station('location', 5),
      station('server', 4),
      station('location', 7),
    ];
    expect([...litNodes(again, way(...stations))]).toEqual([1, 5, 8, 4, 7, 2]);
  });

  it('is nothing without a way', () => {
    expect(litNodes(map, null).size).toBe(0);
    expect(litNodes(map, way(station('server', 20))).size).toBe(0);
  });
});

describe('a key', () => {
  const layout = layOut(map, 1000);
  const after = (label: string, ...keys: readonly string[]): string | undefined => {
    let at: Box | undefined = layout.boxes.find((box) => box.node.label === label);
    for (const key of keys) at = at === undefined ? undefined : nextBox(layout, at, key, 2);
    return at?.node.label;
  };

  it.each([
    ['/ws', ['ArrowDown'], '/'],
    ['/ws', ['ArrowUp'], '/ws'],
    ['/ws', ['PageDown'], '/b'],
    ['/ws', ['End'], '/b'],
    ['/b', ['Home'], '/ws'],
    [':80', ['ArrowRight', 'ArrowRight', 'ArrowRight'], 'chat'],
    ['chat', ['ArrowLeft'], '/ws'],
    ['/b', ['ArrowLeft', 'ArrowLeft'], ':81'],
    ['/', ['ArrowRight'], undefined],
    ['/', ['x'], undefined],
  ])('leads from %s by %j to %s', (label, keys, expected) => {
    expect(after(label, ...keys)).toBe(expected);
  });

  it('leads from a back end that is this nginx again to its listener, and back', () => {
    const again = layOut({ ...map, upstreams: [node(8, '127.0.0.1:81', 8, [2])] }, 1000);
    const upstream = again.byId.get(8) as Box;
    const listener = nextBox(again, upstream, 'ArrowRight', 2);
    expect(listener?.node.label).toBe(':81');
    expect(nextBox(again, listener as Box, 'ArrowLeft', 2)).toBe(upstream);
  });

  it('leads through all rows where there is one column', () => {
    const narrow = layOut(map, 300);
    const labels: string[] = [];
    for (let at = narrow.boxes[0]; at !== undefined && labels.length < 9; ) {
      labels.push(at.node.label);
      const next = nextBox(narrow, at, 'ArrowDown', 2);
      at = next === at ? undefined : next;
    }
    expect(labels).toEqual(['a', '/ws', '/', 'b', '/b']);
  });
});
