import {
  CancellationTokenSource,
  commands,
  Diagnostic,
  type DiagnosticCollection,
  DiagnosticSeverity,
  Disposable,
  l10n,
  languages,
  type LogOutputChannel,
  ProgressLocation,
  Range,
  type TextDocument,
  Uri,
  window,
  workspace,
} from 'vscode';
import {
  type NginxFault,
  type TestConfigurationParams,
  type TestConfigurationResult,
  testConfigurationRequest,
} from '../../server/src/protocol';
import { isNginx } from './languages';
import type { Server } from './server';

/** The command that has nginx test the configuration, and the test on save. */
export function registerTestConfiguration(server: Server, output: LogOutputChannel): Disposable {
  const collection = languages.createDiagnosticCollection('nginx');
  const tester = new Tester(server, output, collection);
  return Disposable.from(
    collection,
    commands.registerCommand('nginxWebsocket.testConfiguration', () => tester.runForActive()),
    workspace.onDidSaveTextDocument((document) => tester.runOnSave(document)),
    { dispose: () => tester.cancel() },
  );
}

class Tester {
  readonly #server: Server;
  readonly #output: LogOutputChannel;
  readonly #diagnostics: DiagnosticCollection;
  #running: CancellationTokenSource | undefined;
  /** What the last test on save could not do: it is shown once, not on each save. */
  #lastFailure = '';

  constructor(server: Server, output: LogOutputChannel, diagnostics: DiagnosticCollection) {
    this.#server = server;
    this.#output = output;
    this.#diagnostics = diagnostics;
  }

  cancel(): void {
    this.#running?.cancel();
  }

  /** Tests the configuration of the document in front, and says what has come of it. */
  async runForActive(): Promise<void> {
    const document = window.activeTextEditor?.document;
    if (document === undefined || !isNginx(document)) {
      void window.showInformationMessage(
        l10n.t('Open an nginx configuration first: its main file is tested.'),
      );
      return;
    }
    const result = await window.withProgress(
      { location: ProgressLocation.Window, title: l10n.t('Testing with nginx') },
      () => this.#test(document),
    );
    if (result === undefined) return;
    this.#lastFailure = '';
    const unsaved = workspace.textDocuments.some((each) => each.isDirty && isNginx(each));
    await this.#tell(
      result,
      unsaved ? l10n.t('{0} What is not saved was not tested.', result.message) : result.message,
    );
  }

  async runOnSave(document: TextDocument): Promise<void> {
    if (!isNginx(document) || !workspace.isTrusted) return;
    const configuration = workspace.getConfiguration('nginxWebsocket', document);
    if (configuration.get<boolean>('testOnSave') !== true) return;
    const result = await this.#test(document);
    if (result === undefined) return;
    const failure = result.outcome === 'failed' ? result.message : '';
    const isNew = failure !== '' && failure !== this.#lastFailure;
    this.#lastFailure = failure;
    // Messages of nginx about the files are shown in the editor.
    if (isNew) await this.#tell(result, result.message);
  }

  /** Undefined when it was cancelled, or something went wrong that is logged. */
  async #test(document: TextDocument): Promise<TestConfigurationResult | undefined> {
    this.#running?.cancel();
    const source = new CancellationTokenSource();
    this.#running = source;
    try {
      if (!(await this.#server.ready())) return undefined;
      const params: TestConfigurationParams = { uri: document.uri.toString() };
      const result = await this.#server.request<TestConfigurationResult>(
        testConfigurationRequest,
        params,
        source.token,
      );
      if (source.token.isCancellationRequested) return undefined;
      this.#log(result);
      this.#show(result.faults);
      return result;
    } catch (error) {
      if (!source.token.isCancellationRequested) this.#output.error('The test with nginx has failed.', error);
      return undefined;
    } finally {
      if (this.#running === source) this.#running = undefined;
      source.dispose();
    }
  }

  #log({ command, output, message }: TestConfigurationResult): void {
    if (command !== '') this.#output.info(`${command}\n${output.trimEnd()}`);
    this.#output.info(message);
  }

  #show(faults: readonly NginxFault[]): void {
    const byUri = new Map<string, Diagnostic[]>();
    for (const fault of faults) {
      byUri.set(fault.uri, [...(byUri.get(fault.uri) ?? []), diagnosticOf(fault)]);
    }
    this.#diagnostics.clear();
    this.#diagnostics.set([...byUri].map(([uri, diagnostics]) => [Uri.parse(uri), diagnostics]));
  }

  async #tell({ outcome, command }: TestConfigurationResult, message: string): Promise<void> {
    const show = outcome === 'accepted' ? window.showInformationMessage : window.showWarningMessage;
    const choice = command === '' ? await show(message) : await show(message, l10n.t('Show Output'));
    if (choice !== undefined) this.#output.show();
  }
}

const SEVERITIES: Record<NginxFault['severity'], DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

function diagnosticOf({ line, start, end, severity, message }: NginxFault): Diagnostic {
  const diagnostic = new Diagnostic(new Range(line, start, line, end), message, SEVERITIES[severity]);
  diagnostic.source = 'nginx';
  return diagnostic;
}
