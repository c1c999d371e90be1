import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../server/src/model/settings';
import { mergeSettings } from '../../server/src/project/settings';

describe('settings of editor and project', () => {
  const project = {
    nginxVersion: '1.22',
    rules: { syntax: 'warning', 'include-cycle': 'off' },
    mainConfiguration: ['a.conf'],
    pathMappings: { '/a': 'project', '/b': 'project' },
    websocketLocations: ['/project'],
    websocketUrls: ['wss://project/ws'],
    extraDirectives: ['project'],
  } as const;

  it('the one of the editor wins where it says something', () => {
    const editor = {
      nginxVersion: '1.30',
      rules: { syntax: 'off' },
      mainConfiguration: ['b.conf'],
      pathMappings: { '/a': 'editor' },
      websocketLocations: ['/editor'],
      websocketUrls: [{ url: 'wss://editor/ws', expect: 'depends' }],
      extraDirectives: ['editor'],
    } as const;
    expect(mergeSettings(editor, project)).toEqual({
      ...editor,
      rules: { syntax: 'off', 'include-cycle': 'off' },
      pathMappings: { '/a': 'editor', '/b': 'project' },
    });
  });

  it('the one of the project holds where the editor says nothing', () => {
    expect(mergeSettings(defaultSettings, project)).toEqual(project);
  });
});
