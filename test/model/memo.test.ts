import { expect, it } from 'vitest';
import { memoizedInward } from '../../server/src/model/memo';

interface Node {
  readonly name: string;
  readonly parent: Node | null;
}

it('what nodes make of those around them is worked out once for each, however deep they are', () => {
  let asked = 0;
  const pathOf = memoizedInward<Node, string>(({ name }, outer) => {
    asked += 1;
    return `${outer === null ? '' : `${outer.slice(-20)}/`}${name}`;
  });
  const root: Node = { name: 'a', parent: null };
  const inner: Node = { name: 'b', parent: root };
  expect([pathOf(inner), pathOf(root), pathOf(inner), asked]).toEqual(['a/b', 'a', 'a/b', 2]);
  let deepest = inner;
  for (let depth = 0; depth < 100_000; depth += 1) deepest = { name: 'c', parent: deepest };
  expect(pathOf(deepest)).toMatch(/c\/c$/);
  expect(asked).toBe(100_002);
});
