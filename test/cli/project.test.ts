import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { broken, directoryWith, runIn } from './support';

const RULE = 'websocket-upgrade-missing';
const FILE = 'nginx-websocket.json';
const JSON_FORMAT = ['--format', 'json'];

const withSettings = (settings: unknown): Promise<string> =>
  directoryWith({ 'nginx.conf': broken, [FILE]: JSON.stringify(settings) });

describe('nginx-websocket.json', () => {
  it('gives the severity of rules, and with it the exit status', async () => {
    const off = await runIn(await withSettings({ rules: { [RULE]: 'off' } }), ['check', 'nginx.conf']);
    expect(off).toMatchObject({ status: 0, stderr: '' });
    const error = await withSettings({ rules: { [RULE]: 'error' } });
    expect(await runIn(error, ['check', '--severity', 'error', 'nginx.conf'])).toMatchObject({ status: 1 });
  });

  it('gives the version of nginx, unless the command line does', async () => {
    const directory = await withSettings({ nginxVersion: '1.30' });
    const own = await runIn(directory, ['check', 'nginx.conf']);
    expect(own.stdout).toContain(`in 1 file (nginx 1.30.0 by ${FILE}).`);
    expect(own.stdout).toContain('nginx-websocket fix nginx.conf');
    const json = await runIn(directory, ['check', ...JSON_FORMAT, 'nginx.conf']);
    expect(JSON.parse(json.stdout)).toMatchObject({ nginxVersion: '1.30.0' });
    const given = await runIn(directory, ['check', '--nginx-version', '1.22.1', 'nginx.conf']);
    expect(given.stdout).toContain('(nginx 1.22.1).');
  });

  it('is in force for what fix writes, too', async () => {
    const directory = await withSettings({ nginxVersion: '1.29.7' });
    const { stdout, stderr } = await runIn(directory, ['fix', '--dry-run', 'nginx.conf']);
    expect(stdout).toContain('+            proxy_set_header Upgrade $http_upgrade;');
    expect(stdout).not.toContain('proxy_http_version');
    expect(stderr).toContain(`1 file would change (nginx 1.29.7 by ${FILE}).`);
  });

  it('says which locations are meant for WebSocket, and maps the paths of nginx', async () => {
    const directory = await directoryWith({
      'deploy/nginx.conf': 'events {}\nhttp {\n    include /opt/nginx/*.conf;\n}\n',
      'sites/app.conf': 'server {\n    location /rooms {\n        proxy_pass http://a;\n    }\n}\n',
      [`deploy/${FILE}`]:
        '{ "websocketLocations": ["/rooms"], "pathMappings": { "/opt/nginx": "../sites" } }',
    });
    const { stdout, status } = await runIn(directory, ['check', 'deploy/nginx.conf']);
    expect(stdout).toContain('sites/app.conf:3:9');
    expect(status).toBe(1);
  });

  it('names the main files of the files below it', async () => {
    const directory = await directoryWith({
      'deploy/main.conf': 'http {\n    include ../sites/app.conf;\n}\n',
      'sites/app.conf': 'server {\n}\n',
      [FILE]: '{ "mainConfiguration": ["deploy/*.conf"] }',
    });
    const { stdout } = await runIn(directory, ['check', ...JSON_FORMAT, 'sites/app.conf']);
    expect(JSON.parse(stdout)).toMatchObject({ mains: [{ file: 'deploy/main.conf' }] });
  });

  it('names them in vain where the command line does', async () => {
    const including = 'http {\n    include sites/*.conf;\n}\n';
    const directory = await directoryWith({
      'a.conf': including,
      'b.conf': including,
      'nginx.conf': including,
      'sites/app.conf': 'server {\n}\n',
      [FILE]: '{ "mainConfiguration": ["a.conf"] }',
    });
    const mainsOf = async (...options: string[]): Promise<unknown> => {
      const { stdout } = await runIn(directory, ['check', ...JSON_FORMAT, ...options, 'sites/app.conf']);
      return JSON.parse(stdout).mains;
    };
    expect(await mainsOf()).toMatchObject([{ file: 'a.conf' }]);
    expect(await mainsOf('--main', 'b.conf')).toMatchObject([{ file: 'b.conf' }]);
  });

  it('holds for routes and explain', async () => {
    const directory = await withSettings({ nginxVersion: '1.22.1' });
    const routes = await runIn(directory, ['routes', ...JSON_FORMAT, 'nginx.conf']);
    expect(JSON.parse(routes.stdout)).toMatchObject({ nginxVersion: '1.22.1' });
    const version = '{ "nginxVersion": "1.29.7" }';
    const headers = 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';
    const text = broken.replace('proxy_pass', `${headers} proxy_pass`);
    const recent = await directoryWith({ 'nginx.conf': text, [FILE]: version });
    expect(await runIn(recent, ['explain', 'nginx.conf', 'ws://localhost/ws'])).toMatchObject({ status: 0 });
  });

  it('may differ from one main file to the other: that is said', async () => {
    const directory = await directoryWith({
      'a/nginx.conf': broken,
      'b/nginx.conf': broken,
      [`b/${FILE}`]: '{ "nginxVersion": "1.30" }',
    });
    const { stdout, stderr } = await runIn(directory, ['check', 'a/nginx.conf', 'b/nginx.conf']);
    expect(stdout).toContain('(nginx 1.28.0 assumed; --nginx-version to change).');
    expect(stderr).toBe(`b/nginx.conf: nginx 1.30.0 by b/${FILE}.\n`);
  });
});

describe('nginx-websocket.json that is of no use', () => {
  it.each(['check', 'fix', 'routes'])('ends %s with status 2 and the reason', async (command) => {
    const directory = await directoryWith({ 'nginx.conf': broken, [FILE]: '{ "rules": ' });
    const { status, stdout, stderr } = await runIn(directory, [command, 'nginx.conf']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^nginx-websocket: nginx-websocket\.json: It is not JSON: [^\n]+\.\n$/);
  });

  it('ends it too when it cannot be read', async () => {
    const directory = await directoryWith({ 'nginx.conf': broken });
    await mkdir(join(directory, FILE));
    const { status, stderr } = await runIn(directory, ['check', 'nginx.conf']);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: `nginx-websocket: ${FILE}: It is a directory.\n`,
    });
  });

  it('in part is told, and the rest holds', async () => {
    const directory = await withSettings({ rules: { [RULE]: 'off', nonsense: 'off' }, nginxVersion: 7 });
    const { status, stderr } = await runIn(directory, ['check', 'nginx.conf']);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: [
        `${FILE}: \`nginxVersion\` is \`7\`: write \`auto\`, or a version such as 1.28.0.`,
        `${FILE}: There is no rule \`nonsense\`: \`rules\` names it.`,
        '',
      ].join('\n'),
    });
  });

  it('does not matter beside a file that is part of another configuration', async () => {
    const directory = await directoryWith({
      'nginx.conf': 'events {}\nhttp {\n    include sites/*.conf;\n}\n',
      'sites/app.conf': 'server {\n}\n',
      [`sites/${FILE}`]: '{',
    });
    expect(await runIn(directory, ['check', 'sites/app.conf'])).toMatchObject({ status: 0, stderr: '' });
  });
});
