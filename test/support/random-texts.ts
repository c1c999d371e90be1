import { type Directive, print } from '../live/random/tree';

/** What placeholders of a configuration stand for. */
const FILLED: readonly (readonly [string, string])[] = [
  ['@PORT0', '80'],
  ['@PORT1', '443'],
  ['@PORT2', '8080'],
  ['@SOCKET', '/run/own.sock'],
  ['@BACKEND', '10.0.0.1:3000'],
  ['@AUX', '10.0.0.2:3000'],
];

/** The texts of a random configuration by path, the main file first, with addresses that no test connects to. */
export function textsOf(directives: readonly Directive[]): Record<string, string> {
  const fill = (text: string): string =>
    FILLED.reduce((filled, [placeholder, value]) => filled.replaceAll(placeholder, value), text);
  const texts = Object.entries(print('nginx.conf', directives));
  return Object.fromEntries(texts.map(([path, text]) => [`/etc/nginx/${path}`, fill(text)] as const));
}
