import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evidenceIds } from '../../server/src/handshake/evidence';
import { applyEdits } from '../../server/src/edits/edit';
import { withTexts } from '../../server/src/model/load';
import type { Rule, RuleDocs } from '../../server/src/rules/support/rule';
import { rules } from '../../server/src/rules/rules.generated';
import { analyze } from '../../server/src/service';
import { assumedVersion, type NginxVersion, parseVersion } from '../../server/src/reference/versions';
import { analysisOf } from '../support/memory-host';
import { settingsFor } from '../support/rule-tester';

const root = join(import.meta.dirname, '../..');

/** The ids of the rules by the names of their files. */
const ids = readdirSync(join(root, 'server/src/rules'))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.generated.ts'))
  .map((name) => name.slice(0, -'.ts'.length));

/** The version that the examples are about. */
function versionOf({ version }: RuleDocs): NginxVersion {
  return (version === undefined ? null : parseVersion(version)) ?? assumedVersion;
}

it('lists every rule', () => {
  expect(rules.map(({ id }) => id)).toEqual(ids.toSorted());
});

/** The rules whose claims no nginx can show. */
const NOT_ABOUT_NGINX: Readonly<Record<string, string>> = {
  'suppression-unused': 'about a comment to this extension',
};

it('every claim about nginx has a live proof', () => {
  const live = join(root, 'test/live');
  const texts = readdirSync(live)
    .filter((name) => name.startsWith('rules') && name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(live, name), 'utf8'));
  const isShown = (id: string): boolean =>
    texts.some((text) => text.includes(`from '../../server/src/rules/${id}'`));
  expect(ids.filter((id) => !isShown(id))).toEqual(Object.keys(NOT_ABOUT_NGINX));
});

describe.each(ids)('%s', (id) => {
  const load = (): Promise<{ rule: Rule; docs: RuleDocs }> => import(`../../server/src/rules/${id}.ts`);

  it('has its name, a test, a page and sources', async () => {
    const { rule, docs } = await load();
    expect.soft(rule.id).toBe(id);
    const files = [`test/rules/${id}.test.ts`, `docs/rules/${id}.md`];
    expect
      .soft(files.filter((path) => !existsSync(join(root, path))).map((path) => `${path} is missing`))
      .toEqual([]);
    expect.soft(docs.sources.length, 'sources').toBeGreaterThan(0);
    for (const source of docs.sources) expect.soft(new URL(source).protocol).toBe('https:');
  });

  it('has the id of the evidence when it is about a route', async () => {
    const { rule } = await load();
    const ids: readonly string[] = evidenceIds;
    const stops = rule.check.visits === 'route' && rule.check.stopsHandshakes !== false;
    expect(stops ? ids : [...ids, id]).toContain(id);
  });

  it('marks its bad example, and it alone does', async () => {
    const { rule, docs } = await load();
    const { problems } = await analysisOf(docs.bad.trimStart(), versionOf(docs), settingsFor(rule));
    expect(new Set(problems.map((problem) => problem.rule))).toEqual(new Set([id]));
    expect(problems.map(({ severity }) => severity)).toContain(rule.severity);
  });

  it('has nothing to say of its good example', async () => {
    const { rule, docs } = await load();
    const { problems } = await analysisOf(docs.good.trimStart(), versionOf(docs), settingsFor(rule));
    expect(problems).toEqual([]);
  });

  it('mends its bad example once and for all', async () => {
    const { rule, docs } = await load();
    const before = await analysisOf(docs.bad.trimStart(), versionOf(docs), settingsFor(rule));
    const [problem] = before.problems;
    const [fix] = problem?.fixes() ?? [];
    expect(fix?.kind ?? 'none').toBe(rule.fix);
    if (fix === undefined) return;
    const texts = applyEdits(fix.edits);
    const after = analyze(withTexts(before.closure, texts), before.options);
    expect([...after.closure.files.values()].flatMap((file) => file.tree.errors)).toEqual([]);
    expect(after.problems).toEqual([]);
    const kept = before.closure.main.text
      .split('\n')
      .filter((line) => !texts.get('/etc/nginx/nginx.conf')?.includes(line.trim()));
    expect(kept.length, 'lines that are changed').toBeLessThanOrEqual(1);
  });
});
