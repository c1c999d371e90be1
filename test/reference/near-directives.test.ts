import { expect, it } from 'vitest';
import { isUnheardOf, meantDirective, nearDirective } from '../../server/src/reference/near-directives';

it('finds what a name was meant to be, among the names of the context', () => {
  expect(meantDirective('proxy_set_iheader', 'location')).toBe('proxy_set_header');
  expect(meantDirective('proxy_pas', 'location')).toBe('proxy_pass');
  expect(meantDirective('proxy_pas', 'events')).toBeNull();
  expect(meantDirective('proxy_pas', 'unknown')).toBe('proxy_pass');
  expect(meantDirective('proxy_connect_tiemout', 'location')).toBe('proxy_connect_timeout');
  expect(meantDirective('more_set_haeders', 'location')).toBeNull();
});

it('leaves what somebody knows as it is', () => {
  for (const name of ['proxy_pass', 'js_content', 'memc_pass', 'screen_tunnel', 'ro', '']) {
    expect(meantDirective(name, 'location')).toBeNull();
  }
});

it('takes short names to be similar by chance', () => {
  expect(nearDirective('rot', 'location')).toBeNull();
  expect(nearDirective('roott', 'location')).toBe('root');
  expect(nearDirective('roottt', 'location')).toBeNull();
  // Two letters in the wrong order are one mistake.
  expect(nearDirective('sevrer', 'upstream')).toBe('server');
  expect(nearDirective('litsen', 'server')).toBe('listen');
});

it('tells what nobody knows', () => {
  expect(isUnheardOf('screen_tunnel', 'location')).toBe(true);
  for (const name of ['proxy_pass', 'proxy_pas', 'memc_pass', '{{ name }}', '}']) {
    expect(isUnheardOf(name, 'location')).toBe(false);
  }
});
