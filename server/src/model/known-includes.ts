/**
 * Files of nginx's own packages and of certbot, and those that guides and images have for TLS and name servers alone: they
 * hold nothing about proxied requests.
 */
const HARMLESS = [
  /\/mime\.types$/,
  /_params$/,
  /\/(?:koi-(?:win|utf)|win-utf)$/,
  /\/modules-enabled\/[^/]*$/,
  /\/options-ssl-nginx\.conf$/,
  /\/(?:self-signed|snakeoil|resolver)\.conf$/,
  /\/(?:ssl|tls)(?:[-_](?:params?|options|settings|common|intermediate|modern|ciphers?|hardening|certs?|certificates?))+(?:\.\w+)?$/,
  /\/snippets\/ssl[\w.-]*$/,
  /\/config\/nginx\/ssl\.conf$/,
];

/** Whether the absence of an included file hides nothing that matters for WebSocket. */
export function isHarmlessWhenMissing(path: string): boolean {
  return HARMLESS.some((pattern) => pattern.test(`/${path}`));
}

/** What Debian's nginx package installs as /etc/nginx/proxy_params. */
const PROXY_PARAMS = `proxy_set_header Host $http_host;
proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto $scheme;
`;

/** The text to read for a well-known file that is missing here, or null. */
export function builtInText(fileName: string): string | null {
  return fileName === 'proxy_params' ? PROXY_PARAMS : null;
}
