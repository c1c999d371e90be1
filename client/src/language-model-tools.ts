import {
  type CancellationToken,
  Disposable,
  type ExtensionContext,
  l10n,
  type LanguageModelTool,
  LanguageModelTextPart,
  LanguageModelToolResult,
  lm,
  Uri,
  workspace,
} from 'vscode';
import {
  type JsonParams,
  jsonRequest,
  type ProbeAnswer,
  type ProbeHeader,
  type ProbeParams,
  probeRequest,
} from '../../server/src/protocol';
import { findNginxFiles } from './find-files';
import { isConfirmed } from './panel/prober';
import { hostOf, readHeader } from './probe-options';
import type { Server } from './server';

/** What a model gives to each tool: the schemas are in package.json. */
interface CheckInput {
  readonly files?: readonly string[];
}

interface RoutesInput {
  readonly file: string;
}

interface ExplainInput extends RoutesInput {
  readonly urls: readonly string[];
}

interface ProbeInput
  extends Pick<ProbeParams, 'url' | 'protocols' | 'connect' | 'insecure' | 'hold' | 'timeout'> {
  /** Each as `Name: value`. */
  readonly headers?: readonly string[];
}

/**
 * The tools for language models, where VS Code has such: they answer with the JSON of the command line. What is asked
 * for is read and judged here; nothing is sent but by the probe, which a person is asked about each time.
 */
export function registerLanguageModelTools(context: ExtensionContext, server: Server): Disposable {
  const register = lm.registerTool;
  if (register === undefined) return Disposable.from();
  const json = async (params: JsonParams, token: CancellationToken): Promise<LanguageModelToolResult> => {
    await ready(server);
    const text = await server.request<string | null>(jsonRequest, params, token);
    if (text === null) throw new Error('No nginx configuration is found there.');
    return textResult(text);
  };
  const check: LanguageModelTool<CheckInput> = {
    prepareInvocation: () => ({ invocationMessage: l10n.t('Checking nginx configurations') }),
    invoke: async ({ input: { files } }, token) => {
      const uris =
        files === undefined
          ? (await findNginxFiles(context, token)).uris
          : await Promise.all(files.map((file) => opened(file)));
      return json({ command: 'check', uris: uris.map((uri) => uri.toString()) }, token);
    },
  };
  const explain: LanguageModelTool<ExplainInput> = {
    prepareInvocation: () => ({ invocationMessage: l10n.t('Following WebSocket handshakes') }),
    invoke: async ({ input: { file, urls } }, token) =>
      json({ command: 'explain', uris: [(await opened(file)).toString()], urls }, token),
  };
  const routes: LanguageModelTool<RoutesInput> = {
    prepareInvocation: () => ({ invocationMessage: l10n.t('Listing routes') }),
    invoke: async ({ input: { file } }, token) =>
      json({ command: 'routes', uris: [(await opened(file)).toString()] }, token),
  };
  return Disposable.from(
    register('nginx-websocket_check', check),
    register('nginx-websocket_explain', explain),
    register('nginx-websocket_routes', routes),
    register('nginx-websocket_probe', probeTool(server)),
  );
}

function probeTool(server: Server): LanguageModelTool<ProbeInput> {
  return {
    prepareInvocation: ({ input: { url, connect } }) => ({
      invocationMessage: l10n.t('Probing {0}', connect ?? hostOf(url)),
      confirmationMessages: {
        title: l10n.t('Send a WebSocket handshake to {0}?', connect ?? hostOf(url)),
        message: l10n.t('A language model asks for it. The WebSocket is opened from here, and closed again.'),
      },
    }),
    invoke: async ({ input: { headers = [], ...options } }, token) => {
      const params: ProbeParams = { ...options, headers: headers.map((header) => headerOf(header)) };
      if (!(await isConfirmed(params))) throw new Error('The user does not want this probe.');
      await ready(server);
      const answer = await server.request<ProbeAnswer | null>(probeRequest, params, token);
      if (answer === null) throw new Error('The probe has failed.');
      if (answer.kind === 'refused') throw new Error(answer.reason);
      return textResult(JSON.stringify({ ...answer.result, url: answer.url }, null, 2));
    },
  };
}

function headerOf(text: string): ProbeHeader {
  const header = readHeader(text, l10n);
  if (typeof header === 'string') throw new Error(header);
  return header;
}

async function ready(server: Server): Promise<void> {
  if (!(await server.ready())) throw new Error('The language server of NGINX WebSocket does not run.');
}

function textResult(text: string): LanguageModelToolResult {
  return new LanguageModelToolResult([new LanguageModelTextPart(text)]);
}

/**
 * The file of a name that a model gives: absolute, or relative to a workspace folder. It is opened unseen, as the server
 * reads what is for nginx within other texts from open documents.
 *
 * @throws when there is none, or it is none of the workspace's business
 */
async function opened(name: string): Promise<Uri> {
  const uri = await uriOf(name);
  const isOpen = workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
  if (!workspace.isTrusted && !isOpen && workspace.getWorkspaceFolder(uri) === undefined)
    throw new Error(`${name} is not in the workspace, which is not trusted.`);
  await workspace.openTextDocument(uri);
  return uri;
}

async function uriOf(name: string): Promise<Uri> {
  const folders = workspace.workspaceFolders ?? [];
  if (/^\w[\w+.-]+:\/\//.test(name)) return Uri.parse(name);
  const [first] = folders;
  if (/^(?:[\\/]|[a-z]:[\\/])/i.test(name) || first === undefined) {
    const { path } = Uri.file(name);
    return first === undefined ? Uri.file(name) : first.uri.with({ path });
  }
  for (const folder of folders) {
    const uri = Uri.joinPath(folder.uri, name);
    const isThere = await workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (isThere) return uri;
  }
  return Uri.joinPath(first.uri, name);
}
