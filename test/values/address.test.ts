import { describe, expect, it } from 'vitest';
import {
  type AddressOptions,
  isIpAddress,
  isNetwork,
  isSocketAddress,
  parseAddress,
  printAddress,
} from '../../server/src/values/address';

const LISTEN: AddressOptions = { listen: true, defaultPort: 80 };
const CONNECT: AddressOptions = { uriPart: true, defaultPort: 80 };

describe('an address to listen on', () => {
  it.each<[value: string, printed: string, lastPort: number]>([
    ['8080', '0.0.0.0:8080', 8080],
    ['8000-8010', '0.0.0.0:8000', 8010],
    ['*', '0.0.0.0:80', 80],
    ['*:81', '0.0.0.0:81', 81],
    ['127.0.0.1', '127.0.0.1:80', 80],
    ['127.0.0.01:81', '127.0.0.1:81', 81],
    ['[::]', '[::]:80', 80],
    ['[0:0:0:0:0:0:0:1]:81', '[::1]:81', 81],
    ['[2001:DB8::0:1]:81', '[2001:db8::1]:81', 81],
    ['[1:0:0:2:0:0:0:3]:81', '[1:0:0:2::3]:81', 81],
    ['[::ffff:102:304]:81', '[::ffff:1.2.3.4]:81', 81],
    ['[::1.2.3.4]:81', '[::1.2.3.4]:81', 81],
    ['[::5:1]:81', '[::0.5.0.1]:81', 81],
    ['[::100]:81', '[::0.0.1.0]:81', 81],
    ['[::5]:81', '[::5]:81', 81],
    ['[1::ffff:102:304]:81', '[1::ffff:102:304]:81', 81],
    ['unix:/run/a.sock', 'unix:/run/a.sock', 0],
    ['localhost:81', 'localhost:81', 81],
  ])('%s', (value, printed, lastPort) => {
    const address = parseAddress(value, LISTEN);
    expect(address.error).toBeNull();
    expect(printAddress(address)).toBe(printed);
    expect(address.lastPort).toBe(lastPort);
  });

  it.each<[value: string, error: string]>([
    ['0', 'invalid port'],
    ['65536', 'invalid port'],
    ['90-80', 'invalid port range'],
    ['a:b', 'invalid port'],
    [':80', 'no host'],
    ['', 'no host'],
    ['a/b', 'invalid host'],
    ['[::1', 'invalid host'],
    ['[::1]80', 'invalid host'],
    ['[]:80', 'no host'],
    ['[1:2]:80', 'invalid IPv6 address'],
    ['unix:', 'no path in the unix domain socket'],
    [`unix:/${'a'.repeat(107)}`, 'too long path in the unix domain socket'],
  ])('%s is refused: %s', (value, error) => {
    expect(parseAddress(value, LISTEN).error).toBe(error);
  });
});

describe('an address to connect to', () => {
  it.each<[value: string, kind: string, host: string, port: number, uri: string]>([
    ['backend', 'name', 'backend', 80, ''],
    // Only where one listens it is a port.
    ['8080', 'name', '8080', 80, ''],
    ['backend:81/a?b', 'name', 'backend', 81, '/a?b'],
    ['10.0.0.1?b', 'inet', '10.0.0.1', 80, '?b'],
    ['[::1]/a', 'inet6', '::1', 80, '/a'],
    ['UNIX:/run/a:/b', 'unix', '/run/a', 0, '/b'],
  ])('%s', (value, kind, host, port, uri) => {
    expect(parseAddress(value, CONNECT)).toMatchObject({ error: null, kind, host, port, uri });
  });

  it('has no range of ports', () => {
    expect(parseAddress('backend:80-90', CONNECT).error).toBe('invalid port');
  });
});

it.each<[text: string, is: boolean]>([
  ['10.0.0.1', true],
  ['10.0.0.1:80', true],
  ['[::1]:80', true],
  ['::1', true],
  ['10.0.0.1:0', false],
  ['[::1]:', false],
  ['[10.0.0.1:80]', false],
  ['localhost', false],
])('%s is the address of a socket: %s', (text, is) => {
  expect(isSocketAddress(text, false)).toBe(is);
  expect(isSocketAddress(text, true)).toBe(is);
});

it('brackets around an address without a port are taken by later releases', () => {
  expect(isSocketAddress('[::1]', false)).toBe(false);
  expect(isSocketAddress('[::1]', true)).toBe(true);
});

it.each<[text: string, is: boolean]>([
  ['10.0.0.0/8', true],
  ['10.0.0.1', true],
  ['2001:db8::/32', true],
  ['10.0.0.0/33', false],
  ['::/129', false],
  ['10.0.0.0/', false],
  ['10.0.0', false],
  ['all', false],
])('%s is a network: %s', (text, is) => {
  expect(isNetwork(text)).toBe(is);
});

it.each<[host: string, is: boolean]>([
  ['127.0.0.1', true],
  ['[::1]', true],
  ['[::1', false],
  ['[x]', false],
  ['::1', false],
  ['999.0.0.1', false],
  ['1.2.3', false],
  ['backend', false],
  ['', false],
])('%j is the address of a URL: %s', (host, is) => {
  expect(isIpAddress(host)).toBe(is);
});
