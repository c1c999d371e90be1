/** Headers that people set, what each is for, and what to set it to: the first value is the one to prefer. */

export interface HeaderChoice {
  readonly name: string;
  readonly note: string;
  readonly values: readonly string[];
}

/** Of requests to a back end: `proxy_set_header`, `grpc_set_header`. */
export const requestHeaders: readonly HeaderChoice[] = [
  {
    name: 'Host',
    note: 'the name that the client asked for',
    values: ['$host', '$http_host', '$proxy_host'],
  },
  { name: 'Upgrade', note: 'WebSocket: what the client asks for', values: ['$http_upgrade'] },
  { name: 'Connection', note: 'WebSocket: goes with Upgrade', values: ['"upgrade"', '""'] },
  { name: 'X-Real-IP', note: 'the address of the client', values: ['$remote_addr'] },
  {
    name: 'X-Forwarded-For',
    note: 'the addresses of the client and the proxies',
    values: ['$proxy_add_x_forwarded_for', '$remote_addr'],
  },
  { name: 'X-Forwarded-Proto', note: 'http or https', values: ['$scheme', 'https'] },
  { name: 'X-Forwarded-Host', note: 'the name that the client asked for', values: ['$host', '$http_host'] },
  { name: 'X-Forwarded-Port', note: 'the port that the client asked', values: ['$server_port'] },
  { name: 'X-Forwarded-Server', note: 'the name of this server', values: ['$server_name'] },
  { name: 'X-Request-ID', note: 'the same in all logs', values: ['$request_id'] },
  { name: 'Forwarded', note: 'RFC 7239', values: ['"for=$remote_addr;proto=$scheme;host=$host"'] },
  { name: 'Origin', note: 'the page that the script belongs to', values: ['$http_origin', '""'] },
  { name: 'Authorization', note: 'who the client is', values: ['$http_authorization', '""'] },
  { name: 'Cookie', note: 'the cookies of the client', values: ['$http_cookie', '""'] },
  { name: 'Accept-Encoding', note: 'the compressions that the client takes', values: ['""'] },
  { name: 'Early-Data', note: 'RFC 8470', values: ['$ssl_early_data'] },
];

/** Of responses to the client: `add_header`. */
export const responseHeaders: readonly HeaderChoice[] = [
  {
    name: 'Strict-Transport-Security',
    note: 'only https from now on',
    values: ['"max-age=31536000" always', '"max-age=31536000; includeSubDomains" always'],
  },
  {
    name: 'Content-Security-Policy',
    note: 'what a page may load',
    values: ['"default-src \'self\'" always'],
  },
  { name: 'X-Content-Type-Options', note: 'no guessing of types', values: ['nosniff'] },
  { name: 'X-Frame-Options', note: 'who may frame the page', values: ['SAMEORIGIN', 'DENY'] },
  {
    name: 'Referrer-Policy',
    note: 'what links tell',
    values: ['strict-origin-when-cross-origin', 'no-referrer'],
  },
  { name: 'Permissions-Policy', note: 'what a page may use', values: [] },
  {
    name: 'Cache-Control',
    note: 'who may keep it, and how long',
    values: ['no-store', 'no-cache', '"public, max-age=31536000, immutable"'],
  },
  { name: 'Access-Control-Allow-Origin', note: 'who may read it', values: ['$http_origin', '*'] },
  { name: 'Access-Control-Allow-Credentials', note: 'whether with cookies', values: ['true'] },
  { name: 'Access-Control-Allow-Methods', note: 'CORS', values: ['"GET, POST, OPTIONS"'] },
  { name: 'Access-Control-Allow-Headers', note: 'CORS', values: ['"Authorization, Content-Type"'] },
  { name: 'Alt-Svc', note: 'HTTP/3', values: [`'h3=":443"; ma=86400'`] },
  { name: 'Set-Cookie', note: 'a cookie', values: [] },
  { name: 'Vary', note: 'what the response depends on', values: ['Origin', 'Accept-Encoding'] },
];

/** Of responses of a back end: `proxy_hide_header`, `proxy_pass_header`. */
export const backEndHeaders: readonly string[] = [
  'Server',
  'Date',
  'X-Powered-By',
  'X-Accel-Redirect',
  'X-Accel-Expires',
  'X-Accel-Buffering',
  'X-AspNet-Version',
  'Set-Cookie',
  'Access-Control-Allow-Origin',
  'Cache-Control',
  'Expires',
];

/** The choice for a header by its name, in any case. */
export function choiceFor(choices: readonly HeaderChoice[], name: string): HeaderChoice | undefined {
  const lower = name.toLowerCase();
  return choices.find((each) => each.name.toLowerCase() === lower);
}
