import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evidenceIds } from '../../server/src/handshake/evidence';
import { applyEdits } from '../../server/src/edits/edit';
import { withTexts } from '../../server/src/model/load';
import type { Proof } from '../../server/src/rules/support/proof';
import type { Rule, RuleDocs } from '../../server/src/rules/support/rule';
import { rules } from '../../server/src/rules/rules.generated';
import { analyze } from '../../server/src/service';
import {
  assumedVersion,
  isAtLeast,
  type NginxVersion,
  parseVersion,
} from '../../server/src/reference/versions';
import { analysisOf } from '../support/memory-host';
import { comparesAnything, textOf } from '../support/proof-text';
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

/** The oldest release on which the proofs are run. */
const OLDEST = '1.22.1';

/** What the proofs of a rule lack, in words; whether they are true is for `test/live/rules.test.ts`. */
function missingProof(docs: RuleDocs): string[] {
  const { proof } = docs;
  if (proof.length === 0) {
    return [
      '`docs.proof` is empty. Say what nginx shows of `bad`, such as `{ sees: { answer: 426 } }`: docs/ARCHITECTURE.md',
    ];
  }
  const bounds = proof.flatMap(({ since, before }) => [since, before]).filter((each) => each !== undefined);
  const releases = [OLDEST, ...bounds.filter((each) => !isBefore(each, OLDEST))];
  const faults = releases
    .filter((release) => !proof.some((each) => comparesAnything(each) && holdsFor(each, release)))
    .map(
      (release) => `No proof for nginx ${release} compares: all have \`finds: false\` or \`mended: 'same'\`.`,
    );
  const names = proof.map(({ claim = '', since = '', before = '' }) => [claim, since, before].join(' '));
  if (new Set(names).size < names.length) faults.push('Two proofs have one `claim`.');
  for (const each of proof) faults.push(...proofFaults(docs, each));
  return faults;
}

function proofFaults(docs: RuleDocs, proof: Proof): string[] {
  const { claim, sees, since, before, text = 'bad', good } = proof;
  const name = claim ?? JSON.stringify(sees);
  const plain = new Set(['sees', 'mended', 'ownWords', 'since', 'before']);
  const faults: string[] = [];
  if (Object.keys(sees).length === 0) faults.push(`${name}: \`sees\` is empty.`);
  if (claim === undefined && Object.keys(proof).some((key) => !plain.has(key)))
    faults.push(`${name}: it is not about the bad example as it stands. Say in \`claim\` what it is about.`);
  for (const release of [since, before]) {
    if (release !== undefined && parseVersion(release) === null)
      faults.push(`${name}: ${release} is no release of nginx.`);
  }
  // Throws for a piece that is not there.
  for (const each of [text, good]) if (each !== undefined) textOf(docs, each);
  return faults;
}

function holdsFor({ since, before }: Proof, release: string): boolean {
  return (
    (since === undefined || !isBefore(release, since)) && (before === undefined || isBefore(release, before))
  );
}

function isBefore(release: string, other: string): boolean {
  const [version, bound] = [release, other].map(parseVersion);
  return !version || !bound || !isAtLeast(version, bound);
}

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

  it('has proofs', async () => {
    const { docs } = await load();
    expect(Object.keys(docs)).toContain('proof');
    if (id in NOT_ABOUT_NGINX) expect(docs.proof).toEqual([]);
    else expect(missingProof(docs)).toEqual([]);
  });

  it('shows evidence that there is', async () => {
    const { rule } = await load();
    const ids: readonly string[] = evidenceIds;
    const checks = 'visits' in rule.check ? [rule.check] : rule.check;
    for (const check of checks) {
      if (check.visits === 'evidence' && check.ids === undefined) expect(ids).toContain(id);
    }
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

describe('a rule without a real proof', () => {
  const docs = (...proof: readonly Proof[]): RuleDocs => ({
    what: '',
    why: '',
    how: '',
    bad: 'listen 80;',
    good: 'listen 81;',
    proof,
    sources: [],
  });
  const refused: Proof = { sees: { refused: 'no' } };

  it.each<[name: string, docs: RuleDocs, fault: string]>([
    ['none', docs(), '`docs.proof` is empty'],
    ['nothing is seen', docs({ sees: {} }), '`sees` is empty'],
    ['nothing is compared', docs({ ...refused, mended: 'same' }), 'No proof for nginx 1.22.1 compares'],
    ['no mistake', docs({ ...refused, finds: false, claim: 'a' }), 'No proof for nginx 1.22.1 compares'],
    ['none for later releases', docs({ ...refused, before: '1.25.1' }), 'No proof for nginx 1.25.1 compares'],
    ['no claim', docs({ ...refused, url: 'ws://localhost/a' }), 'Say in `claim` what it is about'],
    ['two of one claim', docs(refused, refused), 'Two proofs have one `claim`'],
    ['no release', docs(refused, { ...refused, since: 'now', claim: 'a' }), 'now is no release of nginx'],
  ])('is told so: %s', (_, each, fault) => {
    expect(missingProof(each).join('\n')).toContain(fault);
  });

  it('is told of a piece that the example does not have', () => {
    expect(() => missingProof(docs({ ...refused, claim: 'a', text: { bad: [['81', '82']] } }))).toThrow(
      'There is no 81',
    );
  });
});
