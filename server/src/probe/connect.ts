import { connect, type Socket } from 'node:net';
import { t } from '../l10n';
import type { ProbeCause } from '../protocol';
import { codeOf, ProbeFailure, seconds } from './failure';
import { type Endpoint, endpointText } from './target';
import { type Limit, limitOf, TimedOut, timeLeft, waitFor } from './waiting';

/** A TCP connection. */
interface Connected {
  readonly socket: Socket;
  readonly end: Endpoint;
  /** What was tried before, each with the reason it failed. */
  readonly failed: readonly string[];
}

interface Attempt {
  readonly cause: ProbeCause;
  /** `127.0.0.1:80 refused (ECONNREFUSED)`. */
  readonly text: string;
}

/** What tells most of the other side comes first. */
const PRECEDENCE: readonly ProbeCause[] = ['refused', 'connect-timeout', 'unreachable'];

/**
 * Connects to the first of the addresses that accepts. Each has its share of the time that is left.
 *
 * @param name the host as people know it
 * @throws ProbeFailure `refused`, `connect-timeout` or `unreachable`
 */
export async function connectToFirst(
  name: string,
  addresses: readonly string[],
  port: number,
  limit: Limit,
): Promise<Connected> {
  const time = timeLeft(limit);
  const attempts: Attempt[] = [];
  for (const [index, host] of addresses.entries()) {
    const share = limitOf(timeLeft(limit) / (addresses.length - index), limit.signal);
    const end = { host, port };
    const attempt = await tryToConnect(end, share);
    if ('socket' in attempt) return { socket: attempt.socket, end, failed: attempts.map(({ text }) => text) };
    attempts.push(attempt);
  }
  throw failureOf(endpointText({ host: name, port }), attempts, time);
}

async function tryToConnect(end: Endpoint, limit: Limit): Promise<{ socket: Socket } | Attempt> {
  const time = timeLeft(limit);
  const socket = connect({ host: end.host, port: end.port, noDelay: true });
  // Each wait sees the error too; without a listener one that comes between them would end the process.
  socket.on('error', () => socket.destroy());
  try {
    await waitFor<void>(limit, ({ resolve, reject }) => {
      const connected = (): void => resolve();
      socket.once('connect', connected).once('error', reject);
      return () => socket.off('connect', connected).off('error', reject);
    });
    return { socket };
  } catch (error) {
    socket.destroy();
    const where = endpointText(end);
    const code = codeOf(error);
    if (error instanceof TimedOut)
      return { cause: 'connect-timeout', text: t`${where} no answer within ${seconds(time)}` };
    if (code === 'ETIMEDOUT') return { cause: 'connect-timeout', text: t`${where} no answer (${code})` };
    if (code === 'ECONNREFUSED') return { cause: 'refused', text: t`${where} refused (${code})` };
    if (code !== '') return { cause: 'unreachable', text: t`${where} unreachable (${code})` };
    throw error;
  }
}

function failureOf(where: string, attempts: readonly Attempt[], time: number): ProbeFailure {
  const cause =
    PRECEDENCE.find((each) => attempts.some((attempt) => attempt.cause === each)) ?? 'unreachable';
  const detail = attempts.map(({ text }) => text).join('; ');
  return new ProbeFailure(cause, detail, messageOf(cause, where, time));
}

function messageOf(cause: ProbeCause, where: string, time: number): string {
  switch (cause) {
    case 'refused':
      return t`Nothing listens at ${where}: the connection was refused. Check that nginx runs, that it has a \`listen\` for this address and port, and that the port of a container is published.`;
    case 'connect-timeout':
      return t`${where} did not answer within ${seconds(time)}: a firewall may drop the packets, or the address is wrong. Check both.`;
    default:
      return t`${where} cannot be reached from this machine. Check the network, the route and the address.`;
  }
}
