import { describe, expect, it } from 'vitest';
import {
  assumedVersion,
  defaultProxyConnection,
  defaultProxyHttpVersion,
  formatVersion,
  isAtLeast,
  parseVersion,
  sendsHostWhenEmpty,
  sinceOf,
  versionFromOutput,
  type NginxVersion,
} from '../../server/src/reference/versions';

function version(text: string): NginxVersion {
  const parsed = parseVersion(text);
  if (parsed === null) throw new Error(`${text} is no version.`);
  return parsed;
}

describe('parseVersion', () => {
  it.each([
    ['1.28.0', { major: 1, minor: 28, patch: 0 }],
    ['1.30', { major: 1, minor: 30, patch: 0 }],
    [' 1.29.7\n', { major: 1, minor: 29, patch: 7 }],
  ])('reads %j', (text, expected) => {
    expect(parseVersion(text)).toEqual(expected);
  });

  it.each(['', 'auto', '1', '1.', '1.28.', '1.28.0.1', 'v1.28.0', '1.28.x', '-1.2.3', '1.28.99999'])(
    'refuses %j',
    (text) => {
      expect(parseVersion(text)).toBeNull();
    },
  );

  it('gives back what formatVersion writes', () => {
    expect(formatVersion(version('1.30'))).toBe('1.30.0');
    expect(parseVersion(formatVersion(assumedVersion))).toEqual(assumedVersion);
  });
});

describe('isAtLeast', () => {
  it('orders by number, not by letter', () => {
    const ascending = [
      '0.8.55',
      '1.4.7',
      '1.9.15',
      '1.22.1',
      '1.28.0',
      '1.28.3',
      '1.29.7',
      '1.30.0',
      '2.0.0',
    ];
    for (const [index, lower] of ascending.entries()) {
      for (const [other, higher] of ascending.entries()) {
        expect(isAtLeast(version(higher), version(lower)), `${higher} against ${lower}`).toBe(other >= index);
      }
    }
  });
});

describe('what changed with the version', () => {
  it.each([
    ['1.22.1', '1.0', 'close'],
    ['1.28.3', '1.0', 'close'],
    ['1.29.6', '1.0', 'close'],
    ['1.29.7', '1.1', ''],
    ['1.30.0', '1.1', ''],
    ['1.31.4', '1.1', ''],
  ])('%s speaks HTTP/%s to a back end, Connection: %j', (text, http, connection) => {
    expect(defaultProxyHttpVersion(sinceOf(version(text)))).toBe(http);
    expect(defaultProxyConnection(sinceOf(version(text)))).toBe(connection);
  });

  it.each([
    ['1.30.4', false],
    ['1.31.3', false],
    ['1.31.4', true],
  ])('%s sends a Host that is set to nothing: %s', (text, expected) => {
    expect(sendsHostWhenEmpty(sinceOf(version(text)))).toBe(expected);
  });
});

describe('versionFromOutput', () => {
  it.each([
    // As the programs print it with -v.
    ['nginx version: nginx/1.22.1\n', '1.22.1'],
    ['nginx version: nginx/1.24.0 (Ubuntu)\n', '1.24.0'],
    ['nginx version: nginx/1.29.3 (nginx-plus-r36)\n', '1.29.3'],
    ['nginx version: nginx/1.29.8 (nginx-plus-r37.0.4)\n', '1.29.8'],
    ['nginx version: openresty/1.29.2.5\n', '1.29.2'],
    ['nginx version: openresty/1.29.8.1\n', '1.29.8'],
    ['nginx version: freenginx/1.26.0\n', '1.26.0'],
    ['nginx version: freenginx/1.29.8 (w/GeoIP2,H3)\n', '1.27.2'],
    ['Angie version: Angie/1.5.0\n', '1.25.4'],
    ['Angie version: Angie/1.11.2\n', '1.29.3'],
    ['Angie version: Angie/1.12.0\n', '1.31.2'],
    ['Angie version: Angie/1.13.1\n', '1.31.2'],
    ['Tengine version: Tengine/3.1.0\nnginx version: nginx/1.24.0\n', '1.24.0'],
    ['Tengine version: Tengine/2.1.2 (nginx/1.6.2)\n', '1.6.2'],
    // With -V Angie names its nginx, too.
    ['Angie version: Angie/1.10.3\nnginx version: nginx/1.27.5\nbuilt with OpenSSL 3.0.13\n', '1.27.5'],
    // A version string alone, as in a header.
    ['Tengine/3.2.0', '1.31.3'],
    ['Tengine/3.1.0', '1.24.0'],
    ['Tengine/2.3.0', '1.15.9'],
    ['openresty/1.31.1.1', '1.31.1'],
    ['Angie/1.11.0', '1.29.3'],
  ])('%j is nginx %s', (output, expected) => {
    expect(versionFromOutput(output)).toEqual(version(expected));
  });

  it.each([
    ['Angie/1.11.8', '1.0'],
    ['Angie/1.12.0', '1.1'],
    ['Tengine/3.1.0', '1.0'],
    ['Tengine/3.2.0', '1.1'],
    ['openresty/1.29.2.5', '1.0'],
    ['openresty/1.29.8.1', '1.1'],
    ['freenginx/1.29.8', '1.0'],
    ['nginx/1.29.3 (nginx-plus-r36)', '1.0'],
    ['nginx/1.29.8 (nginx-plus-r37)', '1.1'],
  ])('%s speaks HTTP/%s to a back end', (output, expected) => {
    const base = versionFromOutput(output);
    expect(base === null ? null : defaultProxyHttpVersion(sinceOf(base))).toBe(expected);
  });

  it.each([
    '',
    'nginx: command not found',
    'nginx version: nginx/x.y',
    'Apache/2.4.58',
    'OpenSSL/3.0.13',
    'Tengine/1.5.2',
    'mynginx-1.2.3',
  ])('cannot tell from %j', (output) => {
    expect(versionFromOutput(output)).toBeNull();
  });
});
