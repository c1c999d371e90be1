import type { Model } from '../../model/model';
import type { SourceFile } from '../../model/load';
import { type Comment, commentsIn } from '../../syntax/comments';
import { rules } from '../rules.generated';
import type { Problem } from './run';

/** One rule that a comment silences. */
interface Suppression {
  readonly file: SourceFile;
  readonly comment: Comment;
  readonly rule: string;
  /** Offsets between which a finding must begin. */
  readonly from: number;
  readonly to: number;
  used: boolean;
}

const DIRECTIVE = /^#\s*nginx-websocket-disable-(next-line|file)\s+(.*?)(?:\s+--\s.*)?$/;

/** The comments of a configuration that silence findings. */
export class Suppressions {
  private readonly all: readonly Suppression[];

  constructor(private readonly model: Model) {
    this.all = [...model.configuration.closure.files.values()].flatMap(readSuppressions);
  }

  /** Whether a comment silences the problem; it counts as used then. */
  covers({ rule, place }: Problem): boolean {
    const covering = this.all.filter(
      (each) =>
        each.rule === rule &&
        each.file.realPath === place.file.realPath &&
        each.from <= place.start &&
        place.start < each.to,
    );
    for (const suppression of covering) suppression.used = true;
    return covering.length > 0;
  }

  /** A problem for each silenced rule that would have said nothing. Ask after `covers`. */
  unused(): Problem[] {
    // What is not to be seen may be what it is there for.
    if (this.model.hasUnseenParts) return [];
    return this.all.filter(({ used }) => !used).map(unusedProblem);
  }
}

function unusedProblem({ file, comment, rule }: Suppression): Problem {
  const isKnown = rules.some(({ id }) => id === rule);
  const message = isKnown
    ? `Nothing is silenced here: \`${rule}\` finds nothing. Remove it from the comment.`
    : `There is no rule \`${rule}\`. Correct its name or remove it.`;
  return {
    rule: 'suppression-unused',
    severity: 'information',
    message,
    place: { file, start: comment.start, end: comment.start + comment.text.length },
    related: [],
    fixes: () => [],
  };
}

function readSuppressions(file: SourceFile): Suppression[] {
  if (!file.text.includes('nginx-websocket-disable-')) return [];
  return commentsIn(file.tree).flatMap((comment) => {
    const match = DIRECTIVE.exec(comment.text);
    if (match === null) return [];
    const names = (match[2] ?? '').split(/[\s,]+/).filter((name) => name !== '');
    const [from, to] = match[1] === 'file' ? [0, file.text.length + 1] : nextLine(file.text, comment.end);
    return names.map((rule) => ({ file, comment, rule, from, to, used: false }));
  });
}

/** Offsets of the line after the one that holds `offset`. */
function nextLine(text: string, offset: number): [from: number, to: number] {
  const lineEnd = text.indexOf('\n', offset);
  if (lineEnd === -1) return [text.length, text.length];
  const nextEnd = text.indexOf('\n', lineEnd + 1);
  return [lineEnd + 1, nextEnd === -1 ? text.length + 1 : nextEnd + 1];
}
