import { commands, Disposable, type ExtensionContext, type LogOutputChannel, window } from 'vscode';
import {
  explainCommand,
  probeCommand,
  type RouteCommand,
  type Routes,
  type RoutesParams,
  routesRequest,
} from '../../../server/src/protocol';
import type { Seen } from '../../webview/messages';
import type { CurrentConfiguration } from '../current-configuration';
import { pickOptions } from '../probe-picks';
import type { Server } from '../server';
import { locationAt } from './location-at';
import { History } from './history';
import { Panel, viewType } from './panel';
import { Prober } from './prober';
import { Asking } from './state';
import { Verifier } from './verifier';

/**
 * The panel, and the commands that open it: explain a verdict, why a URL does not connect, probe an endpoint.
 *
 * @param isBrowser whether a browser makes the probes, rather than the machine that the extension runs on
 */
export function registerPanel(
  context: ExtensionContext,
  server: Server,
  current: CurrentConfiguration,
  output: LogOutputChannel,
  isBrowser: boolean,
): Disposable {
  const asking = new Asking(server, output);
  const history = new History();
  const prober = new Prober(server, asking, history, output, isBrowser);
  const verifier = isBrowser ? null : new Verifier(server, asking, history, output);
  const panel = new Panel(context, server, asking, history, prober, verifier, current);
  const probe = async (asked: Partial<RouteCommand>, withOptions: boolean): Promise<Seen | undefined> => {
    const { uri, url } = asked;
    if (url === undefined) {
      await panel.open(asked);
      return undefined;
    }
    const options = withOptions ? await pickOptions(url, {}) : {};
    return options === undefined ? undefined : panel.probe({ url, ...options }, uri);
  };
  return Disposable.from(
    panel,
    window.registerWebviewPanelSerializer(viewType, {
      deserializeWebviewPanel: (webview, kept: unknown) => Promise.resolve(panel.restore(webview, kept)),
    }),
    commands.registerCommand(explainCommand, async (given?: unknown) => {
      const asked = readCommand(given);
      const here = asked.url === undefined ? await urlAtCursor(server, output) : asked.url;
      await panel.open({ ...asked, ...(here === undefined ? {} : { url: here }) });
    }),
    commands.registerCommand('nginxWebsocket.why', (given?: unknown) => panel.open(readCommand(given))),
    commands.registerCommand(probeCommand, (given?: unknown) => probe(readCommand(given), false)),
    commands.registerCommand('nginxWebsocket.probeWithOptions', (given?: unknown) => {
      const asked = readCommand(given);
      return probe(asked.url === undefined && panel.url !== '' ? { ...asked, url: panel.url } : asked, true);
    }),
  );
}

/** A lens gives a document and a URL, a person nothing; another extension may give anything. */
function readCommand(given: unknown): Partial<RouteCommand> {
  if (typeof given !== 'object' || given === null) return {};
  const { uri, url } = given as Partial<Record<keyof RouteCommand, unknown>>;
  return { ...(typeof uri === 'string' ? { uri } : {}), ...(typeof url === 'string' ? { url } : {}) };
}

/** The URL of the location that the cursor is in, where it has one only. */
async function urlAtCursor(server: Server, output: LogOutputChannel): Promise<string | undefined> {
  const editor = window.activeTextEditor;
  if (editor === undefined || !(await server.ready())) return undefined;
  const uri = editor.document.uri.toString();
  try {
    const routes = await server.request<Routes | null>(routesRequest, { uri } satisfies RoutesParams);
    const here = routes === null ? undefined : locationAt(routes, uri, editor.selection.active.line);
    return here?.urls.length === 1 ? here.urls[0] : undefined;
  } catch (error) {
    output.debug(`The location at the cursor is not known: ${String(error)}`);
    return undefined;
  }
}
