import { expect, it } from 'vitest';
import { type Statement, statementAt } from '../../../server/src/features/support/statement';
import { fileOf } from '../../../server/src/model/load';
import type { SourceFile } from '../../../server/src/model/source-file';
import { directiveStart, nameOf } from '../../../server/src/syntax/tree';
import { everydayConfigurations } from '../../live/random/everyday';
import { textsOf } from '../../support/random-texts';

const PATH = '/etc/nginx/nginx.conf';

/** A statement with the name and text of its block. */
function shown(statement: Statement | null): unknown {
  const { block = null } = statement ?? {};
  if (statement === null || block === null) return statement;
  const { tree } = block.file;
  const name = nameOf(tree, block.node);
  // Of a block in parts, what is in it is elsewhere.
  const head = tree.text.slice(directiveStart(tree, block.node)).split('\n')[0];
  return { ...statement, block: { name, head } };
}

it('is the same in the parts of a file as in the whole', () => {
  const read = (text: string, splitFrom: number): SourceFile =>
    fileOf({ path: PATH, realPath: PATH, text }, null, splitFrom);
  let inParts = 0;
  for (const each of everydayConfigurations(7, 4)) {
    const text = Object.values(textsOf(each))[0] ?? '';
    const half = text.replace(/^( *)proxy_pass .*$/m, '$1proxy_pa');
    for (const own of [text, half]) {
      const [parts, whole] = [read(own, 0), read(own, Infinity)];
      if (parts.parts !== undefined) inParts += 1;
      const offsets = Array.from({ length: own.length + 1 }, (_, offset) => offset);
      const texts = [parts, whole].map((file) =>
        offsets.map((at) => JSON.stringify(shown(statementAt(file, at)))),
      );
      expect(offsets.filter((at) => texts[0]?.[at] !== texts[1]?.[at])).toEqual([]);
    }
  }
  expect(inParts).toBe(8);
});
