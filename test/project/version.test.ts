import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../server/src/model/settings';
import { findVersion } from '../../server/src/project/version';
import { assumedVersion, formatVersion } from '../../server/src/reference/versions';

describe('the version of nginx', () => {
  it.each<[own: string, project: string, output: string | null, version: string, from: string]>([
    ['1.22.1', '1.30', 'nginx version: nginx/1.18.0', '1.22.1', 'setting'],
    ['auto', '1.30', 'nginx version: nginx/1.18.0', '1.30.0', 'project'],
    ['auto', 'auto', 'nginx version: nginx/1.18.0', '1.18.0', 'nginx'],
    ['auto', 'auto', 'no such thing', formatVersion(assumedVersion), 'assumed'],
    ['auto', 'auto', null, formatVersion(assumedVersion), 'assumed'],
  ])(
    'set to %j, by the project to %j, with the output %j is %s',
    async (own, project, output, version, from) => {
      let asked = 0;
      const found = await findVersion(
        { ...defaultSettings, nginxVersion: own },
        { ...defaultSettings, nginxVersion: project },
        () => {
          asked += 1;
          return Promise.resolve(output);
        },
      );
      expect([formatVersion(found.version), found.from]).toEqual([version, from]);
      // A program is started only where its answer counts.
      expect(asked).toBe(own === 'auto' && project === 'auto' ? 1 : 0);
    },
  );
});
