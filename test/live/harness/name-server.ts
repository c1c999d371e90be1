import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Stoppable } from './resources';

/** A name server on 127.0.0.1. */
interface NameServer extends Stoppable {
  readonly port: number;
}

const ADDRESS = 1;

/** Starts a name server to which every name is 127.0.0.1; of another type than A it knows no record (RFC 1035 §4.1). */
export async function startNameServer(): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { address, port }) => socket.send(answerTo(query), port, address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    async stop() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

/** The header is 12 bytes; the question ends with a zero, its type and its class. */
function answerTo(query: Buffer): Buffer {
  const end = query.indexOf(0, 12) + 5;
  const isAddress = query.readUInt16BE(end - 4) === ADDRESS;
  const answer = Buffer.from(query.subarray(0, end));
  // A response, recursion available; one question, one answer or none, nothing else.
  answer.writeUInt16BE(0x81_80, 2);
  answer.writeUInt16BE(isAddress ? 1 : 0, 6);
  answer.writeUInt32BE(0, 8);
  if (!isAddress) return answer;
  // The name is that at offset 12; A, IN, 60 seconds, four bytes.
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat([answer, record]);
}
