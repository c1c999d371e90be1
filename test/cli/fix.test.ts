import {
  appendFile,
  chmod,
  chown,
  lstat,
  readdir,
  readFile,
  readlink,
  rename,
  stat,
  symlink,
} from 'node:fs/promises';
import { join } from 'node:path';
import { applyPatch, parsePatch } from 'diff';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../server/src/model/host';
import { nodeHost } from '../../server/src/node-host';
import { broken, brokenLines, directoryWith, fixed, fixedLines, runIn } from './support';

const root = join(import.meta.dirname, '../..');
const note = '(nginx 1.28.0 assumed; --nginx-version to change)';

/** A main file and a location of strong intent, but not by its path: the fix inserts a map into the main file. */
const twoFiles = {
  'nginx.conf': 'events {}\nhttp {\n    include conf.d/*.conf;\n}\n',
  'conf.d/a.conf':
    'server {\n    listen 80;\n    # websocket\n    location / {\n        proxy_pass http://127.0.0.1:8080;\n    }\n}\n',
};

const textIn = (directory: string, name = 'nginx.conf'): Promise<string> =>
  readFile(join(directory, name), 'utf8');

describe('fix', () => {
  it('mends, says so, and has nothing to do the second time', async () => {
    const directory = await directoryWith({ 'nginx.conf': broken });
    expect(await runIn(directory, ['fix', 'nginx.conf'])).toMatchObject({
      status: 0,
      stdout: '',
      stderr: `fixed nginx.conf: websocket-upgrade-missing (1)\n1 file fixed ${note}.\n`,
    });
    expect(await textIn(directory)).toBe(fixed);
    const before = await stat(join(directory, 'nginx.conf'));
    expect(await runIn(directory, ['fix', 'nginx.conf'])).toMatchObject({
      status: 0,
      stdout: '',
      stderr: `Nothing to fix ${note}.\n`,
    });
    const after = await stat(join(directory, 'nginx.conf'));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
    expect(await readdir(directory)).toEqual(['nginx.conf']);
  });

  it('mends the whole configuration of a file', async () => {
    const directory = await directoryWith(twoFiles);
    const { status, stderr } = await runIn(directory, ['fix', 'conf.d/a.conf']);
    expect(status).toBe(0);
    expect(stderr).toContain('fixed conf.d/a.conf: websocket-upgrade-missing (1)\n');
    expect(stderr).toContain('fixed nginx.conf: what other files need\n');
    expect(await textIn(directory)).toContain('    map $http_upgrade $connection_upgrade {\n');
    expect(await textIn(directory, 'conf.d/a.conf')).toContain(
      'proxy_set_header Connection $connection_upgrade;\n',
    );
    expect((await runIn(directory, ['check', 'nginx.conf'])).status).toBe(0);
  });

  it('mends the configurations of several files, a shared one for both', async () => {
    const main = 'events {}\nhttp {\n    include shared.conf;\n}\n';
    const shared = `${brokenLines.slice(2, 8).join('\n')}\n`;
    const directory = await directoryWith({ 'one.conf': main, 'two.conf': main, 'shared.conf': shared });
    const { status } = await runIn(directory, ['fix', 'one.conf', 'two.conf']);
    expect(status).toBe(0);
    expect(await textIn(directory, 'shared.conf')).toBe(`${fixedLines.slice(2, 11).join('\n')}\n`);
  });

  it('applies suggestions only with --unsafe', async () => {
    const text =
      'events {}\nhttp {\n    upstream app {\n        server app-server;\n    }\n    server {\n        listen 80;\n' +
      '        location / {\n            proxy_pass http://app-server;\n        }\n    }\n}\n';
    const directory = await directoryWith({ 'nginx.conf': text });
    expect((await runIn(directory, ['fix', 'nginx.conf'])).status).toBe(0);
    expect(await textIn(directory)).toBe(text);
    expect((await runIn(directory, ['fix', '--unsafe', 'nginx.conf'])).status).toBe(0);
    expect(await textIn(directory)).toBe(text.replace('http://app-server', 'http://app'));
  });

  it('leaves hints alone', async () => {
    const text = broken.replace('/ws', '/');
    const directory = await directoryWith({ 'nginx.conf': text });
    expect((await runIn(directory, ['fix', 'nginx.conf'])).status).toBe(0);
    expect(await textIn(directory)).toBe(text);
  });

  it('makes the example as good as the documented configuration', async () => {
    const example = await readFile(join(root, 'examples/broken/nginx.conf'), 'utf8');
    const directory = await directoryWith({ 'nginx.conf': example });
    expect((await runIn(directory, ['fix', 'nginx.conf'])).status).toBe(0);
    const mended = await textIn(directory);
    // Nothing is lost, and in the same order.
    const lines = mended.split('\n');
    let at = 0;
    for (const line of example.split('\n')) at = lines.indexOf(line, at) + 1;
    expect(at).toBe(lines.length);
    // What is still said of it is said of the documented configuration too, but for the headers that somebody wrote.
    const argv = ['check', '--format', 'json'];
    const [left, documented] = await Promise.all([
      runIn(directory, [...argv, 'nginx.conf']),
      runIn(root, [...argv, 'examples/nginx.conf']),
    ]);
    const rulesIn = (stdout: string): unknown[] =>
      JSON.parse(stdout).files.flatMap((file: { diagnostics: { rule: string; severity: string }[] }) =>
        file.diagnostics.filter(({ severity }) => severity !== 'hint').map(({ rule }) => rule),
      );
    expect(rulesIn(left.stdout)).toEqual(['wss-plain-listener', 'rewrite-no-match']);
    expect(rulesIn(documented.stdout)).toEqual([
      'wss-plain-listener',
      'rewrite-no-match',
      'connection-hardcoded',
    ]);
  });
});

