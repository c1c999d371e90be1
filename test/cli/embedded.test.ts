import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryWith, runIn } from './support';

interface CheckJson {
  readonly mains: readonly unknown[];
  readonly files: readonly {
    readonly file: string;
    readonly diagnostics: readonly {
      readonly rule: string;
      readonly severity: string;
      readonly line: number;
      readonly column: number;
      readonly endColumn: number;
      readonly at?: unknown;
    }[];
  }[];
}

const dump = [
  'nginx: configuration file /etc/nginx/nginx.conf test is successful',
  '# configuration file /etc/nginx/nginx.conf:',
  'events {}',
  'http {',
  '    include /etc/nginx/conf.d/*.conf;',
  '}',
  '',
  '# configuration file /etc/nginx/conf.d/app.conf:',
  'server {',
  '    listen 80;',
  '    location /ws {',
  '        proxy_pass http://127.0.0.1:9000;',
  '    }',
  '}',
  '',
];

const compose = [
  'configs:',
  '  site:',
  '    content: |',
  '      server {',
  '        location /ws {',
  '          proxy_pass http://app:3000;',
  '          proxy_set_header Host $$host;',
  '        }',
  '      }',
  '',
];

const inserted = (indent: string, dollar = '$'): string[] =>
  [
    'proxy_http_version 1.1;',
    `proxy_set_header Upgrade ${dollar}http_upgrade;`,
    'proxy_set_header Connection "upgrade";',
  ].map((line) => indent + line);

describe('what nginx -T prints', () => {
  const input = dump.join('\n');

  it('is checked: findings have the place in nginx, and in the text', async () => {
    const { status, stdout } = await runIn('/', ['check', '--format', 'json', '-'], { input });
    const { mains, files } = JSON.parse(stdout) as CheckJson;
    expect(status).toBe(1);
    expect(mains).toEqual([{ file: '/etc/nginx/nginx.conf', nginxTest: null }]);
    const findings = files.flatMap(({ file, diagnostics }) =>
      diagnostics
        .filter(({ severity }) => severity === 'warning')
        .map(({ rule, line, at }) => ({ file, rule, line, at })),
    );
    expect(findings).toEqual([
      {
        file: '/etc/nginx/conf.d/app.conf',
        rule: 'websocket-upgrade-missing',
        line: 4,
        at: { file: '<stdin>', line: 12 },
      },
    ]);
  });

  it('has routes, and explanations of URLs', async () => {
    const { stdout } = await runIn('/', ['routes', '-'], { input });
    expect(stdout).toContain('✗ /ws  →  http://127.0.0.1:9000  blocked  /etc/nginx/conf.d/app.conf:3');
    const explained = await runIn('/', ['explain', '--format', 'json', '-', 'ws://localhost/ws'], { input });
    expect(JSON.parse(explained.stdout)).toMatchObject([
      {
        location: { file: '/etc/nginx/conf.d/app.conf', line: 3, at: { file: '<stdin>', line: 11 } },
      },
    ]);
  });

  it('is printed mended', async () => {
    const { stdout } = await runIn('/', ['fix', '-'], { input });
    expect(stdout.split('\n')).toEqual([...dump.slice(0, 12), ...inserted('        '), ...dump.slice(12)]);
  });
});

describe('YAML', () => {
  it('is judged by its texts', async () => {
    const cwd = await directoryWith({ 'compose.yaml': compose.join('\n') });
    const { stdout } = await runIn(cwd, ['check', 'compose.yaml']);
    expect(stdout).toContain('compose.yaml:6:11');
    expect(stdout).not.toContain('embedded:');
  });

  it('is mended as it is written', async () => {
    const cwd = await directoryWith({ 'compose.yaml': compose.join('\r\n') });
    await runIn(cwd, ['fix', 'compose.yaml']);
    const text = await readFile(join(cwd, 'compose.yaml'), 'utf8');
    expect(text.split('\r\n')).toEqual([
      ...compose.slice(0, 6),
      ...inserted('          ', '$$'),
      ...compose.slice(6),
    ]);
  });

  it('has the settings beside it', async () => {
    const cwd = await directoryWith({
      'compose.yaml': compose.join('\n'),
      'nginx-websocket.json': '{"rules": {"websocket-upgrade-missing": "off"}}',
    });
    const { stdout } = await runIn(cwd, ['check', 'compose.yaml']);
    expect(stdout).not.toContain('websocket-upgrade-missing');
  });

  it('without a text for nginx is refused', async () => {
    const cwd = await directoryWith({ 'a.yaml': 'a: 1\n' });
    const { status, stdout, stderr } = await runIn(cwd, ['check', 'a.yaml']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('a.yaml is not read as a configuration of nginx: it seems to be YAML');
  });
});

it('says which tree is read', async () => {
  const cwd = await directoryWith({
    'nginx.conf': 'events {}\nhttp {\n    include /config/nginx/a.conf;\n}\n',
    'a.conf': '',
  });
  const { stderr } = await runIn(cwd, ['check', 'nginx.conf']);
  expect(stderr).toContain('/config/nginx of nginx is read from . (`pathMappings` says otherwise).');
});

describe('a script that takes variables of nginx for its own', () => {
  const script = [
    'PORT=8080',
    'cat <<EOF > site.conf',
    'server {',
    '  listen ${PORT};',
    '  location /ws {',
    '    proxy_pass http://127.0.0.1:9000;',
    '    proxy_http_version 1.1;',
    '    proxy_set_header Upgrade $http_upgrade;',
    '    proxy_set_header Connection "upgrade";',
    '    proxy_set_header X-From $remote_addr:${PORT};',
    '  }',
    '}',
    'EOF',
    '',
  ].join('\n');

  it('is told where they are, and nothing else', async () => {
    const directory = await directoryWith({ 'setup.sh': script });
    const { status, stdout } = await runIn(directory, ['check', '--format', 'json', 'setup.sh']);
    expect(status).toBe(1);
    const { files } = JSON.parse(stdout) as CheckJson;
    expect(
      files
        .flatMap(({ diagnostics }) => diagnostics)
        .map(({ rule, severity, line, column, endColumn }) => [rule, severity, line, column, endColumn]),
    ).toEqual([
      ['syntax', 'warning', 8, 30, 43],
      ['syntax', 'warning', 10, 29, 41],
    ]);
  });

  it('is mended by a backslash in front of each, and keeps what it is to fill in', async () => {
    const directory = await directoryWith({ 'setup.sh': script });
    await runIn(directory, ['fix', 'setup.sh']);
    const fixed = await readFile(join(directory, 'setup.sh'), 'utf8');
    expect(fixed).toBe(
      script.replace(' $http_upgrade', ' \\$http_upgrade').replace(' $remote', ' \\$remote'),
    );
    expect(await runIn(directory, ['check', 'setup.sh'])).toMatchObject({ status: 0 });
  });
});
