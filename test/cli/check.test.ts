import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { broken, directoryWith, fixed, runIn } from './support';

const root = join(import.meta.dirname, '../..');

/** The report of `check --format json`, as other programs read it. */
interface JsonReport {
  readonly mains: readonly { readonly file: string }[];
  readonly files: readonly {
    readonly file: string;
    readonly diagnostics: readonly {
      readonly rule: string;
      readonly line: number;
      readonly column: number;
    }[];
  }[];
  readonly summary: Readonly<Record<string, number>>;
}

async function jsonIn(cwd: string, ...argv: string[]): Promise<JsonReport> {
  const { stdout, stderr } = await runIn(cwd, ['check', '--format', 'json', ...argv]);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const filesOf = ({ files }: JsonReport): string[] => files.map(({ file }) => file);
const mainsOf = ({ mains }: JsonReport): string[] => mains.map(({ file }) => file);

const inHttp = 'events {}\nhttp {\n    include conf.d/*.conf;\n}\n';
const server = (listen: number, location: string): string =>
  `server {\n    listen ${listen};\n    location ${location} {\n        proxy_pass http://127.0.0.1:8080;\n    }\n}\n`;

describe('json', () => {
  it('says what nginx -t would say first, and where', async () => {
    const directory = await directoryWith({
      'nginx.conf': 'events {}\nhttp {\n    include conf.d/*.conf;\n}\n',
      'conf.d/a.conf': 'server {\n    listen 80\n        backlog=x;\n}\n',
      'other.conf': 'http {\n}\n',
    });
    const args = ['check', '--format', 'json', '--nginx-version', '1.22.1', 'nginx.conf', 'other.conf'];
    const { stdout } = await runIn(directory, args);
    expect((JSON.parse(stdout) as JsonReport).mains).toEqual([
      {
        file: 'nginx.conf',
        nginxTest: { level: 'emerg', text: 'invalid backlog "backlog=x"', file: 'conf.d/a.conf', line: 3 },
      },
      {
        file: 'other.conf',
        nginxTest: { level: 'emerg', text: 'no "events" section in configuration', file: null, line: null },
      },
    ]);
  });

  it('is the contract, whole', async () => {
    const { status, stdout, stderr } = await runIn(root, [
      'check',
      '--format',
      'json',
      'examples/broken/nginx.conf',
    ]);
    const message =
      'WebSocket handshakes fail here: the back end gets neither `Upgrade` nor `Connection: upgrade` and, before nginx 1.29.7, is asked over HTTP/1.0. Add the three directives. ' +
      'This is meant for WebSocket: a comment says so';
    const names = 'the path is /api/chat, the back end is named chat';
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      nginxVersion: '1.28.0',
      mains: [{ file: 'examples/broken/nginx.conf', nginxTest: null }],
      files: [
        {
          file: 'examples/broken/nginx.conf',
          diagnostics: [
            {
              rule: 'wss-plain-listener',
              severity: 'information',
              message:
                '`/api/chat` is on a port without TLS only, and pages that come over https:// can open wss:// only. ' +
                'Connect with `wss://localhost/api/chat`, which `location /` of the server with TLS takes.',
              line: 13,
              column: 9,
              endLine: 13,
              endColumn: 18,
              fixable: false,
            },
            {
              rule: 'rewrite-no-match',
              severity: 'information',
              message:
                '`rewrite ^/api/chat/(.*)` does not match `/api/chat` itself: a handshake for just that path goes to the ' +
                `back end unchanged. Make what follows it optional. This is meant for WebSocket: a comment says so, ${names}.`,
              line: 23,
              column: 13,
              endLine: 23,
              endColumn: 46,
              fixable: false,
            },
            {
              rule: 'websocket-upgrade-missing',
              severity: 'warning',
              message: `${message}, ${names}.`,
              line: 24,
              column: 13,
              endLine: 24,
              endColumn: 35,
              fixable: true,
            },
            {
              rule: 'websocket-upgrade-missing',
              severity: 'warning',
              message: `${message}.`,
              line: 51,
              column: 13,
              endLine: 51,
              endColumn: 41,
              fixable: true,
            },
          ],
        },
      ],
      urls: [],
      summary: { error: 0, warning: 2, information: 2, hint: 0 },
    });
  });

  it('holds everything, whatever --severity says', async () => {
    const directory = await directoryWith({ 'nginx.conf': broken.replace('/ws', '/') });
    const argv = ['check', '--format', 'json', '--severity', 'error', 'nginx.conf'];
    const { status, stdout } = await runIn(directory, argv);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ summary: { error: 0, warning: 0, information: 0, hint: 1 } });
  });

  it('lists every file once, clean ones too, and our own stand-ins never', async () => {
    const directory = await directoryWith({
      'nginx.conf': 'events {}\nhttp {\n    include mime.types;\n    include conf.d/*.conf;\n}\n',
      'mime.types': 'types {\n}\n',
      'conf.d/a.conf': server(80, '/ws'),
      'conf.d/b.conf':
        'server {\n    listen 81;\n    location / {\n        include proxy_params;\n    }\n}\n',
    });
    const report = await jsonIn(directory, 'nginx.conf', 'conf.d/a.conf', './nginx.conf');
    expect(filesOf(report).toSorted()).toEqual([
      'conf.d/a.conf',
      'conf.d/b.conf',
      'mime.types',
      'nginx.conf',
    ]);
    expect(mainsOf(report)).toEqual(['nginx.conf']);
  });

  it('counts columns in UTF-16 units', async () => {
    const directory = await directoryWith({
      'nginx.conf':
        'events {}\nhttp { server { listen 80; location /ws { set $a "😀é"; proxy_pass http://a; } } }\n',
    });
    const { files } = await jsonIn(directory, 'nginx.conf');
    const line = 'http { server { listen 80; location /ws { set $a "😀é"; proxy_pass http://a; } } }';
    const found = files[0]?.diagnostics.find(({ rule }) => rule === 'websocket-upgrade-missing');
    expect(found).toMatchObject({ line: 2, column: line.indexOf('proxy_pass') + 1 });
  });

  it('has fixable false where no safe fix exists', async () => {
    const directory = await directoryWith({
      'nginx.conf': 'events {}\nhttp {\n    include not-there.conf;\n}\n',
    });
    const { files } = await jsonIn(directory, 'nginx.conf');
    expect(files[0]?.diagnostics).toMatchObject([{ rule: 'include-missing', fixable: false }]);
  });
});

