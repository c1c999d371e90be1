import type { Model } from '../../model/model';
import type { SourceFile } from '../../model/source-file';
import type { Context } from '../../model/context';
import { nameOf } from '../../syntax/tree';
import { directiveFacts } from '../../reference/directives';
import { contextsAt, instancesOf, isAllowedIn } from '../support/contexts';
import { type Statement, statementAt } from '../support/statement';
import { type ArgumentScope, argumentEntries, namedLocationEntries } from './argument-entries';
import { directiveEntries } from './directive-entries';
import type { Completion, Entry } from './entry';
import { pathEntries, type Listed, pathQuery } from './path-entries';
import { snippetEntries } from './snippet-entries';
import { upstreamEntries } from './upstream-entries';
import { inBraces, variableEntries } from './variable-entries';
import { innerRange } from './word';

/**
 * What can be inserted at a place of a file, whatever state its text is in; null where there is nothing to offer: in
 * comments, in Lua, behind a quote that closes.
 *
 * @param offset UTF-16 units from the start of the text
 */
export function completionAt(model: Model, file: SourceFile, offset: number): Completion | null {
  const statement = statementAt(file, offset);
  if (statement === null || isOutsideQuotes(file, statement, offset)) return null;
  const contexts = contextsAt(model.configuration, file, statement.block);
  if (contexts.length === 0) return null;
  const isName = statement.before.length === 0;
  const completion = (isName ? nameCompletion : argumentCompletion)(model, file, offset, statement, contexts);
  return completion === null ? null : onOneLine(completion, file, offset);
}

/** Editors replace parts of one line only: of a word over several lines that is the part around the place. */
function onOneLine(completion: Completion, { text }: SourceFile, offset: number): Completion | null {
  if (text.slice(completion.start, offset).includes('\n')) return null;
  const lineEnd = text.indexOf('\n', offset);
  return lineEnd === -1 || lineEnd >= completion.end ? completion : { ...completion, end: lineEnd };
}

/** The same with the files of a directory, once they are listed. */
export function withPaths(completion: Completion, names: readonly Listed[]): Completion {
  if (completion.paths === null) return completion;
  return {
    ...completion,
    paths: null,
    entries: [...completion.entries, ...pathEntries(completion.paths, names)],
  };
}

function isOutsideQuotes(file: SourceFile, { word }: Statement, offset: number): boolean {
  if (word === null || word.quote === '') return false;
  const { start, end } = innerRange(file, word, offset);
  return offset < start || offset > end;
}

function nameCompletion(
  model: Model,
  file: SourceFile,
  offset: number,
  statement: Statement,
  contexts: readonly Context[],
): Completion | null {
  const { word, block } = statement;
  if (word !== null && (word.quote !== '' || !/^[\w-]*$/.test(file.text.slice(word.start, offset))))
    return null;
  const blockName = block === null ? null : nameOf(block.file.tree, block.node);
  const entries = [
    ...directiveEntries(contexts, model.version, statement, blockName),
    ...snippetEntries(model, file, statement, contexts),
  ];
  const start = word?.start ?? offset;
  return found({ of: 'directives', start, end: word?.end ?? offset, entries, paths: null, contexts });
}

