/**
 * Whether what `rewrite` or `return` names is a URL to which the client is redirected (ngx_http_rewrite,
 * ngx_http_rewrite_return): in small letters, or with `$scheme` in front.
 */
export function isRedirectUrl(text: string): boolean {
  return /^(?:https?:\/\/|\$scheme)/.test(text);
}
