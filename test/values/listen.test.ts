import { describe, expect, it } from 'vitest';
import { type NginxVersion, parseVersion } from '../../server/src/reference/versions';
import {
  type Listen,
  type ListenPart,
  listenFault,
  listenHost,
  readListen,
} from '../../server/src/values/listen';
import type { Words } from '../../server/src/values/words';

function directive(text: string): Words {
  return { words: ['listen', ...text.split(' ')].map((value) => ({ value })) };
}

function version(text: string): NginxVersion {
  const parsed = parseVersion(text);
  if (parsed === null) throw new Error(`${text} is no version.`);
  return parsed;
}

describe('a listen', () => {
  it.each<[text: string, host: string, first: number, last: number]>([
    ['80', '*', 80, 80],
    ['0.0.0.0', '*', 80, 80],
    ['*:8000-8010', '*', 8000, 8010],
    ['[::0]:443', '[::]', 443, 443],
    ['[2001:DB8:0::1]', '[2001:db8::1]', 80, 80],
    // As URLs write it.
    ['[::ffff:1.2.3.4]:81', '[::ffff:102:304]', 81, 81],
    ['localhost:81', 'localhost', 81, 81],
    ['unix:/run/a.sock', 'unix:/run/a.sock', 0, 0],
  ])('%s', (text, host, first, last) => {
    const { address } = readListen(directive(text), 'http');
    expect(address).toMatchObject({ error: null, port: first, lastPort: last });
    expect(listenHost(address)).toBe(host);
  });

  it('has a port of its own in http alone', () => {
    expect(readListen(directive('127.0.0.1'), 'stream').address.port).toBe(0);
  });

  it.each<[parameter: string, expected: Partial<Listen>]>([
    ['ssl', { ssl: true, hasSocketOptions: false }],
    ['quic', { quic: true, ssl: false }],
    ['http2', { http2: true }],
    ['udp', { udp: true }],
    ['proxy_protocol', { proxyProtocol: true }],
    ['default', { defaultServer: true }],
    ['default_server', { defaultServer: true }],
    ['ipv6only=off', { ipv6only: false, hasSocketOptions: true }],
    ['ipv6only=on', { ipv6only: true, hasSocketOptions: true }],
    ['reuseport', { hasSocketOptions: true }],
    ['backlog=1', { hasSocketOptions: true }],
    ['accept_filter=httpready', { hasSocketOptions: false }],
  ])('with %s', (parameter, expected) => {
    expect(readListen(directive(`80 ${parameter}`), 'http')).toMatchObject(expected);
  });
});

describe('what nginx says of a listen', () => {
  it.each<[part: ListenPart, text: string, fault: string | null, word?: number]>([
    ['http', '80 ssl http2 default_server backlog=5 so_keepalive=30m::10', null],
    ['http', 'a:b ssl', 'invalid port in "a:b" of the "listen" directive', 1],
    ['http', '80 ssl udp', 'invalid parameter "udp"', 3],
    ['http', '80 backlog=0', 'invalid backlog "backlog=0"', 2],
    ['http', '80 fastopen=x', 'invalid fastopen "fastopen=x"', 2],
    ['http', '80 rcvbuf=1g', 'invalid rcvbuf "rcvbuf=1g"', 2],
    ['http', '80 ipv6only=o', 'invalid ipv6only flags "o"', 2],
    ['http', '80 ipv6only=x', 'invalid parameter "ipv6only=x"', 2],
    ['http', '80 so_keepalive=::', 'invalid so_keepalive value: "::"', 2],
    ['http', '80 so_keepalive=::0', 'invalid so_keepalive value: "::0"', 2],
    ['http', '80 constructor', 'invalid parameter "constructor"', 2],
    ['http', '80 quic ssl', '"listen" directive "ssl" parameter is incompatible with "quic"', -1],
    ['stream', '80 udp', null],
    ['stream', '80 http2', 'invalid parameter "http2"', 2],
    ['stream', '80 ipv6only=x', 'invalid parameter "ipv6only=x"', 2],
    ['stream', '80 udp ssl', '"listen" directive "ssl" parameter is incompatible with "udp"', -1],
  ])('%s: %s', (part, text, fault, word) => {
    const expected = fault === null ? null : { text: fault, word };
    expect(listenFault(directive(text), part, version('1.28.0'))).toEqual(expected);
  });

  it.each<[part: ListenPart, parameter: string, first: string, before: string]>([
    ['http', 'quic', '1.25.0', '1.24.0'],
    ['http', 'multipath', '1.29.7', '1.29.6'],
    ['stream', 'default_server', '1.25.5', '1.25.4'],
    ['stream', 'multipath', '1.29.7', '1.29.6'],
  ])('%s has %s since %s', (part, parameter, first, before) => {
    expect(listenFault(directive(`80 ${parameter}`), part, version(first))).toBeNull();
    expect(listenFault(directive(`80 ${parameter}`), part, version(before))).not.toBeNull();
  });

  it('http had spdy until 1.22', () => {
    expect(listenFault(directive('80 spdy'), 'http', version('1.20.0'))).toBeNull();
    expect(listenFault(directive('80 spdy'), 'http', version('1.22.0'))).not.toBeNull();
  });
});
