import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../server/src/model/settings';
import { configurationOf, findConfigurations, loadOnce } from '../../server/src/project/configurations';
import { formatVersion } from '../../server/src/reference/versions';
import { closureOf, MemoryHost } from '../support/memory-host';

const HTTP = 'events {}\nhttp {\n    include sites/*.conf;\n}\n';
const SITE = 'server {\n    listen 80;\n}\n';

/** The main files of the configurations that files belong to, each with the file that it was found for. */
async function mainsOf(
  files: Readonly<Record<string, string>>,
  paths: readonly string[],
  mains: readonly string[] = [],
): Promise<string[]> {
  const given = paths.map((path) => ({ path, mains, pathMappings: [] }));
  const { roots } = await findConfigurations(given, loadOnce(new MemoryHost(files)));
  return roots.map(({ root, file }) => `${root.found} ${root.closure.main.path} for ${file.path}`);
}

describe('the configurations of some files', () => {
  const files = { '/n/a.conf': HTTP, '/n/b.conf': HTTP, '/n/sites/x.conf': SITE };

  it('are those of all main files among them, each once', async () => {
    expect(await mainsOf(files, ['/n/sites/x.conf', '/n/b.conf', '/n/a.conf'])).toEqual([
      'given /n/b.conf for /n/sites/x.conf',
      'given /n/a.conf for /n/sites/x.conf',
    ]);
  });

  it('are those that are named, and those of the files that these do not include', async () => {
    const named = ['/n/a.conf', '/n/b.conf'];
    expect(await mainsOf({ ...files, '/m.conf': SITE }, ['/n/sites/x.conf', '/m.conf'], named)).toEqual([
      'given /n/a.conf for /n/sites/x.conf',
      'given /n/b.conf for /n/sites/x.conf',
      'fragment /m.conf for /m.conf',
    ]);
  });

  it('are not those of fragments that another includes', async () => {
    const fragments = { '/f/outer.conf': 'server { include inner.conf; }', '/f/inner.conf': 'listen 80;' };
    expect(await mainsOf(fragments, ['/f/inner.conf', '/f/outer.conf'])).toEqual([
      'fragment /f/outer.conf for /f/outer.conf',
    ]);
    const circle = { '/f/a.conf': 'include b.conf;', '/f/b.conf': 'include a.conf;' };
    expect(await mainsOf(circle, ['/f/b.conf', '/f/a.conf'])).toHaveLength(1);
  });

  it('leave out what cannot be read, and know the roots of each file', async () => {
    const given = ['/n/gone.conf', '/n/sites/x.conf', '/n/a.conf', '/n/b.conf'].map((path) => ({
      path,
      mains: [],
      pathMappings: [],
    }));
    const { byFile } = await findConfigurations(given, loadOnce(new MemoryHost(files)));
    expect(
      [...byFile].map(([{ path }, roots]) => [path, roots.map(({ closure }) => closure.main.path)]),
    ).toEqual([
      ['/n/sites/x.conf', ['/n/a.conf', '/n/b.conf']],
      ['/n/a.conf', ['/n/a.conf']],
      ['/n/b.conf', ['/n/b.conf']],
    ]);
  });

  it('read no more in all than a limit, and say where it ends', async () => {
    const limits = { files: Infinity, characters: HTTP.length * 2 + SITE.length, names: Infinity };
    const load = loadOnce(new MemoryHost(files), () => {}, limits);
    const problemsOf = async (path: string): Promise<unknown[]> => {
      const loaded = await load(path, []);
      if ('problem' in loaded) return [loaded.problem];
      return [...loaded.inclusions.values()].flatMap(({ problem }) => problem ?? []);
    };
    expect(await problemsOf('/n/a.conf')).toEqual([]);
    expect(JSON.stringify(await problemsOf('/n/b.conf'))).toContain('would have to be read');
  });

  it('are read once, and may be given up between two files', async () => {
    const loaded: string[] = [];
    const load = loadOnce(new MemoryHost(files), (path) => loaded.push(path));
    const given = Object.keys(files).map((path) => ({ path, mains: [], pathMappings: [] }));
    await findConfigurations(given, load);
    expect(loaded.filter((path) => path in files).toSorted()).toEqual(Object.keys(files));
    const giveUp = (): Promise<void> => Promise.reject(new Error('cancelled'));
    await expect(findConfigurations(given, load, giveUp)).rejects.toThrow('cancelled');
  });
});

it('a configuration has the settings in force and the version that they set', async () => {
  const closure = await closureOf({
    '/n/a.conf': HTTP,
    '/n/nginx-websocket.json': '{ "nginxVersion": "1.30", "websocketLocations": ["/x"] }',
  });
  const root = { closure, found: 'itself' } as const;
  const own = { ...defaultSettings, rules: { syntax: 'off' } } as const;
  const { settings, target } = await configurationOf(root, own, () => Promise.resolve(null));
  expect(settings).toMatchObject({ rules: { syntax: 'off' }, websocketLocations: ['/x'] });
  expect([formatVersion(target.version), target.from]).toEqual(['1.30.0', 'project']);
});
