import {
  CodeLens,
  type Command,
  Disposable,
  DocumentLink,
  l10n,
  languages,
  Range,
  type TextDocument,
  Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';
import type { FilePlace, ProbeParams } from '../../server/src/protocol';
import { toRange } from './places';
import type { Explained, ProbeOutcome, ReportLink, ReportText } from './probe-report';

/** Of documents that hold the report of a probe. */
const REPORT_SCHEME = 'nginx-websocket-report';

/** Its lines wrap, by the defaults in package.json. */
const REPORT_LANGUAGE = 'nginx-websocket-report';

/** A probe of this session. It is kept in memory alone: its options may hold secrets. */
export interface Report {
  readonly id: number;
  /** `Probe chat.example 12.00.04`, without path and query. */
  readonly title: string;
  readonly at: Date;
  readonly params: ProbeParams;
  readonly outcome: ProbeOutcome;
  readonly explained: Explained | null;
  readonly document: ReportText;
}

/** Older reports are forgotten. */
const KEPT = 50;

/** The reports of the session, as read-only documents with links and with commands at their top. */
export class ReportDocuments {
  readonly #reports = new Map<number, Report>();
  #count = 0;

  /** @param actions the commands at the top of a report */
  register(actions: (report: Report) => readonly Command[]): Disposable {
    const selector = { scheme: REPORT_SCHEME };
    return Disposable.from(
      workspace.registerTextDocumentContentProvider(REPORT_SCHEME, {
        provideTextDocumentContent: (uri) =>
          this.#find(uri)?.document.text ??
          `${l10n.t('This report is gone: reports are kept until the window is closed.')}\n`,
      }),
      languages.registerDocumentLinkProvider(selector, {
        provideDocumentLinks: ({ uri }) => this.#find(uri)?.document.links.map(toLink) ?? [],
      }),
      languages.registerCodeLensProvider(selector, {
        provideCodeLenses: ({ uri }) => {
          const report = this.#find(uri);
          const top = new Range(0, 0, 0, 0);
          return report === undefined ? [] : actions(report).map((command) => new CodeLens(top, command));
        },
      }),
    );
  }

  /** Keeps a report. */
  add(report: Omit<Report, 'id'>): Report {
    this.#count += 1;
    const kept = { ...report, id: this.#count };
    this.#reports.set(kept.id, kept);
    const [oldest] = this.#reports.keys();
    if (this.#reports.size > KEPT && oldest !== undefined) this.#reports.delete(oldest);
    return kept;
  }

  /** The newest first. */
  all(): Report[] {
    return [...this.#reports.values()].reverse();
  }

  get(id: number): Report | undefined {
    return this.#reports.get(id);
  }

  /** The report in the editor in front. */
  active(): Report | undefined {
    const document = window.activeTextEditor?.document;
    return document === undefined ? undefined : this.#find(document.uri);
  }

  /** Shows a report beside the editor, or in place of the report that is in front. */
  async show({ id, title }: Report): Promise<TextDocument> {
    const isReport = window.activeTextEditor?.document.uri.scheme === REPORT_SCHEME;
    const uri = Uri.from({ scheme: REPORT_SCHEME, path: `/${id}/${title}.txt` });
    const opened = await workspace.openTextDocument(uri);
    const document = await languages.setTextDocumentLanguage(opened, REPORT_LANGUAGE);
    const viewColumn = isReport ? ViewColumn.Active : ViewColumn.Beside;
    await window.showTextDocument(document, { viewColumn, preview: true });
    return document;
  }

  #find({ scheme, path }: Uri): Report | undefined {
    const [, id] = path.split('/');
    return scheme === REPORT_SCHEME ? this.#reports.get(Number(id)) : undefined;
  }
}

/** VS Code reads the line and the column from the fragment, both from one. */
function toLink(link: ReportLink): DocumentLink {
  const { uri, range }: FilePlace = link.target;
  const fragment = `L${range.start.line + 1},${range.start.character + 1}`;
  const documentLink = new DocumentLink(toRange(link.range), Uri.parse(uri).with({ fragment }));
  documentLink.tooltip = l10n.t('Go to the line');
  return documentLink;
}
