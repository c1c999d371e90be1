import { commands } from 'vscode';
import { waitForDiagnostics } from '../suite/support/diagnostics';
import { closeAll, show } from '../suite/support/documents';
import { page } from '../suite/support/page';

/**
 * Takes the pictures of the README, by keys and clicks as a person would make them. Each is shown first in the window
 * and then taken; one that does not come up ends the run.
 *
 * @throws when a picture cannot be taken
 */
export async function run(): Promise<void> {
  await commands.executeCommand('workbench.action.closeSidebar');
  await commands.executeCommand('notifications.clearAll');
  for (const [name, take] of Object.entries(pictures)) {
    await take();
    await page('screenshot', name);
    await page('press', 'Escape');
    await closeAll();
    console.log(`docs/images/${name}.png`);
  }
}

/** Each brings the window into the state that its picture shows. */
const pictures: Readonly<Record<string, () => Promise<void>>> = {
  async finding() {
    await openWithFinding();
    await page('hover', '.view-line:has-text("X-Real-IP") >> text=proxy_set_header');
    await page('wait', '.monaco-hover >> text=websocket-headers-overridden');
  },

  async 'quick-fix'() {
    await openWithFinding();
    await page('click', '.view-line:has-text("X-Real-IP") >> text=proxy_set_header');
    await page('wait', '.monaco-editor [class*="lightbulb"]');
    await page('press', 'Control+.');
    await page('wait', '.action-widget >> text=Repeat');
  },
};

async function openWithFinding(): Promise<void> {
  const { uri } = await show('nginx.conf');
  await waitForDiagnostics(uri, 'websocket-headers-overridden', 1);
}
