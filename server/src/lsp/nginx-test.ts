import { type CancellationToken, RequestType } from 'vscode-languageserver';
import {
  explainMessage,
  isRefusal,
  type NginxLevel,
  type NginxMessage,
  type NginxOutput,
  parseNginxOutput,
} from '../features/nginx-test';
import { t } from '../l10n';
import type { Closure } from '../model/load';
import { mapPath } from '../model/path-mappings';
import { directoryOf, isAbsolute, resolvePath } from '../model/paths';
import { problemsOf } from '../project/problems';
import {
  type NginxFault,
  type TestConfigurationParams,
  type TestConfigurationResult,
  testConfigurationRequest,
} from '../protocol';
import { nginxTestOf } from '../service';
import type { ServerContext } from './context';
import type { Ran } from './environment';
import { failureOf, lastLine, type Programs, refusalToStart } from './programs';
import type { Checkpoint } from './runner';
import type { Answer } from './workspace';

/** Has nginx itself test configurations, where programs may be started. */
export function registerNginxTest(programs: Programs): void {
  const { context } = programs;
  const request = new RequestType<TestConfigurationParams, TestConfigurationResult, never>(
    testConfigurationRequest,
  );
  context.connection.onRequest(request, ({ uri }, token) =>
    context.runner.answer<TestConfigurationResult>(
      'Test with nginx',
      token,
      failed(t('The test has failed, by a fault of ours. The output says more.')),
      (checkpoint) => testWithNginx(programs, uri, token, checkpoint),
    ),
  );
}

/** Has nginx test the configuration that an open document belongs to. */
export async function testWithNginx(
  programs: Programs,
  uri: string,
  token: CancellationToken,
  checkpoint: Checkpoint,
): Promise<TestConfigurationResult> {
  const { context, settings, run } = programs;
  const refusal = refusalToStart(programs);
  if (run === undefined || refusal !== null) return failed(refusal ?? '');
  const answer = await context.workspace.analysisOf(uri, checkpoint);
  if (answer === null) return failed(t('The document cannot be read as an nginx configuration.'));
  const { testCommand } = await settings.of(uri);
  if (answer.status.main === null && testCommand.some((word) => word.includes('${mainFile}'))) {
    return failed(
      t(
        'No main file is known that includes this document: name it by "Set Main Configuration", and it is tested.',
      ),
    );
  }
  const { folder, command } = filledIn(testCommand, answer, context);
  const ran = await run(command, folder, token);
  return resultOf(context, answer, command, folder, ran);
}

/** A command with the paths of a configuration in it, and the folder that it is started in. */
export function filledIn(
  words: readonly string[],
  { analysis }: Answer,
  { workspace }: ServerContext,
): { readonly folder: string; readonly command: string[] } {
  const { path } = analysis.closure.main;
  const folder = workspace.folderOf(path) ?? directoryOf(path);
  const command = words.map((word) =>
    word
      .replaceAll('${mainFile}', () => withoutSlash(path))
      .replaceAll('${workspaceFolder}', () => withoutSlash(folder)),
  );
  return { folder, command };
}

/** The path as Windows writes it, where it has a drive. */
function withoutSlash(path: string): string {
  return path.replace(/^\/(?=[a-z]:\/)/i, '');
}

function failed(message: string, command = '', output = ''): TestConfigurationResult {
  return { outcome: 'failed', message, command, output, faults: [] };
}

async function resultOf(
  context: ServerContext,
  answer: Answer,
  words: readonly string[],
  folder: string,
  ran: Ran,
): Promise<TestConfigurationResult> {
  const command = words.join(' ');
  if (ran.kind !== 'ended') return failed(failureOf(ran, words, 'testCommand'), command);
  const { status, output } = ran;
  const parsed = parseNginxOutput(output);
  const files = new FilesOfNginx(context, answer.analysis.closure, folder);
  const { faults, ...verdict } = await verdictOf(parsed, status, output, command, files);
  return { command, output, ...verdict, faults: faults.filter((fault) => !isFound(context, answer, fault)) };
}

/** Whether a fault that nginx names is among our findings: it is shown once. */
function isFound(context: ServerContext, { analysis, analyses }: Answer, fault: NginxFault): boolean {
  const predicted = nginxTestOf(analysis);
  return problemsOf(analyses).some(({ rule, severity, message, place }) => {
    if (severity === 'hint' || context.documents.uriOf(place.file) !== fault.uri) return false;
    if (message.includes(fault.message)) return true;
    const { line } = context.positions.rangeOf(place).start;
    // Where a `;` is missing nginx reads on, and names a line below.
    const isSyntax = rule === 'syntax' && predicted?.text === fault.message && line <= fault.line;
    return severity === 'error' && (line === fault.line || isSyntax);
  });
}

