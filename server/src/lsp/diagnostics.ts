import {
  type Diagnostic,
  DiagnosticSeverity,
  type Disposable,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
} from 'vscode-languageserver';
import { problemsIn } from '../project/problems';
import { rulePage } from '../rules/support/pages';
import type { Severity } from '../rules/support/rule';
import type { Problem } from '../rules/support/problem';
import { visible } from '../features/support/escape';
import { blockAt } from '../syntax/locate';
import { type Directive, directiveEnd, directiveStart, type SyntaxTree } from '../syntax/tree';
import type { ServerContext } from './context';
import type { Checkpoint } from './runner';

/** How diagnostics reach the client: it asks for them, or they are sent. Never both. */
export interface DiagnosticsSupport {
  /** Something other than the text of an open document has changed. */
  refresh(): void;
}

export function registerDiagnostics(context: ServerContext): DiagnosticsSupport {
  const support = canPull(context) ? pullDiagnostics(context) : pushDiagnostics(context);
  context.documents.typing.whenPaused(() => support.refresh());
  return support;
}

export function canPull({ capabilities }: Pick<ServerContext, 'capabilities'>): boolean {
  return capabilities.textDocument?.diagnostic !== undefined;
}

/** What a client was told last of a document. */
interface Told {
  readonly items: readonly Diagnostic[];
  readonly content: string;
}

function pullDiagnostics(context: ServerContext): DiagnosticsSupport {
  const { connection, documents, runner } = context;
  const last = new Map<string, Told & { readonly resultId: string }>();
  let count = 0;
  const report = async (
    uri: string,
    previousResultId: string | undefined,
    checkpoint: Checkpoint,
  ): Promise<DocumentDiagnosticReport> => {
    const items = await diagnosticsOf(context, uri, last.get(uri)?.items ?? [], checkpoint);
    const content = JSON.stringify(items);
    const known = last.get(uri);
    const resultId = known?.content === content ? known.resultId : String((count += 1));
    if (documents.get(uri) !== undefined) last.set(uri, { content, items, resultId });
    if (resultId === previousResultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
    return { kind: DocumentDiagnosticReportKind.Full, resultId, items };
  };
  documents.texts.onDidClose(({ document }) => last.delete(document.uri));
  connection.languages.diagnostics.on(({ textDocument, previousResultId }, token) => {
    const neutral: DocumentDiagnosticReport = { kind: DocumentDiagnosticReportKind.Full, items: [] };
    return runner.answer('Diagnostics', token, neutral, (checkpoint) =>
      report(textDocument.uri, previousResultId, checkpoint),
    );
  });
  return {
    refresh() {
      if (canRefresh(context)) runner.start('Refresh', () => connection.languages.diagnostics.refresh());
    },
  };
}

/** Typing goes on as long as the keys follow each other this fast. */
const DEBOUNCE_MS = 200;

function pushDiagnostics(context: ServerContext): DiagnosticsSupport {
  const { connection, documents, runner, timer } = context;
  const published = new Map<string, Told>();
  let pending: Disposable | null = null;
  let round = 0;
  /** One round is over all open documents: each may depend on the text of the others. A newer round ends it. */
  const validate = async (checkpoint: Checkpoint): Promise<void> => {
    const own = (round += 1);
    for (const { text } of [...documents.all(), ...documents.outer()]) {
      const { uri, version } = text;
      const diagnostics = await runner.part<Diagnostic[]>('Diagnostics', [], () =>
        diagnosticsOf(context, uri, published.get(uri)?.items ?? [], checkpoint),
      );
      if (own !== round) return;
      if (documents.get(uri)?.text.version !== version) continue;
      const content = JSON.stringify(diagnostics);
      if (published.get(uri)?.content === content) continue;
      published.set(uri, { items: diagnostics, content });
      await connection.sendDiagnostics({ uri, version, diagnostics });
    }
  };
  const refresh = (): void => {
    round += 1;
    pending?.dispose();
    pending = timer.setTimeout(() => runner.start('Diagnostics', validate), DEBOUNCE_MS);
  };
  documents.texts.onDidChangeContent(refresh);
  documents.texts.onDidClose(({ document: { uri } }) => {
    published.delete(uri);
    runner.start('Diagnostics', () => connection.sendDiagnostics({ uri, diagnostics: [] }));
    refresh();
  });
  return { refresh };
}

/** Whether a client is told later what is held back now. */
function canRefresh({ capabilities }: ServerContext): boolean {
  return !canPull({ capabilities }) || capabilities.workspace?.diagnostics?.refreshSupport === true;
}

/**
 * Those of a document. While somebody is writing, what is new about the line and in the block around is held back: it
 * may be wrong because it is not complete.
 *
 * @param told what is shown of the document now
 */
async function diagnosticsOf(
  context: ServerContext,
  uri: string,
  told: readonly Diagnostic[],
  checkpoint: Checkpoint,
): Promise<Diagnostic[]> {
  const { positions, workspace } = context;
  const { typing } = context.documents;
  const answers = await workspace.answersFor(uri, checkpoint);
  const place = canRefresh(context) ? typing.placeIn(uri) : null;
  const known = new Set(told.map(keyOf));
  return answers.flatMap(({ analyses, file }) => {
    const written = place === null ? null : blockAt(file.tree, positions.offsetAt(file, place));
    return problemsIn(analyses, file.realPath).flatMap((problem) => {
      const diagnostic = toDiagnostic(context, problem);
      if (place === null || known.has(keyOf(diagnostic))) return [diagnostic];
      const isHere =
        diagnostic.range.start.line === place.line || isAbout(file.tree, written, problem.place.start);
      if (isHere) typing.holdBack(uri);
      return isHere ? [] : [diagnostic];
    });
  });
}

/** The same for a problem that has moved. */
function keyOf({ code, message }: Diagnostic): string {
  return JSON.stringify([code, message]);
}

/** Whether an offset is directly in a block (null: at the top of the text), or in its head. */
function isAbout(tree: SyntaxTree, block: Directive | null, offset: number): boolean {
  const around = blockAt(tree, offset);
  if (around === block) return true;
  return (
    block !== null &&
    offset >= directiveStart(tree, block) &&
    offset <= directiveEnd(tree, block) &&
    around === block.parent
  );
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** A problem as LSP has it. */
export function toDiagnostic(context: ServerContext, problem: Problem): Diagnostic {
  const { rule, severity, message, place, related } = problem;
  const { textDocument } = context.capabilities;
  const hasRelated =
    textDocument?.publishDiagnostics?.relatedInformation === true ||
    textDocument?.diagnostic?.relatedInformation === true;
  const relatedInformation = related.map((each) => ({
    location: { uri: context.documents.uriOf(each.place.file), range: context.positions.rangeOf(each.place) },
    message: visible(each.message),
  }));
  return {
    range: context.positions.rangeOf(place),
    severity: SEVERITIES[severity],
    code: rule,
    codeDescription: { href: rulePage(rule) },
    source: 'nginx-websocket',
    message: visible(message),
    ...(hasRelated && relatedInformation.length > 0 ? { relatedInformation } : {}),
    data: { rule },
  };
}
