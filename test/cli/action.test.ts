import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { broken, bundleCli, directoryWith } from './support';

const root = join(import.meta.dirname, '../..');

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: {
    readonly steps: readonly { readonly run: string; readonly env: Readonly<Record<string, string>> }[];
  };
}

interface Outcome {
  readonly status: number;
  readonly stdout: string;
}

/** Runs the steps of the action as GitHub does (`bash -e`), until one fails. */
async function runAction(cwd: string, given: Readonly<Record<string, string>>): Promise<Outcome> {
  const { inputs, runs } = parse(await readFile(join(root, 'action.yml'), 'utf8')) as Action;
  const temporary = await directoryWith({ path: '' });
  const valueOf = (expression: string): string => {
    const [, name = ''] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression) ?? [];
    const input = inputs[name];
    if (input === undefined) throw new Error(`${expression} is no input.`);
    return given[name] ?? input.default;
  };
  let stdout = '';
  for (const { run, env } of runs.steps) {
    const path = (await readFile(join(temporary, 'path'), 'utf8')).trim().replaceAll('\n', ':');
    const values = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, valueOf(value)]));
    const surroundings = {
      PATH: `${path}:${process.env['PATH']}`,
      HOME: temporary,
      RUNNER_TEMP: temporary,
      GITHUB_PATH: join(temporary, 'path'),
    };
    const options = { cwd, env: { ...surroundings, ...values } };
    try {
      const args = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run];
      stdout += (await promisify(execFile)('bash', args, options)).stdout;
    } catch (error) {
      const { code, stdout: printed } = error as { code: number; stdout: string };
      return { status: code, stdout: stdout + printed };
    }
  }
  return { status: 0, stdout };
}

/** The program as a package that can be installed, without asking a registry. */
async function packageOf(): Promise<string> {
  const manifest = { name: 'nginx-websocket', version: '1.0.0', bin: { 'nginx-websocket': 'bin.js' } };
  const directory = await directoryWith({
    'package.json': JSON.stringify(manifest),
    'bin.js': "#!/usr/bin/env node\nrequire('./cli.js');\n",
  });
  await bundleCli(directory);
  return directory;
}

it('the GitHub action fails where something is found, writes SARIF, and passes over what is known', async () => {
  const program = await packageOf();
  const folder = await directoryWith({ 'a/nginx.conf': broken, 'b c/nginx.conf': broken });
  const failed = await runAction(folder, { package: program, files: 'a\nb c\n', sarif: 'out.sarif' });
  expect(failed.status).toBe(1);
  expect(failed.stdout).toMatch(/^::warning file=a\/nginx\.conf,line=6,/m);
  expect(failed.stdout).toMatch(/^::warning file=b c\/nginx\.conf,line=6,/m);
  const sarif = JSON.parse(await readFile(join(folder, 'out.sarif'), 'utf8')) as { runs: object[] };
  expect(sarif.runs).toHaveLength(1);
  const { status } = await runAction(folder, { package: program, severity: 'error' });
  expect(status).toBe(0);
});
