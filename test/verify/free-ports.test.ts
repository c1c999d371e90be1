import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePorts } from '../../server/src/verify/free-ports';

it('gives ports that are free and differ, and that no system gives to others', async () => {
  const ports = await freePorts(100);
  expect(new Set(ports).size).toBe(100);
  for (const port of ports) {
    expect(port).toBeLessThan(32_768);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
  }
});

it('leaves out a port that is taken, and goes on with the first behind the last', async () => {
  const [port = 0] = await freePorts(1);
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  try {
    const [next = 0] = await freePorts(1, port);
    expect(next).not.toBe(port);
  } finally {
    server.close();
  }
  const [last = 0, first = 0] = await freePorts(2, 32_767);
  expect([last, first].every((each) => each >= 20_000 && each < 32_768)).toBe(true);
});
