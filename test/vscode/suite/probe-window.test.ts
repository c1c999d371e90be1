import * as assert from 'node:assert/strict';
import { commands, type TextDocument, window } from 'vscode';
import { type BackEnd, startStrictBackEnd } from '../../../server/src/verify/strict-back-end';
import { waitForDiagnostics } from './support/diagnostics';
import { closeAll, show } from './support/documents';
import { page } from './support/page';
import { waitFor } from './support/waiting';

/** Waits for a report in front whose text has something. */
function waitForReport(text: string): Promise<TextDocument> {
  return waitFor(`a report with ${text}`, () => {
    const document = window.activeTextEditor?.document;
    return document?.uri.scheme === 'nginx-websocket-report' && document.getText().includes(text)
      ? document
      : undefined;
  });
}

suite('the choice of an endpoint, as a person sees it', () => {
  let backEnd: BackEnd;
  let url: string;

  setup(async () => {
    backEnd = await startStrictBackEnd();
    url = `ws://${backEnd.address}/echo`;
  });

  teardown(async function () {
    if (this.currentTest?.isFailed() === true) await page('screenshot', 'failed');
    await page('press', 'Escape');
    await closeAll();
    await backEnd.stop();
  });

  test('offers the routes of the configuration, and takes what is typed', async () => {
    const document = await show('broken', 'nginx.conf');
    await waitForDiagnostics(document.uri, 'websocket-upgrade-missing', 2);
    void commands.executeCommand('nginxWebsocket.probe');
    await page('wait', '.quick-input-list >> text=ws://localhost/api/chat');
    await page('wait', '.quick-input-list >> text=location /api/chat');
    await page('screenshot', 'probe-choice');
    // What is no URL is said, and cannot be chosen.
    await page('type', 'ws://me:secret@host');
    await page('wait', '.quick-input-list >> text=Leave user and password out');
    await page('press', 'Enter');
    await page('press', 'Control+A');
    await page('type', `${backEnd.address}/echo`);
    // What was typed is shown apart from the rest.
    await page('wait', `.quick-input-list .monaco-list-row.focused[aria-label^="${url}"]`);
    await page('press', 'Enter');
    const report = await waitForReport(`✓ ${url} opened`);
    assert.match(report.getText(), /101 Switching Protocols/);
    await page('screenshot', 'probe-report');
  });

  test('takes options, repeats them, and shows no secret', async () => {
    void commands.executeCommand('nginxWebsocket.probeWithOptions', { url });
    await page('wait', '.quick-input-list >> text=Subprotocols');
    await page('type', 'Headers');
    await page('press', 'Enter');
    await page('wait', '.quick-input-widget >> text=Name: value, such as');
    await page('type', 'Cookie: session=abcdef123');
    await page('press', 'Enter');
    await page('wait', '.quick-input-list >> text="Cookie"');
    await page('screenshot', 'probe-options');
    await page('press', 'Enter');
    const report = await waitForReport(`✓ ${url} opened`);
    assert.match(report.getText(), /With options: headers Cookie\./);
    assert.match(report.getText(), /^ {4}Cookie: •••$/m);
    assert.doesNotMatch(report.getText(), /abcdef123/);

    await commands.executeCommand('nginxWebsocket.probeAgain');
    const cookies = backEnd.requests.map(({ headers }) =>
      headers.filter(([name]) => name === 'Cookie').map(([, value]) => value),
    );
    // Each has a second handshake, with an Origin.
    assert.equal(cookies.length, 4);
    for (const each of cookies) assert.deepEqual(each, ['session=abcdef123']);
  });

  test('has a history of the session, whose reports open again', async () => {
    await commands.executeCommand('nginxWebsocket.probe', { url });
    const { uri } = await waitForReport(`✓ ${url} opened`);
    await closeAll();
    void commands.executeCommand('nginxWebsocket.probeHistory');
    await page('wait', `.quick-input-list >> text=${url}`);
    await page('press', 'Enter');
    const again = await waitForReport(`✓ ${url} opened`);
    assert.equal(again.uri.toString(), uri.toString());
    // Those of the probe, one without an Origin and one with it; the history has sent none.
    assert.equal(backEnd.requests.length, 2);
  });
});
