import { type CancellationToken, RequestType } from 'vscode-languageserver';
import { t } from '../l10n';
import { type VerifyAnswer, type VerifyParams, verifyRequest } from '../protocol';
import type { ServerContext } from './context';
import type { Environment } from './environment';
import type { Checkpoint } from './runner';

/** Tries configurations in a real nginx, where programs may be started. */
export function registerVerify(
  { connection, capabilities, documents, runner, sights, workspace }: ServerContext,
  verify: Environment['verify'],
  isTrusted: () => boolean,
): void {
  const answer = async (
    { uri, urls = [], workDoneToken }: VerifyParams,
    token: CancellationToken,
    checkpoint: Checkpoint,
  ): Promise<VerifyAnswer> => {
    if (verify === undefined) return refused(t('nginx cannot be started in a browser.'));
    if (!isTrusted()) return refused(t('nginx is started in a trusted workspace only.'));
    const found = await workspace.analysisOf(uri, checkpoint);
    if (found === null) return refused(t('The document cannot be read as an nginx configuration.'));
    const { analysis } = found;
    const tried = async (onUrl: (text: string) => void): Promise<VerifyAnswer> => {
      const { answer: result, sights: seen } = await verify(analysis, documents, urls, token, onUrl);
      // The marks are of all routes.
      if (result.kind === 'result' && urls.length === 0) sights.keep(analysis.closure, seen);
      return result;
    };
    if (workDoneToken === undefined || capabilities.window?.workDoneProgress !== true) return tried(() => {});
    const progress = connection.window.attachWorkDoneProgress(workDoneToken);
    progress.begin('Verify', undefined, undefined, true);
    try {
      return await tried((text) => progress.report(text));
    } finally {
      progress.done();
    }
  };
  const request = new RequestType<VerifyParams, VerifyAnswer, never>(verifyRequest);
  const failed = refused(t('The verification has failed, by a fault of ours. The output says more.'));
  connection.onRequest(request, (params, token) =>
    runner.answer<VerifyAnswer>('Verify', token, failed, (checkpoint) => answer(params, token, checkpoint)),
  );
}

function refused(reason: string): VerifyAnswer {
  return { kind: 'refused', reason };
}
