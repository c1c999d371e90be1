import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyPatch } from 'diff';
import { describe, expect, it } from 'vitest';
import { broken, directoryWith, fixed, runIn } from './support';

/** `-` as FILE. */

const VERSION = ['--nginx-version', '1.26'];

describe('the standard input', () => {
  it('is checked, and called <stdin>', async () => {
    const directory = await directoryWith();
    const { status, stdout, stderr } = await runIn(directory, ['check', ...VERSION, '-'], { input: broken });
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(/^<stdin>:6:13 {2}warning {2}.*\[websocket-upgrade-missing, fixable\]\n/);
    expect(stdout).toMatch(/ in 1 file \(nginx 1\.26\.0\)\. .*1 fixable\.\n$/);
    expect((await runIn(directory, ['check', '-'], { input: fixed })).status).toBe(0);
    const json = await runIn(directory, ['check', '--format', 'json', '-'], { input: `\uFEFF${fixed}` });
    expect(JSON.parse(json.stdout)).toMatchObject({
      mains: [
        {
          file: '<stdin>',
          nginxTest: { text: 'unknown directive "\uFEFFevents"', file: '<stdin>', line: 1 },
        },
      ],
    });
  });

  it('has its includes, and the settings, in the working directory', async () => {
    const directory = await directoryWith({
      'conf.d/a.conf': 'server {\n    listen 80;\n    location /ws { proxy_pass http://a; }\n}\n',
      'nginx-websocket.json': '{ "nginxVersion": "1.26.1" }',
    });
    const input = 'events {}\nhttp {\n    include conf.d/*.conf;\n    include gone.conf;\n}\n';
    const { stdout } = await runIn(directory, ['check', '--severity', 'information', '-'], { input });
    expect(stdout).toContain('<stdin>:4:5  information  ');
    expect(stdout).toContain('nginx 1.26.1 by nginx-websocket.json');
    const present = await runIn(directory, ['check', '-'], {
      input: input.replace('include gone.conf;', ''),
    });
    expect(present.stdout).toMatch(/^conf\.d\/a\.conf:3:20 {2}warning /);
  });

  it('may be a part of a main file that does not include it, which is told', async () => {
    const directory = await directoryWith({ 'nginx.conf': fixed });
    const argv = ['check', '--main', 'nginx.conf', '-'];
    const { stderr } = await runIn(directory, argv, { input: 'server { listen 80; }\n' });
    expect(stderr).toBe('nginx.conf does not include <stdin>: it was analysed alone.\n');
  });

  it('is explained, and its routes are listed', async () => {
    const directory = await directoryWith();
    const explained = await runIn(directory, ['explain', '-', 'ws://localhost/ws'], { input: fixed });
    expect(explained).toMatchObject({ status: 0, stderr: '' });
    expect(explained.stdout).toContain('<stdin>:6');
    const routes = await runIn(directory, ['routes', '--format', 'json', '-'], { input: broken });
    expect(JSON.parse(routes.stdout)).toMatchObject({
      routes: [{ file: '<stdin>', line: 5, location: '/ws', verdict: 'blocked' }],
    });
  });

  it('is no configuration when it is empty', async () => {
    expect(await runIn(await directoryWith(), ['check', '-'], { input: '' })).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'nginx-websocket: The standard input is empty.\n',
    });
  });
});

describe('fix -', () => {
  it.each([
    ['mended', broken, fixed, 0],
    ['as it is, when there is nothing to mend', fixed, fixed, 0],
    ['without its byte order mark', `\uFEFF${fixed}`, fixed, 0],
    ['as it is, when it has syntax errors', broken.replace('80;', '80'), broken.replace('80;', '80'), 1],
  ])('prints the text %s', async (_, input, output, status) => {
    const directory = await directoryWith();
    const outcome = await runIn(directory, ['fix', ...VERSION, '-'], { input });
    expect([outcome.stdout, outcome.status]).toEqual([output, status]);
    expect(await readdir(directory)).toEqual([]);
  });

  it('keeps bytes that are not UTF-8', async () => {
    const [input, output] = [broken, fixed].map((text) => Buffer.from(`# \u00FC\u0080\n${text}`, 'latin1'));
    const { stdoutBytes } = await runIn(await directoryWith(), ['fix', '-'], { input: input ?? '' });
    expect(stdoutBytes).toEqual(output);
  });

  it('prints a diff with --dry-run', async () => {
    const { status, stdout } = await runIn(await directoryWith(), ['fix', '--dry-run', '-'], {
      input: broken,
    });
    expect(status).toBe(1);
    expect(applyPatch(broken, stdout)).toBe(fixed);
  });

  it('leaves files alone', async () => {
    const part = 'server {\n    listen 80;\n    location /ws { proxy_pass http://a; }\n}\n';
    const directory = await directoryWith({ 'a.conf': part });
    const input = 'events {}\nhttp { include a.conf; }\n';
    const { status, stdout, stderr } = await runIn(directory, ['fix', '-'], { input });
    expect({ status, stdout }).toEqual({ status: 1, stdout: input });
    expect(stderr).toContain('skipped a.conf: only the standard input is fixed here.\n');
    expect(await readFile(join(directory, 'a.conf'), 'utf8')).toBe(part);
  });
});
