import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sinceOf } from '../../server/src/reference/versions';
import { hostIn } from '../../server/src/values/host';
import { write } from './harness/examples';
import { startMainFile } from './harness/nginx';
import { freePorts } from './harness/ports';
import { release } from './harness/release';
import { Resources } from './harness/resources';

/** The host that nginx reads out of a `Host` header, and that we do. No proof of a rule: it is about many values. */

const resources = new Resources();
afterAll(() => resources.stop());

let port = 0;
beforeAll(async () => {
  [port = 0] = await freePorts(1);
  const http = `http { server { listen 127.0.0.1:${port}; return 200 "$host"; } }`;
  resources.add(await startMainFile(await write(resources, `events {}\n${http}\n`), [port]));
});

/** What nginx takes for the host; null where it answers 400. */
async function hostOfNginx(header: string): Promise<string | null> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(Buffer.from(`GET / HTTP/1.1\r\nHost: ${header}\r\nConnection: close\r\n\r\n`, 'latin1'));
  const answer = (await buffer(socket)).toString('latin1');
  return answer.startsWith('HTTP/1.1 200 ') ? (answer.split('\r\n\r\n')[1] ?? null) : null;
}

const ports = ['', ':', ':80', ':65535', ':65536', ':http', ':8x', ':1:2'];
const names = [
  'a',
  'A.b',
  'a.',
  'a..',
  'a..b',
  '.',
  '.a',
  '',
  '127.0.0.1',
  '[::1]',
  '[::1',
  '[]',
  '[a.b]',
  'a]',
  '[a]b',
];
const characters = Array.from('!"#$%&\'()*+,-/;<=>?@\\^_`{|}~ \t\x7f\xe4').flatMap((each) => [
  `a${each}b`,
  `[a${each}b]`,
]);

it.each([...names.flatMap((name) => ports.map((end) => name + end)), ...characters])(
  'reads the host of %j as nginx does',
  async (header) => {
    expect(hostIn(header, sinceOf(release))).toBe(await hostOfNginx(header));
  },
);
