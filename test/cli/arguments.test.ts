import { describe, expect, it } from 'vitest';
import manifest from '../../package.json';
import { broken, directoryWith, runIn } from './support';

describe('help and version', () => {
  it.each([
    [['--help'], 'Usage: nginx-websocket COMMAND'],
    [['-h'], 'Usage: nginx-websocket COMMAND'],
    [['check', '--help'], 'Usage: nginx-websocket check '],
    [['fix', '-h'], 'Usage: nginx-websocket fix '],
    [['verify', '--help'], 'Usage: nginx-websocket verify '],
    [['probe', '--help'], 'Usage: nginx-websocket probe '],
  ])('%j prints a usage', async (argv, beginning) => {
    const { status, stdout, stderr } = await runIn('/', argv);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.startsWith(beginning)).toBe(true);
  });

  it('names every option of a command', async () => {
    const check = await runIn('/', ['check', '--help']);
    for (const option of ['--format', '--main', '--nginx-version', '--severity'])
      expect(check.stdout).toContain(option);
    const fix = await runIn('/', ['fix', '--help']);
    for (const option of ['--dry-run', '--main', '--nginx-version', '--unsafe'])
      expect(fix.stdout).toContain(option);
    const probe = await runIn('/', ['probe', '--help']);
    for (const option of [
      '--format',
      '--header',
      '--protocol',
      '--origin',
      '--no-origin',
      '--connect',
      '--insecure',
      '--message',
      '--hold',
      '--timeout',
    ])
      expect(probe.stdout).toContain(option);
  });

  it('fits on a terminal', async () => {
    for (const argv of [
      ['--help'],
      ['check', '--help'],
      ['fix', '--help'],
      ['verify', '--help'],
      ['probe', '--help'],
    ]) {
      const { stdout } = await runIn('/', argv);
      expect(stdout.split('\n').filter((line) => line.length > 120)).toEqual([]);
    }
  });

  it('gives the version', async () => {
    expect(await runIn('/', ['--version'])).toMatchObject({
      status: 0,
      stdout: `${manifest.version}\n`,
      stderr: '',
    });
  });
});

describe('a command line that makes no sense', () => {
  it.each([
    [[], 'There is no command.'],
    [['bogus'], 'There is no command `bogus`'],
  ])('%j: the usage, and exit status 2', async (argv, message) => {
    const { status, stdout, stderr } = await runIn('/', argv);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stdout.startsWith('Usage: nginx-websocket COMMAND')).toBe(true);
  });

  it.each([
    [['check'], '`check` needs a file.'],
    [['fix', '--dry-run'], '`fix` needs a file.'],
    [['check', '--bogus', 'nginx.conf'], "Unknown option '--bogus'."],
    [['fix', '--format', 'json', 'nginx.conf'], "Unknown option '--format'."],
    [['check', 'nginx.conf', '--severity'], "Option '--severity <value>' argument missing."],
    [
      ['check', '--format', 'yaml', 'nginx.conf'],
      '--format is one of text, json, sarif, github, gitlab; `yaml` is none of them.',
    ],
    [['check', '--severity', 'info', 'nginx.conf'], 'error, warning, information, hint; `info` is none'],
    [['check', '--nginx-version', 'latest', 'nginx.conf'], '`latest` is no version of nginx'],
    [['fix', '--nginx-version', '1', 'nginx.conf'], '`1` is no version of nginx'],
    [['verify'], '`verify` needs a file.'],
    [['verify', 'a.conf', 'localhost'], '`localhost` is not the URL of a WebSocket'],
    [['verify', '--auth', '403', 'a.conf'], '--auth is one of 200, 401; `403` is none of them.'],
    [['verify', '--image=--privileged', 'a.conf'], '`--privileged` is not the name of an image'],
    [['verify', '--image', 'a b', 'a.conf'], '`a b` is not the name of an image, such as nginx:1.28.'],
    [
      ['verify', '--image', 'nginx', '--nginx', 'nginx', 'a.conf'],
      '`--nginx` and `--image` do not go together.',
    ],
    [['probe'], '`probe` needs a URL.'],
    [['probe', 'ws://a/', 'ws://b/'], '`probe` takes one URL.'],
    [['probe', 'localhost/ws'], '`localhost/ws` is not the URL of a WebSocket: write it in full'],
    [['probe', 'ftp://localhost/'], '`ftp://localhost/` is not the URL of a WebSocket'],
    [['probe', 'ws://localhost/#here'], 'the URL of a WebSocket has none'],
    [['probe', 'ws://me:secret@localhost/'], 'The URL of a WebSocket has no user and no password'],
    [['probe', 'ws://localhost:0/'], 'nothing can listen on port 0'],
    [
      ['probe', 'ws://localhost:99999/'],
      '`ws://localhost:99999/` cannot be read: is its host or its port mistyped?',
    ],
    [['probe', '--header', 'Origin', 'ws://localhost/'], 'A header is written as `Name: value`.'],
    [['probe', '--header', 'A: b\r\nC: d', 'ws://localhost/'], '`A` holds a control character'],
    [['probe', '--header', 'Sec-WebSocket-Extensions: x', 'ws://localhost/'], 'understands no extensions'],
    [['probe', '--protocol', 'a b', 'ws://localhost/'], '`a b` is no subprotocol'],
    [['probe', '--origin', 'chat.example', 'ws://localhost/'], '`chat.example` is no Origin'],
    [['probe', '--origin', 'null', '--no-origin', 'ws://localhost/'], '--origin and --no-origin contradict'],
    [['probe', '--connect', '::1:80', 'ws://localhost/'], '`::1:80` is not HOST:PORT'],
    [['probe', '--hold', 'long', 'ws://localhost/'], '--hold is a number of seconds above 0'],
    [['probe', '--timeout', '0', 'ws://localhost/'], '--timeout is a number of seconds above 0'],
    [['probe', '--format', 'sarif', 'ws://localhost/'], '--format is one of text, json'],
    [['fix', '--dry-run=yes', 'nginx.conf'], "Option '--dry-run' does not take an argument."],
  ])('%j: what is wrong, and exit status 2', async (argv, message) => {
    const directory = await directoryWith({ 'nginx.conf': broken });
    const { status, stdout, stderr } = await runIn(directory, argv);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain(`\`nginx-websocket ${argv[0]} --help\` says more.`);
  });
});

describe('--nginx-version', () => {
  it.each([
    ['1.30', '1.30.0'],
    ['1.22.1', '1.22.1'],
    ['nginx version: nginx/1.26.2', '1.26.2'],
    ['openresty/1.25.3.1', '1.25.3'],
  ])('%s means %s', async (given, meant) => {
    const directory = await directoryWith({ 'nginx.conf': broken });
    const { stdout } = await runIn(directory, [
      'check',
      '--format',
      'json',
      '--nginx-version',
      given,
      'nginx.conf',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ nginxVersion: meant });
  });

  it('is in force: since 1.29.7 nginx speaks HTTP/1.1 to back ends by default', async () => {
    const directory = await directoryWith({ 'nginx.conf': broken });
    const old = await runIn(directory, ['fix', '--dry-run', '--nginx-version', '1.29.6', 'nginx.conf']);
    expect(old.stdout).toContain('+            proxy_http_version 1.1;');
    const recent = await runIn(directory, ['fix', '--dry-run', '--nginx-version', '1.29.7', 'nginx.conf']);
    expect(recent.stdout).toContain('+            proxy_set_header Upgrade $http_upgrade;');
    expect(recent.stdout).not.toContain('proxy_http_version');
  });
});