describe('what stays', () => {
  it('a symbolic link, fixed through to its file', async () => {
    const directory = await directoryWith({ 'sites-available/chat': broken });
    await symlink('sites-available/chat', join(directory, 'nginx.conf'));
    expect((await runIn(directory, ['fix', 'nginx.conf'])).status).toBe(0);
    expect((await lstat(join(directory, 'nginx.conf'))).isSymbolicLink()).toBe(true);
    expect(await readlink(join(directory, 'nginx.conf'))).toBe('sites-available/chat');
    expect(await textIn(directory, 'sites-available/chat')).toBe(fixed);
    expect((await lstat(join(directory, 'sites-available/chat'))).isFile()).toBe(true);
  });

  it('mode and owner', async () => {
    const directory = await directoryWith({ 'nginx.conf': broken });
    const path = join(directory, 'nginx.conf');
    // Only root can give a file away; for others it is their own that is kept.
    if (process.getuid?.() === 0) await chown(path, 4711, 4712);
    await chmod(path, 0o2624);
    const before = await stat(path);
    expect((await runIn(directory, ['fix', 'nginx.conf'])).status).toBe(0);
    const after = await stat(path);
    expect(after.ino).not.toBe(before.ino);
    expect([after.mode, after.uid, after.gid]).toEqual([before.mode, before.uid, before.gid]);
  });

  it('bytes that are not UTF-8', async () => {
    const [before, after] = [broken, fixed].map((text) =>
      Buffer.from(`# Gr\u00FC\u00DFe \u0080\u00FF\n${text}`, 'latin1'),
    );
    if (before === undefined || after === undefined) throw new Error('There are two.');
    const directory = await directoryWith({ 'nginx.conf': before });
    expect((await runIn(directory, ['fix', 'nginx.conf'])).status).toBe(0);
    expect(await readFile(join(directory, 'nginx.conf'))).toEqual(after);
  });

  it('characters of UTF-8', async () => {
    const directory = await directoryWith({ 'nginx.conf': `# 挨拶 😀\n${broken}` });
    await runIn(directory, ['fix', 'nginx.conf']);
    expect(await textIn(directory)).toBe(`# 挨拶 😀\n${fixed}`);
  });

  it('all but a byte order mark, which nginx refuses', async () => {
    const directory = await directoryWith({ 'nginx.conf': `\uFEFF# 挨拶 😀\r\n${fixed}` });
    expect(await runIn(directory, ['fix', 'nginx.conf'])).toMatchObject({
      status: 0,
      stderr: `fixed nginx.conf: syntax (1)\n1 file fixed ${note}.\n`,
    });
    expect(await readFile(join(directory, 'nginx.conf'))).toEqual(Buffer.from(`# 挨拶 😀\r\n${fixed}`));
  });

  it('the lines of a file with a byte order mark, which goes with what else is mended', async () => {
    const directory = await directoryWith({ 'nginx.conf': `\uFEFF${broken}` });
    await runIn(directory, ['fix', 'nginx.conf']);
    expect(await readFile(join(directory, 'nginx.conf'))).toEqual(Buffer.from(fixed));
  });

  it('line endings', async () => {
    const directory = await directoryWith({ 'nginx.conf': brokenLines.join('\r\n') });
    expect((await runIn(directory, ['fix', 'nginx.conf'])).status).toBe(0);
    expect(await textIn(directory)).toBe(fixedLines.join('\r\n'));
  });

  it('a missing end of the last line', async () => {
    const directory = await directoryWith({ 'nginx.conf': broken.trimEnd() });
    expect((await runIn(directory, ['fix', 'nginx.conf'])).status).toBe(0);
    expect(await textIn(directory)).toBe(fixed.trimEnd());
  });
});

