import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { expect, it } from 'vitest';
import { rules } from '../../server/src/rules/rules.generated';
import type { RuleDocs } from '../../server/src/rules/support/rule';
import { directoryWith, runIn } from './support';

const file = join(import.meta.dirname, '../fixtures/sarif/sarif-2.1.0-rtm.5.json');

/** What the schema says against a report. */
function faultsOf(report: unknown): unknown {
  // It is of draft 4, and has nothing that later drafts read otherwise but the name of its own address.
  const { $schema, id, ...schema } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  expect([$schema, id]).toEqual(['http://json-schema.org/draft-04/schema#', expect.any(String)]);
  const validate = new Ajv({ strict: false, unicodeRegExp: false, validateFormats: false }).compile(schema);
  validate(report);
  return validate.errors ?? [];
}

it('a report of 200 configurations is SARIF 2.1.0 by its schema', async () => {
  const examples = await Promise.all(
    rules.map(async ({ id }) => {
      const { docs } = (await import(`../../server/src/rules/${id}.ts`)) as { docs: RuleDocs };
      return docs.bad.trimStart();
    }),
  );
  const names = Array.from({ length: 200 }, (_, index) => `site ${index}/größe%20#${index}.conf`);
  const texts = names.map((name, index) => [name, examples[index % examples.length] ?? ''] as const);
  const directory = await directoryWith(Object.fromEntries(texts));
  const { stdout, stderr } = await runIn(directory, ['check', '--format', 'sarif', ...names]);
  expect(stderr).toBe('');
  const report = JSON.parse(stdout) as { runs: { results: { ruleId: string; level: string }[] }[] };
  expect(faultsOf(report)).toEqual([]);
  const [run] = report.runs;
  const found = new Set(run?.results.map(({ ruleId }) => ruleId));
  expect(found.size).toBeGreaterThan(rules.length * 0.8);

  // The schema would notice what is not as it should be.
  for (const result of run?.results.slice(0, 1) ?? []) result.level = 'hint';
  expect(faultsOf(report)).not.toEqual([]);
});
