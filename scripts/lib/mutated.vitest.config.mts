import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import base from '../../vitest.config.mts';

/** Tests in the order given, one after another: until one fails, or all, to see what they reach. */

const order = (process.env['TEST_ORDER'] ?? '').split(' ');
const isToSeeWhatIsReached = process.env['REACHED_LINES'] !== undefined;

class AsGiven extends BaseSequencer {
  override sort(specifications: TestSpecification[]) {
    const rank = ({ moduleId }: TestSpecification) =>
      order.findIndex((file) => moduleId.endsWith(`/${file}`));
    return Promise.resolve(specifications.toSorted((a, b) => rank(a) - rank(b)));
  }
}

export default defineConfig({
  root: process.cwd(),
  test: {
    ...base.test,
    maxWorkers: 1,
    pool: 'threads',
    sequence: { sequencer: AsGiven },
    ...(isToSeeWhatIsReached ? { setupFiles: ['scripts/lib/reached-lines.mjs'] } : { bail: 1 }),
    experimental: { fsModuleCache: true, fsModuleCachePath: path.join(process.cwd(), 'modules') },
  },
});
