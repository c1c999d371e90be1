import { describe, expect, it } from 'vitest';
import { loadOnce } from '../../server/src/project/configurations';
import { findNeighbours, findRoots } from '../../server/src/project/roots';
import { closureOf, MemoryHost } from '../support/memory-host';

describe('the root of a file', () => {
  const http = 'http { include sites/*.conf; }';
  const site = 'server { listen 80; }';

  async function rootOf(
    path: string,
    files: Readonly<Record<string, string>>,
    mains: readonly string[] = [],
  ): Promise<string> {
    const load = loadOnce(new MemoryHost(files));
    const roots = await findRoots(path, { mains, load: (main) => load(main, []) });
    if ('problem' in roots) return roots.problem.kind;
    return roots.map(({ found, closure }) => `${found}: ${closure.main.path}`).join(', ');
  }

  it('is a given main file that includes it, before a nearer one', async () => {
    const files = { '/a/nginx.conf': http, '/a/main.conf': http, '/a/sites/x.conf': site };
    expect(await rootOf('/a/sites/x.conf', files, ['/a/main.conf'])).toBe('given: /a/main.conf');
    expect(await rootOf('/a/sites/x.conf', files, ['/a/none.conf', '/a/main.conf'])).toBe(
      'given: /a/main.conf',
    );
    // One that does not include it is none for it.
    const others = { ...files, '/b/main.conf': 'http {}' };
    expect(await rootOf('/a/sites/x.conf', others, ['/b/main.conf'])).toBe('nearest: /a/nginx.conf');
  });

  it('is each of the given main files that include it, once and in their order', async () => {
    const files = {
      '/a/b.conf': http,
      '/a/c.conf': http,
      '/a/d.conf': '->/a/b.conf',
      '/a/sites/x.conf': site,
    };
    const mains = ['/a/c.conf', '/a/none.conf', '/a/d.conf', '/a/b.conf'];
    expect(await rootOf('/a/sites/x.conf', files, mains)).toBe('given: /a/c.conf, given: /a/d.conf');
  });

  it('is the nearest nginx.conf upward whose closure has it', async () => {
    const files = {
      '/a/nginx.conf': 'http { include b/sites/*.conf; }',
      '/a/b/nginx.conf': 'http {}',
      '/a/b/sites/x.conf': site,
    };
    expect(await rootOf('/a/b/sites/x.conf', files)).toBe('nearest: /a/nginx.conf');
    expect(await rootOf('/a/b/sites/x.conf', { ...files, '/a/b/nginx.conf': http })).toBe(
      'nearest: /a/b/nginx.conf',
    );
  });

  it('is found through others, and through symbolic links', async () => {
    const files = {
      '/a/nginx.conf': 'http { include on/*; }',
      '/a/on/x': '->/a/available/x',
      '/a/available/x': 'include /a/snippets/y;',
      '/a/snippets/y': site,
    };
    expect(await rootOf('/a/snippets/y', files)).toBe('nearest: /a/nginx.conf');
    expect(await rootOf('/a/available/x', files)).toBe('nearest: /a/nginx.conf');
  });

  it('is the file itself when it has a block of a main file', async () => {
    expect(await rootOf('/a/x.conf', { '/a/x.conf': 'events {}' })).toBe('itself: /a/x.conf');
    expect(await rootOf('/a/nginx.conf', { '/a/nginx.conf': http })).toBe('itself: /a/nginx.conf');
    expect(await rootOf('/nginx.conf', { '/nginx.conf': 'stream {}' })).toBe('itself: /nginx.conf');
  });

  it('is the file itself when such a block is in what it includes at its top', async () => {
    const files = {
      '/a/main.conf': 'include b;',
      '/a/b': 'include c; include main.conf;',
      '/a/c': 'http {}',
    };
    expect(await rootOf('/a/main.conf', files)).toBe('itself: /a/main.conf');
    expect(await rootOf('/a/x.conf', { '/a/x.conf': 'server { include y; }', '/a/y': 'http {}' })).toBe(
      'fragment: /a/x.conf',
    );
  });

  it('is an nginx.conf further up that includes an nginx.conf', async () => {
    const files = { '/a/nginx.conf': 'include b/nginx.conf;', '/a/b/nginx.conf': 'http {}' };
    expect(await rootOf('/a/b/nginx.conf', files)).toBe('nearest: /a/nginx.conf');
  });

  it('is none for a fragment', async () => {
    expect(await rootOf('/a/x.conf', { '/a/x.conf': site, '/a/nginx.conf': 'http {}' })).toBe(
      'fragment: /a/x.conf',
    );
  });

  it('is looked for on other file systems alike', async () => {
    const root = 'vscode-vfs://github/o/r';
    const files = { [`${root}/nginx.conf`]: http, [`${root}/sites/x.conf`]: site };
    expect(await rootOf(`${root}/sites/x.conf`, files)).toBe(`nearest: ${root}/nginx.conf`);
  });

  it('cannot be told of a file that cannot be read', async () => {
    expect(await rootOf('/a/x.conf', {})).toBe('missing');
    expect(await rootOf('/a', { '/a/x.conf': site })).toBe('directory');
  });

  it('loads with what it is given to load with', async () => {
    const loaded: string[] = [];
    const host = new MemoryHost({ '/a/nginx.conf': http, '/a/sites/x.conf': site });
    await findRoots('/a/sites/x.conf', {
      mains: [],
      load: (path) => {
        loaded.push(path);
        return closureOf({ [path]: host.files.get(path) ?? '' });
      },
    });
    expect(loaded).toEqual(['/a/sites/x.conf', '/a/sites/nginx.conf', '/a/nginx.conf', '/nginx.conf']);
  });
});

it('the neighbours of a root are the main files that share files with it', async () => {
  const files = {
    '/n/a.conf': 'http { include shared; }',
    '/n/b.conf': 'http { include shared; }',
    '/n/c.conf': '->/n/b.conf',
    '/n/d.conf': 'http { include own; }',
    '/n/shared': 'server { listen 80; }',
    '/n/own': '',
  };
  const load = loadOnce(new MemoryHost(files));
  const mains = ['/n/gone.conf', ...Object.keys(files).slice(0, 4)];
  const options = { mains, load: (main: string) => load(main, []) };
  const roots = await findRoots('/n/a.conf', options);
  if ('problem' in roots) throw new Error('The file can be read.');
  expect(roots.map(({ closure }) => closure.main.path)).toEqual(['/n/a.conf']);
  const neighbours = await findNeighbours(roots, options);
  expect(neighbours.map(({ closure }) => closure.main.path)).toEqual(['/n/b.conf']);
});
