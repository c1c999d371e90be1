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
  if (choices.chance(25)) ports.push(oneAddress(draft, ports.length, true));
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

/** A socket of the file system that servers listen on where a `proxy_pass` leads there. */
export const UNIX_SOCKET = '@DIR/hop.sock';

/** Groups of one server that lead back to a listener, by name. */
export interface HopGroup {
  readonly name: string;
  readonly server: string;
}

/** URLs of `proxy_pass` that lead back to listeners, some by the name of a group. */
export function hopsOf(
  { choices }: Draft,
  ports: readonly Port[],
): { readonly urls: readonly string[]; readonly groups: readonly HopGroup[] } {
  if (!choices.chance(40)) return { urls: [], groups: [] };
  const groups: HopGroup[] = [{ name: 'hop-unix', server: `unix:${UNIX_SOCKET}` }];
  const urls = [`http://unix:${UNIX_SOCKET}`, 'http://hop-unix'];
  for (const [index, { tls, listeners }] of ports.entries()) {
    const [{ port }] = listeners;
    const scheme = choices.chance(92) === tls ? 'https' : 'http';
    const name = `hop-${index}`;
    groups.push({ name, server: `127.0.0.1:${port}` });
    urls.push(`${scheme}://127.0.0.1:${port}`, `${scheme}://localhost:${port}`, `${scheme}://${name}`);
  }
  return { urls, groups };
}

/** What one server listens on. */
export function listenersFor(choices: Choices, ports: readonly [Port, ...Port[]]): Listener[] {
  const [first, ...others] = ports.flatMap(({ listeners }) => listeners);
  if (first === undefined) return [];
  const all: readonly [Listener, ...Listener[]] = [first, ...others];
  return [...new Set(choices.several(1, 2, () => choices.of(all)))];
}