function argumentCompletion(
  model: Model,
  file: SourceFile,
  offset: number,
  statement: Statement,
  contexts: readonly Context[],
): Completion | null {
  const blocks = statement.block === null ? [] : instancesOf(model.configuration, statement.block);
  const scope: ArgumentScope = { model, contexts, statement, blocks };
  const inner = innerRange(file, statement.word, offset);
  const typed = file.text.slice(inner.start, offset);
  const rest = file.text.slice(offset, inner.end);
  if (isInPlaceholder(typed)) return null;
  const make = (start: number, end: number, entries: readonly Entry[]): Completion | null =>
    found({ of: 'arguments', start, end, entries, paths: null, contexts });

  const variable = /\$\{?\w*$/.exec(typed);
  if (variable !== null) {
    if (!mayHaveVariables(statement, typed)) return null;
    const isBraced = variable[0].startsWith('${');
    const start = offset - variable[0].length;
    const end = offset + (/^\w*\}?/.exec(rest)?.[0] ?? '').length;
    const name = /^\w*/.exec(rest)?.[0] ?? '';
    const entries = variableEntries(model, contexts, statement, blocks);
    return isBraced ? make(start, end, entries.map(inBraces)) : make(start, offset + name.length, entries);
  }

  const directive = statement.before[0]?.value ?? '';
  // The arguments of a directive that is not allowed here are unknown.
  if (!isKnownIn(directive, contexts)) return null;
  const named = /@[\w.-]*$/.exec(typed);
  if (named !== null && directive !== 'location' && /^=?\d*@/.test(typed)) {
    const end = offset + (/^[\w.-]*/.exec(rest)?.[0] ?? '').length;
    return make(offset - named[0].length, end, namedLocationEntries(scope));
  }

  const paths = pathQuery(model, file, statement, offset);
  if (paths !== null) {
    const isFirst = paths.start === inner.start;
    const entries = isFirst && inner.quote === '' ? argumentEntries(scope) : [];
    return { of: 'arguments', start: paths.start, end: paths.end, entries, paths: paths.query, contexts };
  }

  const upstreams = upstreamEntries(scope, typed);
  if (upstreams?.isAuthority === true) {
    const end = offset + (/^[^/:?$\s;"']*/.exec(rest)?.[0] ?? '').length;
    return make(offset - upstreams.typed.length, end, upstreams.entries);
  }
  // Within a word that goes on with something of the author's there is nothing more to say.
  if (/[/:?@]/.test(typed)) return null;
  const entries = [
    ...(upstreams?.entries ?? []),
    ...argumentEntries(scope),
    ...(namesLocations(directive) ? namedLocationEntries(scope) : []),
  ];
  if (statement.word === null || inner.quote === '') return make(inner.start, inner.end, entries);
  // Entries with quotes of their own take the place of those that are there.
  const { start, end } = statement.word;
  return make(
    start,
    end,
    entries.map((entry) => quoted(entry, inner.quote)),
  );
}

function isKnownIn(directive: string, contexts: readonly Context[]): boolean {
  const facts = directiveFacts().get(directive) ?? [];
  return facts.some((fact) => isAllowedIn(fact, contexts));
}

/** Whether the text ends within a placeholder of a template, whose names are not nginx's. */
function isInPlaceholder(text: string): boolean {
  return PLACEHOLDERS.some(([opening, closing]) => text.lastIndexOf(opening) > text.lastIndexOf(closing));
}

const PLACEHOLDERS: readonly (readonly [opening: string, closing: string])[] = [
  ['{{', '}}'],
  ['{%', '%}'],
  ['<%', '%>'],
];

function found(completion: Completion): Completion | null {
  return completion.entries.length === 0 ? null : completion;
}

/** An entry in place of a word in quotes. */
function quoted(entry: Entry, quote: string): Entry {
  const text = entry.insert ?? entry.label;
  const inner = /^(["'])(.*)\1/s.exec(text)?.[2] ?? text;
  return {
    ...entry,
    filter: `${quote}${inner}`,
    insert: /^["']/.test(text) ? text : `${quote}${text}${quote}`,
  };
}

/** Whether a `$` in the word begins a variable, and is no end of a pattern. */
function mayHaveVariables({ before }: Statement, typed: string): boolean {
  const name = before[0]?.value ?? '';
  if (name === 'location' || typed.startsWith('~')) return false;
  if (name === 'rewrite' && before.length === 1) return false;
  return name !== 'if' || !/^!?~\*?$/.test(before.at(-1)?.value ?? '');
}

function namesLocations(directive: string): boolean {
  return directive === 'error_page' || directive === 'try_files' || directive === 'post_action';
}
