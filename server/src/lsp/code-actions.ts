import {
  type CodeAction,
  CodeActionKind,
  type CodeActionOptions,
  type CodeActionParams,
  type Range,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { Edit } from '../edits/edit';
import { lineEndAt } from '../edits/style';
import { visible } from '../features/support/escape';
import { folderOfNewFiles } from '../features/refactorings/extract-include';
import type { Refactoring } from '../features/refactorings/refactoring';
import { refactoringsAt } from '../features/refactorings/refactorings';
import { lensAround, type LocationLens, locationLenses } from '../features/code-lens';
import { t } from '../l10n';
import { fixAll, type FixAllOptions, isFixable } from '../project/fix-all';
import { problemsIn, problemsOf } from '../project/problems';
import { explainCommand, openCommand, probeCommand, setMainCommand } from '../protocol';
import { rules } from '../rules/rules.generated';
import { rulePage } from '../rules/support/pages';
import { type Problem, problemKey } from '../rules/support/problem';
import { type Analysis, routes } from '../service';
import { argumentOf, commandsAbout, probeTitle } from './code-lens';
import type { ServerContext } from './context';
import { onCurrentTexts } from './current-texts';
import { toDiagnostic } from './diagnostics';
import type { Feature } from './feature';
import type { Checkpoint } from './runner';
import { canCreateFiles, editsBetween, fileCreation, toWorkspaceEdit } from './text-edits';
import type { Answer } from './workspace';

const SOURCE_FIX_ALL = `${CodeActionKind.SourceFixAll}.nginxWebsocket`;

const options: CodeActionOptions = {
  codeActionKinds: [
    CodeActionKind.QuickFix,
    CodeActionKind.RefactorExtract,
    CodeActionKind.RefactorInline,
    CodeActionKind.RefactorRewrite,
    SOURCE_FIX_ALL,
  ],
  resolveProvider: true,
};

/** Quick-fixes, refactorings, fix-all, commands for details, and suppression comments. */
export const codeActions: Feature = {
  capabilities: ({ textDocument }) =>
    textDocument?.codeAction?.codeActionLiteralSupport === undefined ? {} : { codeActionProvider: options },
  register,
};

/** An action and the edits it makes. Without edits: they are made when the client asks for them. */
interface Planned {
  readonly action: CodeAction;
  readonly edits: readonly Edit[] | null;
  /** A file that is made first. Default: none. */
  readonly newFile?: Refactoring['newFile'];
}

/** The data of an action whose edits are made later. */
interface Deferred {
  readonly uri: string;
  readonly rule: string;
}

function register(context: ServerContext): void {
  const { connection, runner } = context;
  connection.onCodeAction((params, token) =>
    runner.answer<CodeAction[]>('Code actions', token, [], async (checkpoint) => {
      const taken = await newFileNeighbours(context, params, checkpoint);
      return withEdits(context, params.textDocument.uri, checkpoint, (answers) =>
        actionsFor(context, params, answers, taken),
      );
    }),
  );
  connection.onCodeActionResolve((action, token) =>
    runner.answer<CodeAction>('Code action', token, action, async (checkpoint) => {
      if (!isDeferred(action.data)) return action;
      const { uri, rule } = action.data;
      const [resolved] = await withEdits(context, uri, checkpoint, (answers) => [
        {
          action,
          edits: answers.flatMap(({ analyses, files }) => fixAllEdits(analyses, { rule, files })),
        },
      ]);
      return resolved ?? action;
    }),
  );
}

/** Plans actions, and gives them with edits that fit the texts that the client, or the disk, has now. */
async function withEdits(
  context: ServerContext,
  uri: string,
  checkpoint: Checkpoint,
  plan: (answers: readonly Answer[]) => readonly Planned[],
): Promise<CodeAction[]> {
  return onCurrentTexts<CodeAction[]>(context, [], async () => {
    const planned = plan(await context.workspace.answersFor(uri, checkpoint));
    return {
      result: planned.map(({ action, edits, newFile = null }) =>
        edits === null ? action : { ...action, edit: editOf(context, edits, newFile) },
      ),
      files: planned.flatMap(({ edits }) => (edits ?? []).map(({ file }) => file)),
    };
  });
}

function editOf(
  context: ServerContext,
  edits: readonly Edit[],
  newFile: Refactoring['newFile'],
): WorkspaceEdit {
  const edit = toWorkspaceEdit(context, edits);
  return newFile === null
    ? edit
    : { documentChanges: [...fileCreation(newFile.path, newFile.text), ...(edit.documentChanges ?? [])] };
}

/** The paths in the directories that new files would go to; null where none is made. */
async function newFileNeighbours(
  context: ServerContext,
  { textDocument, range, context: asked }: CodeActionParams,
  checkpoint: Checkpoint,
): Promise<ReadonlySet<string> | null> {
  const isEmpty = range.start.line === range.end.line && range.start.character === range.end.character;
  if (isEmpty || !canCreateFiles(context) || !isAskedFor(asked.only, CodeActionKind.RefactorExtract))
    return null;
  const answer = await context.workspace.analysisOf(textDocument.uri, checkpoint);
  if (answer === null) return null;
  const folder = folderOfNewFiles(answer.analysis.model);
  const names = (await context.disk.readDirectory(folder)) ?? [];
  return new Set(names.map((name) => `${folder}/${name}`));
}

/** The actions in the order of the light bulb: fixes, fixes for all, explanations, suppressions, refactorings. */
function actionsFor(
  context: ServerContext,
  params: CodeActionParams,
  answers: readonly Answer[],
  taken: ReadonlySet<string> | null,
): Planned[] {
  const { range, context: asked } = params;
  const planned: Planned[] = [];
  if (isAskedFor(asked.only, CodeActionKind.QuickFix)) {
    const here = answers.filter(({ file }) => context.positions.meets(file, range));
    for (const answer of here) planned.push(...quickFixes(context, range, answer));
  }
  const [whole] = answers;
  if (whole !== undefined && context.documents.within(whole.file.realPath) === undefined)
    planned.push(...refactorings(context, params, whole, taken));
  // Kinds below `source` are only given to a request that names them; the light bulb does not.
  if (asked.only !== undefined && isAskedFor(asked.only, SOURCE_FIX_ALL)) {
    const edits = answers.flatMap(({ analyses, file }) =>
      fixAllEdits(analyses, { files: new Set([file.realPath]) }),
    );
    const action = { title: t('Fix all WebSocket problems'), kind: SOURCE_FIX_ALL };
    if (edits.length > 0) planned.push({ action, edits });
  }
  return planned;
}

/** Those for what is in a range; on the line of a `location`, those for what is in its block too. */
function quickFixes(context: ServerContext, range: Range, answer: Answer): Planned[] {
  const { analysis, analyses, file } = answer;
  const start = context.positions.offsetAt(file, range.start);
  const end = context.positions.offsetAt(file, range.end);
  const meets = (place: { readonly start: number; readonly end: number }): boolean =>
    place.start <= end && place.end >= start;
  const problems = problemsIn(analyses, file.realPath);
  const here = problems.filter(({ place }) => meets(place));
  const isOfWebSocket = ({ rule }: Problem): boolean => WEBSOCKET_RULES.has(rule);
  const lenses = locationLenses(routes(analysis), file, context.positions.lineOf);
  const heads = lenses.filter(({ place, hasIntent }) => hasIntent && meets(place));
  const within = heads.flatMap((lens) =>
    problems.filter(
      (problem) =>
        isOfWebSocket(problem) &&
        problem.place.start > lens.place.end &&
        problem.place.start < lens.blockEnd &&
        !meets(problem.place) &&
        lensAround(lenses, problem.place.start) === lens,
    ),
  );
  const about = [...here.filter(isOfWebSocket), ...within];
  const around = about.map(({ place }) => lensAround(lenses, place.start)).filter((lens) => lens !== null);
  return [
    ...[...here, ...within].flatMap((problem) => fixesOf(context, problem)),
    ...fixAllsOf(context, answer, here),
    ...[...new Set([...heads, ...around])].flatMap((lens) =>
      askMore(
        context,
        answer,
        lens,
        about.filter(({ place }) => lensAround(lenses, place.start) === lens),
      ),
    ),
    ...here.flatMap((problem) => disable(context, problem)),
    ...openPages(context, here),
  ];
}

/** Those of a file that is part of one configuration alone: they are proven for that one. */
function refactorings(
  { positions }: ServerContext,
  { range, context: asked }: CodeActionParams,
  { analysis, analyses, file }: Answer,
  taken: ReadonlySet<string> | null,
): Planned[] {
  if (asked.only?.every((kind) => !/^(?:refactor\b|$)/.test(kind)) === true) return [];
  const found = refactoringsAt({
    model: analysis.model,
    routes: () => analysis.routes,
    file,
    start: positions.offsetAt(file, range.start),
    end: positions.offsetAt(file, range.end),
    exists: (path) => taken === null || taken.has(path),
  });
  const isAlone = ({ edits }: Refactoring): boolean =>
    analyses.every(
      (each) => each === analysis || !edits.some((edit) => each.closure.files.has(edit.file.realPath)),
    );
  return found
    .filter((each) => isAskedFor(asked.only, each.kind) && isAlone(each))
    .map(({ title, kind, edits, newFile }) => ({ action: { title: visible(title), kind }, edits, newFile }));
}

/** Whether actions of a kind are asked for: of all kinds, of this, or of one that it is part of. */
function isAskedFor(only: readonly string[] | undefined, kind: string): boolean {
  return (
    only === undefined || only.some((each) => each === '' || each === kind || kind.startsWith(`${each}.`))
  );
}

function fixesOf(context: ServerContext, problem: Problem): Planned[] {
  const fixes = problem.fixes();
  const preferred = fixes.find(({ kind }) => kind === 'safe');
  return fixes.map((fix) => ({
    action: quickFix(context, fix.title, [problem], fix === preferred),
    edits: fix.edits,
  }));
}

/** For each rule with several problems in the configuration, one action that fixes them all. */
function fixAllsOf(
  context: ServerContext,
  { analyses, files, document }: Answer,
  here: readonly Problem[],
): Planned[] {
  const isLazy =
    context.capabilities.textDocument?.codeAction?.resolveSupport?.properties.includes('edit') === true;
  return [...new Set(here.map(({ rule }) => rule))].flatMap((rule): Planned[] => {
    const isMended = (problem: Problem): boolean => isFixable(problem, { rule, files });
    const problems = here.filter(isMended);
    const [first] = problems;
    if (first === undefined) return [];
    // Making fixes takes time: the search ends at the first other one.
    const key = problemKey(first);
    if (!problemsOf(analyses).some((problem) => problemKey(problem) !== key && isMended(problem))) return [];
    const action = quickFix(context, t`Fix all \`${rule}\` problems`, problems, false);
    if (!isLazy) return [{ action, edits: fixAllEdits(analyses, { rule, files }) }];
    const data: Deferred = { uri: document.uri, rule };
    return [{ action: { ...action, data }, edits: null }];
  });
}

const WEBSOCKET_RULES: ReadonlySet<string> = new Set(
  rules.filter(({ category }) => category === 'websocket').map(({ id }) => id),
);

/** The actions to explain and to probe a handshake for a location, and to say what its verdict lacks. */
function askMore(
  context: ServerContext,
  { document, file }: Answer,
  lens: LocationLens,
  about: readonly Problem[],
): Planned[] {
  const commands = commandsAbout(context, file);
  const offer = (title: string, command: string, args: readonly unknown[]): Planned => ({
    action: {
      ...quickFix(context, title, about, false),
      command: { title, command, ...(args.length > 0 ? { arguments: [...args] } : {}) },
    },
    edits: null,
  });
  const offers: Planned[] = [];
  const argument = argumentOf(document.uri, lens);
  if (lens.url !== null && commands.has(explainCommand))
    offers.push(offer(t('Explain this verdict'), explainCommand, [argument]));
  if (commands.has(probeCommand)) offers.push(offer(probeTitle(lens), probeCommand, [argument]));
  if (lens.verdict === 'unknown' && commands.has(setMainCommand))
    offers.push(offer(t('Set Main Configuration…'), setMainCommand, []));
  return offers;
}

/** The pages of the rules, for a client that opens them. */
function openPages(context: ServerContext, problems: readonly Problem[]): Planned[] {
  if (!context.commands.has(openCommand)) return [];
  const ids = [...new Set(problems.map(({ rule }) => rule))];
  return ids.map((rule) => {
    const title = ids.length === 1 ? t('Open documentation') : t`Open documentation of ${rule}`;
    const about = problems.filter((problem) => problem.rule === rule);
    const command = { title, command: openCommand, arguments: [rulePage(rule)] };
    return { action: { ...quickFix(context, title, about, false), command }, edits: null };
  });
}

function fixAllEdits(analyses: readonly Analysis[], options: FixAllOptions): Edit[] {
  return fixAll(analyses, options).flatMap(({ file, text }) => editsBetween(file, text));
}

/** Problems that a comment cannot silence have no such action. */
function disable(context: ServerContext, problem: Problem): Planned[] {
  if (problem.rule === 'suppression-unused') return [];
  const action = quickFix(context, t`Disable ${problem.rule} for this line`, [problem], false);
  return [{ action, edits: [disableEdit(problem)] }];
}

/** A comment above the line of the problem; where there is one already, the rule is added to it. */
function disableEdit({ rule, place: { file, start } }: Problem): Edit {
  const before = file.text.slice(0, start);
  const lineStart = before.lastIndexOf('\n') + 1;
  const above = before.slice(0, lineStart).trimEnd();
  const lineAbove = above.slice(above.lastIndexOf('\n') + 1);
  const comment = /^(?:.*\s)?#\s*nginx-websocket-disable-next-line\s+.*?(?=\s+--\s|$)/.exec(lineAbove);
  const isDirectlyAbove = file.text.slice(above.length, lineStart).split('\n').length === 2;
  if (comment !== null && isDirectlyAbove) {
    const at = above.length - lineAbove.length + comment[0].length;
    return { file, start: at, end: at, newText: `, ${rule}` };
  }
  const [mark = '', indent = ''] = /^\uFEFF?([ \t]*)/.exec(file.text.slice(lineStart, start)) ?? [];
  const at = lineStart + mark.length;
  const newText = `# nginx-websocket-disable-next-line ${rule}${lineEndAt(file.text, start)}${indent}`;
  return { file, start: at, end: at, newText };
}

function quickFix(
  context: ServerContext,
  title: string,
  problems: readonly Problem[],
  isPreferred: boolean,
): CodeAction {
  const diagnostics = problems.map((problem) => toDiagnostic(context, problem));
  return {
    title: visible(title),
    kind: CodeActionKind.QuickFix,
    diagnostics,
    ...(isPreferred ? { isPreferred } : {}),
  };
}

function isDeferred(data: unknown): data is Deferred {
  return typeof data === 'object' && data !== null && 'uri' in data && 'rule' in data;
}
