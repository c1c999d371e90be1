import type { ProbeAnswer, ProbeParams } from '../protocol';
import type { curlCommand } from './commands';
import { readHeader, readProtocol } from './headers';
import { readOrigin } from './origin';
import type { ProbeOptions } from './probe';
import { readEndpoint, readTarget, type Target, TargetError } from './target';

/** Seconds that no wait goes beyond: a day. */
const LONGEST_WAIT = 86_400;

/** What a client may ask for, once it is known to make sense. */
export interface Wish {
  readonly target: Target;
  readonly options: ProbeOptions & Parameters<typeof curlCommand>[1];
}

/** What comes from a client may be anything. */
type Unread = Readonly<Partial<Record<keyof ProbeParams, unknown>>>;

/** Reads what a client asks for, or says in words why no probe can be made of it. */
export function readWish(params: Unread): Wish | Extract<ProbeAnswer, { readonly kind: 'refused' }> {
  try {
    return read(params);
  } catch (error) {
    if (error instanceof TargetError) return { kind: 'refused', reason: error.message };
    throw error;
  }
}

function read(params: Unread): Wish {
  const { url, headers, protocols, origin, connect, insecure, message, hold, timeout } = params;
  return {
    target: readTarget(readText('url', url)),
    options: {
      headers: listOf('headers', headers).map((header) => {
        const [name, value] = listOf('headers', header);
        return readHeader(`${readText('headers', name)}: ${readText('headers', value)}`);
      }),
      protocols: listOf('protocols', protocols).map((each) => readProtocol(readText('protocols', each))),
      ...(origin === undefined
        ? {}
        : { origin: origin === null ? null : readOrigin(readText('origin', origin)) }),
      connectTo: connect === undefined ? null : readEndpoint(readText('connect', connect)),
      insecure: insecure === true,
      message: message === undefined ? null : readText('message', message),
      hold: hold === undefined ? null : readSeconds('hold', hold),
      ...(timeout === undefined ? {} : { timeout: readSeconds('timeout', timeout) }),
    },
  };
}

function readText(name: keyof ProbeParams, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TargetError(`\`${name}\` is not what it should be: a text is missing.`);
}

function listOf(name: keyof ProbeParams, value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value as readonly unknown[];
  throw new TargetError(`\`${name}\` is not what it should be: a list is missing.`);
}

/** Seconds as milliseconds. */
function readSeconds(name: keyof ProbeParams, seconds: unknown): number {
  if (typeof seconds === 'number' && seconds > 0 && seconds <= LONGEST_WAIT) return seconds * 1000;
  throw new TargetError(`\`${name}\` is a number of seconds above 0, ${LONGEST_WAIT} at most.`);
}
