import { likelyContext } from '../model/context';
import type { FileReading, Host } from '../model/host';
import { type Closure, fileOf, loadClosure } from '../model/load';
import { directoryOf } from '../model/paths';

const NAME = '.nginx-websocket-verify.conf';

/** What is put around a fragment, by where it belongs; nothing of it decides anything. */
const AROUND: Readonly<Partial<Record<string, readonly [before: string, after: string]>>> = {
  http: ['events {} http {', '}'],
  server: ['events {} http { server { listen 80;', '} }'],
  location: ['events {} http { server { listen 80; location / {', '} } }'],
};

/**
 * A whole configuration around a fragment: its outer levels set nothing. The closure itself where it is whole.
 *
 * @param directives those at the top of the closure
 * @returns null where it cannot be told where the fragment belongs
 */
export async function wholeClosure(
  host: Host,
  closure: Closure,
  directives: Parameters<typeof likelyContext>[0],
): Promise<Closure | null> {
  const context = likelyContext(directives);
  if (context === 'main') return closure;
  const around = AROUND[context];
  if (around === undefined) return null;
  const path = `${directoryOf(closure.main.path)}/${NAME}`;
  const text = `${around[0]} include "${closure.main.path}"; ${around[1]}\n`;
  const whole = await loadClosure(withFile(host, path, text), path, {
    pathMappings: closure.pathMappings,
    makeFile: (read) => fileOf(read, null, Infinity),
  });
  return 'problem' in whole ? null : whole;
}

/** The same files, and one more. */
function withFile(host: Host, path: string, text: string): Host {
  return {
    ...host,
    readFile: (asked) =>
      asked === path
        ? Promise.resolve<FileReading>({ kind: 'text', text, realPath: path })
        : host.readFile(asked),
  };
}