describe('names of files', () => {
  const files = { 'etc/nginx.conf': inHttp, 'etc/conf.d/a.conf': server(80, '/ws'), 'work/readme': '' };

  it('are as given, or relative to the working directory', async () => {
    const directory = await directoryWith(files);
    expect(filesOf(await jsonIn(directory, './etc/nginx.conf'))).toEqual([
      './etc/nginx.conf',
      'etc/conf.d/a.conf',
    ]);
    const main = join(directory, 'etc/nginx.conf');
    expect(filesOf(await jsonIn(join(directory, 'work'), main))).toEqual([main, '../etc/conf.d/a.conf']);
  });

  it('of a symbolic link are the path that nginx opens, or the one given', async () => {
    const directory = await directoryWith({
      'nginx.conf': 'events {}\nhttp {\n    include sites-enabled/*;\n}\n',
      'sites-available/chat': server(80, '/ws'),
    });
    await mkdir(join(directory, 'sites-enabled'));
    await symlink('../sites-available/chat', join(directory, 'sites-enabled/chat'));
    expect(filesOf(await jsonIn(directory, 'nginx.conf'))).toEqual(['nginx.conf', 'sites-enabled/chat']);
    const given = await jsonIn(directory, 'nginx.conf', 'sites-available/chat');
    expect(filesOf(given)).toEqual(['nginx.conf', 'sites-available/chat']);
    expect(mainsOf(given)).toEqual(['nginx.conf']);
  });
});

