import { type Diagnostic, RequestType } from 'vscode-languageserver';
import { type Judged, problemsByFile } from '../project/problems';
import { type CheckFilesParams, checkFilesRequest, type CheckFilesResult } from '../protocol';
import type { ServerContext } from './context';
import { toDiagnostic } from './diagnostics';
import type { Feature } from './feature';
import type { Checkpoint } from './runner';

type Result = CheckFilesResult<Diagnostic>;

/** The diagnostics of files that need not be open. */
export const checkFiles: Feature = { register };

function register(context: ServerContext): void {
  const { connection, capabilities, runner } = context;
  const request = new RequestType<CheckFilesParams, Result, never>(checkFilesRequest);
  const nothing: Result = { configurations: 0, files: [] };
  connection.onRequest(request, ({ uris, workDoneToken }, token) =>
    runner.answer<Result>('Check', token, nothing, async (checkpoint) => {
      if (workDoneToken === undefined || capabilities.window?.workDoneProgress !== true)
        return check(context, uris, checkpoint, () => {});
      const progress = connection.window.attachWorkDoneProgress(workDoneToken);
      progress.begin('Check', 0, undefined, true);
      try {
        return await check(context, uris, checkpoint, (done, all) =>
          progress.report((100 * done) / all, `${done} of ${all} configurations`),
        );
      } finally {
        progress.done();
      }
    }),
  );
}

async function check(
  context: ServerContext,
  uris: readonly string[],
  checkpoint: Checkpoint,
  report: (done: number, all: number) => void,
): Promise<Result> {
  const { documents, workspace } = context;
  const configurations = await workspace.configurationsOf(uris, checkpoint);
  const judged: Judged[] = [];
  for (const [index, configuration] of configurations.entries()) {
    report(index, configurations.length);
    await checkpoint();
    const { closure, problems } = workspace.analysisFor(configuration);
    judged.push({ closure, problems });
  }
  const files = problemsByFile(judged).map(({ file, mains, problems }) => ({
    uri: documents.uriOf(file),
    mains: mains.map((main) => documents.uriOf(main)),
    diagnostics: problems.map((problem) => toDiagnostic(context, problem)),
  }));
  return { configurations: configurations.length, files };
}
