import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { readOuterText } from '../../server/src/documents/outer-text';
import { startStrictBackEnd } from '../../server/src/verify/strict-back-end';
import { runCheck, runCli } from './harness/cli';
import { handshake } from './harness/client';
import { nginxVersion, startMainFile, testMainFile } from './harness/nginx';
import { freePorts } from './harness/ports';
import { Resources, temporaryDirectory } from './harness/resources';

/** What a shell makes of a script that takes variables of nginx for its own, and what nginx makes of that. */

const resources = new Resources();
afterAll(() => resources.stop());

/** @param address of the back end */
function scriptOf(port: number, address: string, upgrade: string): string {
  return [
    '#!/bin/sh',
    `PORT=${port}`,
    'cat <<EOF > nginx.conf',
    'events {}',
    'http {',
    '  server {',
    '    listen 127.0.0.1:${PORT};',
    '    location /ws {',
    `      proxy_pass http://${address};`,
    '      proxy_http_version 1.1;',
    `      proxy_set_header Upgrade ${upgrade};`,
    '      proxy_set_header Connection "upgrade";',
    '    }',
    '  }',
    '}',
    'EOF',
    '',
  ].join('\n');
}

async function run(directory: string): Promise<string> {
  await promisify(execFile)('sh', ['setup.sh'], { cwd: directory });
  return readFile(join(directory, 'nginx.conf'), 'utf8');
}

it.each<[name: string, upgrade: string, before: string | number]>([
  ['refuses', '$http_upgrade', 'invalid number of arguments in "proxy_set_header" directive'],
  ['takes, without an upgrade', '"$http_upgrade"', 426],
])('nginx %s what the shell leaves, and opens what it is after the fix', async (_, upgrade, before) => {
  const backEnd = resources.add(await startStrictBackEnd());
  const [port = 0] = await freePorts(1);
  const url = `ws://127.0.0.1:${port}/ws`;
  const { path: directory } = resources.add(await temporaryDirectory());
  const script = join(directory, 'setup.sh');
  const file = join(directory, 'nginx.conf');
  await writeFile(script, scriptOf(port, backEnd.address, upgrade));

  const read = readOuterText('setup.sh', await readFile(script, 'utf8'));
  const text = read !== null && read.kind !== 'foreign' ? read.regions[0]?.text : undefined;
  expect(text?.replace('${PORT}', `${port}`)).toBe(await run(directory));
  const { report } = await runCheck(script, await nginxVersion());
  expect(report.files.flatMap(({ diagnostics }) => diagnostics).map(({ severity }) => severity)).toEqual([
    'warning',
  ]);
  if (typeof before === 'string') expect((await testMainFile(file)).first?.text).toBe(before);
  else {
    const nginx = await startMainFile(file, [port]);
    expect((await handshake(url)).status).toBe(before);
    await nginx.stop();
  }

  await runCli('fix', script);
  expect(await run(directory)).toContain(`Upgrade ${upgrade};`);
  resources.add(await startMainFile(file, [port]));
  expect((await handshake(url)).status).toBe(101);
});
