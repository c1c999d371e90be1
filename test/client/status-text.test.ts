import { describe, expect, it } from 'vitest';
import { mainText, versionText } from '../../client/src/status-text';
import type { Status } from '../../server/src/protocol';
import chinese from '../../l10n/bundle.l10n.zh-cn.json';
import { english, localizer } from '../support/localizer';

const status: Status = {
  main: 'file:///etc/nginx/nginx.conf',
  version: '1.28.0',
  versionFrom: 'assumed',
  files: 3,
  routes: 3,
  blocked: 1,
};

describe('the text of the language status', () => {
  it('says where the version comes from', () => {
    expect(versionText(status, english)).toBe('nginx 1.28.0 (assumed)');
    expect(versionText({ ...status, versionFrom: 'setting' }, english)).toBe('nginx 1.28.0 (setting)');
    expect(versionText({ ...status, versionFrom: 'nginx' }, english)).toBe('nginx 1.28.0 (nginx on PATH)');
  });

  it('names the main file and counts the routes', () => {
    expect(mainText(status, 'nginx.conf', english)).toBe('nginx.conf · 3 routes, 1 blocked');
    expect(mainText({ ...status, routes: 1, blocked: 0 }, 'conf/nginx.conf', english)).toBe(
      'conf/nginx.conf · 1 route',
    );
    expect(mainText({ ...status, routes: 0, blocked: 0 }, 'nginx.conf', english)).toBe(
      'nginx.conf · 0 routes',
    );
  });

  it('says so where there is no main file', () => {
    expect(mainText({ ...status, main: null }, undefined, english)).toBe(
      'main file not found · 3 routes, 1 blocked',
    );
  });

  it('is said in the language of the editor', () => {
    const l10n = localizer(chinese);
    expect(versionText(status, l10n)).toBe('nginx 1.28.0（假定）');
    expect(mainText(status, 'nginx.conf', l10n)).toBe('nginx.conf · 3 条路由，1 条被阻止');
  });
});
