import { afterAll, expect, it } from 'vitest';
import { before } from '../harness/release';
import { Resources } from '../harness/resources';
import type { Explain } from './prediction';
import { randomConfigurations } from './configuration';
import { compareAll, describeDisagreements } from './disagreements';
import { tryAll } from './run';
import { print } from './tree';

const resources = new Resources();
afterAll(() => resources.stop());

it('counts what differs, and shows one of each kind with no more than it needs', async () => {
  const configurations = randomConfigurations(1, 6, 20);
  const blocksAll: Explain = async () => (url) => ({
    verdict: url.includes('?') ? 'unknown' : 'blocked',
    status: null,
    upstreamRequest: null,
    because: [],
    cases: [],
    shown: null,
    comesBack: false,
  });
  const trials = await tryAll(configurations, blocksAll);
  const outcomes = trials.flatMap(({ attempts }) => attempts.map(({ outcome }) => outcome));
  const told = outcomes.filter(({ url }) => !url.includes('?'));
  const { handshakes, unknown, disagreements } = compareAll(configurations, trials);
  expect(handshakes).toBe(outcomes.length);
  expect(unknown).toBe(outcomes.length - told.length);
  expect(unknown).toBeGreaterThan(0);
  expect(disagreements.filter(({ difference }) => difference.about !== 'verdict')).toEqual([]);
  expect(disagreements.length).toBe(told.filter(({ passes, depends }) => passes || depends).length);

  const same = disagreements.filter(({ difference }) =>
    difference.words.endsWith('nginx says passes: it works'),
  );
  const [first] = same;
  expect(same.length).toBe(told.filter(({ passes }) => passes).length);
  const text = await describeDisagreements(same, blocksAll, 1, resources);
  expect(text).toContain(`${same.length} × the verdict is blocked, nginx says passes: it works`);
  // What nobody could leave out of a handshake that works; since 1.29.7 HTTP/1.1 is the default.
  const version = before('1.29.7') ? ['proxy_http_version'] : [];
  for (const word of ['http {', 'proxy_pass', 'upgrade', 'connection', ...version])
    expect(text.toLowerCase()).toContain(word);
  const whole = Object.values(print('nginx.conf', first?.configuration.directives ?? [])).join('\n');
  expect(text.length).toBeLessThan(whole.length / 5);
});
