import { describe, expect, it } from 'vitest';
import {
  conditionText,
  iconOf,
  isProblem,
  locationAt,
  locationText,
  reasonText,
  serverText,
} from '../../client/src/routes-text';
import type { FilePlace, LocationRoutes, RouteReason, ServerRoutes } from '../../server/src/protocol';
import { english } from '../support/localizer';

const place = (uri: string, line: number): FilePlace => ({
  uri,
  range: { start: { line, character: 4 }, end: { line, character: 20 } },
});

const location: LocationRoutes = {
  id: '1',
  path: '/hub',
  modifier: '^~',
  upstream: 'http://127.0.0.1:5000',
  servers: null,
  target: '127.0.0.1:5000',
  intent: 'weak',
  verdict: 'blocked',
  summary: 'Connection: close',
  seen: null,
  conditions: [],
  cases: [],
  reasons: [],
  urls: ['ws://localhost/hub'],
  place: place('file:///etc/nginx/nginx.conf', 49),
  block: null,
};

const server: ServerRoutes = {
  id: '2',
  names: ['chat.example', 'www.chat.example'],
  listen: [':443 ssl', ':80'],
  answer: null,
  place: place('file:///etc/nginx/nginx.conf', 39),
  block: null,
  locations: [],
};

const reason: RouteReason = {
  id: 'websocket-header-value',
  message: 'No `Connection: upgrade` reaches the back end.',
  place: place('file:///etc/nginx/nginx.conf', 51),
  hop: 1,
  fix: null,
};

describe('a row of a server', () => {
  it('has its names and what it listens on', () => {
    expect(serverText(server, english)).toEqual({
      label: 'chat.example www.chat.example',
      description: ':443 ssl  :80',
      spoken: 'server chat.example www.chat.example, listens on :443 ssl, listens on :80',
    });
  });

  it('says what it answers to everything', () => {
    expect(serverText({ ...server, answer: 'redirects to https' }, english).description).toBe(
      ':443 ssl  :80  redirects to https',
    );
  });

  it('says so where there is no name, or no server', () => {
    expect(serverText({ ...server, names: [] }, english).label).toBe('no name');
    expect(serverText({ ...server, names: [], listen: [], place: null }, english)).toEqual({
      label: 'server not found here',
      description: '',
      spoken: 'server server not found here',
    });
  });
});

describe('a row of a location', () => {
  it('says in words what the icon shows', () => {
    expect(locationText(location, english)).toEqual({
      label: '^~ /hub',
      description: 'Connection: close  → 127.0.0.1:5000',
      spoken: 'location ^~ /hub, WebSocket is blocked, goes to 127.0.0.1:5000, Connection: close',
    });
    expect(locationText({ ...location, verdict: 'passes', summary: 'passes' }, english).spoken).toBe(
      'location ^~ /hub, WebSocket passes, goes to 127.0.0.1:5000',
    );
  });

  it('says nothing of WebSocket without a back end', () => {
    const files = { ...location, upstream: null, verdict: null, summary: '', target: 'static files' };
    expect(locationText(files, english)).toEqual({
      label: '^~ /hub',
      description: '→ static files',
      spoken: 'location ^~ /hub, goes to static files',
    });
  });

  it('says so where it is not meant for WebSocket', () => {
    expect(locationText({ ...location, intent: 'none' }, english).spoken).toBe(
      'location ^~ /hub, not meant for WebSocket, WebSocket is blocked, goes to 127.0.0.1:5000, Connection: close',
    );
  });

  it('says on what it depends', () => {
    const summary = 'passes, if the client sends a password';
    expect(locationText({ ...location, verdict: 'depends', summary }, english)).toEqual({
      label: '^~ /hub',
      description: 'passes, if the client sends a password  → 127.0.0.1:5000',
      spoken:
        'location ^~ /hub, WebSocket passes on conditions, goes to 127.0.0.1:5000, passes, if the client sends a password',
    });
    expect(conditionText('`$cookie_x` is "a" (otherwise 403)', english)).toEqual({
      label: '$cookie_x is "a" (otherwise 403)',
      description: 'condition',
      spoken: 'condition: $cookie_x is "a" (otherwise 403)',
    });
  });

  it('has an icon of another shape for each verdict', () => {
    const icons = (['passes', 'depends', 'blocked', 'unknown', null] as const).map((verdict) =>
      iconOf({ ...location, verdict }),
    );
    expect(new Set(icons).size).toBe(5);
    expect(iconOf({ ...location, intent: 'none' })).toBe('circle-slash');
  });

  it('is a problem when it is meant for WebSocket, which does not pass', () => {
    expect(isProblem(location)).toBe(true);
    expect(isProblem({ ...location, verdict: 'unknown' })).toBe(true);
    expect(isProblem({ ...location, verdict: 'passes' })).toBe(false);
    expect(isProblem({ ...location, intent: 'none' })).toBe(false);
    expect(isProblem({ ...location, verdict: null })).toBe(false);
  });

  it('is none when it depends on what is no fault of the configuration', () => {
    const depends: LocationRoutes = { ...location, verdict: 'depends' };
    expect(isProblem({ ...depends, reasons: [reason] })).toBe(false);
    const fix = { title: 'Ask over HTTP/1.1', id: '1' };
    expect(isProblem({ ...depends, reasons: [reason, { ...reason, fix }] })).toBe(true);
    expect(iconOf({ ...depends, reasons: [{ ...reason, fix }] })).toBe('warning');
  });
});

describe('a row of a reason', () => {
  it('names the line, and the file when it is another', () => {
    expect(reasonText(reason, location.place, english)).toEqual({
      label: 'No Connection: upgrade reaches the back end.',
      description: 'line 52',
      spoken: 'No Connection: upgrade reaches the back end. line 52',
    });
    const other = { ...reason, place: place('file:///etc/nginx/my%20proxy.conf', 2) };
    expect(reasonText(other, location.place, english)).toMatchObject({
      description: 'my proxy.conf:3',
      spoken: 'No Connection: upgrade reaches the back end. my proxy.conf, line 3',
    });
  });

  it('names none where there is none', () => {
    expect(reasonText({ ...reason, place: null }, location.place, english).description).toBe('');
  });
});

describe('the row of a line', () => {
  const within = (id: string, start: number, end: number): LocationRoutes => ({
    ...location,
    id,
    block: {
      uri: 'file:///etc/nginx/nginx.conf',
      range: { start: { line: start, character: 4 }, end: { line: end, character: 5 } },
    },
  });
  const servers = [{ ...server, locations: [within('outer', 10, 20), within('inner', 12, 15)] }];
  const at = (line: number, uri = 'file:///etc/nginx/nginx.conf'): string | undefined =>
    locationAt(servers, uri, line)?.id;

  it('is that of the innermost location around', () => {
    expect([9, 10, 12, 15, 16, 20, 21].map((line) => at(line))).toEqual([
      undefined,
      'outer',
      'inner',
      'inner',
      'outer',
      'outer',
      undefined,
    ]);
    expect(at(12, 'file:///etc/nginx/other.conf')).toBeUndefined();
  });
});
