import { type CodeLens, CodeLensRefreshRequest, type Command } from 'vscode-languageserver';
import { visible } from '../features/support/escape';
import { type LocationLens, locationLenses } from '../features/code-lens';
import { usageLenses } from '../features/usage';
import { t } from '../l10n';
import {
  explainCommand,
  type PlacesCommand,
  placesCommand,
  probeCommand,
  type RouteCommand,
  verifyCommand,
} from '../protocol';
import type { Place } from '../model/configuration';
import type { SourceFile } from '../model/source-file';
import { routes } from '../service';
import type { ServerContext } from './context';
import type { Feature } from './feature';
import { toLocation } from './locations';
import type { Answer } from './workspace';

/**
 * Above each location that is meant for WebSocket: the verdict, and the commands for details. Above files, upstreams and
 * maps: who includes or uses them. Of text within another document, the verdicts and uses.
 */
export const codeLens: Feature = {
  capabilities: ({ textDocument }, commands) =>
    textDocument?.codeLens !== undefined && hasCommands(commands)
      ? { codeLensProvider: { resolveProvider: false } }
      : {},
  register,
};

/** A lens is there for its commands: a client without them has hovers and diagnostics. */
function hasCommands(commands: ReadonlySet<string>): boolean {
  return commands.has(explainCommand) || commands.has(probeCommand);
}

function register(context: ServerContext): void {
  const { connection, capabilities, commands, documents, runner, settings, sights, workspace } = context;
  if (!hasCommands(commands)) return;
  /** The lenses of each document as they were given: what the client shows. */
  const given = new Map<string, { readonly version: number; readonly lenses: string }>();
  const lensesFor = async (uri: string, answers: readonly Answer[]): Promise<CodeLens[]> => {
    const { codeLens: isOn } = await settings.of(uri);
    return isOn
      ? answers.flatMap((answer) => [...usageOf(context, answer), ...lensesOf(context, answer)])
      : [];
  };
  connection.onCodeLens(({ textDocument: { uri } }, token) =>
    runner.answer<CodeLens[]>('Code lenses', token, [], async (checkpoint) => {
      given.delete(uri);
      const answers = await workspace.answersFor(uri, checkpoint);
      const lenses = await lensesFor(uri, answers);
      const version = answers[0]?.document.version;
      if (version !== undefined) given.set(uri, { version, lenses: JSON.stringify(lenses) });
      return lenses;
    }),
  );
  documents.texts.onDidClose(({ document }) => given.delete(document.uri));
  if (capabilities.workspace?.codeLens?.refreshSupport !== true) return;
  sights.onDidChange(() => {
    given.clear();
    runner.start('Code lenses', () => connection.sendRequest(CodeLensRefreshRequest.type));
  });
  // A client asks again when the document itself changes; this is for other changes: an included file, a setting.
  workspace.onDidAnswer((answer) => {
    const { uri, version } = answer.document;
    const last = given.get(uri);
    if (last?.version !== version) return;
    runner.start('Code lenses', async () => {
      if (JSON.stringify(await lensesFor(uri, [answer])) === last.lenses || given.get(uri) !== last) return;
      given.delete(uri);
      await connection.sendRequest(CodeLensRefreshRequest.type);
    });
  });
}

function usageOf(context: ServerContext, { analysis, file, status }: Answer): CodeLens[] {
  const { configuration, hasUnseenParts } = analysis.model;
  const isWhole = status.main !== null && !hasUnseenParts;
  const placed = (place: Place): PlacesCommand['at'] => toLocation(context, place);
  return usageLenses(configuration, file, isWhole).map(({ place, text, uses }) => {
    const title = visible(text);
    const range = context.positions.rangeOf(place);
    if (uses.length === 0 || !context.commands.has(placesCommand))
      return { range, command: { title, command: '' } };
    const argument: PlacesCommand = { at: placed(place), places: uses.map(placed) };
    return { range, command: { title, command: placesCommand, arguments: [argument] } };
  });
}

function lensesOf(context: ServerContext, { analysis, file, document }: Answer): CodeLens[] {
  const { canVerify, positions, sights } = context;
  const commands = commandsAbout(context, file);
  const meant = locationLenses(routes(analysis), file, context.positions.lineOf).filter(
    ({ hasIntent }) => hasIntent,
  );
  return meant.flatMap((lens) => {
    const range = positions.rangeOf(lens.place);
    const argument = argumentOf(document.uri, lens);
    // Text only: editors show a lens with an empty command as text.
    const shown: Command[] = [{ title: visible(lens.text), command: '' }];
    const seen = sights.textOf(analysis.closure, lens.place, lens.verdict);
    if (seen !== null) shown.push({ title: visible(seen), command: '' });
    if (lens.url !== null && commands.has(explainCommand))
      shown.push({ title: t('Explain'), command: explainCommand, arguments: [argument] });
    if (commands.has(probeCommand))
      shown.push({ title: probeLensTitle(lens), command: probeCommand, arguments: [argument] });
    if (commands.has(verifyCommand) && canVerify())
      shown.push({
        title: t('Verify'),
        tooltip: t('Verify in a Real nginx'),
        command: verifyCommand,
        arguments: [argument],
      });
    return shown.map((command) => ({ range, command }));
  });
}

const NO_COMMANDS: ReadonlySet<string> = new Set();

/** The commands of the client that ask about a location: of text within another document nothing answers them. */
export function commandsAbout({ commands, documents }: ServerContext, file: SourceFile): ReadonlySet<string> {
  return documents.within(file.realPath) === undefined ? commands : NO_COMMANDS;
}

/** The URL is shown where handshakes pass; after a reason it would make the line too long. */
function probeLensTitle(lens: LocationLens): string {
  return lens.verdict === 'passes' || lens.url === null ? probeTitle(lens) : t('Probe');
}

/** What the command that probes a location is called. */
export function probeTitle({ url }: LocationLens): string {
  return url === null ? t('Probe…') : visible(t`Probe ${url}`);
}

/** The argument of a command about a location. */
export function argumentOf(uri: string, { url }: LocationLens): RouteCommand {
  return { uri, ...(url === null ? {} : { url }) };
}
