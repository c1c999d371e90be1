import { expect, it } from 'vitest';
import { explainHandshake } from '../../server/src/handshake/explanation';
import { isAsPredicted, type Sight, type Tried } from '../../server/src/verify/compare';
import { modelOf } from '../support/memory-host';

const WS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

const opened: Sight = { status: 101, works: true, isBare: true };
/** With a login that lets in, of `/auth`. */
const tried: Tried = {
  logins: { told: new Set(['`/auth` answers 2xx']), untold: new Set(['`/auth` answers 401 or 403']) },
  isOtherLogin: false,
  byStatus: true,
};
const failed = (status: number | null): Sight => ({ status, works: false, isBare: true });

it.each<[location: string, seen: Sight, same: boolean | null]>([
  [`proxy_pass http://a; ${WS}`, opened, true],
  [`proxy_pass http://a; ${WS}`, failed(101), false],
  ['proxy_pass http://a;', failed(426), true],
  ['proxy_pass http://a;', failed(400), false],
  ['proxy_pass http://a;', opened, false],
  ['return 444;', failed(null), true],
  // It depends on a password, and nobody sends one.
  [`auth_basic x; auth_basic_user_file u; proxy_pass http://a; ${WS}`, opened, false],
  [`auth_basic x; auth_basic_user_file u; proxy_pass http://a; ${WS}`, failed(401), true],
  [`auth_basic x; auth_basic_user_file u; proxy_pass http://a; ${WS}`, failed(403), false],
  // It depends on a login, and this one lets in.
  [`auth_request /auth; proxy_pass http://a; ${WS}`, opened, true],
  [`auth_request /auth; proxy_pass http://a; ${WS}`, failed(401), false],
  // It depends on the Origin: without one it opens, with one it may not.
  [`if ($http_origin) { return 403; } proxy_pass http://a; ${WS}`, failed(403), false],
  [`if ($http_origin) { return 403; } proxy_pass http://a; ${WS}`, { ...failed(403), isBare: false }, true],
  [`if ($http_origin) { return 403; } proxy_pass http://a; ${WS}`, { ...failed(404), isBare: false }, false],
  // It depends on the moment: either is right, and nothing else.
  [`if ($msec ~ 5$) { return 403; } proxy_pass http://a; ${WS}`, opened, true],
  [`if ($msec ~ 5$) { return 403; } proxy_pass http://a; ${WS}`, failed(403), true],
  [`if ($msec ~ 5$) { return 403; } proxy_pass http://a; ${WS}`, failed(404), false],
  ['content_by_lua_block { ngx.exit(500) }', failed(500), null],
])('%s: %o', async (location, seen, same) => {
  const model = await modelOf(
    `events {} http { server { listen 80; location / { ${location} } location = /auth { proxy_pass http://login; } } }`,
  );
  expect(isAsPredicted(explainHandshake(model, 'ws://localhost/'), seen, tried)).toBe(same);
});

it('compares nothing where a login was none, and a handshake depends on what it answers', async () => {
  const model = await modelOf(`events {} http { server { listen 80;
    location / { auth_request /auth; proxy_pass http://a; ${WS} } location = /auth { proxy_pass http://login; }
    location /no { auth_request /none; proxy_pass http://a; ${WS} } location = /none { return 404; } } }`);
  const other = { ...tried, isOtherLogin: true };
  expect(isAsPredicted(explainHandshake(model, 'ws://localhost/'), failed(500), other)).toBeNull();
  expect(isAsPredicted(explainHandshake(model, 'ws://localhost/no'), failed(500), other)).toBe(true);
  expect(isAsPredicted(explainHandshake(model, 'ws://localhost/no'), failed(404), other)).toBe(false);
});

it('compares no status where something was left out, but whether it works', async () => {
  const model = await modelOf('events {} http { server { listen 80; location / { proxy_pass http://a; } } }');
  const predicted = explainHandshake(model, 'ws://localhost/');
  expect(isAsPredicted(predicted, failed(500), { ...tried, byStatus: false })).toBe(true);
  expect(isAsPredicted(predicted, opened, { ...tried, byStatus: false })).toBe(false);
});

it('takes a port that nobody listens on for one that does not open', async () => {
  const model = await modelOf('events {} http { server { listen 80; } }');
  expect(isAsPredicted(explainHandshake(model, 'ws://localhost:81/'), failed(null), tried)).toBe(true);
});
