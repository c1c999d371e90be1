import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryWith, runIn } from './support';

/** Numbers that look random and are the same every time (mulberry32). */
function* randomBytes(seed: number): Generator<number> {
  let state = seed;
  while (true) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    yield (mixed ^ (mixed >>> 14)) & 0xff;
  }
}

function bytes(seed: number, count: number): Uint8Array {
  const source = randomBytes(seed);
  return Uint8Array.from({ length: count }, () => Number(source.next().value));
}

const nothingBroken = (stderr: string): void => expect(stderr).not.toMatch(/failed|Error|undefined|\[object/);

describe('a file that cannot be read', () => {
  it.each([
    ['check', 'nope.conf', 'nope.conf: there is no such file.'],
    ['fix', 'nope.conf', 'nope.conf: there is no such file.'],
    ['check', 'conf.d', 'conf.d: there is no configuration of nginx in this folder.'],
    ['fix', 'conf.d', 'conf.d: there is no configuration of nginx in this folder.'],
    ['check', '', 'A file without a name cannot be read.'],
    ['check', 'conf.d/a.conf/b', 'there is no such file.'],
    ['check', 'circle', 'its symbolic links lead in a circle.'],
    ['check', 'dangling', 'dangling: there is no such file.'],
    ['check', 'nul\0byte', String.raw`nul\x00byte: there is no such file.`],
    ['check', 'a'.repeat(5000), 'its name is too long.'],
  ])('%s %s: a message, nothing on the standard output, exit status 2', async (command, file, message) => {
    const directory = await directoryWith({ 'conf.d/a.conf': '' });
    await symlink('circle', join(directory, 'circle'));
    await symlink('nowhere', join(directory, 'dangling'));
    const { status, stdout, stderr } = await runIn(directory, [command, file]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('is named with all others', async () => {
    const directory = await directoryWith({ 'a.conf': 'events {}\n' });
    const argv = ['check', '--format', 'json', '--main', 'main.conf', 'a.conf', 'b.conf', 'c.conf'];
    const { status, stdout, stderr } = await runIn(directory, argv);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.split('\n').filter((line) => line.endsWith('there is no such file.'))).toHaveLength(3);
  });
});

describe('an include', () => {
  it.each([
    [
      'that is missing',
      'include nope.conf;',
      'include-missing',
      'nope.conf" failed (2: No such file or directory)',
    ],
    ['of a directory', 'include conf.d;', 'include-missing', 'conf.d" failed (21: Is a directory)'],
    ['of a circle of links', 'include circle;', 'include-missing', 'its symbolic links lead in a circle'],
    ['of its own file', 'include nginx.conf;', 'include-cycle', 'nginx.conf → nginx.conf'],
    ['of a file that includes it', 'include back.conf;', 'include-cycle', 'back.conf'],
  ])('%s is reported at its place', async (_, include, rule, message) => {
    const directory = await directoryWith({
      'nginx.conf': `events {}\nhttp {\n    ${include}\n}\n`,
      'back.conf': 'include nginx.conf;\n',
      'conf.d/a.conf': '',
    });
    await symlink('circle', join(directory, 'circle'));
    const { stdout, stderr } = await runIn(directory, ['check', '--format', 'json', 'nginx.conf']);
    nothingBroken(stderr);
    const diagnostics = JSON.parse(stdout).files.flatMap(
      ({ file, diagnostics }: { file: string; diagnostics: object[] }) =>
        diagnostics.map((each) => ({ ...each, file })),
    );
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ rule, message: expect.stringContaining(message) }),
    );
    expect(diagnostics).not.toContainEqual(expect.objectContaining({ line: 0 }));
  });
});

describe('any bytes', () => {
  const contents: readonly [string, () => string | Uint8Array][] = [
    ['nothing', () => ''],
    ['a NUL', () => '\0'],
    ['a carriage return', () => '\r'],
    ['an open quote', () => 'events { "'],
    ['half a character of UTF-8', () => Uint8Array.of(0xe6, 0x8c)],
    ['UTF-16', () => Buffer.from('events {}\n', 'utf16le')],
    ['random bytes', () => bytes(1, 50_000)],
    ['others', () => bytes(2, 50_000)],
    ['a random configuration', () => randomConfiguration(3)],
    [
      '10,000 nested blocks',
      () => `events {}\nhttp {\n${'server {\n'.repeat(10_000)}${'}\n'.repeat(10_001)}`,
    ],
    ['10,000 nested locations', () => nestedLocations(10_000)],
    ['10,000 open blocks', () => 'server {\n'.repeat(10_000)],
    ['10,000 braces', () => '}{'.repeat(5_000)],
    ['10 MB of comments', () => '# a comment that says nothing\n'.repeat(350_000)],
    ['10 MB in one word', () => 'a'.repeat(10 * 1024 * 1024)],
  ];

  it.each(contents)('%s: check and fix answer', async (_, content) => {
    const directory = await directoryWith({ 'nginx.conf': content() });
    const check = await runIn(directory, ['check', '--format', 'json', 'nginx.conf']);
    nothingBroken(check.stderr);
    const { files, summary } = JSON.parse(check.stdout);
    expect(files).toHaveLength(1);
    expect(check.status).toBe(summary.error + summary.warning > 0 ? 1 : 0);
    const fix = await runIn(directory, ['fix', '--dry-run', 'nginx.conf']);
    nothingBroken(fix.stderr);
    expect([0, 1]).toContain(fix.status);
  });
});

function nestedLocations(depth: number): string {
  const inner = '            proxy_pass http://127.0.0.1;\n';
  return `events {}\nhttp {\nserver {\n${'location / {\n'.repeat(depth)}${inner}${'}\n'.repeat(depth + 2)}`;
}

/** What a configuration is made of, in no good order. */
function randomConfiguration(seed: number): string {
  const words = [
    'http',
    'server',
    'location /ws',
    'proxy_pass http://a',
    'include nginx.conf',
    'map $a $b',
    '"',
    "'",
  ];
  const signs = [' {\n', ';\n', '}\n', ' ', '\\', '# websocket\n'];
  const parts = Array.from(bytes(seed, 4000), (byte, index) =>
    index % 2 === 0 ? words[byte % words.length] : signs[byte % signs.length],
  );
  return parts.join('');
}
