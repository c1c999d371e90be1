import {
  Disposable,
  l10n,
  languages,
  type LogOutputChannel,
  Position,
  Range,
  type TextDocument,
  window,
  workspace,
} from 'vscode';
import { isNginx } from './languages';
import { HEAD_LENGTH, readsAsNginx } from './reads-as-nginx';

/**
 * Switches documents to our language that VS Code opens as properties or plain text, as it does with most `.conf`
 * files and never looks inside, when their beginning reads as nginx. For a template that another language has by the
 * ending of its name the person is asked. Each document is judged once, when it is opened: a language chosen later is
 * kept.
 */
export function detectLanguage(output: LogOutputChannel): Disposable {
  const detector = new Detector(output);
  for (const document of workspace.textDocuments) detector.judge(document);
  detector.askAboutActive();
  return Disposable.from(
    workspace.onDidOpenTextDocument((document) => detector.judge(document)),
    window.onDidChangeActiveTextEditor(() => detector.askAboutActive()),
  );
}

/** What VS Code takes a file for that it does not know. */
const UNSPECIFIC = new Set(['properties', 'plaintext']);

/** Templates of anything: what they are called says nothing of what they become. */
const TEMPLATE_NAME =
  /\.(?:j2|jinja2?|erb|epp|ejs|tmpl|gotmpl|ctmpl|tpl|twig|liquid|mustache|hbs|blade\.php|ftl)$/i;

class Detector {
  readonly #output: LogOutputChannel;
  /**
   * A document is the same object for as long as it is open, though a change of its language is reported as closing
   * and opening it.
   */
  readonly #judged = new WeakSet<TextDocument>();
  readonly #toAskAbout = new WeakSet<TextDocument>();

  constructor(output: LogOutputChannel) {
    this.#output = output;
  }

  judge(document: TextDocument): void {
    if (this.#judged.has(document)) return;
    this.#judged.add(document);
    const isUnspecific = UNSPECIFIC.has(document.languageId);
    if (isNginx(document) || !isStored(document)) return;
    if (!isUnspecific && !TEMPLATE_NAME.test(document.uri.path)) return;
    const mode = workspace.getConfiguration('nginxWebsocket', document).get<string>('detectLanguage');
    if (mode === 'off' || !readsAsNginx(head(document))) return;
    if (mode === 'ask' || !isUnspecific) this.#toAskAbout.add(document);
    else void this.#change(document);
  }

  /** Extensions also open documents that are not shown, so a question waits until its document is in front. */
  askAboutActive(): void {
    const document = window.activeTextEditor?.document;
    if (document === undefined || !this.#toAskAbout.delete(document)) return;
    void this.#ask(document);
  }

  async #ask(document: TextDocument): Promise<void> {
    const name = workspace.asRelativePath(document.uri);
    const choice = await window.showInformationMessage(
      l10n.t('{0} reads as an nginx configuration.', name),
      l10n.t('Switch to nginx'),
    );
    if (choice !== undefined && !document.isClosed) await this.#change(document);
  }

  async #change(document: TextDocument): Promise<void> {
    const name = workspace.asRelativePath(document.uri);
    try {
      await languages.setTextDocumentLanguage(document, 'nginx');
      this.#output.info(
        `${name} reads as nginx: its language is nginx now (setting nginxWebsocket.detectLanguage).`,
      );
    } catch (error) {
      // It may have been closed meanwhile.
      this.#output.debug(`The language of ${name} was not changed: ${String(error)}`);
    }
  }
}

/** Whether the document is a file or is going to be one, unlike the input fields and outputs that are plain text too. */
function isStored({ uri }: TextDocument): boolean {
  return uri.scheme === 'untitled' || workspace.fs.isWritableFileSystem(uri.scheme) !== undefined;
}

function head(document: TextDocument): string {
  return document.getText(new Range(new Position(0, 0), document.positionAt(HEAD_LENGTH + 1)));
}
