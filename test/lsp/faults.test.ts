import { expect, it, onTestFinished, vi } from 'vitest';
import { rule as upstreamNotUsed } from '../../server/src/rules/upstream-not-used';
import { openFile, startSession } from './support/in-process';
import { until } from './support/until';

const MAIN = '/etc/nginx/nginx.conf';

/** A rule that a mistake of ours has broken, for the length of a test. */
function breakRule(): void {
  const { check } = upstreamNotUsed;
  if (!('run' in check)) throw new Error('The rule has several checks.');
  const spy = vi.spyOn(check, 'run').mockImplementation(() => {
    throw new Error('a mistake of ours');
  });
  onTestFinished(() => spy.mockRestore());
}

it('a fault in one rule is logged, and costs its answer alone', async () => {
  breakRule();
  const session = await startSession({ [MAIN]: 'events {}\nhttp {\n    include missing.conf;\n}\n' });
  const { client } = session;
  const uri = await openFile(session, MAIN);
  expect(await client.rules(uri)).toContain('include-missing');
  const line = await until('the log', () =>
    client.log.find((each) => each.startsWith('Rule upstream-not-used failed')),
  );
  expect(line).toContain('a mistake of ours');
  await client.diagnostics(uri);
  expect(client.log.filter((each) => each.startsWith('Rule upstream-not-used failed'))).toHaveLength(1);
});
