import {
  type CancellationToken,
  Disposable,
  l10n,
  Location,
  type LogOutputChannel,
  type TestController,
  type TestItem,
  TestMessage,
  type TestRun,
  type TestRunRequest,
  TestRunProfileKind,
  tests,
  Uri,
  workspace,
} from 'vscode';
import {
  type ProbeAnswer,
  type ProbeParams,
  probeRequest,
  type UrlOutcome,
  type Urls,
  type UrlsParams,
  urlsRequest,
} from '../../server/src/protocol';
import type { CurrentConfiguration } from './current-configuration';
import { isConfirmed } from './panel/prober';
import { toRange } from './places';
import type { Server } from './server';

/** The URLs in `websocketUrls`, in the Test Explorer: run by analysis, and by a probe when that is chosen. */
export function registerUrlTests(
  server: Server,
  current: CurrentConfiguration,
  output: LogOutputChannel,
): Disposable {
  const urlTests = new UrlTests(server, current, output);
  const refresh = () => void urlTests.refresh();
  return Disposable.from(
    urlTests,
    current.onDidChange(refresh),
    server.onDidChangeState(refresh),
    server.onDidChangeRoutes(refresh),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('nginxWebsocket.websocketUrls')) refresh();
    }),
    workspace.onDidSaveTextDocument(({ uri }) => {
      if (uri.path.endsWith('/nginx-websocket.json')) refresh();
    }),
  );
}

class UrlTests extends Disposable {
  readonly #server: Server;
  readonly #current: CurrentConfiguration;
  readonly #output: LogOutputChannel;
  /** Made with the first URL: the Test Explorer is there for all who have a controller. */
  #controller: TestController | undefined;
  /** A document of the configuration that the tests are about. */
  #uri = '';
  /** Counts requests, so that a late answer does not replace a newer one. */
  #latest = 0;

  constructor(server: Server, current: CurrentConfiguration, output: LogOutputChannel) {
    super(() => this.#controller?.dispose());
    this.#server = server;
    this.#current = current;
    this.#output = output;
  }

  async refresh(): Promise<void> {
    const { document } = this.#current;
    this.#latest += 1;
    const latest = this.#latest;
    if (document === undefined || this.#server.state !== 'running') return;
    try {
      const uri = document.uri.toString();
      const answer = await this.#ask(uri);
      if (latest !== this.#latest) return;
      this.#uri = uri;
      this.#show(answer);
    } catch (error) {
      this.#output.debug(`The URLs are not known: ${String(error)}`);
    }
  }

  #ask(uri: string): Promise<Urls | null> {
    const params: UrlsParams = { uri };
    return this.#server.request<Urls | null>(urlsRequest, params);
  }

  #show(answer: Urls | null): void {
    if (this.#controller === undefined && (answer === null || answer.urls.length === 0)) return;
    const controller = (this.#controller ??= this.#makeController());
    const main = answer === null ? undefined : Uri.parse(answer.main);
    controller.items.replace(
      (answer?.urls ?? []).map(({ url, label, expect }) => {
        const item = controller.createTestItem(url, label, main);
        item.description = expect === null ? '' : l10n.t('expected: {0}', expect);
        return item;
      }),
    );
  }

  #makeController(): TestController {
    const controller = tests.createTestController('nginxWebsocket.urls', 'NGINX WebSocket');
    controller.refreshHandler = () => this.refresh();
    controller.createRunProfile(
      l10n.t('By Analysis'),
      TestRunProfileKind.Run,
      (request) => this.#run(request, (run, items) => this.#analyze(run, items)),
      true,
    );
    controller.createRunProfile(l10n.t('By Probe'), TestRunProfileKind.Run, (request, token) =>
      this.#run(request, (run, items) => this.#probe(run, items, token)),
    );
    return controller;
  }

  async #run(
    request: TestRunRequest,
    work: (run: TestRun, items: readonly TestItem[]) => Promise<void>,
  ): Promise<void> {
    const controller = this.#controller;
    if (controller === undefined) return;
    const items = (request.include ?? [...controller.items].map(([, item]) => item)).filter(
      (item) => request.exclude?.includes(item) !== true,
    );
    const run = controller.createTestRun(request);
    for (const item of items) run.started(item);
    try {
      await work(run, items);
    } catch (error) {
      for (const item of items) run.errored(item, new TestMessage(String(error)));
    } finally {
      run.end();
    }
  }

  async #analyze(run: TestRun, items: readonly TestItem[]): Promise<void> {
    const outcomes = await this.#outcomes();
    for (const item of items) {
      const outcome = outcomes.get(item.id);
      if (outcome === undefined) run.skipped(item);
      else if (outcome.isAsExpected) run.passed(item);
      else run.failed(item, messageOf(outcome));
    }
  }

  async #outcomes(): Promise<ReadonlyMap<string, UrlOutcome>> {
    const answer = await this.#ask(this.#uri);
    return new Map((answer?.urls ?? []).map((outcome) => [outcome.url, outcome]));
  }

  /** One after another: a person watches. */
  async #probe(run: TestRun, items: readonly TestItem[], token: CancellationToken): Promise<void> {
    const outcomes = await this.#outcomes();
    for (const item of items) {
      const params: ProbeParams = { url: item.id };
      const isWanted = !token.isCancellationRequested && (await isConfirmed(params));
      const answer = isWanted
        ? await this.#server.request<ProbeAnswer | null>(probeRequest, params, token)
        : null;
      const expect = outcomes.get(item.id)?.expect ?? null;
      if (answer === null) run.skipped(item);
      else if (answer.kind === 'refused') run.errored(item, new TestMessage(answer.reason));
      else if (isExpected(answer.result.ok, expect)) run.passed(item, durationOf(answer));
      else run.failed(item, new TestMessage(answer.report), durationOf(answer));
    }
  }
}

/** Of what depends on more than the files either is right. */
function isExpected(ok: boolean, expect: UrlOutcome['expect']): boolean {
  return expect === 'depends' || ok === (expect !== 'blocked');
}

function durationOf({ result: { steps } }: Extract<ProbeAnswer, { kind: 'result' }>): number {
  return steps.reduce((sum, { ms }) => sum + ms, 0);
}

function messageOf({ message, place }: UrlOutcome): TestMessage {
  const told = new TestMessage(message);
  if (place !== null) told.location = new Location(Uri.parse(place.uri), toRange(place.range));
  return told;
}
