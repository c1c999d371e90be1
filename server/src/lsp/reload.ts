import { type CancellationToken, RequestType } from 'vscode-languageserver';
import { t } from '../l10n';
import { type ReloadParams, type ReloadResult, reloadRequest } from '../protocol';
import type { Ran } from './environment';
import { filledIn, testWithNginx } from './nginx-test';
import { failureOf, lastLine, type Programs } from './programs';
import type { Checkpoint } from './runner';

/** Reloads nginx, once nginx itself has accepted the configuration: it would go on with the old one otherwise. */
export function registerReload(programs: Programs): void {
  const { connection, runner } = programs.context;
  const request = new RequestType<ReloadParams, ReloadResult, never>(reloadRequest);
  connection.onRequest(request, ({ uri }, token) =>
    runner.answer<ReloadResult>(
      'Reload nginx',
      token,
      failed(t('The reload has failed, by a fault of ours. The output says more.')),
      (checkpoint) => reload(programs, uri, token, checkpoint),
    ),
  );
}

async function reload(
  programs: Programs,
  uri: string,
  token: CancellationToken,
  checkpoint: Checkpoint,
): Promise<ReloadResult> {
  const { context, settings, run } = programs;
  const { reloadCommand } = await settings.of(uri);
  if (reloadCommand.length === 0) return failed(t('The setting `nginxWebsocket.reloadCommand` is empty.'));
  const test = await testWithNginx(programs, uri, token, checkpoint);
  if (test.outcome !== 'accepted') {
    return { outcome: test.outcome, message: t`${test.message} It was not reloaded.`, output: test.output };
  }
  const answer = await context.workspace.analysisOf(uri, checkpoint);
  if (answer === null || run === undefined)
    return failed(t('The document cannot be read as an nginx configuration.'));
  const { folder, command } = filledIn(reloadCommand, answer, context);
  return resultOf(command, await run(command, folder, token));
}

function resultOf(words: readonly string[], ran: Ran): ReloadResult {
  if (ran.kind !== 'ended') return failed(failureOf(ran, words, 'reloadCommand'));
  const { status, output } = ran;
  if (status === 0) return { outcome: 'reloaded', message: t('nginx was reloaded.'), output };
  const end = status === null ? t('was stopped') : t`ended with status ${status}`;
  return failed(t`\`${words.join(' ')}\` ${end}: ${lastLine(output)}`, output);
}

function failed(message: string, output = ''): ReloadResult {
  return { outcome: 'failed', message, output };
}
