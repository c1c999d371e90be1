import { expect, it } from 'vitest';
import { NOTHING_LACKS } from '../../server/src/verify/adapt';
import { inOwnWords, lacksMore } from '../../server/src/verify/refusal';
import { modelOf } from '../support/memory-host';

interface Wanted {
  readonly directives?: string[];
  readonly variables?: string[];
  readonly certificate?: boolean;
}

it.each<[said: string, lacks: Wanted]>([
  ['nginx: [emerg] unknown directive "http2" in /f/conf/nginx.conf:3', { directives: ['http2'] }],
  [
    'nginx: [emerg] unknown directive "more_set_headers" in /f/conf/nginx.conf:3',
    { directives: ['more_set_headers'] },
  ],
  ['nginx: [emerg] unknown "geoip2_country" variable', { variables: ['geoip2_country'] }],
  [
    'nginx: [emerg] no "ssl_certificate" is defined for the "listen ... ssl" directive in /f/a:1',
    { certificate: true },
  ],
])('%s', (said, { directives = [], variables = [], certificate = false }) => {
  expect(lacksMore(said, NOTHING_LACKS, null)).toEqual({
    directives: new Set(directives),
    variables: new Set(variables),
    certificate,
  });
});

it.each([
  // Nobody has such a directive.
  ['nginx: [emerg] unknown directive "foo" in /f/conf/nginx.conf:3', null],
  ['nginx: [emerg] unknown "foo" variable', 'unknown "foo" variable'],
  ['nginx: [emerg] "listen" directive is not allowed here in /f/conf/nginx.conf:3', null],
])('%s stays what it is', (said, predicted) => {
  expect(lacksMore(said, NOTHING_LACKS, predicted)).toBeNull();
});

it('ends where the same is said again', () => {
  const said = 'unknown directive "http2"';
  const lacks = lacksMore(said, NOTHING_LACKS, null) ?? NOTHING_LACKS;
  expect(lacksMore(said, lacks, null)).toBeNull();
});

it('names the files of the configuration', async () => {
  const { configuration } = await modelOf('events {}');
  const sources = new Map([['conf/nginx.conf', configuration.closure.main]]);
  const said = 'nginx: [emerg] x in /tmp/f/conf/nginx.conf:3; open() "/tmp/f/root/a" failed';
  expect(inOwnWords(said, '/tmp/f', { sources })).toBe(
    'nginx: [emerg] x in /etc/nginx/nginx.conf:3; open() "/tmp/f/root/a" failed',
  );
});
