import { t } from '../../l10n';
import type { Model } from '../../model/model';
import { memoized } from '../../model/memo';
import type { SourceFile } from '../../model/source-file';
import { textsIn } from '../../model/texts';
import { type Comment, commentsIn } from '../../syntax/comments';
import { rules } from '../rules.generated';
import type { Problem } from './problem';

/** One rule that a comment silences. */
interface Suppression {
  readonly file: SourceFile;
  readonly comment: Comment;
  readonly rule: string;
  /** The start of the line that a finding must be in, or `WHOLE_FILE`. */
  readonly line: number;
  used: boolean;
}

const DIRECTIVE = /^#\s*nginx-websocket-disable-(next-line|file)\s+(.*?)(?:\s+--\s.*)?$/;

const WHOLE_FILE = -1;

function keyOf(rule: string, file: SourceFile, line: number): string {
  return JSON.stringify([rule, file.realPath, line]);
}

/** The comments of a configuration that silence findings. */
export class Suppressions {
  private readonly all: readonly Suppression[];
  private readonly byPlace = new Map<string, Suppression[]>();

  constructor(private readonly model: Model) {
    this.all = [...model.configuration.closure.files.values()].flatMap(readSuppressions);
    for (const suppression of this.all) {
      const key = keyOf(suppression.rule, suppression.file, suppression.line);
      const list = this.byPlace.get(key);
      if (list === undefined) this.byPlace.set(key, [suppression]);
      else list.push(suppression);
    }
  }

  /** Whether a comment silences the problem; it counts as used then. */
  covers({ rule, place: { file, start } }: Problem): boolean {
    if (this.all.length === 0) return false;
    const lineStart = file.text.lastIndexOf('\n', start - 1) + 1;
    const covering = [
      ...(this.byPlace.get(keyOf(rule, file, WHOLE_FILE)) ?? []),
      ...(this.byPlace.get(keyOf(rule, file, lineStart)) ?? []),
    ];
    for (const suppression of covering) suppression.used = true;
    return covering.length > 0;
  }

  /**
   * A problem for each silenced rule that would not have reported anything. Call it after `covers`.
   *
   * @param disabled rules that did not run
   */
  unused(disabled: ReadonlySet<string>): Problem[] {
    // The suppression may be for a part that is not in these files.
    if (this.model.hasUnseenParts) return [];
    return this.all.filter(({ used, rule }) => !used && !disabled.has(rule)).map(unusedProblem);
  }
}

function unusedProblem({ file, comment, rule }: Suppression): Problem {
  const isKnown = rules.some(({ id }) => id === rule);
  const text = isKnown
    ? t`Nothing is silenced here: \`${rule}\` finds nothing. Remove it from the comment.`
    : t`There is no rule \`${rule}\`. Correct its name or remove it.`;
  return {
    rule: 'suppression-unused',
    severity: 'information',
    text,
    signs: '',
    contexts: [],
    message: text,
    place: { file, start: comment.start, end: comment.start + comment.text.length },
    related: [],
    fixes: () => [],
  };
}

const mayHaveSome = memoized(({ text }: SourceFile): boolean => text.includes('nginx-websocket-disable-'));

function readSuppressions(file: SourceFile): Suppression[] {
  if (!textsIn(file).some(mayHaveSome)) return [];
  return commentsIn(file.tree).flatMap((comment) => {
    const match = DIRECTIVE.exec(comment.text);
    if (match === null) return [];
    const names = (match[2] ?? '').split(/[\s,]+/).filter((name) => name !== '');
    const line = match[1] === 'file' ? WHOLE_FILE : nextLine(file.text, comment.end);
    return names.map((rule) => ({ file, comment, rule, line, used: false }));
  });
}

/** Where the line after the one that holds `offset` begins. */
function nextLine(text: string, offset: number): number {
  const lineEnd = text.indexOf('\n', offset);
  return lineEnd === -1 ? text.length : lineEnd + 1;
}
