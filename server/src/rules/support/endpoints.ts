/** Names that clients request themselves, with a slash at the end and without; of others they request the paths below. */
const ENDPOINT = /\/(?:ws|wss|websocket|cable|hmr|graphql-ws)\/?$/i;

/** Whether clients open a WebSocket at just this path. */
export function isEndpoint(path: string): boolean {
  return ENDPOINT.test(path);
}
