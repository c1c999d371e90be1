import { describe, expect, it } from 'vitest';
import { projectMains } from '../../server/src/project/main-files';
import { MemoryHost } from '../support/memory-host';

describe('the main files that nginx-websocket.json names', () => {
  async function mainsOf(
    files: Readonly<Record<string, string>>,
    path: string,
  ): Promise<{ mains: string[]; files: string[]; directories: string[] }> {
    const looked = { files: [] as string[], directories: [] as string[] };
    const mains = await projectMains(new MemoryHost(files), path, {
      file: (each) => looked.files.push(each),
      directory: (each) => looked.directories.push(each),
    });
    return { mains, ...looked };
  }

  it('are relative to its directory, which may be any above the file', async () => {
    const files = {
      '/srv/nginx-websocket.json': '{ "mainConfiguration": ["main/*.conf", "x.conf"] }',
      '/srv/main/a.conf': '',
      '/srv/main/b.conf': '',
    };
    expect(await mainsOf(files, '/srv/sites/app')).toEqual({
      mains: ['/srv/main/a.conf', '/srv/main/b.conf', '/srv/x.conf'],
      files: ['/srv/sites/nginx-websocket.json', '/srv/nginx-websocket.json', '/srv/nginx-websocket.json'],
      directories: ['/srv/main'],
    });
  });

  it('are those of the nearest one that names any', async () => {
    const files = {
      '/a/nginx-websocket.json': '{ "mainConfiguration": ["far.conf"] }',
      '/a/b/nginx-websocket.json': '{ "mainConfiguration": ["near.conf"] }',
      '/a/b/c/nginx-websocket.json': '{ "nginxVersion": "1.30" }',
    };
    expect((await mainsOf(files, '/a/b/c/x')).mains).toEqual(['/a/b/near.conf']);
  });

  it('are looked for up to the root, of a disk or elsewhere', async () => {
    expect((await mainsOf({}, '/a/x')).files).toEqual(['/a/nginx-websocket.json', '/nginx-websocket.json']);
    expect((await mainsOf({}, 'vscode-vfs://github/o/x')).files).toEqual([
      'vscode-vfs://github/o/nginx-websocket.json',
      'vscode-vfs://github/nginx-websocket.json',
    ]);
  });

  it('are none where a pattern leads to half a disk, and that is told', async () => {
    const disk = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`/a/${index}/x`, '']));
    const files = { '/srv/nginx-websocket.json': '{ "mainConfiguration": ["/*/*/*"] }', ...disk };
    const faults: string[] = [];
    const directories: string[] = [];
    const mains = await projectMains(new MemoryHost(files), '/srv/x', {
      file: () => {},
      directory: (each) => directories.push(each),
      fault: (text) => faults.push(text),
    });
    expect(mains).toEqual([]);
    expect(directories).toEqual([]);
    expect(faults).toEqual(['`mainConfiguration` (/*/*/*) is not used: it leads to more than 1000 files.']);
  });
});