describe('--dry-run', () => {
  const latin1 = `# \u00FC\u0080\n${broken}`;

  it.each([
    ['line feeds', Buffer.from(broken)],
    ['carriage returns', Buffer.from(brokenLines.join('\r\n'))],
    ['no end of the last line', Buffer.from(broken.trimEnd())],
    ['bytes that are not UTF-8', Buffer.from(latin1, 'latin1')],
    ['all in one line', Buffer.from(broken.replaceAll(/\s+/g, ' '))],
  ])('prints a diff that gives what fix gives, and writes nothing: %s', async (_, content) => {
    const directory = await directoryWith({ 'nginx.conf': content });
    const { status, stdoutBytes, stderr } = await runIn(directory, ['fix', '--dry-run', 'nginx.conf']);
    expect({ status, stderr }).toEqual({ status: 1, stderr: `1 file would change ${note}.\n` });
    expect(await readFile(join(directory, 'nginx.conf'))).toEqual(content);
    await runIn(directory, ['fix', 'nginx.conf']);
    const patch = stdoutBytes.toString('latin1');
    const patched = applyPatch(content.toString('latin1'), patch, {
      fuzzFactor: 0,
      autoConvertLineEndings: false,
    });
    expect(patched).toBe((await readFile(join(directory, 'nginx.conf'))).toString('latin1'));
  });

  it('names the files as patch -p1 and git take them', async () => {
    const directory = await directoryWith({ ...twoFiles, 'a b.conf': broken });
    const { stdout } = await runIn(directory, ['fix', '--dry-run', './nginx.conf']);
    expect(parsePatch(stdout).map(({ oldFileName, newFileName }) => [oldFileName, newFileName])).toEqual([
      ['a/nginx.conf', 'b/nginx.conf'],
      ['a/conf.d/a.conf', 'b/conf.d/a.conf'],
    ]);
    const spaced = await runIn(directory, ['fix', '--dry-run', 'a b.conf']);
    expect(spaced.stdout.split('\n').slice(0, 2)).toEqual(['--- a/a b.conf\t', '+++ b/a b.conf\t']);
  });

  it('quotes a name that would end the line', async () => {
    const name = 'a "b"\n\t\\.conf';
    const directory = await directoryWith({ [name]: broken });
    const { stdout } = await runIn(directory, ['fix', '--dry-run', name]);
    expect(stdout.split('\n')[0]).toBe(String.raw`--- "a/a \"b\"\012\011\\.conf"`);
  });

  it('has exit status 0 when there is nothing to change', async () => {
    const directory = await directoryWith({ 'nginx.conf': fixed });
    expect(await runIn(directory, ['fix', '--dry-run', 'nginx.conf'])).toMatchObject({
      status: 0,
      stdout: '',
    });
  });
});

