import { expect, it } from 'vitest';
import { routesOf } from '../../server/src/handshake/routes';
import { modelOf } from '../support/memory-host';

const HEADERS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

/** The cases of the one route: verdict and status of each. */
async function casesOf(location: string): Promise<string[]> {
  const [route] = routesOf(
    await modelOf(`events {} http { ${HEADERS} server { location / { ${location} } } }`),
  );
  return (route?.cases.all ?? []).map(({ verdict, status }) => `${verdict} ${status}`).sort();
}

it('an `if` that only sets a variable which nobody reads is no case', async () => {
  expect(await casesOf('proxy_pass http://a; if ($arg_x) { set $y 1; }')).toEqual(['passes 101']);
});

it('but where it takes the place of another `if`, whose back end the location does not have', async () => {
  expect(await casesOf('if ($cookie_a) { proxy_pass http://a; } if ($arg_x) { set $y 1; }')).toEqual([
    'blocked 500',
    'blocked null',
    'passes 101',
  ]);
});

it('a variable that gets its value from itself is as it was before', async () => {
  const fromWithin = await modelOf(`events {} http { ${HEADERS} server {
    if ($set_a) { set $set_a $set_b$set_a; }
    location / { set $set_b x; error_page 404 /ws; }
    location /ws { internal; proxy_pass http://a; proxy_set_header Upgrade websocket; proxy_set_header Connection $set_a; }
  } }`);
  // What other locations have set cannot be told: but asking does not go on for ever.
  expect(routesOf(fromWithin).map(({ verdict }) => verdict)).toEqual(['unknown']);
  const [first] = routesOf(
    await modelOf(`events {} http { ${HEADERS} server { location / {
      if ($arg_x) { set $set_a upgrade$set_a; } proxy_set_header Upgrade websocket;
      proxy_set_header Connection $set_a; proxy_pass http://a; } } }`),
  );
  expect(first?.cases.all.map(({ verdict, status }) => `${verdict} ${status}`).sort()).toEqual([
    'blocked 400',
    'passes 101',
  ]);
});
