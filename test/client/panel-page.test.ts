import { expect, it } from 'vitest';
import { newNonce, pageHtml } from '../../client/src/panel/page';

it('runs one script, and loads nothing else', () => {
  const html = pageHtml('vscode-resource://dist/panel.js', 'abc', 'en');
  expect(html).toContain(
    `content="default-src 'none'; script-src 'nonce-abc'; base-uri 'none'; form-action 'none'"`,
  );
  expect(html.match(/<script\b[^>]*>/g)).toEqual([
    '<script nonce="abc" src="vscode-resource://dist/panel.js">',
  ]);
  expect(html).not.toMatch(/<(?:link|style|img|iframe)\b|\son\w+=|https?:/);
});

it('is written as it is meant, whatever its parts are', () => {
  expect(pageHtml('"><script>alert(1)</script>', 'abc', '"<')).not.toMatch(/<script>|lang=""/);
});

it('has a word that nobody can guess each time', () => {
  expect(newNonce()).toMatch(/^[\da-f]{32}$/);
  expect(newNonce()).not.toBe(newNonce());
});
