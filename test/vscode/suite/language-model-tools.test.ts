import * as assert from 'node:assert/strict';
import { lm } from 'vscode';
import { closeAll, fileUri, replace, show } from './support/documents';
import type { ToolsApi } from './support/language-models';

const { tools, invokeTool } = lm as unknown as Partial<ToolsApi>;

/** The JSON that one of our tools answers with. */
async function invoke<Answer>(name: string, input: object): Promise<Answer> {
  const result = await invokeTool?.(`nginx-websocket_${name}`, { input, toolInvocationToken: undefined });
  return JSON.parse(result?.content[0]?.value ?? '');
}

interface Report {
  readonly files: readonly {
    readonly file: string;
    readonly diagnostics: readonly { readonly rule: string; readonly line: number }[];
  }[];
}

/** A desktop VS Code of the lowest engine has none. */
(tools === undefined ? suite.skip : suite)('Tools for language models', () => {
  setup(closeAll);

  test('are listed, with what a model must know', () => {
    const { tools: now } = lm as unknown as ToolsApi;
    const ours = now.filter(({ name }) => name.startsWith('nginx-websocket_'));
    assert.deepEqual(ours.map(({ name }) => name.replace('nginx-websocket_', '')).toSorted(), [
      'check',
      'explain',
      'probe',
      'routes',
    ]);
    assert.deepEqual(
      ours.filter(({ description }) => !description.includes('JSON')),
      [],
    );
  });

  test('check, explain and routes answer with the JSON of the command line', async () => {
    const file = 'routes/conf.d/chat.conf';
    const { files } = await invoke<Report>('check', { files: [file] });
    const found = files.find((each) => each.file === file)?.diagnostics ?? [];
    assert.deepEqual(
      found.filter(({ rule }) => rule === 'websocket-header-value').map(({ line }) => line),
      [19],
    );
    const urls = ['wss://chat.example/hub', 'wss://chat.example/api/chat'];
    const explained = await invoke<{ readonly verdict: string }[]>('explain', { file, urls });
    assert.deepEqual(
      explained.map(({ verdict }) => verdict),
      ['blocked', 'passes'],
    );
    const absolute = fileUri('routes', 'nginx.conf').fsPath;
    const { routes } = await invoke<{ routes: { location: string }[] }>('routes', { file: absolute });
    assert.ok(routes.some(({ location }) => location === '/hub'));
  });

  test('check sees what is not saved', async () => {
    const document = await show('broken', 'nginx.conf');
    await replace(document, 'proxy_pass http://localhost/;', 'retrun 204;');
    const { files } = await invoke<Report>('check', { files: [document.uri.toString()] });
    assert.ok(files[0]?.diagnostics.some(({ rule }) => rule === 'unknown-directive'));
  });

  // VS Code confirms its own question by itself while tests run: that of a workspace that is not trusted is in
  // restricted.test.ts.
  test('probe answers with what came of it, and a file that is not there is said', async () => {
    const probed = await invoke<{ cause: string; url: string }>('probe', {
      url: 'ws://127.0.0.1:9/chat?token=abcdef',
      headers: ['Cookie: session=abcdef'],
    });
    assert.equal(probed.cause, 'refused');
    assert.ok(!JSON.stringify(probed).includes('abcdef'));
    await assert.rejects(() => invoke('routes', { file: 'nope.conf' }), /nope\.conf/);
  });
});
