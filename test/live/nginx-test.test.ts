import { describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { explainMessage, parseNginxOutput } from '../../server/src/features/nginx-test';
import { runProgram } from '../../server/src/node-run';
import { directoryWith } from '../cli/support';
import { nginxBinary } from './harness/nginx';

/** What a running nginx says when it tests configurations, read by the code that reads it for people. */

/** Tests a configuration: the messages as `level text @file:line`, with how each is explained. */
async function test(text: string, log: string): Promise<{ messages: string[]; explained: boolean[] }> {
  const directory = await directoryWith({ 'nginx.conf': `pid nginx.pid;\n${log}\n${text}` });
  const command = [nginxBinary(), '-t', '-p', directory, '-e', `${directory}/start.log`, '-c', 'nginx.conf'];
  const ran = await runProgram(command, directory, new CancellationTokenSource().token);
  if (ran.kind !== 'ended') throw new Error(`nginx has not run: ${JSON.stringify(ran)}`);
  const { messages, tested } = parseNginxOutput(ran.output);
  expect(tested).toBe(`${directory}/nginx.conf`);
  return {
    messages: messages.map(({ level, text: words, file, line }) =>
      file === null ? `${level} ${words}` : `${level} ${words} @${file.slice(directory.length + 1)}:${line}`,
    ),
    explained: messages.map((message) => explainMessage(message) !== null),
  };
}

const http = (lines: string): string => `events {}\nhttp {\n    access_log off;\n    ${lines}\n}\n`;

// Before the configuration is read, messages go to the log of the command line; the rest go where it says.
describe.each([['error_log error.log;'], ['error_log stderr;']])('nginx -t with %s', (log) => {
  it('finds no fault', async () => {
    expect(await test(http('server { listen 127.0.0.1:8099; }'), log)).toEqual({
      messages: [],
      explained: [],
    });
  });

  it('warns more than once, and refuses', async () => {
    const text = http('allow 127.0.0.1/8;\n    allow 10.0.0.1/8;\n    bogus;');
    expect(await test(text, log)).toEqual({
      messages: [
        'warn low address bits of 127.0.0.1/8 are meaningless @nginx.conf:6',
        'warn low address bits of 10.0.0.1/8 are meaningless @nginx.conf:7',
        'emerg unknown directive "bogus" @nginx.conf:8',
      ],
      explained: [false, false, false],
    });
  });

  it('names no place for a variable, nor for a name that two servers have', async () => {
    const server = 'server { listen 127.0.0.1:8099; server_name a; }';
    expect(await test(http(`${server} ${server}`), log)).toEqual({
      messages: ['warn conflicting server name "a" on 127.0.0.1:8099, ignored'],
      explained: [false],
    });
    const variable = await test(http('server { add_header A $nope; }'), log);
    expect(variable.messages).toEqual(['emerg unknown "nope" variable']);
  });

  it.each([
    ['a word of two lines', '"bo\ngus" on;', 'emerg unknown directive "bo\ngus" @nginx.conf:7', false],
    [
      'a host',
      'server { location / { proxy_pass http://no-such-host.invalid; } }',
      'emerg host not found in upstream "no-such-host.invalid" @nginx.conf:6',
      true,
    ],
    [
      'an address of another machine',
      'server { listen 203.0.113.1:8099; }',
      'emerg bind() to 203.0.113.1:8099 failed (99: Cannot assign requested address)',
      true,
    ],
    [
      'a missing file',
      'include none.conf;',
      /^emerg open\(\) "\S+none\.conf" failed \(2: No such file or directory\) @nginx\.conf:6$/,
      false,
    ],
    [
      'a missing certificate',
      'server { listen 127.0.0.1:8099 ssl; ssl_certificate /none/c; ssl_certificate_key /none/k; }',
      /^emerg cannot load certificate "\/none\/c": .*No such file or directory/,
      true,
    ],
  ])('refuses %s', async (_what, lines, message, isExplained) => {
    const { messages, explained } = await test(http(lines), log);
    expect(messages).toEqual([
      typeof message === 'string' ? message : (expect.stringMatching(message) as string),
    ]);
    expect(explained).toEqual([isExplained]);
  });
});
