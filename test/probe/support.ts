import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { type ProbeOptions, probe } from '../../server/src/probe/probe';
import { readTarget } from '../../server/src/probe/target';
import type { ProbeResult, ProbeStep } from '../../server/src/protocol';
import { acceptFor, encodeFrame, FrameReader, Opcode } from '../../server/src/verify/frames';

/** A TCP server on a port of 127.0.0.1, stopped after the test. @returns its port */
export async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

/** A server that says something once it has a request, and what it does then. @returns its port */
export function answering(
  answer: string | ((request: string) => string),
  then: (socket: Socket) => void = () => {},
): Promise<number> {
  return serve((socket) => {
    let request = '';
    const read = (chunk: Buffer): void => {
      request += chunk.toString('latin1');
      if (!request.includes('\r\n\r\n')) return;
      socket.off('data', read);
      socket.resume();
      socket.write(typeof answer === 'string' ? answer : answer(request), 'latin1');
      then(socket);
    };
    socket.on('data', read);
  });
}

/** The answer that accepts a handshake, with more headers before its end. */
export function acceptance(request: string, more: readonly string[] = []): string {
  const key = /^Sec-WebSocket-Key: (.*)\r$/im.exec(request)?.[1] ?? '';
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptFor(key)}`,
    ...more,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A frame of a server. */
export function frame(opcode: keyof typeof Opcode, payload: string | Buffer): Buffer {
  return encodeFrame({ final: true, opcode: Opcode[opcode], payload: Buffer.from(payload) }, false);
}

/** Answers pings and the close frame, and hands text messages on. */
export function talk(socket: Socket, onText: (text: string) => void = () => {}): void {
  const reader = new FrameReader(true);
  socket.on('data', (chunk: Buffer) => {
    for (const { opcode, payload } of reader.push(chunk)) {
      if (opcode === Opcode.ping) socket.write(frame('pong', payload));
      if (opcode === Opcode.text) onText(payload.toString());
      if (opcode === Opcode.close) socket.end(frame('close', payload));
    }
  });
}

/** Probes a URL; unless told, a wait ends after a time that a busy machine keeps. */
export function probing(url: string, options: ProbeOptions = {}, signal?: AbortSignal): Promise<ProbeResult> {
  return probe(readTarget(url), { timeout: 20_000, ...options }, signal ?? new AbortController().signal);
}

/** `name` for each step that did what it should, `name!` for one that did not. */
export function stepsOf({ steps }: ProbeResult): string {
  return steps.map(({ name, ok }) => (ok ? name : `${name}!`)).join(' ');
}

/** The detail of a step that must be there. */
export function detailOf({ steps }: ProbeResult, name: ProbeStep['name']): string {
  const step = steps.find((each) => each.name === name);
  if (step === undefined) throw new Error(`there is no step ${name}`);
  return step.detail;
}