describe('the configuration that a file belongs to', () => {
  it('is the given main file', async () => {
    const directory = await directoryWith({
      'main.conf': inHttp,
      'conf.d/a.conf': server(80, '/ws'),
    });
    const report = await jsonIn(directory, '--main', 'main.conf', 'conf.d/a.conf');
    expect(mainsOf(report)).toEqual(['main.conf']);
    expect(filesOf(report)).toEqual(['main.conf', 'conf.d/a.conf']);
  });

  it('is another file given that includes it, in any order', async () => {
    const directory = await directoryWith({ 'main.conf': inHttp, 'conf.d/a.conf': server(80, '/ws') });
    expect(mainsOf(await jsonIn(directory, 'main.conf', 'conf.d/a.conf'))).toEqual(['main.conf']);
    expect(mainsOf(await jsonIn(directory, 'conf.d/a.conf', 'main.conf'))).toEqual(['main.conf']);
  });

  it('is one that is named, whatever it has: it is judged as nginx started with it would', async () => {
    const directory = await directoryWith({ 'a.conf': '\nproxy_set_header A b;\n' });
    const report = await jsonIn(directory, '--main', 'a.conf', 'a.conf');
    expect(report).toMatchObject({
      mains: [
        { nginxTest: { text: '"proxy_set_header" directive is not allowed here', file: 'a.conf', line: 2 } },
      ],
      files: [{ diagnostics: [{ rule: 'directive-context', line: 2 }] }],
    });
    expect(await jsonIn(directory, 'a.conf')).toMatchObject({ mains: [{ nginxTest: null }] });
  });

  it('is the nearest nginx.conf that includes it', async () => {
    const directory = await directoryWith({ 'nginx.conf': inHttp, 'conf.d/a.conf': server(80, '/ws') });
    expect(mainsOf(await jsonIn(directory, 'conf.d/a.conf'))).toEqual(['nginx.conf']);
  });

  it('is the file alone where nothing includes it; --main then says that it does not', async () => {
    const directory = await directoryWith({ 'other.conf': 'events {}\n', 'a.conf': server(80, '/ws') });
    expect(mainsOf(await jsonIn(directory, 'a.conf'))).toEqual(['a.conf']);
    const { stderr } = await runIn(directory, ['check', '--main', 'other.conf', 'a.conf']);
    expect(stderr).toBe('other.conf does not include a.conf: it was analysed alone.\n');
  });

  it('is one of two fragments when that includes the other, and one of a circle', async () => {
    const directory = await directoryWith({
      'outer.conf': 'server {\n    listen 80;\n    include inner.conf;\n}\n',
      'inner.conf': 'location /ws {\n    proxy_pass http://a;\n}\n',
      'c1.conf': 'include c2.conf;\n',
      'c2.conf': 'include c1.conf;\n',
    });
    expect(mainsOf(await jsonIn(directory, 'inner.conf', 'outer.conf'))).toEqual(['outer.conf']);
    expect(mainsOf(await jsonIn(directory, 'c2.conf', 'c1.conf'))).toHaveLength(1);
  });

  it('is each of two main files; what they share is reported once', async () => {
    const main = 'events {}\nhttp {\n    include shared.conf;\n}\n';
    const directory = await directoryWith({
      'one.conf': main,
      'two.conf': `# the other\n${main}`,
      'shared.conf': server(80, '/ws'),
    });
    const report = await jsonIn(directory, 'one.conf', 'two.conf');
    expect(mainsOf(report)).toEqual(['one.conf', 'two.conf']);
    expect(filesOf(report)).toEqual(['one.conf', 'shared.conf', 'two.conf']);
    expect(report.summary).toEqual({ error: 0, warning: 1, information: 0, hint: 0 });
  });
});

describe('exit status', () => {
  it.each([
    ['/ws', 'error', 0],
    ['/ws', undefined, 1],
    ['/ws', 'warning', 1],
    ['/chat', undefined, 0],
    ['/chat', 'information', 1],
    ['/', 'information', 0],
    ['/', 'hint', 1],
  ] as const)('of location %s with --severity %s is %i', async (path, severity, expected) => {
    const directory = await directoryWith({ 'nginx.conf': broken.replace('/ws', path) });
    const options = severity === undefined ? [] : ['--severity', severity];
    const { status } = await runIn(directory, ['check', ...options, 'nginx.conf']);
    expect(status).toBe(expected);
  });
});

