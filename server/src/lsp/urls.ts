import { RequestType } from 'vscode-languageserver';
import { visible } from '../features/support/escape';
import { t } from '../l10n';
import { judgeUrls, type JudgedUrl } from '../project/urls';
import { type UrlOutcome, type Urls, type UrlsParams, urlsRequest } from '../protocol';
import { hideInUrl } from '../values/secrets';
import type { ServerContext } from './context';
import type { Feature } from './feature';
import { toPlace } from './route-data';

/** What becomes of the URLs that the settings of a configuration name: a client may run them as tests. */
export const urls: Feature = { register };

function register(context: ServerContext): void {
  const { connection, documents, runner, workspace } = context;
  connection.onRequest(new RequestType<UrlsParams, Urls | null, never>(urlsRequest), ({ uri }, token) =>
    runner.answer<Urls | null>('URLs', token, null, async (checkpoint) => {
      const answer = await workspace.analysisOf(uri, checkpoint);
      if (answer === null) return null;
      const { analysis } = answer;
      return {
        main: documents.uriOf(analysis.closure.main),
        urls: judgeUrls([answer]).map((judged) => toOutcome(context, judged)),
      };
    }),
  );
}

function toOutcome(
  context: ServerContext,
  { url, expect, explanation, isAsExpected }: JudgedUrl,
): UrlOutcome {
  const { verdict, because, location, error } = explanation;
  const reason = because.find(({ id }) => id !== null) ?? null;
  const expected = (expect ?? null) === null ? '' : ` ${t`Expected: ${expect ?? ''}.`}`;
  return {
    url,
    label: visible(hideInUrl(url)),
    expect: expect ?? null,
    verdict,
    isAsExpected,
    message: visible(`${verdict}: ${error ?? reason?.message ?? t('nothing stops it.')}${expected}`),
    place: toPlace(context, reason?.place ?? location),
  };
}
