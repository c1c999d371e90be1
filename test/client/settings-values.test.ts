import { describe, expect, it } from 'vitest';
import { globOf, looksLikeMain, readTypedVersion, versionsOffered } from '../../client/src/settings-values';
import manifest from '../../package.json';
import { expandMains } from '../../server/src/project/main-files';
import { loadOnce } from '../../server/src/project/configurations';
import { findRoots } from '../../server/src/project/roots';
import { formatVersion, parseVersion } from '../../server/src/reference/versions';
import { MemoryHost } from '../support/memory-host';

describe('versions', () => {
  const { pattern } = manifest.contributes.configuration.properties['nginxWebsocket.nginxVersion'];

  it.each([
    ['1.28', '1.28'],
    [' 1.25.3 ', '1.25.3'],
    ['nginx/1.22.1', '1.22.1'],
    ['v1.30', '1.30'],
    ['', undefined],
    ['1', undefined],
    ['latest', undefined],
    ['1.2.3.4', undefined],
  ])('%j is read as %j', (text, version) => {
    expect(readTypedVersion(text)).toBe(version);
    if (version !== undefined) expect(version).toMatch(new RegExp(pattern));
  });

  it('that are offered are versions, the newest first', () => {
    const versions = versionsOffered.map(({ version }) => version);
    for (const version of versions) {
      const parsed = parseVersion(version);
      expect(parsed === null ? null : formatVersion(parsed)).toBe(version);
      expect(version).toMatch(new RegExp(pattern));
    }
    expect(versions.toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))).toEqual(versions);
  });
});

describe('main files', () => {
  it.each([
    ['events {}\nhttp {\n}\n', true],
    ['user a;\n  http\n{\n}\n', true],
    ['server {\n}\n', false],
    ['# http {\n', false],
    ['map $http_x $y {\n}\n', false],
    ['upstream stream {\n}\n', false],
  ])('are told by their blocks: %j', (text, isMain) => {
    expect(looksLikeMain(text)).toBe(isMain);
  });

  it.each(['nginx.conf', 'a*/b?c/[x].conf', 'a b/ü.conf'])(
    '%j is matched by its glob alone',
    async (path) => {
      const host = new MemoryHost({
        [`/project/${path}`]: 'http {\n}\n',
        '/project/aa/bbc/x.conf': 'http {\n}\n',
      });
      const looked = { file: () => {}, directory: () => {} };
      expect(await expandMains(host, [globOf(path)], '/project', looked)).toEqual([`/project/${path}`]);
      const load = loadOnce(host);
      const roots = await findRoots(`/project/${path}`, { mains: [], load: (main) => load(main, []) });
      expect('problem' in roots ? null : roots.map(({ found }) => found)).toEqual(['itself']);
    },
  );
});
