import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateAction, validateWorkflow } from '@action-validator/core';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import manifest from '../package.json';

const root = join(import.meta.dirname, '..');
const folder = join(root, '.github/workflows');

interface Workflow {
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly steps: readonly { readonly run?: string }[];
}

/** What a validator that knows the schemas of GitHub says against a text. */
const validated = (state: object): unknown => (state as { errors: unknown[] }).errors;

describe.each(readdirSync(folder))('the workflow %s', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const { jobs } = parse(text) as Workflow;

  it('is one by its schema', () => {
    expect(validated(validateWorkflow(text))).toEqual([]);
  });

  it('names files and folders that are there', () => {
    const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    const named = commands.flatMap(
      (run) => run.match(/(?<=\s)(?:test|examples|scripts)(?:\/[\w./-]+)?(?=\s|$)/g) ?? [],
    );
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('ends in time, and runs scripts of the manifest', () => {
    const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    const scripts = commands.flatMap((run) =>
      Array.from(
        run.matchAll(/\bnpm (?:run )?(test(?::\w+)?|package|build)\b/g),
        ([, script = '']) => script,
      ),
    );
    expect(scripts.filter((script) => !(script in manifest.scripts))).toEqual([]);
    expect(scripts.length).toBeGreaterThan(1);
    for (const job of Object.values(jobs)) expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
  });
});

it('CI has the lowest VS Code of the manifest, and the lowest Node', () => {
  const { jobs } = parse(readFileSync(join(folder, 'ci.yml'), 'utf8')) as Workflow;
  const { node, vscode } = manifest.engines;
  expect(jobs['desktop']?.strategy?.matrix['vscode']).toContain(vscode.replace('^', ''));
  expect(jobs['test']?.strategy?.matrix['node']).toContain(Number(node.replace('>=', '').split('.')[0]));
});

it('a release publishes what the scripts pack, and has its part of the changelog', () => {
  const release = readFileSync(join(folder, 'release.yml'), 'utf8');
  const [, vsix = ''] = /--out (\S+)/.exec(manifest.scripts.package) ?? [];
  const published = [...release.matchAll(/\S+\.vsix/g)].map(([name]) => name);
  expect(new Set(published)).toEqual(new Set([vsix]));
  expect(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')).toContain(`\n## [${manifest.version}]`);
  expect(readFileSync(join(root, 'docs/cli.md'), 'utf8')).toContain(`rev: v${manifest.version}\n`);
});

it('the action is one by its schema', () => {
  expect(validated(validateAction(readFileSync(join(root, 'action.yml'), 'utf8')))).toEqual([]);
});
