import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildConfiguration, walk } from '../../server/src/model/configuration';
import { loadClosure } from '../../server/src/model/load';
import {
  mapPath,
  mergePathMappings,
  pathForNginx,
  readPathMappings,
} from '../../server/src/model/path-mappings';
import { MemoryHost } from '../support/memory-host';

describe('path mappings', () => {
  const mappings = readPathMappings(
    { '/etc/nginx/': './nginx', '/etc/nginx/conf.d': 'sites', '/run/secrets': '/srv/secrets' },
    '/project/app',
  );

  it.each([
    ['/etc/nginx', '/project/app/nginx'],
    ['/etc/nginx/nginx.conf', '/project/app/nginx/nginx.conf'],
    ['/etc/nginx/conf.d/a.conf', '/project/app/sites/a.conf'],
    ['/run/secrets/a', '/srv/secrets/a'],
    ['/etc/nginx2/a', null],
    ['/etc', null],
  ])('lead from %s to %s, the longest first', (path, expected) => {
    expect(mapPath(mappings, path)?.path ?? null).toBe(expected);
  });

  it.each([
    ['/project/app/sites/a.conf', '/etc/nginx/conf.d/a.conf'],
    ['/project/app/nginx', '/etc/nginx'],
    ['/project/app/a.conf', null],
  ])('lead back from %s to %s', (path, expected) => {
    expect(pathForNginx(mappings, path)).toBe(expected);
  });

  it('keep the scheme of a folder that is not on a disk', () => {
    const remote = readPathMappings({ '/etc/nginx': 'nginx' }, 'vscode-vfs://github/o/r');
    expect(mapPath(remote, '/etc/nginx/a')?.path).toBe('vscode-vfs://github/o/r/nginx/a');
    expect(pathForNginx(remote, 'vscode-vfs://github/o/r/nginx/a')).toBe('/etc/nginx/a');
  });

  it('may map the root, or to it', () => {
    expect(mapPath([{ from: '/', to: '/image' }], '/etc/nginx')?.path).toBe('/image/etc/nginx');
    expect(mapPath([{ from: '/image', to: '/' }], '/image/etc')?.path).toBe('/etc');
    expect(pathForNginx([{ from: '/image', to: '/' }], '/etc')).toBe('/image/etc');
  });

  it('of two for one path the first is taken', () => {
    const first = [{ from: '/a', to: '/first' }];
    const second = [
      { from: '/a', to: '/second' },
      { from: '/a/b', to: '/second/b' },
    ];
    expect(mergePathMappings(first, second)).toEqual([
      { from: '/a/b', to: '/second/b' },
      { from: '/a', to: '/first' },
    ]);
  });

  it('lead there and back again', () => {
    const name = fc.stringMatching(/^[a-z]{1,3}$/);
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`);
    fc.assert(
      fc.property(path, path, path, (from, to, rest) => {
        const one = [{ from, to }];
        expect(mapPath(one, `${from}${rest}`)?.path).toBe(`${to}${rest}`);
        expect(pathForNginx(one, `${to}${rest}`)).toBe(`${from}${rest}`);
      }),
    );
  });
});

/** What the includes of a main file bring in: the value of each `user`. */
async function usersOf(
  files: Readonly<Record<string, string>>,
  setting: Readonly<Record<string, string>>,
  main = Object.keys(files)[0] ?? '',
): Promise<string[]> {
  const pathMappings = readPathMappings(setting, '/project');
  const closure = await loadClosure(new MemoryHost(files), main, { pathMappings });
  if ('problem' in closure) throw new Error(closure.problem.kind);
  const { directives } = buildConfiguration(closure);
  return [...walk(directives)].filter(({ name }) => name === 'user').map((each) => each.argument(0));
}

describe('an include', () => {
  it('of an absolute path goes where a mapping says, and nowhere else', async () => {
    const files = {
      '/project/nginx.conf': 'include /etc/nginx/a.conf; include /etc/nginx/b.conf;',
      '/project/image/a.conf': 'user mapped;',
      '/project/a.conf': 'user beside;',
      '/project/b.conf': 'user beside;',
      '/etc/nginx/a.conf': 'user installed;',
    };
    expect(await usersOf(files, { '/etc/nginx': 'image' })).toEqual(['mapped']);
    expect(await usersOf(files, {})).toEqual(['beside', 'beside']);
  });

  it('of a pattern is mapped too, and what is special in the name of the directory is not', async () => {
    const files = {
      '/project/nginx.conf': 'include /etc/nginx/*.conf;',
      '/project/im[ag]e/a.conf': 'user a;',
      '/project/im[ag]e/b.txt': 'user b;',
    };
    expect(await usersOf(files, { '/etc/nginx': 'im[ag]e' })).toEqual(['a']);
  });

  it('of a relative path is relative to where nginx sees the main file', async () => {
    const files = {
      '/project/nginx.conf': 'include conf.d/*.conf; include other.conf;',
      '/project/conf.d/wrong.conf': 'user wrong;',
      '/project/sites/right.conf': 'user right;',
      '/project/other.conf': 'user other;',
    };
    const setting = { '/etc/nginx/nginx.conf': 'nginx.conf', '/etc/nginx/conf.d': 'sites' };
    expect(await usersOf(files, setting)).toEqual(['right', 'other']);
  });

  it('in a fragment of a customary directory is relative to the one above, as nginx sees it', async () => {
    const files = {
      '/project/sites/a.conf': 'include snippets/x.conf;',
      '/project/parts/x.conf': 'user right;',
    };
    const setting = { '/etc/nginx/conf.d': 'sites', '/etc/nginx/snippets': 'parts' };
    expect(await usersOf(files, setting)).toEqual(['right']);
  });

  it('is mapped by the file beside the main file, unless the editor maps it', async () => {
    const files = {
      '/project/nginx.conf': 'include /a/x.conf; include /b/x.conf;',
      '/project/nginx-websocket.json': '{ "pathMappings": { "/a": "project", "/b": "./project" } }',
      '/project/project/x.conf': 'user project;',
      '/project/editor/x.conf': 'user editor;',
    };
    expect(await usersOf(files, { '/a': 'editor' })).toEqual(['editor', 'project']);
  });
});
