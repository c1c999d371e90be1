import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ProbeCause } from '../server/src/protocol';
import { rules } from '../server/src/rules/rules.generated';

const page = readFileSync(join(import.meta.dirname, '../docs/symptoms.md'), 'utf8');

/** What a probe says where nothing is wrong with what it looks at. */
const NO_SYMPTOM = { cancelled: true, 'not-told': true } as const;

/** All causes: the compiler knows when one is missing here. */
const CAUSES: Readonly<Record<Exclude<ProbeCause, keyof typeof NO_SYMPTOM>, true>> = {
  dns: true,
  refused: true,
  unreachable: true,
  'connect-timeout': true,
  'tls-to-plain-port': true,
  'plain-to-tls-port': true,
  'tls-failed': true,
  'certificate-expired': true,
  'certificate-name': true,
  'certificate-untrusted': true,
  redirect: true,
  'bad-request': true,
  unauthorized: true,
  forbidden: true,
  'not-found': true,
  'method-not-allowed': true,
  'upgrade-required': true,
  'upgrade-ignored': true,
  'bad-gateway': true,
  unavailable: true,
  'gateway-timeout': true,
  'http-status': true,
  'missing-upgrade-header': true,
  'bad-accept': true,
  subprotocol: true,
  'not-http': true,
  'handshake-timeout': true,
  'closed-after-open': true,
  'echo-failed': true,
  origin: true,
};

it('the symptoms have every cause of a probe', () => {
  expect(Object.keys(CAUSES).filter((cause) => !page.includes(`\`${cause}\``))).toEqual([]);
});

it('and every rule that says why a handshake fails or a connection ends', () => {
  const missing = rules.filter(
    ({ category, severity, id }) =>
      category === 'websocket' && severity !== 'hint' && !page.includes(`](rules/${id}.md)`),
  );
  expect(missing.map(({ id }) => id)).toEqual([]);
});
