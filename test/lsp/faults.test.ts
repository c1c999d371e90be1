import { expect, it, vi } from 'vitest';
import { openFile, startSession } from './support/in-process';
import { until } from './support/until';

const MAIN = '/etc/nginx/nginx.conf';

vi.mock('../../server/src/rules/rules.generated', async (importOriginal) => {
  const { rules } = await importOriginal<{ rules: readonly unknown[] }>();
  const faulty = {
    id: 'faulty',
    check: {
      visits: 'configuration',
      run() {
        throw new Error('a mistake of ours');
      },
    },
  };
  return { rules: [faulty, ...rules] };
});

it('a fault in one rule is logged, and costs its answer alone', async () => {
  const session = await startSession({ [MAIN]: 'events {}\nhttp {\n    include missing.conf;\n}\n' });
  const { client } = session;
  const uri = await openFile(session, MAIN);
  expect(await client.rules(uri)).toContain('include-missing');
  const line = await until('the log', () => client.log.find((each) => each.startsWith('Rule faulty failed')));
  expect(line).toContain('a mistake of ours');
  await client.diagnostics(uri);
  expect(client.log.filter((each) => each.startsWith('Rule faulty failed'))).toHaveLength(1);
});
