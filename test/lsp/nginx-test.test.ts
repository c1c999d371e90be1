import { describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import type { Ran, Run } from '../../server/src/lsp/environment';
import { runProgram } from '../../server/src/node-run';
import {
  type EditorSettings,
  type TestConfigurationResult,
  testConfigurationRequest,
} from '../../server/src/protocol';
import { directoryWith } from '../cli/support';
import { openFile, type Session, startSession } from './support/in-process';
import { until } from './support/until';

const MAIN = '/project/nginx.conf';
const FILES = {
  [MAIN]: 'events {}\nhttp {\n    include conf.d/*.conf;\n}\n',
  '/project/conf.d/app.conf': 'server {\n\tserver_name     own.pem; \n}\n',
};

/** A program that prints this and ends. */
const prints =
  (output: string, status = 1): Run =>
  () =>
    Promise.resolve({ kind: 'ended', status, output, printed: '' });

interface Given {
  readonly run?: Run;
  readonly trusted?: boolean;
  readonly settings?: Partial<EditorSettings>;
}

async function start({ run, trusted = true, settings }: Given): Promise<Session> {
  return startSession(FILES, {
    folders: ['file:///project'],
    initializationOptions: { trusted },
    ...(settings === undefined ? {} : { settings }),
    ...(run === undefined ? {} : { run }),
  });
}

/** The result of a test of the main file. */
async function test(given: Given): Promise<TestConfigurationResult> {
  const session = await start(given);
  const uri = await openFile(session, MAIN);
  return session.client.connection.sendRequest(testConfigurationRequest, { uri });
}

const failedAt = (place: string): string =>
  `nginx: [emerg] invalid number of arguments in "server_name" directive in ${place}\nnginx: configuration file ${MAIN} test failed\n`;

describe('a test with nginx', () => {
  it('gives what nginx says, at the line that it names', async () => {
    const result = await test({ run: prints(failedAt('/project/conf.d/app.conf:2')) });
    expect(result).toMatchObject({
      outcome: 'refused',
      message:
        'nginx refuses the configuration: invalid number of arguments in "server_name" directive in /project/conf.d/app.conf:2.',
      command: `nginx -t -c ${MAIN}`,
      faults: [
        {
          uri: 'file:///project/conf.d/app.conf',
          line: 1,
          start: 1,
          end: 25,
          severity: 'error',
          message: 'invalid number of arguments in "server_name" directive',
        },
      ],
    });
  });

  it.each<[what: string, text: string, old: string, written: string]>([
    ['in its words', 'unknown directive "bogus" in /project/nginx.conf:3', 'include', 'bogus'],
    ['of its line', 'something new in /project/nginx.conf:3', 'include', 'listen'],
    ['where a `;` is missing', 'unexpected "}" in /project/nginx.conf:4', '*.conf;', '*.conf'],
  ])('leaves out what is among our findings, %s', async (_what, text, old, written) => {
    const session = await start({ run: prints(`nginx: [emerg] ${text}\n`) });
    const uri = await openFile(session, MAIN);
    await session.client.replace(uri, old, written);
    const result = await session.client.connection.sendRequest(testConfigurationRequest, { uri });
    expect(result).toMatchObject({ outcome: 'refused', faults: [] });
    // Where a rule is off, nginx's own words are all there is.
    session.client.settings = {
      rules: {
        syntax: 'off',
        'unknown-directive': 'off',
        'directive-context': 'off',
        'argument-count': 'off',
        'directive-value': 'off',
      },
    };
    await session.client.configurationChanged();
    const { faults } = await session.client.connection.sendRequest<TestConfigurationResult>(
      testConfigurationRequest,
      { uri },
    );
    expect(faults).toHaveLength(1);
  });

  it('is of the main file that a document belongs to; without one it says so', async () => {
    const started: unknown[] = [];
    const run: Run = (command) => {
      started.push(command);
      return Promise.resolve({ kind: 'missing' });
    };
    const session = await start({ run });
    await openFile(session, MAIN);
    const uri = await openFile(session, '/project/conf.d/app.conf');
    await session.client.connection.sendRequest(testConfigurationRequest, { uri });
    expect(started).toEqual([['nginx', '-t', '-c', MAIN]]);
    session.disk.files.set('/other/app.conf', 'location / {}\n');
    const alone = await openFile(session, '/other/app.conf');
    const { outcome, message } = await session.client.connection.sendRequest<TestConfigurationResult>(
      testConfigurationRequest,
      { uri: alone },
    );
    expect({ outcome, message }).toEqual({
      outcome: 'failed',
      message:
        'No main file is known that includes this document: name it by "Set Main Configuration", and it is tested.',
    });
    expect(started).toHaveLength(1);
  });

  it('puts what has no place at the top of the main file', async () => {
    const output = `nginx: [warn] conflicting server name "a" on 0.0.0.0:80, ignored\nnginx: [emerg] unknown "a" variable\nnginx: configuration file ${MAIN} test failed\n`;
    const { faults } = await test({ run: prints(output) });
    expect(faults.map(({ uri, line, severity, message }) => [uri, line, severity, message])).toEqual([
      [`file://${MAIN}`, 0, 'warning', 'conflicting server name "a" on 0.0.0.0:80, ignored'],
      [`file://${MAIN}`, 0, 'error', 'unknown "a" variable'],
    ]);
  });

  it.each<[what: string, place: string, settings: Partial<EditorSettings>]>([
    ['mapped', '/opt/app.conf:2', { pathMappings: { '/opt': 'conf.d' } }],
    ['those of /etc/nginx beside the main file', '/etc/nginx/conf.d/app.conf:2', {}],
    ['relative to where nginx is started', 'conf.d/app.conf:2', {}],
  ])('finds paths that are %s', async (_what, place, settings) => {
    const { faults } = await test({ run: prints(failedAt(place)), settings });
    expect(faults.map(({ uri, line }) => [uri, line])).toEqual([['file:///project/conf.d/app.conf', 1]]);
  });

  it('says of a file that is not here how it can be found', async () => {
    const { faults, message } = await test({ run: prints(failedAt('/opt/app.conf:2')) });
    expect(faults).toEqual([]);
    expect(message).toBe(
      'nginx refuses the configuration: invalid number of arguments in "server_name" directive in /opt/app.conf:2. `/opt/app.conf` is not here: `nginxWebsocket.pathMappings` can say where it is.',
    );
  });

  it('is passed where nginx accepts the main file', async () => {
    const ok = `nginx: the configuration file ${MAIN} syntax is ok\nnginx: configuration file ${MAIN} test is successful\n`;
    expect(await test({ run: prints(ok, 0) })).toMatchObject({
      outcome: 'accepted',
      message: `nginx accepts ${MAIN}.`,
      faults: [],
    });
  });

  it('of another main file says so', async () => {
    const other = '/usr/share/nginx.conf';
    const ok = `nginx: the configuration file ${other} syntax is ok\nnginx: configuration file ${other} test is successful\n`;
    const { outcome, message } = await test({ run: prints(ok, 0) });
    expect(outcome).toBe('accepted');
    expect(message).toMatch(
      /^nginx accepts \/usr\/share\/nginx\.conf\. That is not \/project\/nginx\.conf, .+\$\{mainFile\}/,
    );
  });

  it('explains what is about the machine, and calls no file faulty for it', async () => {
    const output = `nginx: the configuration file ${MAIN} syntax is ok\nnginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)\nnginx: configuration file ${MAIN} test failed\n`;
    const { outcome, message, faults } = await test({ run: prints(output) });
    expect({ outcome, faults }).toEqual({ outcome: 'failed', faults: [] });
    expect(message).toMatch(/^nginx may not listen at 0\.0\.0\.0:80 here .+ no fault that nginx sees\.$/);
  });

  it.each<[ran: Ran, message: RegExp]>([
    [{ kind: 'missing' }, /^There is no program `nginx` on PATH: install it, or name another/],
    [{ kind: 'failed', reason: 'spawn EACCES' }, /^`nginx` cannot be started: spawn EACCES\.$/],
    [{ kind: 'timeout' }, /^`nginx -t -c \/project\/nginx\.conf` has not ended in time/],
    [
      { kind: 'ended', status: 125, output: 'Cannot connect to the Docker daemon.\n', printed: '' },
      /^`nginx -t -c \/project\/nginx\.conf` ended with status 125, .+: Cannot connect to the Docker daemon\.$/,
    ],
    [
      { kind: 'ended', status: null, output: '', printed: '' },
      /^`nginx -t -c \/project\/nginx\.conf` was stopped, and nothing of nginx/,
    ],
  ])('that comes to nothing says why: %j', async (ran, message) => {
    const result = await test({ run: () => Promise.resolve(ran) });
    expect(result.outcome).toBe('failed');
    expect(result.message).toMatch(message);
  });

  it('starts the command of the setting in the workspace folder', async () => {
    const started: unknown[] = [];
    const run: Run = (command, directory) => {
      started.push(command, directory);
      return Promise.resolve({ kind: 'missing' });
    };
    const testCommand = ['docker', 'exec', 'web', 'nginx', '-c', '${mainFile}', '-p${workspaceFolder}/$&'];
    await test({ run, settings: { testCommand } });
    expect(started).toEqual([['docker', 'exec', 'web', 'nginx', '-c', MAIN, '-p/project/$&'], '/project']);
  });

  it('is not for nginx-websocket.json to command', async () => {
    const started: unknown[] = [];
    const run: Run = (command) => {
      started.push(command);
      return Promise.resolve({ kind: 'missing' });
    };
    const session = await start({ run });
    session.disk.files.set('/project/nginx-websocket.json', '{ "testCommand": ["rm", "-rf"] }');
    const uri = await openFile(session, MAIN);
    await session.client.connection.sendRequest(testConfigurationRequest, { uri });
    expect(started).toEqual([['nginx', '-t', '-c', MAIN]]);
  });

  it('starts nothing in a workspace that is not trusted', async () => {
    const run: Run = () => Promise.reject(new Error('It was started.'));
    const { outcome, message } = await test({ run, trusted: false });
    expect({ outcome, message }).toEqual({
      outcome: 'failed',
      message: 'nginx is started in a trusted workspace only.',
    });
  });

  it('needs more than a browser', async () => {
    expect(await test({})).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('a desktop or by a remote connection'),
    });
  });

  it('ends with its request', async () => {
    let isCancelled = false;
    let isStarted = false;
    const run: Run = (_command, _directory, token) =>
      new Promise((resolve) => {
        isStarted = true;
        token.onCancellationRequested(() => {
          isCancelled = true;
          resolve({ kind: 'cancelled' });
        });
      });
    const session = await start({ run });
    const uri = await openFile(session, MAIN);
    const source = new CancellationTokenSource();
    const answer = session.client.connection.sendRequest(testConfigurationRequest, { uri }, source.token);
    await until('the start', () => isStarted);
    source.cancel();
    await expect(answer).rejects.toThrow('cancelled');
    expect(isCancelled).toBe(true);
  });
});