async function verdictOf(
  parsed: NginxOutput,
  status: number | null,
  output: string,
  command: string,
  files: FilesOfNginx,
): Promise<Pick<TestConfigurationResult, 'outcome' | 'message' | 'faults'>> {
  const ofFiles = parsed.messages.filter((message) => explainMessage(message) === null);
  const faults: NginxFault[] = [];
  const elsewhere: NginxMessage[] = [];
  for (const message of ofFiles) {
    const fault = await files.faultOf(message, parsed.tested);
    if (fault === null) elsewhere.push(message);
    else faults.push(fault);
  }
  const unseen = elsewhere.map(unseenText);
  const refusal = ofFiles.find(isRefusal);
  if (refusal !== undefined) {
    return { outcome: 'refused', message: [refusalText(refusal), ...unseen].join(' '), faults };
  }
  const explanations = parsed.messages.map(explainMessage).filter((each) => each !== null);
  if (explanations.length > 0) {
    const reassurance = parsed.isSyntaxOk ? [t('The files themselves have no fault that nginx sees.')] : [];
    return { outcome: 'failed', message: [...explanations, ...reassurance].join(' '), faults };
  }
  if (status !== 0) {
    const said = lastLine(output);
    const end = status === null ? t('was stopped') : t`ended with status ${status}`;
    const message = t`\`${command}\` ${end}, and nothing of nginx was to be read${said === '' ? '' : `: ${said}`}`;
    return { outcome: 'failed', message, faults };
  }
  const accepted = t`nginx accepts ${parsed.tested ?? t('the configuration')}.`;
  const other = (await files.isAnotherMain(parsed.tested)) ? [files.anotherMainText()] : [];
  return { outcome: 'accepted', message: [accepted, ...other, ...unseen].join(' '), faults };
}

function refusalText({ text, file, line }: NginxMessage): string {
  return t`nginx refuses the configuration: ${text}${file === null ? '' : ` in ${file}:${line}`}.`;
}

function unseenText({ file }: NginxMessage): string {
  return t`\`${file}\` is not here: \`nginxWebsocket.pathMappings\` can say where it is.`;
}

const SEVERITIES: Readonly<Record<NginxLevel, NginxFault['severity']>> = {
  emerg: 'error',
  alert: 'error',
  crit: 'error',
  error: 'error',
  warn: 'warning',
  notice: 'information',
  info: 'information',
  debug: 'information',
};

/** The local files that nginx's messages name. */
class FilesOfNginx {
  constructor(
    private readonly context: ServerContext,
    private readonly closure: Closure,
    /** Where nginx was started. */
    private readonly folder: string,
  ) {}

  /** A message at its place, or at the top of the main file when it has none. Null where the file is not here. */
  async faultOf(
    { level, text, file, line }: NginxMessage,
    tested: string | null,
  ): Promise<NginxFault | null> {
    const found = await this.find(file ?? tested ?? this.closure.main.path);
    if (found === null) return null;
    const index = (line ?? 1) - 1;
    const content = found.text.split('\n')[index] ?? '';
    return {
      uri: found.uri,
      line: index,
      start: content.length - content.trimStart().length,
      end: content.trimEnd().length,
      severity: SEVERITIES[level],
      message: text,
    };
  }

  /** Whether the tested main file is not the one of the document. */
  async isAnotherMain(tested: string | null): Promise<boolean> {
    if (tested === null) return false;
    const found = await this.find(tested);
    return found === null || found.realPath !== this.closure.main.realPath;
  }

  anotherMainText(): string {
    return t`That is not ${this.closure.main.path}, to which this document belongs: to test that one, \`nginxWebsocket.testCommand\` may be \`["nginx", "-t", "-c", "\${mainFile}"]\`.`;
  }

  private async find(path: string): Promise<{ uri: string; text: string; realPath: string } | null> {
    const { documents } = this.context;
    for (const candidate of this.candidates(path)) {
      const reading = await documents.readFile(candidate);
      if (reading.kind !== 'text') continue;
      const { text, realPath } = reading;
      return { uri: documents.uriOf({ path: candidate, realPath }), text, realPath };
    }
    return null;
  }

  /** Where a mapping says; else there, or what /etc/nginx is where it is kept beside the main file. */
  private candidates(path: string): string[] {
    const { pathMappings, main } = this.closure;
    const absolute = isAbsolute(path) ? resolvePath('', path) : resolvePath(this.folder, path);
    const mapped = mapPath(pathMappings, absolute);
    if (mapped !== null) return [mapped.path];
    const installed = '/etc/nginx/';
    return absolute.startsWith(installed)
      ? [absolute, resolvePath(directoryOf(main.path), absolute.slice(installed.length))]
      : [absolute];
  }
}
