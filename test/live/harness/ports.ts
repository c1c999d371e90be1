import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

const handedOut = new Set<number>();

/**
 * As many ports as asked for on which nothing listens on 127.0.0.1, all different, none given before in this process.
 * Another process may take one before it is used: whoever listens must be ready for that.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  try {
    const listening = servers.map((server) => once(server, 'listening'));
    for (const server of servers) server.listen(0, '127.0.0.1');
    await Promise.all(listening);
    const ports = servers.map((server) => (server.address() as AddressInfo).port);
    const fresh = ports.filter((port) => !handedOut.has(port));
    for (const port of fresh) handedOut.add(port);
    return fresh.length === count ? fresh : [...fresh, ...(await freePorts(count - fresh.length))];
  } finally {
    for (const server of servers) server.close();
  }
}

/** Whether 127.0.0.1 accepts a connection on the port. */
export async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
