import { type Comment, commentsIn } from '../syntax/comments';
import { tokenEnd, tokenStart } from '../syntax/tokens';
import { type Directive, directiveEnd, directiveStart, type SyntaxTree } from '../syntax/tree';

/** A part of a text that can be folded away, if it goes over more than one line. */
export interface Fold {
  readonly kind: 'block' | 'directive' | 'comment' | 'region';
  /** Offset after the `{`; for others of the first character. */
  readonly start: number;
  /** Offset of the `}`; for others after the last character. */
  readonly end: number;
  /** Whether it ends with a `}`, which stays visible. */
  readonly closed: boolean;
}

/**
 * What can be folded in a file: blocks, directives over several lines, runs of comments, and what is between
 * `# region` and `# endregion`. In the order of the text; each lies within another or beside it. Works on broken text.
 */
export function foldsIn(tree: SyntaxTree): Fold[] {
  const ofDirectives = directiveFolds(tree);
  const folds = [...ofDirectives, ...commentFolds(tree, ofDirectives)];
  return nested(folds.toSorted((a, b) => a.start - b.start || b.end - a.end));
}

/** A fold that begins within another and ends behind it is none. */
function nested(folds: readonly Fold[]): Fold[] {
  const open: Fold[] = [];
  return folds.filter((fold) => {
    while ((open.at(-1)?.end ?? Infinity) <= fold.start) open.pop();
    const outer = open.at(-1);
    if (outer !== undefined && fold.end > outer.end) return false;
    open.push(fold);
    return true;
  });
}

function directiveFolds(tree: SyntaxTree): Fold[] {
  const { tokens, text } = tree;
  const folds: Fold[] = [];
  const stack: { readonly list: readonly Directive[]; next: number }[] = [{ list: tree.directives, next: 0 }];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const directive = frame.list[frame.next];
    frame.next += 1;
    if (directive === undefined) {
      stack.pop();
    } else if (directive.children !== null) {
      stack.push({ list: directive.children, next: 0 });
      const end = directive.terminated
        ? tokenStart(tokens, directive.last)
        : Math.max(directiveEnd(tree, directive), tokenEnd(tokens, directive.open));
      folds.push({
        kind: 'block',
        start: tokenEnd(tokens, directive.open),
        end,
        closed: directive.terminated,
      });
    } else {
      const start = directiveStart(tree, directive);
      const end = directiveEnd(tree, directive);
      // Where another directive begins on its last line, that one is visible.
      const next = frame.list[frame.next];
      const isLastOfLine = next === undefined || text.slice(end, directiveStart(tree, next)).includes('\n');
      if (isLastOfLine && text.slice(start, end).includes('\n')) {
        folds.push({ kind: 'directive', start, end, closed: false });
      }
    }
  }
  return folds;
}

function commentFolds(tree: SyntaxTree, ofDirectives: readonly Fold[]): Fold[] {
  const folds: Fold[] = [];
  const blockAround = blockFinder(ofDirectives);
  const regions: { readonly start: number; readonly block: Fold | undefined }[] = [];
  let run: Comment[] = [];
  const endRun = (): void => {
    const first = run[0];
    const last = run.at(-1);
    if (first !== undefined && last !== undefined && first !== last) {
      folds.push({ kind: 'comment', start: first.start, end: last.end, closed: false });
    }
    run = [];
  };
  for (const comment of commentsIn(tree)) {
    if (!isAlone(tree.text, comment)) continue;
    const isStart = /^#\s*region\b/.test(comment.text);
    const isEnd = /^#\s*endregion\b/.test(comment.text);
    const last = run.at(-1);
    if (isStart || isEnd || (last !== undefined && !isNextLine(tree.text, last, comment))) endRun();
    if (isStart) regions.push({ start: comment.start, block: blockAround(comment.start) });
    else if (isEnd) {
      const region = regions.pop();
      // A region that is cut by a brace would hide it.
      if (region !== undefined && region.block === blockAround(comment.start)) {
        folds.push({ kind: 'region', start: region.start, end: comment.end, closed: false });
      }
    } else run.push(comment);
  }
  endRun();
  return folds;
}

/** Gives the innermost block around an offset; offsets must be asked for in order. */
function blockFinder(folds: readonly Fold[]): (offset: number) => Fold | undefined {
  const blocks = folds.filter(({ kind }) => kind === 'block');
  const open: Fold[] = [];
  let next = 0;
  return (offset) => {
    for (let block = blocks[next]; block !== undefined && block.start <= offset; block = blocks[next]) {
      while ((open.at(-1)?.end ?? Infinity) <= block.start) open.pop();
      open.push(block);
      next += 1;
    }
    while ((open.at(-1)?.end ?? Infinity) <= offset) open.pop();
    return open.at(-1);
  };
}

/** Whether nothing else is on the line of a comment. */
function isAlone(text: string, { start }: Comment): boolean {
  let before = start - 1;
  while (before >= 0 && ' \t\r\uFEFF'.includes(text.charAt(before))) before -= 1;
  return before < 0 || text.charAt(before) === '\n';
}

function isNextLine(text: string, { end }: Comment, { start }: Comment): boolean {
  const between = text.slice(end, start);
  return between.trim() === '' && between.indexOf('\n') === between.lastIndexOf('\n');
}
