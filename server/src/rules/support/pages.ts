/** The address of the page about a rule: generated from it, under docs/rules/. */
export function rulePage(id: string): string {
  return `https://github.com/nginx-websocket/nginx-websocket/blob/main/docs/rules/${id}.md`;
}
