import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** docs/versions.md: each line of it has a proof. */

interface Change {
  readonly since: string;
  readonly what: string;
  readonly proof: { readonly test: string; readonly case: string };
}

const root = join(import.meta.dirname, '..');
const { changes } = JSON.parse(readFileSync(join(root, 'scripts/data/releases.json'), 'utf8')) as {
  readonly changes: readonly Change[];
};

it.each(changes)('$since: $what', ({ proof }) => {
  expect(readFileSync(join(root, proof.test), 'utf8')).toContain(proof.case);
});
