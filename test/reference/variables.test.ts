import { describe, expect, it } from 'vitest';
import { isBuiltInVariable } from '../../server/src/reference/variables';

describe('isBuiltInVariable', () => {
  it.each([
    'host',
    'HOST',
    'http_upgrade',
    'http_x_anything',
    'arg_a',
    'cookie_b',
    'proxy_host',
    'request_uri',
  ])('$%s is one', (name) => {
    expect(isBuiltInVariable(name)).toBe(true);
  });

  it.each(['connection_upgrade', 'connection_upgrad', 'hosts', 'xhttp_upgrade', '1', '12', '1a', ''])(
    '$%s is none',
    (name) => {
      expect(isBuiltInVariable(name)).toBe(false);
    },
  );
});
