import { readFileSync } from 'node:fs';
import { type NginxVersion, parseVersion } from '../../server/src/reference/versions';

/** Recorded configurations, and what six versions of nginx did with a handshake: ../fixtures/handshakes.json. */

/** One configuration, and what came of a handshake with it. */
export interface Recorded {
  readonly id: string;
  readonly description: string;
  readonly server: string;
  readonly http?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly path: string;
  readonly results: readonly (Row & { readonly nginx: readonly string[] })[];
}

export type Row = { readonly refused: string } | { readonly strict: Outcome };

/** In front of a strict back end. */
interface Outcome {
  readonly status: number | null;
  readonly works: boolean;
  readonly why?: string;
  /** `GET / HTTP/1.1 host=… conn=… upg=…`, `-` for what is missing. */
  readonly upstreamSaw?: readonly string[];
}

const FIXTURE = new URL('../fixtures/handshakes.json', import.meta.url);
export const recorded = JSON.parse(readFileSync(FIXTURE, 'utf8')) as readonly Recorded[];

/** The files of a configuration; the back end stands at a port of its own. */
export function filesOf({ http = '', server, files = {} }: Recorded): Record<string, string> {
  const filled = (text: string): string =>
    text
      .replaceAll('@DIR', '/etc/nginx/dir')
      .replaceAll(/@(?:BACKEND|STRICT|LENIENT)/g, '127.0.0.1:3000')
      .replaceAll('NAME', 'strict');
  const main = `events {} http { ${http}\nserver { listen 127.0.0.1:80;\n${server}\n} }`;
  return {
    '/etc/nginx/nginx.conf': filled(main),
    ...Object.fromEntries(
      Object.entries(files).map(([name, text]) => [`/etc/nginx/dir/${name}`, filled(text)]),
    ),
  };
}

export function versionOf(text: string): NginxVersion {
  const version = parseVersion(text);
  if (version === null) throw new Error(`${text} is no version.`);
  return version;
}
