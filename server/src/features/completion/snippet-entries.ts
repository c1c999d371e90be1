import snippets from '../../../../snippets/nginx.json';
import type { Context } from '../../model/context';
import type { Model } from '../../model/model';
import type { SourceFile } from '../../model/source-file';
import type { Statement } from '../support/statement';
import type { Entry } from './entry';

interface Snippet {
  readonly name: string;
  readonly prefix: string;
  /** Where it belongs: a context; null for a file that is empty. */
  readonly context: Context | null;
  readonly body: string;
}

/** The ends of what descriptions say of the place. */
const PLACES: readonly (readonly [place: string, context: Context | null])[] = [
  [', in http', 'http'],
  [', in a server', 'server'],
  [', in a location', 'location'],
  [', in an empty file', null],
];

const ALL: readonly Snippet[] = Object.entries(snippets).map(([name, { prefix, description, body }]) => ({
  name,
  prefix,
  context: PLACES.find(([place]) => description.includes(place))?.[1] ?? null,
  body: body.join('\n'),
}));

/**
 * The snippets that fit where a name is being written: those of the block, and in an empty file the whole start. What
 * they set `Connection` to is the variable of the map, where there is one.
 */
export function snippetEntries(
  { maps }: Model,
  { text }: SourceFile,
  { word, after, end }: Statement,
  contexts: readonly Context[],
): Entry[] {
  if (after.length > 0 || end !== null) return [];
  const isEmpty = text.trim() === (word === null ? '' : text.slice(word.start, word.end));
  const hasMap = maps.has('connection_upgrade');
  return ALL.filter(({ context, prefix }) =>
    isEmpty
      ? context === null
      : context !== null && contexts.includes(context) && !(hasMap && prefix === 'ws-map'),
  ).map(({ name, prefix, body }, order) => {
    const snippet = withConnection(body, hasMap);
    return {
      label: prefix,
      kind: 'snippet',
      note: name,
      rank: isEmpty ? 0 : 7,
      order,
      insert: plainText(snippet),
      snippet,
    };
  });
}

function withConnection(body: string, hasMap: boolean): string {
  if (hasMap) return body.replaceAll('Connection "Upgrade"', String.raw`Connection \$connection_upgrade`);
  return body.includes('map ')
    ? body
    : body.replaceAll(String.raw`Connection \$connection_upgrade`, 'Connection "Upgrade"');
}

/** For an editor that knows no snippets: with the defaults of all places. */
function plainText(snippet: string): string {
  return snippet.replaceAll(/\$\{\d+:([^}]*)\}/g, '$1').replaceAll(/\\([$\\}])/g, '$1');
}
