import { describe, expect, it } from 'vitest';
import { defaultOf } from '../../server/src/reference/defaults';
import { defaultRows } from '../../server/src/reference/defaults.generated';
import {
  changedDefault,
  type NginxVersion,
  parseVersion,
  sinceOf,
} from '../../server/src/reference/versions';

function version(text: string): NginxVersion {
  const parsed = parseVersion(text);
  if (parsed === null) throw new Error(`${text} is no version.`);
  return parsed;
}

describe('defaultOf', () => {
  it.each<[name: string, context: string, version: string, expected: string | null]>([
    ['proxy_read_timeout', 'location', '1.22.1', '60s'],
    ['proxy_http_version', 'location', '1.29.6', '1.0'],
    ['proxy_http_version', 'location', '1.29.7', '1.1'],
    ['proxy_set_header', 'http', '1.28.0', 'Host $proxy_host\nConnection close'],
    ['proxy_set_header', 'http', '1.30.0', 'Host $proxy_host'],
    ['ssl_protocols', 'server', '1.22.1', 'TLSv1 TLSv1.1 TLSv1.2'],
    ['ssl_protocols', 'server', '1.24.0', 'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3'],
    ['ssl_protocols', 'stream server', '1.28.0', 'TLSv1.2 TLSv1.3'],
    ['keepalive_requests', 'upstream', '1.18.0', '100'],
    ['keepalive_requests', 'server', '1.20.0', '1000'],
    ['keepalive', 'upstream', '1.28.0', null],
    ['keepalive', 'upstream', '1.30.0', '32 local'],
    // Two directives of one name.
    ['keepalive_timeout', 'server', '1.28.0', '75s'],
    ['keepalive_timeout', 'upstream', '1.28.0', '60s'],
    ['charset_types', 'http', '1.28.0', expect.stringMatching(/^text\/html .* application\/rss\+xml$/)],
    // Without a default, elsewhere, or not known.
    ['proxy_pass', 'location', '1.28.0', null],
    ['proxy_read_timeout', 'upstream', '1.28.0', null],
    ['more_set_headers', 'http', '1.28.0', null],
    ['constructor', 'http', '1.28.0', null],
  ])('%s in %s of %s', (name, context, text, expected) => {
    expect(defaultOf(name, [context], version(text))).toEqual(expected);
  });

  it('ends with what the manual says, which has the latest release', () => {
    const latest = version('1.31.5');
    const changed = defaultRows.filter(([name = '']) => changedDefault(name, sinceOf(latest)) !== undefined);
    expect(changed.length).toBeGreaterThan(10);
    const differing = changed.filter(([name = '', , text]) => changedDefault(name, sinceOf(latest)) !== text);
    // Its page was not brought up to date for 1.29.7.
    expect(differing.map(([name, , text]) => [name, text])).toEqual([
      ['proxy_set_header', 'Connection close'],
    ]);
  });
});
