import { describe, expect, it } from 'vitest';
import { pathOf, uriOf } from '../../server/src/lsp/uris';

describe('URIs and paths', () => {
  it.each([
    ['file:///etc/nginx/nginx.conf', '/etc/nginx/nginx.conf'],
    ['file:///srv/a%20b/%C3%A9.conf', '/srv/a b/é.conf'],
    ['file:///c%3A/nginx/nginx.conf', '/c:/nginx/nginx.conf'],
    ['file://host/share/nginx.conf', 'file://host/share/nginx.conf'],
    ['vscode-vfs://github/owner/repository/nginx.conf', 'vscode-vfs://github/owner/repository/nginx.conf'],
  ])('are the same thing: %s', (uri, path) => {
    expect(pathOf(uri)).toBe(path);
    expect(uriOf(path)).toBe(uri);
  });

  it('have a path where there is nothing but an authority', () => {
    expect(uriOf('vscode-remote://host')).toBe('vscode-remote://host/');
    expect(pathOf(uriOf('vscode-remote://host'))).toBe('vscode-remote://host/');
  });

  it('have no half of a surrogate pair', () => {
    expect(uriOf('/srv/a\uD83D.conf')).toBe('file:///srv/a%EF%BF%BD.conf');
    expect(uriOf('/srv/\u{1F600}.conf')).toBe('file:///srv/%F0%9F%98%80.conf');
  });

  it('write the drive of Windows in one way', () => {
    expect(pathOf('file:///C:/nginx/nginx.conf')).toBe('/c:/nginx/nginx.conf');
  });

  it('give a document that was never saved a path of its own', () => {
    expect(pathOf('untitled:Untitled-1')).toBe('untitled:///Untitled-1');
  });
});
