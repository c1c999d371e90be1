import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { it } from 'vitest';

it('has no stale generated file', () => {
  const root = join(import.meta.dirname, '..');
  execFileSync(process.execPath, [join(root, 'scripts/generate.mjs'), '--check'], {
    cwd: root,
    stdio: 'pipe',
  });
});
