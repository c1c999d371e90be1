import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSettings, readSettings } from '../../server/src/model/settings';

describe('settings', () => {
  it('are read as they are written', () => {
    const settings = {
      nginxVersion: '1.30',
      rules: { 'websocket-upgrade-missing': 'error', 'upstream-not-used': 'off' },
      mainConfiguration: ['nginx/*.conf'],
      pathMappings: { '/etc/nginx': './nginx' },
      websocketLocations: ['/rooms/*'],
      websocketUrls: ['wss://a/ws', { url: 'ws://b/ws', expect: 'blocked' }],
      extraDirectives: ['vhost_traffic_status'],
    };
    expect(readSettings(settings, true)).toEqual({ settings, faults: [] });
  });

  it.each([[undefined], [null], [{}], [{ $schema: 'x' }]])('have their defaults in %j', (value) => {
    expect(readSettings(value, true)).toEqual({ settings: defaultSettings, faults: [] });
  });

  it.each<[value: unknown, fault: string]>([
    [7, 'The settings are `7`: write an object.'],
    [['a'], 'The settings are `["a"]`: write an object.'],
    [{ nginxVersion: 'newest' }, '`nginxVersion` is `"newest"`: write `auto`, or a version such as 1.28.0.'],
    [{ nginxVersion: null }, '`nginxVersion` is `null`: write `auto`, or a version such as 1.28.0.'],
    [{ rules: 'off' }, '`rules` is `"off"`: write an object with a severity for each rule.'],
    [{ rules: { syntax: 1 } }, '`rules.syntax` is `1`: write one of error, warning, information, hint, off.'],
    [{ mainConfiguration: 'nginx.conf' }, '`mainConfiguration` is `"nginx.conf"`: write a list of texts.'],
    [{ websocketLocations: ['/a', 1] }, '`websocketLocations` holds `1`: write a list of texts.'],
    [
      { websocketUrls: [{ url: 'wss://a/ws', expect: 'unknown' }] },
      '`websocketUrls` holds `{"url":"wss://a/ws","expect":"unknown"}`: write a list of URLs, each a text or `{ "url": "wss://…", "expect": "passes" }`.',
    ],
    [{ pathMappings: { nginx: '.' } }, '`pathMappings` maps `nginx`: write an absolute path.'],
    [
      { pathMappings: { '/etc/nginx': 1 } },
      '`pathMappings./etc/nginx` is `1`: write the path of a directory here.',
    ],
    [{ nginxversion: '1.28' }, 'There is no setting `nginxversion`.'],
    [{ toString: 1 }, 'There is no setting `toString`.'],
  ])('in %j: what makes no sense is told', (value, fault) => {
    expect(readSettings(value, true).faults).toEqual([fault]);
  });

  it('keep what makes sense beside what does not', () => {
    const { settings } = readSettings({
      nginxVersion: 7,
      rules: { syntax: 'loud', 'include-cycle': 'off' },
      websocketLocations: ['/a', 1, ''],
    });
    expect(settings).toEqual({
      ...defaultSettings,
      rules: { 'include-cycle': 'off' },
      websocketLocations: ['/a'],
    });
  });

  it('may stand beside others in an editor', () => {
    expect(readSettings({ detectLanguage: 'on' }).faults).toEqual([]);
  });

  it('are whole whatever is written, and never more than that', () => {
    fc.assert(
      fc.property(fc.anything(), fc.boolean(), (value, isComplete) => {
        const { settings, faults } = readSettings(value, isComplete);
        expect(Object.keys(settings)).toEqual(Object.keys(defaultSettings));
        expect(faults.every((fault) => fault.endsWith('.'))).toBe(true);
      }),
    );
  });
});
