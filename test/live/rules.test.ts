import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Proof } from '../../server/src/rules/support/proof';
import type { Rule, RuleDocs } from '../../server/src/rules/support/rule';
import { comparesAnything } from '../support/proof-text';
import { type Certificate, makeCertificate } from './harness/certificates';
import { faultsOf } from './harness/proofs';
import { before, since } from './harness/release';
import { Resources, temporaryDirectory } from './harness/resources';

/** The proofs of all rules, those for the release of the nginx that is here. */

const folder = join(import.meta.dirname, '../../server/src/rules');
const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.generated.ts'));
const rules: readonly { readonly rule: Rule; readonly docs: RuleDocs }[] = await Promise.all(
  files.map((name) => import(join(folder, name))),
);

const resources = new Resources();
let certificate: Certificate;
beforeAll(async () => {
  const { path } = resources.add(await temporaryDirectory());
  certificate = await makeCertificate(path, ['localhost', 'example.com', 'chat.example', '127.0.0.1', '::1']);
});
afterAll(() => resources.stop());

const holdsHere = (proof: Proof): boolean =>
  (proof.since === undefined || since(proof.since)) && (proof.before === undefined || before(proof.before));

describe.each(rules.filter(({ docs }) => docs.proof.length > 0))('$rule.id', ({ rule, docs }) => {
  const proofs = docs.proof.filter(holdsHere);

  it('has a proof that compares for this release', () => {
    expect(proofs.filter(comparesAnything)).not.toEqual([]);
  });

  it.each(proofs.map((proof) => [proof.claim ?? 'as it stands', proof] as const))('%s', async (_, proof) => {
    const faults = await faultsOf(rule, docs, proof, certificate);
    expect(faults.join('\n\n')).toBe('');
  });
});

describe('a proof is found out', () => {
  const { rule, docs } = rules.find((each) => each.rule.id === 'websocket-upgrade-missing') ?? fail();
  const lies: readonly (readonly [name: string, proof: Proof, fault: RegExp])[] = [
    [
      'that says something else than is seen',
      { sees: { answer: 400 } },
      /^Expected: \{"answer":400\}\nSeen: +\{"answer":426\}/,
    ],
    [
      'that says something else of the mended text',
      { sees: { answer: 426 }, mended: { answer: 200 } },
      /^Expected: \{"answer":200\}\nSeen: +\{"answer":"works"\}/,
    ],
    [
      'that is as true of the mended text',
      {
        sees: { request: 'GET /ws HTTP/1.1' },
        text: { bad: [['proxy_set', 'proxy_http_version 1.1; proxy_set']] },
      },
      /^It proves nothing/,
    ],
    ['that is about nothing', { sees: {} }, /^It proves nothing/],
    [
      'of a mistake that the rule does not find',
      { text: 'good', sees: { answer: 'works' } },
      /^The rule finds nothing/,
    ],
    ['that calls a mistake none', { finds: false, sees: { answer: 426 } }, /^The rule finds something/],
    ['whose good text has the mistake', { good: 'bad', sees: { answer: 426 } }, /The rule finds something/],
  ];

  it.each(lies)('%s', async (_, proof, fault) => {
    const faults = await faultsOf(rule, docs, proof, certificate);
    expect(faults.join('\n\n')).toMatch(fault);
  });
});

function fail(): never {
  throw new Error('There is no such rule.');
}
