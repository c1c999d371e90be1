import { describe, expect, it } from 'vitest';
import { effective } from '../../server/src/model/inheritance';
import type { Level } from '../../server/src/model/levels';
import { withTexts } from '../../server/src/model/load';
import { buildModel } from '../../server/src/model/model';
import { assumedVersion } from '../../server/src/reference/versions';
import { closureOf } from '../support/memory-host';

const MAIN = '/etc/nginx/nginx.conf';
/** So long that the file is read in parts, where blocks outlive a change beside them. */
const COMMENTS = '# a comment\n'.repeat(2000);

/** A server before and after a directive of `http` takes the place of another one. */
async function serverAfter(before: string, after: string): Promise<readonly (Level | undefined)[]> {
  const text = (directive: string): string =>
    `events {\n}\n${COMMENTS}http {\n${directive}\nmap $a $b {\n}\nserver {\nlisten 80;\n}\n}\n`;
  const closure = await closureOf({ [MAIN]: text(before) });
  const first = buildModel(closure, assumedVersion, undefined, null, true);
  const server = first.http?.levels[0];
  const changed = withTexts(closure, new Map([[MAIN, text(after)]]));
  const next = buildModel(changed, assumedVersion, undefined, first, true);
  return [server, next.http?.levels[0]];
}

describe('The level of a server', () => {
  it.each([
    ['of a name that is half typed', 'pro', 'prox'],
    ['that none inherits', 'server_names_hash_max_size 512;', 'server_names_hash_max_size 1024;'],
    ['that no handshake depends on', 'gzip off;', 'gzip on;'],
    ['of no name at all', '"";', '"x y";'],
  ])('stays when a directive of http changes %s', async (_what, before, after) => {
    const [first, next] = await serverAfter(before, after);
    expect(next).toBeDefined();
    // Told apart by hand: what differs would be printed with all of the configuration.
    expect(next === first).toBe(true);
  });

  it.each([
    ['of a handshake', 'proxy_read_timeout 1s;', 'proxy_read_timeout 2s;'],
    ['with a slip of the pen', 'proxy_read_timeuot 1s;', 'proxy_read_timeuot 2s;'],
    ['of a module of others', 'access_by_lua_file a;', 'access_by_lua_file b;'],
    ['that may bring in any', 'include a/*.conf;', 'include missing.conf;'],
  ])('is another when a directive of http changes %s', async (_what, before, after) => {
    const [first, next] = await serverAfter(before, after);
    expect(next).toBeDefined();
    expect(next === first).toBe(false);
  });

  it('cannot be asked for what it is not kept by', async () => {
    const [server] = await serverAfter('gzip off;', 'gzip on;');
    expect(() => server && effective(server, 'gzip')).toThrow(/`gzip` of http/);
  });
});
