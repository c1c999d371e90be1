import { expect, it } from 'vitest';
import { fileOf } from '../../server/src/model/load';
import { assumedVersion } from '../../server/src/reference/versions';
import { analyze, nginxTestOf } from '../../server/src/service';
import { closureOf } from '../support/memory-host';

/** A file that nginx reads in another way than its author means it is read as nginx does, in parts or not. */
it.each([
  ['a comment with two slashes', '// a note'],
  ['an include that closes a cycle', 'include /nginx.conf;'],
])('reads %s as nginx does, in a file in parts', async (_, line) => {
  const text = `events {}\nhttp {\n  server {\n    listen 80;\n  }\n  server {\n    ${line}\n  }\n}\n`;
  const [whole, parts] = await Promise.all(
    [Infinity, 0].map(async (splitFrom) => {
      const closure = await closureOf(
        { '/nginx.conf': text },
        { makeFile: (read) => fileOf(read, null, splitFrom) },
      );
      return { closure, test: nginxTestOf(analyze(closure, { version: assumedVersion })) };
    }),
  );
  expect(parts?.closure.main.parts?.length).toBeGreaterThan(1);
  expect(parts?.test?.text).toBeDefined();
  expect(parts?.test).toMatchObject({ text: whole?.test?.text, line: whole?.test?.line });
});
