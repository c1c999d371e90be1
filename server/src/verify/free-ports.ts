import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/**
 * So many ports of 127.0.0.1 on which nothing listens, all different. Another process may take one before it is used:
 * whoever listens must be ready for that.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  try {
    const listening = servers.map((server) => once(server, 'listening'));
    for (const server of servers) server.listen(0, '127.0.0.1');
    await Promise.all(listening);
    return servers.map((server) => (server.address() as AddressInfo).port);
  } finally {
    for (const server of servers) server.close();
  }
}
