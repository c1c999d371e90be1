import { RequestType } from 'vscode-languageserver';
import { jsonText } from '../features/support/escape';
import { explanationJson } from '../project/explanation-json';
import type { FileNames } from '../project/file-names';
import { Ranges } from '../project/ranges';
import { reportOf } from '../project/report';
import { reportJson } from '../project/report-json';
import { routesJson } from '../project/routes-json';
import { type JsonParams, jsonRequest } from '../protocol';
import { explain, nginxTestOf, routes } from '../service';
import type { ServerContext } from './context';
import { fileNames } from './file-names';
import type { Feature } from './feature';
import type { Checkpoint } from './runner';
import type { Answer } from './workspace';

/** What the command line prints as JSON, for files that need not be open: language models are given it. */
export const json: Feature = { register };

function register(context: ServerContext): void {
  const { connection, runner } = context;
  const request = new RequestType<JsonParams, string | null, never>(jsonRequest);
  connection.onRequest(request, (params, token) =>
    runner.answer<string | null>('JSON', token, null, async (checkpoint) => {
      const judged = await judge(context, params.uris, checkpoint);
      const [first] = judged;
      return first === undefined ? null : jsonText(valueOf(params, first, judged, fileNames(context)));
    }),
  );
}

/** A configuration, and the settings for it. */
type Asked = Pick<Answer, 'analysis' | 'settings'>;

/** The configurations that some files belong to; those within an open document too. */
async function judge(
  { documents, workspace }: ServerContext,
  uris: readonly string[],
  checkpoint: Checkpoint,
): Promise<readonly Asked[]> {
  const isOuter = (uri: string): boolean => documents.outerDocument(uri) !== null;
  const judged: Asked[] = [];
  const whole = uris.filter((uri) => !isOuter(uri));
  for (const configuration of await workspace.configurationsOf(whole, checkpoint)) {
    await checkpoint();
    judged.push({ analysis: workspace.analysisFor(configuration), settings: configuration.settings });
  }
  const within: (readonly Asked[])[] = [];
  for (const uri of uris.filter(isOuter)) within.push(await workspace.answersFor(uri, checkpoint));
  return [...judged, ...within.flat()];
}

function valueOf(
  { command, urls = [] }: JsonParams,
  first: Asked,
  judged: readonly Asked[],
  names: FileNames,
): unknown {
  const { analysis } = first;
  const { version } = analysis.options;
  const ranges = new Ranges(names);
  switch (command) {
    case 'check': {
      const checked = judged.map(({ analysis: each, settings }) => ({
        analysis: each,
        settings,
        closure: each.closure,
        problems: each.problems,
        nginxTest: nginxTestOf(each),
      }));
      return reportJson(reportOf(checked, names), version, false);
    }
    case 'explain':
      return urls.map((url) => explanationJson(explain(analysis, url), names, ranges));
    case 'routes':
      return routesJson(routes(analysis), version, names, ranges);
  }
}
