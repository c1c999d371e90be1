import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../server/src/model/settings';
import { Analyses } from '../../server/src/project/analyses';
import { type Configuration, configurationOf } from '../../server/src/project/configurations';
import type { Settings } from '../../server/src/protocol';
import { closureOf } from '../support/memory-host';

describe('an analysis', () => {
  const closure = closureOf({
    '/n/nginx.conf':
      'events {}\nhttp {\n    server {\n        location /ws { proxy_pass http://a; }\n    }\n}\n',
  });
  const fail = (rule: string): never => {
    throw new Error(rule);
  };
  const configuration = async (settings: Partial<Settings> = {}): Promise<Configuration> =>
    configurationOf({ closure: await closure, found: 'itself' }, { ...defaultSettings, ...settings }, () =>
      Promise.resolve('nginx version: nginx/1.22.1'),
    );

  it('is kept as long as closure, settings and version are the same', async () => {
    const analyses = new Analyses(fail);
    const first = analyses.of(await configuration());
    expect(analyses.of(await configuration())).toBe(first);
    const strict = analyses.of(await configuration({ rules: { 'websocket-upgrade-missing': 'error' } }));
    expect(strict).not.toBe(first);
    expect(strict.problems.map(({ severity }) => severity)).toContain('error');
    expect(first.problems.map(({ severity }) => severity)).not.toContain('error');
    expect(new Analyses(fail).of(await configuration())).not.toBe(first);
  });

  it('knows whether somebody has set the version', async () => {
    const analyses = new Analyses(fail);
    const { options: asked } = analyses.of(await configuration());
    expect(asked).toMatchObject({ version: { minor: 22 }, versionFrom: 'nginx' });
    const { options: set } = analyses.of(await configuration({ nginxVersion: '1.30' }));
    expect(set).toMatchObject({ version: { minor: 30 }, versionFrom: 'setting' });
  });
});
