import { type CancellationToken, RequestType } from 'vscode-languageserver';
import { readDump } from '../documents/dump';
import { t } from '../l10n';
import { type DumpParams, type DumpResult, dumpRequest } from '../protocol';
import { failureOf, lastLine, type Programs, refusalToStart } from './programs';

/** Has nginx print the configuration that it runs with, where programs may be started. */
export function registerDump(programs: Programs): void {
  const { connection, runner } = programs.context;
  const request = new RequestType<DumpParams, DumpResult, never>(dumpRequest);
  connection.onRequest(request, ({ uri }, token) =>
    runner.answer<DumpResult>(
      'Analyze running nginx',
      token,
      failed(t('nginx could not be asked, by a fault of ours. The output says more.')),
      () => dump(programs, uri, token),
    ),
  );
}

async function dump(programs: Programs, uri: string, token: CancellationToken): Promise<DumpResult> {
  const { context, settings, run } = programs;
  const refusal = refusalToStart(programs);
  if (run === undefined || refusal !== null) return failed(refusal ?? '');
  const { dumpCommand } = await settings.of(uri);
  const [folder = null] = context.workspace.folders;
  const ran = await run(dumpCommand, folder, token);
  if (ran.kind !== 'ended') return failed(failureOf(ran, dumpCommand, 'dumpCommand'));
  const { printed, output, status } = ran;
  const read = readDump(printed);
  if (read === null) return failed(withoutFiles(dumpCommand, status, output), output);
  const files = read.regions.map(({ path, text }) => ({ path: path ?? '', text }));
  return { files, message: '', output };
}

/** nginx prints no file where it refuses its configuration, or may not read it. */
function withoutFiles(command: readonly string[], status: number | null, output: string): string {
  const words = `\`${command.join(' ')}\``;
  if (status === 0) {
    return t`${words} has printed no configuration: \`nginx -T\` does. Set \`nginxWebsocket.dumpCommand\`.`;
  }
  const end = status === null ? t('was stopped') : t`ended with status ${status}`;
  return t`${words} ${end}: ${lastLine(output)}`;
}

function failed(message: string, output = ''): DumpResult {
  return { files: [], message, output };
}
