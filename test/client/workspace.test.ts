import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** The tests in VS Code open copies, as symbolic links do not survive everywhere. */
it.each([
  ['documented/nginx.conf', 'nginx.conf'],
  ['broken/nginx.conf', 'broken/nginx.conf'],
  ['broken/chat.other-nginx', 'broken/nginx.conf'],
])('%s of the workspace in VS Code is the example %s', (copy, example) => {
  const read = (...path: string[]): string =>
    readFileSync(join(import.meta.dirname, '../..', ...path), 'utf8');
  expect(read('test/vscode/workspace', copy)).toBe(read('examples', example));
});
