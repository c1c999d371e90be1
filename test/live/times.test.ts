import { afterAll, expect, it } from 'vitest';
import { parseTime } from '../../server/src/values/time';
import { write } from './harness/examples';
import { testMainFile } from './harness/nginx';
import { Resources } from './harness/resources';

/** Whether nginx takes a time, and we do. No proof of a rule: it is about the reading of many values. */

const resources = new Resources();
afterAll(() => resources.stop());

const times = [
  '60',
  '60s',
  '1m',
  '"30s 500ms"',
  '"1m5"',
  '500ms',
  '2w',
  '1M',
  '1y',
  '"1s 1m"',
  '"1m 1m"',
  'soon',
  '1.5',
];

it.each(times)('reads the time %s as nginx does', async (time) => {
  const file = await write(resources, `events {}\nhttp {\n    proxy_read_timeout ${time};\n}\n`);
  const { ok } = await testMainFile(file, { exact: true });
  expect(parseTime(time.replaceAll('"', '')) !== null).toBe(ok);
});
