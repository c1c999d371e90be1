import { describe, expect, it } from 'vitest';
import { closureOf } from '../support/memory-host';

const MAIN = '/srv/nginx.conf';
const FILE = '/srv/nginx-websocket.json';

describe('nginx-websocket.json', () => {
  it('beside the main file gives its settings', async () => {
    const { project } = await closureOf({ [MAIN]: '', [FILE]: '\uFEFF{ "nginxVersion": "1.30" }' });
    expect(project).toMatchObject({ path: FILE, settings: { nginxVersion: '1.30' }, faults: [] });
  });

  it('is not that of another directory', async () => {
    const files = { '/srv/nginx/nginx.conf': 'include ../a/x.conf;', '/srv/a/x.conf': '' };
    const closure = await closureOf({ ...files, [FILE]: '{}', '/srv/a/nginx-websocket.json': '{}' });
    expect(closure.project).toBeNull();
  });

  it('of a fragment in a customary directory is the one above, as its main file would be there', async () => {
    const { project } = await closureOf({ '/srv/conf.d/a.conf': 'server {}', [FILE]: '{}' });
    expect(project?.path).toBe(FILE);
    const main = await closureOf({ '/srv/conf.d/a.conf': 'http {}', [FILE]: '{}' });
    expect(main.project).toBeNull();
  });

  it('is watched, whether it is there or not', async () => {
    expect([...(await closureOf({ [MAIN]: '' })).watched.files]).toContain(FILE);
    const linked = await closureOf({ [MAIN]: '', [FILE]: '->/etc/shared.json', '/etc/shared.json': '{}' });
    expect([...linked.watched.files]).toContain('/etc/shared.json');
  });

  it.each([
    ['{', /^It is not JSON: /],
    ['', /^It is not JSON: /],
    ['[]', /^It holds no JSON object\.$/],
    ['null', /^It holds no JSON object\.$/],
    ['!!permission denied', /^It cannot be read: permission denied\.$/],
  ])('that holds %j is of no use, and says why', async (text, fault) => {
    const { project } = await closureOf({ [MAIN]: '', [FILE]: text });
    expect(project?.unusable).toBe(true);
    expect(project?.settings.nginxVersion).toBe('auto');
    expect(project?.faults[0]).toMatch(fault);
  });

  it('that holds what makes no sense is of use for the rest', async () => {
    const text = '{ "nginxVersion": "1.30", "rules": { "syntax": "loud" }, "colour": 1 }';
    const { project } = await closureOf({ [MAIN]: '', [FILE]: text });
    expect(project?.unusable).toBe(false);
    expect(project?.settings.nginxVersion).toBe('1.30');
    expect(project?.faults).toHaveLength(2);
  });
});
