import { describe, expect, it } from 'vitest';
import { locationAt } from '../../client/src/panel/location-at';
import { keptUrl, typedUrl, urlChoices } from '../../client/src/panel/urls';
import type { LocationRoutes, Routes } from '../../server/src/protocol';
import { english } from '../support/localizer';

const URI = 'file:///etc/nginx/nginx.conf';

function location(
  path: string,
  first: number,
  last: number,
  rest: Partial<LocationRoutes> = {},
): LocationRoutes {
  const range = { start: { line: first, character: 4 }, end: { line: last, character: 5 } };
  return {
    id: path,
    path,
    modifier: '',
    upstream: 'http://a',
    servers: null,
    target: 'a',
    intent: 'none',
    verdict: 'passes',
    summary: 'passes',
    seen: null,
    conditions: [],
    cases: [],
    reasons: [],
    urls: [`ws://localhost${path}`],
    place: null,
    block: { uri: URI, range },
    ...rest,
  };
}

function routes(...locations: LocationRoutes[]): Routes {
  const server = { id: '', names: [], listen: [], answer: null, place: null, block: null };
  return { main: URI, servers: [{ ...server, locations }], websocketUrls: [] };
}

describe('the location at the cursor', () => {
  const all = routes(location('/', 3, 12), location('/api', 5, 8), location('/ws', 20, 24));

  it.each([
    [2, undefined],
    [3, '/'],
    [6, '/api'],
    [8, '/api'],
    [12, '/'],
    [15, undefined],
    [22, '/ws'],
  ])('is the innermost: line %d', (line, path) => {
    expect(locationAt(all, URI, line)?.path).toBe(path);
  });

  it('is one of the file', () => {
    expect(locationAt(all, 'file:///etc/nginx/other.conf', 6)).toBeUndefined();
    expect(locationAt(routes(location('/', 0, 9, { block: null })), URI, 6)).toBeUndefined();
  });
});

describe('the URLs to pick from', () => {
  it('are each there once, those meant for WebSocket first', () => {
    const all = routes(
      location('/', 0, 1),
      location('/ws', 2, 3, { intent: 'strong', urls: ['ws://a/ws', 'wss://a/ws'] }),
      location('/again', 4, 5, { urls: ['ws://a/ws', 'ws://a/again'] }),
      location('/none', 6, 7, { urls: [] }),
    );
    expect(urlChoices(all, [], english).map(({ url }) => url)).toEqual([
      'ws://a/ws',
      'wss://a/ws',
      'ws://localhost/',
      'ws://a/again',
    ]);
  });

  it('begin with those that were asked, and those of the settings', () => {
    const all = { ...routes(location('/', 0, 1)), websocketUrls: ['ws://b/', 'ws://localhost/'] };
    expect(urlChoices(all, ['ws://c/'], english)).toEqual([
      { url: 'ws://c/', detail: 'asked before' },
      { url: 'ws://b/', detail: 'from the settings' },
      { url: 'ws://localhost/', detail: 'from the settings' },
    ]);
    expect(urlChoices(null, [], english)).toEqual([]);
  });
});

describe('a typed URL', () => {
  it.each([
    ['wss://chat.example/hub', 'wss://chat.example/hub'],
    [' https://chat.example ', 'https://chat.example'],
    ['chat.example/hub', 'ws://chat.example/hub'],
    ['localhost:8080', 'ws://localhost:8080'],
    ['[::1]:8080/ws', 'ws://[::1]:8080/ws'],
    ['', ''],
    ['wss://', 'wss://'],
    ['/hub', '/hub'],
    ['two words', 'two words'],
  ])('%j is %j', (text, url) => {
    expect(typedUrl(text)).toBe(url);
  });
});

it('keeps no URL on the disk that has a secret', () => {
  expect(keptUrl('ws://a/ws?room=7')).toBe('ws://a/ws?room=7');
  expect(keptUrl('ws://a/ws?token=abcdef')).toBe('');
});
