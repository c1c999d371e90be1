import '@vscode-elements/elements/dist/vscode-button/index.js';
import { useBundle } from './l10n';
import { MapView } from './map-view';
import type { FromPage, Kept, ToPage } from './messages';
import { Panel } from './panel';

/** The page of the panel: speaks with the extension, and shows what it is told. */

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  /** What VS Code gives back to the panel after a reload of the window. */
  setState(state: Kept): void;
};

customElements.define('nginx-websocket-map', MapView);
customElements.define('nginx-websocket-panel', Panel);

const vscode = acquireVsCodeApi();
const panel = new Panel();
let kept: Omit<Kept, 'tab'> = { uri: '', url: '' };

panel.send = (message) => {
  vscode.postMessage(message);
  if (message.kind === 'tab') vscode.setState({ ...kept, tab: message.tab });
};

function take(message: ToPage): void {
  switch (message.kind) {
    case 'start':
      useBundle(message.bundle);
      panel.tab = message.tab;
      break;
    case 'state':
      panel.state = message.state;
      kept = message.kept;
      vscode.setState({ ...kept, tab: panel.tab });
      break;
    case 'tab':
      panel.tab = message.tab;
      break;
    case 'map':
      panel.map = message.map;
      break;
    case 'cursor':
      panel.cursor = message;
      break;
    case 'askUrl':
      void panel.updateComplete.then(() => panel.askUrl());
      break;
  }
}

// VS Code gives the page margins of its own, and no background.
const sheet = new CSSStyleSheet();
sheet.replaceSync('body { padding: 0; background: var(--vscode-editor-background) }');
document.adoptedStyleSheets.push(sheet);

window.addEventListener('message', (event: MessageEvent<ToPage>) => take(event.data));
document.body.append(panel);
vscode.postMessage({ kind: 'ready' });