describe('text', () => {
  it('has a line for each problem, what is related below it, and a sum', async () => {
    const directory = await directoryWith({
      'nginx.conf':
        'events {}\nhttp {\n    upstream chat {\n        server chat-server;\n    }\n    include conf.d/*.conf;\n}\n',
      'conf.d/a.conf': [
        'server {',
        '    listen 80;',
        '    proxy_http_version 1.1;',
        '    proxy_set_header Upgrade $http_upgrade;',
        '    proxy_set_header Connection "upgrade";',
        '    location /ws {',
        '        proxy_set_header Host $host;',
        '        proxy_pass http://chat;',
        '    }',
        '}',
        '',
      ].join('\n'),
    });
    const { status, stdout, stderr } = await runIn(directory, ['check', 'nginx.conf']);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(
      /^conf\.d\/a\.conf:7:9 {2}warning {2}.+ \[websocket-headers-overridden, fixable\]$/,
    );
    const message = lines[0]?.search(/(?<=warning {2})/) ?? 0;
    expect(lines[1]?.slice(0, message).trim()).toBe('');
    expect(lines[1]?.slice(message)).toMatch(/^conf\.d\/a\.conf:4 \S/);
    expect(lines.slice(-3)).toEqual([
      '',
      '1 warning in 2 files (nginx 1.28.0 assumed; --nginx-version to change). 1 fixable: nginx-websocket fix nginx.conf',
      '',
    ]);
  });

  it('aligns what it prints', async () => {
    const directory = await directoryWith({
      'nginx.conf': broken.replace('/ws', '/chat'),
      'a-longer-name.conf': broken,
    });
    const { stdout } = await runIn(directory, [
      'check',
      '--severity',
      'information',
      'nginx.conf',
      'a-longer-name.conf',
    ]);
    const lines = stdout.split('\n').slice(0, 2);
    expect(lines.map((line) => line.indexOf('WebSocket'))).toEqual([38, 38]);
    expect(lines.map((line) => line.search(/\b(?:information|warning)\b/))).toEqual([25, 25]);
  });

  it('leaves out what is less severe, but counts it, and says how to see it', async () => {
    const directory = await directoryWith({
      'nginx.conf': broken.replace('/ws', '/'),
      'both.conf': fixed.replace('listen 80;', 'listen 80; location /chat { proxy_pass http://a; }'),
    });
    const lastLine = async (...argv: string[]): Promise<string | undefined> =>
      (await runIn(directory, ['check', '--nginx-version', '1.26', ...argv])).stdout
        .split('\n')
        .findLast((line) => line.includes(' in 1 file'));
    expect(await lastLine('nginx.conf')).toBe(
      '1 hint in 1 file (nginx 1.26.0). 1 not shown: --severity hint.',
    );
    expect(await lastLine('--severity', 'hint', 'nginx.conf')).toBe('1 hint in 1 file (nginx 1.26.0).');
    const fix = '1 fixable: nginx-websocket fix --nginx-version 1.26.0 both.conf';
    expect(await lastLine('both.conf')).toBe(
      `1 information, 2 hints in 1 file (nginx 1.26.0). 3 not shown: --severity hint. ${fix}`,
    );
    expect(await lastLine('--severity', 'information', 'both.conf')).toBe(
      `1 information, 2 hints in 1 file (nginx 1.26.0). 2 not shown: --severity hint. ${fix}`,
    );
    expect(await lastLine('--severity', 'hint', 'both.conf')).toBe(
      `1 information, 2 hints in 1 file (nginx 1.26.0). ${fix}`,
    );
  });

  it('knows the directives of the program that the version names', async () => {
    const directory = await directoryWith({
      'nginx.conf': 'events {}\nhttp {\n    server {\n        acme a;\n    }\n}\n',
    });
    const findings = async (version: string): Promise<unknown[]> => {
      const report = await jsonIn(directory, '--nginx-version', version, 'nginx.conf');
      return report.files.flatMap(({ diagnostics }) => diagnostics);
    };
    expect(await findings('Angie version: Angie/1.13.0')).toEqual([]);
    expect(await findings('1.30.0')).toMatchObject([{ rule: 'unknown-directive', severity: 'hint' }]);
  });

  it('says that all is well, and for which version', async () => {
    const directory = await directoryWith({ 'nginx.conf': fixed });
    const { stdout } = await runIn(directory, ['check', '--nginx-version', '1.26', 'nginx.conf']);
    expect(stdout).toMatch(/^2 hints in 1 file \(nginx 1\.26\.0\)\. 2 not shown: --severity hint\.\n/);
    expect(stdout).not.toMatch(/error|warning/);
  });

  describe('how to ask about a URL', () => {
    const siteOf = (location: string): string =>
      `server { listen 443 ssl; server_name app.example.com; ${location} }`;
    const proxied = siteOf('location / { proxy_pass http://127.0.0.1:3000; }');
    const lastLineOf = async (text: string, ...argv: string[]): Promise<string | undefined> => {
      const directory = await directoryWith({ 'site.conf': text });
      const { stdout } = await runIn(directory, ['check', '--nginx-version', '1.26', ...argv, 'site.conf']);
      return stdout.split('\n').at(-2);
    };
    const ask = /^Does a WebSocket fail\?/;

    it('is said where nothing was found that says why', async () => {
      const options = "--url 'wss://app.example.com/…' --nginx-version 1.26.0";
      expect(await lastLineOf(proxied)).toBe(
        `Does a WebSocket fail? Ask about its URL: nginx-websocket check ${options} site.conf`,
      );
      expect(await lastLineOf(proxied, '--severity', 'hint')).toMatch(ask);
      expect(await lastLineOf(siteOf('location ~ x { proxy_pass http://127.0.0.1:3000; }'))).toContain(
        "--url 'wss://…'",
      );
    });

    it('is not said where something was, where a URL is asked about, or nothing is proxied', async () => {
      expect(await lastLineOf(proxied.replace('/ {', '/ws {'))).not.toMatch(ask);
      expect(await lastLineOf(proxied, '--url', 'wss://app.example.com/')).not.toMatch(ask);
      expect(await lastLineOf(siteOf('root /srv;'))).not.toMatch(ask);
      expect(await lastLineOf(proxied, '--format', 'github')).toBeUndefined();
    });
  });

  it('gives a command for fix that a shell understands', async () => {
    const directory = await directoryWith({ "it's a conf": broken, 'main.conf': 'events {}\n' });
    const argv = ['check', '--main', 'main.conf', '--nginx-version', '1.26', "it's a conf"];
    const { stdout } = await runIn(directory, argv);
    expect(stdout).toContain(
      String.raw`fixable: nginx-websocket fix --main main.conf --nginx-version 1.26.0 'it'\''s a conf'`,
    );
  });

  it('is coloured on a terminal only, and not with NO_COLOR', async () => {
    const directory = await directoryWith({ 'nginx.conf': broken });
    const argv = ['check', 'nginx.conf'];
    const plain = await runIn(directory, argv);
    expect(plain.stdout).not.toContain('\u001B');
    const coloured = await runIn(directory, argv, { isTerminal: true });
    expect(coloured.stdout).toContain('\u001B[33mwarning\u001B[39m');
    expect(stripVTControlCharacters(coloured.stdout)).toBe(plain.stdout);
    const unwanted = await runIn(directory, argv, { isTerminal: true, environment: { NO_COLOR: '1' } });
    expect(unwanted.stdout).toBe(plain.stdout);
    const empty = await runIn(directory, argv, { isTerminal: true, environment: { NO_COLOR: '' } });
    expect(empty.stdout).toBe(coloured.stdout);
  });

  it('prints nothing that a terminal would obey', async () => {
    const directory = await directoryWith({
      'nginx.conf': 'events {}\nhttp {\n    include "\u001BcNot-there\u202E.conf";\n}\n',
    });
    const { stdout } = await runIn(directory, ['check', '--severity', 'hint', 'nginx.conf']);
    expect(stdout).not.toContain('\u001B');
    expect(stdout).not.toContain('\u202E');
    expect(stdout).toContain(String.raw`\x1bcNot-there\u202e.conf`);
  });
});
