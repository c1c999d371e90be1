/**
 * The environment's variables that name a proxy for such a URL, as they are written. A probe goes round it: what is
 * asked is whether nginx lets the handshake through.
 *
 * @param environment names and values
 */
export function proxyVariables(
  environment: Readonly<Record<string, string | undefined>>,
  isSecure: boolean,
): string[] {
  const names = isSecure ? ['https_proxy', 'all_proxy'] : ['http_proxy', 'all_proxy'];
  return Object.keys(environment).filter(
    (name) => names.includes(name.toLowerCase()) && (environment[name] ?? '') !== '',
  );
}
