import { contextsOf, isDirective } from '../reference/directives';
import { moduleOf } from '../reference/third-party';
import { parse } from '../syntax/parser';
import { nameOf } from '../syntax/tree';

/** Blocks that no other language writes with directives of nginx in them. */
const BLOCKS: ReadonlySet<string> = new Set([
  'events',
  'http',
  'stream',
  'server',
  'location',
  'upstream',
  'map',
]);

/**
 * Whether a text is surely nginx's: it begins with a directive, and has a block of nginx with a directive of nginx in it,
 * or all its lines are directives that are ended.
 */
export function readsAsNginx(text: string): boolean {
  const tree = parse(text, { isDirective });
  const isKnown = (name: string): boolean => contextsOf(name).length > 0 || moduleOf(name) !== null;
  const { directives } = tree;
  const first = directives.find((directive) => !/[{<%]/.test(nameOf(tree, directive)));
  if (first === undefined || !isKnown(nameOf(tree, first))) return false;
  const hasBlock = directives.some((directive) => {
    if (directive.children === null || !BLOCKS.has(nameOf(tree, directive))) return false;
    return (
      nameOf(tree, directive) === 'map' || directive.children.some((child) => isKnown(nameOf(tree, child)))
    );
  });
  if (hasBlock) return true;
  return (
    tree.errors.length === 0 &&
    directives.every((directive) => directive.terminated && isKnown(nameOf(tree, directive)))
  );
}
