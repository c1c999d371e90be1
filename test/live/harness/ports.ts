import { once } from 'node:events';
import { connect } from 'node:net';
import { freePorts as portsNow } from '../../../server/src/verify/free-ports';

const handedOut = new Set<number>();

/** Free ports of 127.0.0.1, none given before in this process. */
export async function freePorts(count: number): Promise<number[]> {
  const fresh = (await portsNow(count)).filter((port) => !handedOut.has(port));
  for (const port of fresh) handedOut.add(port);
  return fresh.length === count ? fresh : [...fresh, ...(await freePorts(count - fresh.length))];
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
