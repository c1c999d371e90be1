import * as assert from 'node:assert/strict';
import { languages } from 'vscode';
import { waitForDiagnostics } from './support/diagnostics';
import { closeAll, show } from './support/documents';

const RULE = 'websocket-upgrade-missing';

suite('languages', () => {
  teardown(closeAll);

  test('nginx.conf is nginx', async () => {
    const document = await show('broken', 'nginx.conf');
    assert.equal(document.languageId, 'nginx');
    await waitForDiagnostics(document.uri, RULE, 2);
  });

  test('a file of sites-available in a folder nginx is nginx, whatever its name', async () => {
    const document = await show('nginx', 'sites-available', 'chat');
    assert.equal(document.languageId, 'nginx');
    await waitForDiagnostics(document.uri, RULE, 1);
  });

  test('the language NGINX of another extension is served too', async () => {
    const known = await languages.getLanguages();
    assert.ok(known.includes('NGINX'), 'The tests need test/vscode/other-extension as a second extension.');
    const document = await show('broken', 'chat.other-nginx');
    assert.equal(document.languageId, 'NGINX');
    await waitForDiagnostics(document.uri, RULE, 2);
  });
});
