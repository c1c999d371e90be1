import { type Diagnostic, RequestType } from 'vscode-languageserver';
import type { SourceFile } from '../model/load';
import { type CheckFilesParams, checkFilesRequest, type CheckFilesResult } from '../protocol';
import type { Problem } from '../rules/support/problem';
import type { ServerContext } from './context';
import { toDiagnostic } from './diagnostics';
import type { Feature } from './feature';
import type { Checkpoint } from './runner';

type Result = CheckFilesResult<Diagnostic>;

interface Findings {
  readonly file: SourceFile;
  /** The main file of the first configuration that it is part of. */
  readonly main: SourceFile;
  readonly diagnostics: Map<string, Diagnostic>;
}

/** What there is to say of files that need not be open. */
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
  const findings = new Map<string, Findings>();
  for (const [index, configuration] of configurations.entries()) {
    report(index, configurations.length);
    await checkpoint();
    const { problems, closure } = workspace.analysisFor(configuration);
    for (const file of closure.files.values()) {
      if (!file.builtIn && !findings.has(file.realPath))
        findings.set(file.realPath, { file, main: closure.main, diagnostics: new Map() });
    }
    // What several configurations share is told once.
    for (const problem of problems) {
      findings
        .get(problem.place.file.realPath)
        ?.diagnostics.set(keyOf(problem), toDiagnostic(context, problem));
    }
  }
  const files = [...findings.values()].map(({ file, main, diagnostics }) => ({
    uri: documents.uriOf(file),
    main: documents.uriOf(main),
    diagnostics: [...diagnostics.values()],
  }));
  return { configurations: configurations.length, files };
}

function keyOf({ rule, place, message }: Problem): string {
  return JSON.stringify([rule, place.start, place.end, message]);
}
