import type { Choices } from './choices';
import type { Draft } from './draft';

/** An address that servers listen on. */
export interface Listener {
  /** As `listen` has it, without parameters: `127.0.0.1:@PORT0`. */
  readonly address: string;
  readonly tls: boolean;
  /** `@PORT0`. */
  readonly port: string;
  /** The host of a URL that asks for this address and no other of the port; null where any host does. */
  readonly host: string | null;
}

/** A port and the addresses on it that are listened on. */
export interface Port {
  readonly tls: boolean;
  readonly listeners: readonly [Listener, ...Listener[]];
}

/** One to three ports; of some both one address and the wildcard. */
export function portsOf(draft: Draft): [Port, ...Port[]] {
  const { choices } = draft;
  const plain = (index: number): Port =>
    choices.chance(15) ? twoAddresses(draft, index) : oneAddress(draft, index, false);
  const ports: [Port, ...Port[]] = [plain(0)];
  if (choices.chance(35)) ports.push(plain(1));
  if (choices.chance(20)) ports.push(oneAddress(draft, ports.length, true));
  return ports;
}

function oneAddress({ choices }: Draft, index: number, tls: boolean): Port {
  const port = `@PORT${index}`;
  const address = choices.of([`127.0.0.1:${port}`, port, `*:${port}`]);
  return { tls, listeners: [{ address, tls, port, host: null }] };
}

function twoAddresses(draft: Draft, index: number): Port {
  const port = `@PORT${index}`;
  draft.note('an address and the wildcard on one port');
  return {
    tls: false,
    listeners: [
      { address: `127.0.0.1:${port}`, tls: false, port, host: '127.0.0.1' },
      { address: port, tls: false, port, host: '127.0.0.2' },
    ],
  };
}

/** What one server listens on. */
export function listenersFor(choices: Choices, ports: readonly [Port, ...Port[]]): Listener[] {
  const [first, ...others] = ports.flatMap(({ listeners }) => listeners);
  if (first === undefined) return [];
  const all: readonly [Listener, ...Listener[]] = [first, ...others];
  return [...new Set(choices.several(1, 2, () => choices.of(all)))];
}
