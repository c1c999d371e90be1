import { expect, it } from 'vitest';
import { handshake } from '../../server/src/handshake/handshake';
import { modelOf } from '../support/memory-host';

const HEADERS = 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;';

/** The cases of `ws://localhost/x`: verdict, status and conditions. */
async function casesOf(location: string): Promise<string[]> {
  const model = await modelOf(`events {} http { server { location / { ${location} } } }`);
  const { cases } = handshake(model, 'ws://localhost/x');
  return cases.map(({ verdict, status, when }) => [verdict, status, ...when].join(' '));
}

it('who is shut out by name is no case, whatever becomes of the others', async () => {
  const good = `${HEADERS} proxy_set_header Connection upgrade; proxy_pass http://a;`;
  expect(await casesOf(`deny 192.0.2.1; ${good}`)).toEqual(['passes 101']);
  expect(await casesOf(`deny 192.0.2.1; ${HEADERS} proxy_pass http://a;`)).toEqual(['blocked 400']);
  expect(await casesOf('deny 192.0.2.1;')).toEqual(['blocked 404']);
  expect(
    await casesOf(`if ($http_user_agent ~ bot) { return 403; } ${HEADERS} proxy_pass http://a;`),
  ).toEqual(['blocked 400']);
});

it('who is let in by name is one', async () => {
  expect(await casesOf(`allow 192.0.2.1; deny all; ${HEADERS} proxy_pass http://a;`)).toEqual([
    expect.stringMatching(/^blocked 400 /),
    expect.stringMatching(/^blocked 403 /),
  ]);
});
