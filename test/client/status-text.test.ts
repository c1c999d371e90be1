import { describe, expect, it } from 'vitest';
import { mainText, versionText } from '../../client/src/status-text';
import type { Status } from '../../server/src/protocol';

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
    expect(versionText(status)).toBe('nginx 1.28.0 (assumed)');
    expect(versionText({ ...status, versionFrom: 'setting' })).toBe('nginx 1.28.0 (setting)');
    expect(versionText({ ...status, versionFrom: 'nginx' })).toBe('nginx 1.28.0 (nginx on PATH)');
  });

  it('names the main file and counts the routes', () => {
    expect(mainText(status, 'nginx.conf')).toBe('nginx.conf · 3 routes, 1 blocked');
    expect(mainText({ ...status, routes: 1, blocked: 0 }, 'conf/nginx.conf')).toBe(
      'conf/nginx.conf · 1 route',
    );
    expect(mainText({ ...status, routes: 0, blocked: 0 }, 'nginx.conf')).toBe('nginx.conf · 0 routes');
  });

  it('says so where there is no main file', () => {
    expect(mainText({ ...status, main: null }, undefined)).toBe('main file not found · 3 routes, 1 blocked');
  });
});
