// A WebSocket server that floods: accepts every handshake, and then writes the same bytes as fast as they are taken.
// Started as a process of its own, so that it takes no time from the one under test. Prints its port.
//
// Usage: node flooding-server.mjs KIND, one of those below
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';

/** Some two million bytes of one frame of a server. */
const repeated = (/** @type {Buffer} */ frame) =>
  Buffer.concat(Array.from({ length: Math.ceil(2_000_000 / frame.length) }, () => frame));

const FLOODS = {
  pings: repeated(Buffer.from([0x89, 0])),
  'long messages': repeated(
    Buffer.concat([Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 15, 0, 0]), Buffer.alloc(983_040, 'x')]),
  ),
};

const flood = FLOODS[/** @type {keyof typeof FLOODS} */ (process.argv[2])];

const server = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.once('data', (request) => {
    const key = /^Sec-WebSocket-Key: (.*)\r$/im.exec(request.toString('latin1'))?.[1] ?? '';
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.resume();
    const fill = () => {
      while (socket.writable && socket.write(flood));
    };
    socket.on('drain', fill);
    fill();
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(address.port);
});
