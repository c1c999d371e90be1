import {
  commands,
  type Disposable,
  type ExtensionContext,
  type TextDocument,
  Uri,
  window,
  workspace,
} from 'vscode';
import { didGrantTrust } from '../../server/src/protocol';
import { registerCheckWorkspace } from './check-workspace';
import { registerCommands } from './commands';
import type { CreateClient } from './configure-client';
import { CurrentConfiguration } from './current-configuration';
import { detectLanguage } from './detect-language';
import { registerFirstSteps } from './first-steps';
import { registerLanguageModelTools } from './language-model-tools';
import { isNginx, mayHoldNginx } from './languages';
import { registerPanel } from './panel/register';
import { registerRoutesView } from './routes-view';
import { registerRunningNginx } from './running-nginx';
import { Server } from './server';
import { registerSettingsCommands } from './settings-commands';
import { registerStatus } from './status';
import { registerTasks } from './tasks';
import { registerTestConfiguration } from './test-configuration';
import { registerUrlTests } from './url-tests';
import { registerVerify } from './verify';

export interface Extension {
  readonly activate: (context: ExtensionContext) => void;
  readonly deactivate: () => Promise<void>;
}

/**
 * The extension, except for the way to the server, in which desktop and browser differ. The server, and the code that
 * speaks with it, are loaded when a document in our language is opened, or one that seems to have text for nginx in it.
 *
 * @param node the program that runs our command line; null in a browser, where nothing can be started
 */
export function defineExtension(
  createClient: (context: ExtensionContext) => CreateClient,
  node: string | null,
): Extension {
  let server: Server | undefined;
  return {
    activate: (context) => {
      const output = window.createOutputChannel('NGINX WebSocket', { log: true });
      server = new Server(createClient(context), output);
      const current = new CurrentConfiguration();
      void commands.executeCommand('setContext', 'nginxWebsocket.active', true);
      context.subscriptions.push(
        output,
        current,
        detectLanguage(output),
        registerStatus(server, output),
        registerCommands(server, output),
        registerTestConfiguration(server, output),
        registerRoutesView(context, server, current, output),
        registerPanel(context, server, current, output, node === null),
        registerVerify(server, current, output),
        registerRunningNginx(server, output),
        registerCheckWorkspace(context, server, output),
        registerSettingsCommands(context, current),
        registerFirstSteps(context, current),
        registerUrlTests(server, current, output),
        registerLanguageModelTools(context, server),
        startWhenNeeded(server),
        workspace.onDidGrantWorkspaceTrust(() => server?.notify(didGrantTrust)),
      );
      if (node !== null) {
        const program = Uri.joinPath(context.extensionUri, 'dist', 'cli.js');
        context.subscriptions.push(registerTasks(node, program));
      }
    },
    deactivate: async () => {
      await server?.stop();
    },
  };
}

function startWhenNeeded(server: Server): Disposable {
  const isForServer = (document: TextDocument): boolean => isNginx(document) || mayHoldNginx(document);
  if (workspace.textDocuments.some(isForServer)) server.start();
  return workspace.onDidOpenTextDocument((document) => {
    if (isForServer(document)) server.start();
  });
}
