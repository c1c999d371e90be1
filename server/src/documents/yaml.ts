import { type Document, isMap, isScalar, type Node, type Pair, parseAllDocuments, Scalar, visit } from 'yaml';
import { readsAsNginx } from './reads-as-nginx';
import { linesOf, type OuterText, type Region, regionOf, type Slice } from './region';

/** Keys of ingress controllers whose texts nginx gets, whatever is in them. */
const SNIPPET = /(?:^|[/-])(?:configuration|server|location|http|main|stream)-snippets?$/;

/** Lines of a template alone: no YAML, and nothing but space once they are filled in. */
const TEMPLATE_LINE = /^[ \t]*\{\{.*\}\}[ \t]*$/gm;

/** The block scalars of YAML that hold nginx text. */
export function readYaml(text: string): OuterText {
  const masked = text.replaceAll(TEMPLATE_LINE, (line) => ' '.repeat(line.length));
  const regions: Region[] = [];
  for (const document of parseAllDocuments(masked, { logLevel: 'silent', uniqueKeys: false })) {
    if (!('contents' in document)) continue;
    const targets = targetsOf(document);
    visit(document, {
      Scalar(_key, node, path) {
        if (node.type !== Scalar.BLOCK_LITERAL || !node.range) return;
        const keys = keysOf(path);
        const name = keys.at(-1) ?? '';
        const isCompose = targets !== null && keys[0] === 'configs';
        const slices = linesWithin(text, masked, node.range[0], node.range[1]);
        const found = regionOf(text, isCompose ? withoutDoubles(text, slices) : slices, {
          indent: indentBefore(text, slices),
          escapes: isCompose ? 'compose' : 'none',
          name: /^[\w.-]+$/.test(name) ? name : '',
          path: isCompose ? (targets.get(keys[1] ?? '') ?? null) : pathBeside(keys, path),
        });
        if (found.text.trim() !== '' && (SNIPPET.test(name) || readsAsNginx(found.text))) regions.push(found);
      },
    });
  }
  return { kind: 'yaml', regions };
}

type Path = readonly (Document | Node | Pair)[];

/** The keys on the way to a value. */
function keysOf(path: Path): string[] {
  return path.flatMap((each) =>
    'key' in each && isScalar(each.key) && typeof each.key.value === 'string' ? [each.key.value] : [],
  );
}

/** The path that the text is written to: a key above it, or what stands beside it. */
function pathBeside(keys: readonly string[], path: Path): string | null {
  const above = keys.findLast((key) => key.startsWith('/'));
  if (above !== undefined) return above;
  const map = path.findLast((each) => isMap(each));
  for (const key of ['path', 'dest', 'target']) {
    const beside = map?.get(key);
    if (typeof beside === 'string' && beside.startsWith('/')) return beside;
  }
  return null;
}

/** Where the configs of a compose file are mounted, by name; null when it is none. */
function targetsOf(document: Document): Map<string, string> | null {
  const { contents } = document;
  if (!isMap(contents) || !(contents.has('services') || contents.has('configs'))) return null;
  const targets = new Map<string, string>();
  visit(document, {
    Map(_key, map) {
      const [source, target] = [map.get('source'), map.get('target')];
      if (typeof source === 'string' && typeof target === 'string' && target.startsWith('/')) {
        targets.set(source, target);
      }
    },
  });
  return targets;
}

/** The lines of a block scalar without their indentation, which that of the first one sets. */
function linesWithin(text: string, masked: string, start: number, end: number): Slice[] {
  const [header, ...lines] = linesOf(text, start, end);
  if (header === undefined) return [];
  const given = /[1-9]/.exec(text.slice(header[0], header[1]))?.[0];
  const indentOf = ([from, to]: Slice): number => /^ */.exec(masked.slice(from, to))?.[0].length ?? 0;
  const first = lines.find(([from, to]) => masked.slice(from, to).trim() !== '');
  const indent =
    first === undefined ? 0 : given === undefined ? indentOf(first) : outermost(lines, masked, indentOf);
  return lines.map(([from, to]): Slice => {
    const own = /^ */.exec(text.slice(from, to))?.[0].length ?? 0;
    if (own >= indent) return [from + indent, to];
    // A line of a template that is not within the scalar, or a blank one.
    const end = /\r?\n$/.exec(text.slice(from, to))?.index ?? to - from;
    return [from + end, to];
  });
}

/** What stands before the first line that has anything in it. */
function indentBefore(text: string, slices: readonly Slice[]): string {
  const first = slices.find(([start, end]) => text.slice(start, end).trim() !== '');
  return first === undefined ? '' : text.slice(text.lastIndexOf('\n', first[0] - 1) + 1, first[0]);
}

/** What all lines with anything in them are indented by. */
function outermost(lines: readonly Slice[], text: string, indentOf: (line: Slice) => number): number {
  return lines.reduce(
    (least, line) => (text.slice(line[0], line[1]).trim() === '' ? least : Math.min(least, indentOf(line))),
    Number.POSITIVE_INFINITY,
  );
}

/** Compose writes `$$` for `$`. */
function withoutDoubles(text: string, slices: readonly Slice[]): Slice[] {
  return slices.flatMap(([start, end]) => {
    const parts: Slice[] = [];
    let from = start;
    for (let at = text.indexOf('$$', from); at !== -1 && at < end; at = text.indexOf('$$', from)) {
      parts.push([from, at + 1]);
      from = at + 2;
    }
    return [...parts, [from, end] as const];
  });
}
