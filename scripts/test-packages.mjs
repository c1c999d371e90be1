// Builds and packs the extension, and looks at the size. Then installs the npm package in an empty folder, as a user
// would, and runs its programs from there, the server of the Model Context Protocol with a client of its own.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { beforeExit, run, runNpm, runScript, UserError } from './lib/process.mjs';
import { buildVsix, filesOf, sizeWithoutPictures, unpack } from './lib/vsix.mjs';

const BROKEN =
  'events {}\nhttp { server { listen 80; location /ws { proxy_pass http://127.0.0.1:3000; } } }\n';

/** In bytes, without pictures: what a person waits for who installs it over a slow line. */
const VSIX_LIMIT = 1_200_000;

runScript(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'nginx-websocket-'));
  beforeExit(() => rm(folder, { recursive: true, force: true }));
  const vsix = await buildVsix(folder);
  const size = await sizeWithoutPictures(vsix);
  console.log(`The extension has ${size} bytes without pictures.`);
  expect(`that is at most ${VSIX_LIMIT}`, size <= VSIX_LIMIT, true);
  const programs = (await filesOf(vsix)).filter((name) => /^extension\/dist\/\w+\.js$/.test(name));
  expect('the extension has its programs, and no server for other assistants', programs.sort(), [
    'extension/dist/cli.js',
    'extension/dist/client.js',
    'extension/dist/panel.js',
    'extension/dist/server.js',
  ]);
  const ownCli = path.join(await unpack(vsix, folder), 'dist/cli.js');
  const mcp = await run(process.execPath, [ownCli, 'mcp'], { output: 'keep' });
  expect(
    'the extension says where that is',
    [mcp.code, /Run: npx nginx-websocket mcp/.test(mcp.output)],
    [2, true],
  );
  const packed = await npm(['pack', '--loglevel=error', '--pack-destination', folder]);
  const filename = packed.trim();
  // pre-commit takes what npm prints for the name.
  expect('npm pack prints the name of the file alone', /^[\w.-]+\.tgz$/.test(filename), true);
  const elsewhere = path.join(folder, 'elsewhere');
  const tarball = path.join(folder, filename);
  await npm(['install', '--no-audit', '--no-fund', '--offline', '--prefix', elsewhere, tarball]);
  const program = (/** @type {string} */ name) => path.join(elsewhere, 'node_modules/.bin', name);

  await writeFile(path.join(elsewhere, 'nginx.conf'), BROKEN);
  const options = { cwd: elsewhere, output: /** @type {const} */ ('keep') };
  const checked = await run(program('nginx-websocket'), ['check', '--format', 'json', 'nginx.conf'], options);
  const { summary } = JSON.parse(checked.output);
  expect('check finds the mistake', [checked.code, summary.warning], [1, 1]);
  await checkMcp(program('nginx-websocket'), elsewhere);
  const { code } = await run(program('nginx-websocket'), ['fix', 'nginx.conf'], options);
  expect(
    'fix mends it',
    [code, (await readFile(path.join(elsewhere, 'nginx.conf'), 'utf8')).length > BROKEN.length],
    [0, true],
  );
  await checkServer(program('nginx-websocket-language-server'));
  return 0;
});

/** @param {readonly string[]} args */
async function npm(args) {
  const { code, output } = await runNpm(args, { output: 'keep' });
  if (code !== 0) throw new UserError(`npm ${args[0]} failed:\n${output}`);
  return output;
}

/**
 * @param {string} what
 * @param {unknown} seen
 * @param {unknown} expected
 */
function expect(what, seen, expected) {
  const [a, b] = [JSON.stringify(seen), JSON.stringify(expected)];
  if (a !== b) throw new UserError(`${what}: ${a} instead of ${b}.`);
  console.log(`passed: ${what}`);
}

/**
 * @param {string} program
 * @param {string} cwd where `BROKEN` is in nginx.conf
 */
async function checkMcp(program, cwd) {
  const client = new Client({ name: 'test-packages', version: '1' });
  const transport = new StdioClientTransport({ command: program, args: ['mcp'], cwd });
  await client.connect(transport);
  const { tools } = await client.listTools();
  expect(
    'the tools for language models are listed',
    tools.map(({ name }) => name),
    ['check', 'explain', 'routes', 'probe'],
  );
  const asked = { file: 'nginx.conf', urls: ['ws://localhost/ws'] };
  const answer = await client.callTool({ name: 'explain', arguments: asked });
  const [told] = /** @type {{ text: string }[]} */ (answer.content);
  expect('explain answers with its JSON', JSON.parse(told?.text ?? '')[0].verdict, 'blocked');
  const { pid } = transport;
  const started = Date.now();
  await client.close();
  // The client ends the input, and after two seconds the process.
  expect('it ends with its input', [typeof pid, Date.now() - started < 2000], ['number', true]);
}

/** @param {string} program */
async function checkServer(program) {
  const server = spawn(program, ['--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  beforeExit(() => void server.kill());
  const connection = createMessageConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  connection.listen();
  const answer = await connection.sendRequest('initialize', {
    processId: null,
    rootUri: null,
    capabilities: {},
  });
  const { serverInfo } = /** @type {{serverInfo?: {name?: string}}} */ (answer);
  expect('the language server answers', typeof serverInfo?.name, 'string');
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  const code = await new Promise((resolve) => server.once('exit', resolve));
  expect('it ends when it is asked to', code, 0);
  connection.dispose();
}
