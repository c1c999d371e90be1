import { locationLenses } from '../../server/src/features/code-lens';
import { completionAt } from '../../server/src/features/completion/completion';
import { hoverAt } from '../../server/src/features/hover';
import { routesTree } from '../../server/src/features/routes-tree';
import type { Edit } from '../../server/src/edits/edit';
import type { Place } from '../../server/src/model/configuration';
import type { SourceFile } from '../../server/src/model/source-file';
import { symbolsOf } from '../../server/src/model/symbols';
import { type Analysis, explain, nginxTestOf, routes } from '../../server/src/service';

/** All that people see of an analysis, as a text: two that say the same have equal reports. */
export function reportOf(analysis: Analysis): string {
  const { problems, model, closure } = analysis;
  const rows = routes(analysis);
  const test = nginxTestOf(analysis);
  const urls = rows.flatMap((row) => row.urls.slice(0, 1));
  const report = {
    problems: problems.map(({ rule, severity, message, place, related, fixes }) => {
      const made = fixes().map(({ title, kind, edits }) => ({
        title,
        kind,
        edits: edits.map(written).toSorted(),
      }));
      return { rule, severity, message, place, related, fixes: made };
    }),
    test: test === null ? null : [test.text, test.file?.path, test.line],
    rows,
    explanations: urls.map((url) => explain(analysis, url)),
    tree: routesTree(model, rows),
    symbols: symbolsOf(model.configuration).all.map(({ kind, name, definitions, references }) => [
      kind,
      name,
      [...definitions, ...references].map(({ role, outer }) => [role, outer]),
    ]),
    files: [...closure.files.values()].map((file) => ofFile(analysis, file)),
  };
  return JSON.stringify(report, shown, 1);
}

/** Edits are made all at once: their order says nothing. */
function written(edit: Edit): string {
  return JSON.stringify(edit, shown);
}

function ofFile(analysis: Analysis, file: SourceFile): unknown {
  const { model } = analysis;
  const link = (place: Place): { label: string; uri: string } => ({
    label: JSON.stringify(place, shown),
    uri: '',
  });
  const words = [...file.text.matchAll(/\b(?:proxy_pass|proxy_set_header|listen) /g)];
  const offsets = words.map(({ index }) => index);
  return {
    lenses: locationLenses(routes(analysis), file),
    hovers: offsets.map((offset) => hoverAt({ model, routes: () => analysis.routes, file, offset, link })),
    completions: offsets.slice(0, 3).map((offset) => completionAt(model, file, offset)?.entries.length),
  };
}

/** What nobody sees: the objects that things are about, and what was assumed on the way. */
const UNSEEN: ReadonlySet<string> = new Set(['about', 'level', 'fault', 'ways']);

/** A file is its path; of a part, which must not get here, its number too. */
function shown(key: string, value: unknown): unknown {
  const isFile = typeof value === 'object' && value !== null && 'realPath' in value && 'tree' in value;
  if (isFile) return [value.realPath, 'part' in value ? value.part : ''];
  // That of an explanation is a place, that of a route a level.
  const isLevel = key === 'location' && !isPlace(value);
  return UNSEEN.has(key) || isLevel ? undefined : value;
}

function isPlace(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'start' in value && 'file' in value;
}
