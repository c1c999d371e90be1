import { defaultRows } from './defaults.generated';
import { changedDefault, type NginxVersion, sinceOf } from './versions';

/** The default of a directive in some contexts, of the latest release. */
type Row = readonly [contexts: ReadonlySet<string>, text: string];

let rows: ReadonlyMap<string, readonly Row[]> | undefined;

/**
 * The default of a directive: its arguments as nginx's manual writes them, or a line for each directive where nginx
 * sets several. `4k|8k` depends on the machine. Null where there is none, or none is known.
 *
 * @param contexts where the directive is: modules of different parts share names
 */
export function defaultOf(name: string, contexts: readonly string[], version: NginxVersion): string | null {
  rows ??= readRows();
  const latest = rows.get(name)?.find(([own]) => contexts.some((context) => own.has(context)));
  if (latest === undefined) return null;
  const changed = changedDefault(name, sinceOf(version));
  return changed === undefined ? latest[1] : changed;
}

function readRows(): ReadonlyMap<string, readonly Row[]> {
  const byName = new Map<string, Row[]>();
  for (const [name = '', contexts = '', text = ''] of defaultRows) {
    const row: Row = [new Set(contexts.split(',')), text];
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [row]);
    else known.push(row);
  }
  return byName;
}