describe('a program', () => {
  const never = new CancellationTokenSource().token;
  const script = (text: string): string[] => [process.execPath, '-e', text];

  it('gives what it prints, to either output, and its status', async () => {
    const text = 'process.stdout.write("a"); process.stderr.write("b"); process.exitCode = 3;';
    const ran = await runProgram(script(text), null, never);
    expect(ran).toMatchObject({ kind: 'ended', status: 3, printed: 'a' });
    expect(ran.kind === 'ended' && ['ab', 'ba'].includes(ran.output)).toBe(true);
  });

  it('is started in the directory, or anywhere where there is none', async () => {
    const directory = await directoryWith();
    const text = 'process.stdout.write(process.cwd())';
    expect(await runProgram(script(text), directory, never)).toMatchObject({ output: directory });
    const elsewhere = await runProgram(script(text), `${directory}/none`, never);
    expect(elsewhere).toMatchObject({ kind: 'ended', output: process.cwd() });
    expect(await runProgram(script(text), 'vscode-vfs://github/o/r', never)).toMatchObject({ status: 0 });
  });

  it.each([
    [['/no/such/program'], { kind: 'missing' }],
    [[''], { kind: 'failed' }],
    [['a\0b'], { kind: 'failed' }],
    [['/'], { kind: 'failed' }],
  ])('%j cannot be started', async (command, expected) => {
    expect(await runProgram(command, null, never)).toMatchObject(expected);
  });

  it('ends when it is cancelled', async () => {
    const source = new CancellationTokenSource();
    const ran = runProgram(script('setInterval(() => {}, 1000)'), null, source.token);
    source.cancel();
    expect(await ran).toEqual({ kind: 'cancelled' });
  });
});
