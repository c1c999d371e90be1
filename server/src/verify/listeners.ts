import { argumentsAsWritten } from '../edits/insert';
import { english, t } from '../l10n';
import type { ConfigDirective } from '../model/configuration';
import { urlHost } from '../model/sockets';
import { tokenEnd } from '../syntax/tokens';
import { type ListenPart, listenHost, readListen } from '../values/listen';
import { blank, type Draft } from './draft';

/** How a socket is called: by the address and port that the configuration names. */
export function keyOfSocket({ address, port }: { readonly address: string; readonly port: number }): string {
  return `listen ${address} ${port}`;
}

/** Whether it is a socket of the file system. */
export function isUnix(key: string): boolean {
  return key.startsWith('listen unix:');
}

/** The port in the name of a socket. */
export function portIn(key: string): number {
  return Number(key.slice(key.lastIndexOf(' ') + 1));
}

/** The address in the name of a socket; of one of the file system `unix:` and its path. */
export function addressIn(key: string): string {
  return key.slice('listen '.length, key.lastIndexOf(' '));
}

/** So many ports of a range are tried. */
const RANGE_LIMIT = 16;

/** The names of the sockets of a `listen`; none where its address cannot be read. */
export function socketsOfListen(directive: ConfigDirective, part: ListenPart): string[] {
  const { address, quic } = readListen(directive, part);
  if (address.error !== null || quic) return [];
  const host = urlHost(listenHost(address));
  const count = Math.min(address.lastPort - address.port + 1, RANGE_LIMIT);
  return Array.from({ length: count }, (_, index) =>
    keyOfSocket({ address: host, port: address.port + index }),
  );
}

const CHANGE = english('Listeners are free ports of 127.0.0.1, or sockets in the folder: %.');

/** Has a `listen` use ports of 127.0.0.1, or a socket in the folder. What decides about handshakes stays. */
export function moveListen(directive: ConfigDirective, part: ListenPart, draft: Draft): void {
  const written = `listen ${argumentsAsWritten(directive)}`;
  if (readListen(directive, part).quic) {
    draft.edit(blank(directive), english('HTTP/3 carries no such handshake, and is left out: %.'), written);
    return;
  }
  const sockets = socketsOfListen(directive, part);
  if (sockets.length === 0) return;
  const parameters = directive.words
    .slice(2)
    .map(({ value }) => value)
    .filter((value) => !value.startsWith('ipv6only='));
  const statements = sockets.map((key) => ['listen', addressOf(key, draft), ...parameters].join(' '));
  const { file, start, wordsEnd: end } = directive;
  draft.edit({ file, start, end, newText: statements.join('; ') }, CHANGE, written);
}

/** Where a socket is in the copy, as `listen` and `proxy_pass` write it. */
export function addressOf(key: string, draft: Draft): string {
  const port = draft.portFor(key);
  return isUnix(key) ? `unix:${draft.directory('sockets')}/${port}` : `127.0.0.1:${port}`;
}

/** The socket of a server that names none (ngx_http_core_server). */
export const DEFAULT_SOCKET = keyOfSocket({ address: '*', port: 80 });

export function hasListen({ children }: ConfigDirective): boolean {
  return children?.some(({ name }) => name === 'listen') === true;
}

/** Has a server without a `listen` use a port of 127.0.0.1. */
export function addListen(server: ConfigDirective, draft: Draft): void {
  const { file, node } = server;
  const start = tokenEnd(file.tree.tokens, node.open);
  const newText = ` listen ${addressOf(DEFAULT_SOCKET, draft)};`;
  draft.edit({ file, start, end: start, newText }, CHANGE, t('server without a listen'));
}
