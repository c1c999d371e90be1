import { expect, it } from 'vitest';
import { modelOf } from '../support/memory-host';

it('upstreams have their name and their servers as written', async () => {
  const { upstreams } = await modelOf({
    '/nginx.conf': `events {} http {
      upstream Chat { ip_hash; server a:80 weight=2; include servers; server unix:/run/a.sock backup; }
      upstream empty { }
      upstream nothing;
    }
    stream { upstream tcp { server b:1; } }`,
    '/servers': 'server [::1]:80; keepalive 2;',
  });
  expect(upstreams.map(({ name, servers }) => ({ name, servers }))).toEqual([
    { name: 'Chat', servers: ['a:80', '[::1]:80', 'unix:/run/a.sock'] },
    { name: 'empty', servers: [] },
  ]);
});
