import { expect, it } from 'vitest';
import { handshake } from '../../server/src/handshake/handshake';
import { modelOf } from '../support/memory-host';

const HEADERS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

/** What becomes of `ws://localhost/x`, and the ids of the reasons. */
async function outcomeOf(location: string): Promise<string> {
  const model = await modelOf(`events {} http { ${HEADERS} server { location / { ${location} } } }`);
  const { verdict, status, because } = handshake(model, 'ws://localhost/x');
  return [verdict, status, ...because.flatMap(({ id }) => id ?? [])].join(' ');
}

// nginx 1.22.1: "rewrite or internal redirection cycle", 500.
it('a file that is not there is not there at the end of `try_files` either, and says why it fails', async () => {
  expect(await outcomeOf('try_files $uri $uri; proxy_pass http://a;')).toBe('blocked 500 internal-error');
  expect(await outcomeOf('try_files $uri $uri.html; proxy_pass http://a;')).toBe(
    'blocked 500 internal-error',
  );
});

it('a page of a fixed name is there', async () => {
  expect(await outcomeOf('try_files $uri /page.html?$args; proxy_pass http://a;')).toBe('passes 101');
});