describe('a file that is skipped', () => {
  const syntaxError = 'server {\n    listen 81\n    location /ws {\n        proxy_pass http://a;\n    }\n}\n';
  const main = 'events {}\nhttp {\n    include conf.d/*.conf;\n}\n';
  const good = `${brokenLines.slice(2, 8).join('\n')}\n`;

  it('has syntax errors; the others are mended', async () => {
    const directory = await directoryWith({
      'nginx.conf': main,
      'conf.d/a.conf': good,
      'conf.d/b.conf': syntaxError,
    });
    for (const options of [[], ['--unsafe']]) {
      const { status, stderr } = await runIn(directory, ['fix', ...options, 'nginx.conf']);
      expect(status).toBe(1);
      expect(stderr).toContain(
        'skipped conf.d/b.conf: it has 1 syntax error, the first in line 2. Mend that by hand.\n',
      );
      expect(await textIn(directory, 'conf.d/b.conf')).toBe(syntaxError);
      expect(await textIn(directory, 'conf.d/a.conf')).toContain('proxy_set_header Upgrade $http_upgrade;');
    }
  });

  it('has syntax errors: what needs a change to it is not done by half', async () => {
    const files = {
      'nginx.conf': 'events {}\nhttp {\n    include conf.d/*.conf;\n    server_tokens off\n}\n',
      'conf.d/a.conf': twoFiles['conf.d/a.conf'],
      'conf.d/b.conf': good,
    };
    const directory = await directoryWith(files);
    const { status, stderr } = await runIn(directory, ['fix', 'nginx.conf']);
    expect(status).toBe(1);
    expect(stderr).toContain('skipped nginx.conf: it has 1 syntax error, the first in line 4.');
    expect(await textIn(directory)).toBe(files['nginx.conf']);
    expect(await textIn(directory, 'conf.d/a.conf')).toBe(files['conf.d/a.conf']);
    expect(await textIn(directory, 'conf.d/b.conf')).toContain('proxy_set_header Connection "upgrade";');
  });

  it('is read-only, whoever asks', async () => {
    const directory = await directoryWith({
      'nginx.conf': main,
      'conf.d/a.conf': good,
      'conf.d/b.conf': good,
    });
    await chmod(join(directory, 'conf.d/a.conf'), 0o444);
    const { status, stderr } = await runIn(directory, ['fix', 'nginx.conf']);
    expect(status).toBe(1);
    expect(stderr).toContain('skipped conf.d/a.conf: it is read-only.\n');
    expect(stderr).toContain('fixed conf.d/b.conf: websocket-upgrade-missing (1)\n');
    expect(await textIn(directory, 'conf.d/a.conf')).toBe(good);
    expect(await readdir(join(directory, 'conf.d'))).toEqual(['a.conf', 'b.conf']);
  });

  it('has changed since it was read', async () => {
    const directory = await directoryWith({ 'nginx.conf': broken });
    const path = join(directory, 'nginx.conf');
    const host = afterReading(path, () => appendFile(path, '# new\n'));
    const { status, stderr } = await runIn(directory, ['fix', 'nginx.conf'], { host });
    expect(status).toBe(1);
    expect(stderr).toContain(
      'skipped nginx.conf: it has changed since it was read; run the command again.\n',
    );
    expect(await textIn(directory)).toBe(`${broken}# new\n`);
    expect(await readdir(directory)).toEqual(['nginx.conf']);
  });

  it('has gone since it was read', async () => {
    const directory = await directoryWith({ 'nginx.conf': broken });
    const path = join(directory, 'nginx.conf');
    const host = afterReading(path, () => rename(path, `${path}.old`));
    const { status, stderr } = await runIn(directory, ['fix', 'nginx.conf'], { host });
    expect(status).toBe(1);
    expect(stderr).toContain('skipped nginx.conf: no such file or directory.\n');
    expect(await readdir(directory)).toEqual(['nginx.conf.old']);
  });
});

/** The disk, with something that happens once right after a file was read. */
function afterReading(path: string, act: () => Promise<void>): Host {
  let isDone = false;
  return {
    ...nodeHost,
    readFile: async (each) => {
      const reading = await nodeHost.readFile(each);
      if (each === path && !isDone) {
        isDone = true;
        await act();
      }
      return reading;
    },
  };
}

describe('the second run', () => {
  const location = (body: string): string =>
    `events {}\nhttp {\n  server {\n    location /ws {\n${body}\n    }\n  }\n}\n`;
  const inputs = [
    location('      proxy_pass http://a;'),
    location('\tproxy_pass http://a; # after'),
    location('      proxy_pass http://a;\n      proxy_set_header Upgrade $http_upgrade;'),
    location('      proxy_pass http://a;\n      proxy_set_header Connection close;'),
    location('      proxy_pass http://a;\n      proxy_set_header Connection $connection_upgrade;'),
    location(
      '      proxy_pass http://a;\n      proxy_http_version 1.0;\n      proxy_set_header Upgrade websocket2;',
    ),
    broken.replaceAll(/\s+/g, ' '),
    broken.replace('listen 80;', 'listen 80; proxy_set_header Upgrade $http_upgrade; proxy_set_header X a;'),
    broken.replace('/ws', '/chat'),
    broken.replace('proxy_pass', '# websocket\nproxy_pass'),
    `http { server { proxy_set_header Upgrade $http_upgrade; location /ws { proxy_set_header Host a; proxy_pass http://a; } } }`,
  ];

  it.each(inputs.flatMap((text) => [text, text.replaceAll('\n', '\r\n')]))(
    'changes nothing: %j',
    async (text) => {
      const directory = await directoryWith({ 'nginx.conf': text });
      const first = await runIn(directory, ['fix', 'nginx.conf']);
      const once = await textIn(directory);
      const second = await runIn(directory, ['fix', 'nginx.conf']);
      expect([first.status, second.status]).toEqual([0, 0]);
      expect(second.stderr).toBe(`Nothing to fix ${note}.\n`);
      expect(await textIn(directory)).toBe(once);
      expect((await runIn(directory, ['check', 'nginx.conf'])).status).toBe(0);
    },
  );
});
