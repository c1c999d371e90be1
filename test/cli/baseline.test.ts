import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryWith, runIn } from './support';

/** A configuration whose locations lack all three directives. */
function conf(...names: readonly string[]): string {
  const locations = names.map((name) => `  location ${name} { proxy_pass http://127.0.0.1:3000; }`);
  return ['events {}', 'http { server {', ...locations, '} }', ''].join('\n');
}

const UPDATE = ['--baseline', 'known.json', '--update-baseline'];

/** A directory in which all that `check` finds in a text is known. */
async function known(text: string): Promise<string> {
  const directory = await directoryWith({ 'nginx.conf': text });
  const { status, stderr } = await runIn(directory, ['check', ...UPDATE, 'nginx.conf']);
  expect([status, stderr]).toEqual([0, expect.stringMatching(/^known\.json is written: \d findings?\.\n$/)]);
  return directory;
}

async function check(directory: string, ...options: readonly string[]) {
  return runIn(directory, ['check', '--baseline', 'known.json', ...options, 'nginx.conf']);
}

describe('what a baseline holds', () => {
  it('is neither printed nor counted', async () => {
    const directory = await known(conf('/ws'));
    expect(await check(directory)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^No problems in 1 file \(.*\)\. \d known by known\.json\.\n$/),
      stderr: '',
    });
    expect((await check(directory, '--format', 'github')).stdout).toBe('');
    expect((await check(directory, '--format', 'gitlab')).stdout).toBe('[]\n');
  });

  it('is found again on a line that has moved or is indented otherwise', async () => {
    const directory = await known(conf('/ws'));
    const moved = `# moved\n\n${conf('/ws').replace('  location', '\t\tlocation')}`;
    await writeFile(join(directory, 'nginx.conf'), moved);
    expect(await check(directory)).toMatchObject({ status: 0, stderr: '' });
  });

  it('does not hide what is new beside it, on a line that reads the same too', async () => {
    const directory = await known(conf('/ws'));
    await writeFile(join(directory, 'nginx.conf'), conf('/ws', '/websocket'));
    const { status, stdout } = await check(directory);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^nginx\.conf:4:\d+ +warning .*\[websocket-upgrade-missing, fixable\]\n\n1 warning/,
    );
    const two = await known(conf('/ws').replace('} }', '}\nserver { listen 81;\n} }'));
    const again = conf('/ws').replace(
      '} }',
      '}\nserver { listen 81;\n  location /ws { proxy_pass http://127.0.0.1:3000; }\n} }',
    );
    await writeFile(join(two, 'nginx.conf'), again);
    expect((await check(two)).stdout).toMatch(/\n1 warning in 1 file/);
  });

  it('is marked in JSON and SARIF, whose summary counts what is new', async () => {
    const directory = await known(conf('/ws'));
    await writeFile(join(directory, 'nginx.conf'), conf('/ws', '/websocket'));
    const json = JSON.parse((await check(directory, '--format', 'json')).stdout) as {
      files: { diagnostics: { severity: string; line: number; known: boolean }[] }[];
      summary: Record<string, number>;
    };
    const warnings = json.files.flatMap(({ diagnostics }) =>
      diagnostics.filter(({ severity }) => severity === 'warning'),
    );
    expect(warnings.map(({ line, known: isKnown }) => [line, isKnown])).toEqual([
      [3, true],
      [4, false],
    ]);
    expect(json.summary['warning']).toBe(1);
    const sarif = JSON.parse((await check(directory, '--format', 'sarif')).stdout) as {
      runs: { results: { level: string; baselineState: string }[] }[];
    };
    expect(
      sarif.runs[0]?.results.flatMap((each) => (each.level === 'warning' ? [each.baselineState] : [])),
    ).toEqual(['unchanged', 'new']);
  });

  it('is told to be gone once it is mended', async () => {
    const directory = await known(conf('/ws'));
    await writeFile(join(directory, 'nginx.conf'), 'events {}\nhttp { server { } }\n');
    expect(await check(directory)).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^known\.json has \d findings? no longer there: --update-baseline takes/),
    });
    await check(directory, '--update-baseline');
    expect(JSON.parse(await readFile(join(directory, 'known.json'), 'utf8'))).toEqual({
      version: 1,
      findings: {},
    });
  });
});

it('holds no text of the configuration', async () => {
  const secret = conf('/ws').replace(
    'proxy_pass',
    'proxy_set_header Authorization "Basic c2VjcmV0"; proxy_pass',
  );
  const directory = await known(secret);
  expect(await readFile(join(directory, 'known.json'), 'utf8')).not.toMatch(/c2VjcmV0|proxy_pass/);
});

it('must be a file that this program has written', async () => {
  const directory = await directoryWith({
    'nginx.conf': conf('/ws'),
    'other.json': '{"version": 2}',
    'wrong.json': '{"version": 1, "findings": {"nginx.conf": [{"rule": 1}]}}',
    'no.json': 'no',
  });
  const outcome = async (name: string): Promise<unknown[]> => {
    const { status, stdout, stderr } = await runIn(directory, ['check', '--baseline', name, 'nginx.conf']);
    return [status, stdout, stderr];
  };
  expect(await outcome('missing.json')).toEqual([
    2,
    '',
    'nginx-websocket: missing.json cannot be read: no such file or directory. --update-baseline writes it.\n',
  ]);
  for (const name of ['other.json', 'wrong.json', 'no.json'])
    expect(await outcome(name)).toEqual([
      2,
      '',
      `nginx-websocket: ${name} is no baseline of this program. --update-baseline writes it anew.\n`,
    ]);
  expect(await runIn(directory, ['check', '--update-baseline', 'nginx.conf'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--update-baseline needs --baseline FILE.'),
  });
});
