import { EventEmitter, once } from 'node:events';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { processIo } from '../../server/src/cli/io';
import { run } from '../../server/src/cli/main';
import { mcpServer } from '../../server/src/cli/mcp';
import { acceptance, answering, serve } from '../probe/support';
import { broken, directoryWith, fixed, runIn } from './support';

/** A client of the SDK, connected to our server in a directory with these files. */
async function connected(files: Readonly<Record<string, string>> = {}) {
  const cwd = await directoryWith(files);
  const server = mcpServer(run, { ...processIo(), cwd, environment: {} });
  const client = new Client({ name: 'test', version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await server.connect(ours);
  await client.connect(theirs);
  onTestFinished(() => client.close());
  const call = async (name: string, args: Record<string, unknown>) => {
    const { content, isError } = CallToolResultSchema.parse(await client.callTool({ name, arguments: args }));
    const texts = content.map((part) => (part.type === 'text' ? part.text : ''));
    return { isError: isError === true, texts };
  };
  return { cwd, client, call };
}

describe('the tools', () => {
  it('are listed, with who reads and who sends', async () => {
    const { client } = await connected();
    const { tools } = await client.listTools();
    expect(tools.map(({ name, annotations }) => [name, annotations?.openWorldHint])).toEqual([
      ['check', false],
      ['explain', false],
      ['routes', false],
      ['probe', true],
    ]);
    expect(tools.map(({ inputSchema }) => inputSchema.required)).toEqual([
      ['files'],
      ['file', 'urls'],
      ['file'],
      ['url'],
    ]);
  });

  it('answer with the JSON of the command line', async () => {
    const { cwd, call } = await connected({ 'nginx.conf': broken });
    const url = 'ws://localhost/ws';
    const calls = [
      ['check', { files: ['nginx.conf'], urls: [url] }, ['--url', url, 'nginx.conf']],
      ['explain', { file: 'nginx.conf', urls: [url] }, ['nginx.conf', url]],
      ['routes', { file: 'nginx.conf', nginxVersion: '1.30' }, ['--nginx-version', '1.30', 'nginx.conf']],
    ] as const;
    for (const [name, args, argv] of calls) {
      const { isError, texts } = await call(name, args);
      const { stdout, stderr } = await runIn(cwd, [name, '--format', 'json', ...argv]);
      expect(isError).toBe(false);
      expect(texts).toEqual([stdout, stderr].filter((text) => text !== ''));
      expect(stdout).toContain('websocket-upgrade-missing');
    }
  });

  it('see a file as it is at the time of the call', async () => {
    const { call } = await connected({ 'nginx.conf': broken, 'fixed.conf': fixed });
    const verdicts = await Promise.all(
      ['nginx.conf', 'fixed.conf'].map(async (file) => {
        const { texts } = await call('routes', { file });
        return JSON.parse(texts[0] ?? '').routes[0].verdict;
      }),
    );
    expect(verdicts).toEqual(['blocked', 'passes']);
  });

  it('say what is wrong with a call', async () => {
    const { call } = await connected({ '--main=x': broken });
    const faults = await Promise.all([
      call('check', { files: ['nope.conf'] }),
      call('check', { files: ['-'] }),
      call('check', { files: [] }),
      call('probe', { url: 'ws://user:secret@localhost/' }),
      call('probe', { url: '--help' }),
    ]);
    expect(faults.map(({ isError }) => isError)).toEqual([true, true, true, true, true]);
    expect(faults[0]?.texts.join('')).toContain('nope.conf: there is no such file.');
    expect(faults[1]?.texts.join('')).toContain('There is no standard input here');
    // What looks like an option is a name.
    const { isError, texts } = await call('check', { files: ['--main=x'] });
    expect([isError, JSON.parse(texts[0] ?? '').mains[0].file]).toEqual([false, '--main=x']);
  });
});

describe('probe', () => {
  it('opens the URL of the call, and keeps secrets to itself', async () => {
    let seen = '';
    const port = await answering((request) => {
      seen = request;
      return acceptance(request);
    });
    const { call } = await connected();
    const { isError, texts } = await call('probe', {
      url: `ws://127.0.0.1:${port}/hub?token=abcdef123456`,
      headers: ['Authorization: Bearer abcdef123456'],
      timeout: 0.2,
    });
    expect(isError).toBe(false);
    expect(JSON.parse(texts[0] ?? '')).toMatchObject({ ok: true, status: 101 });
    expect(seen).toContain('Authorization: Bearer abcdef123456');
    expect(texts.join('')).not.toContain('abcdef123456');
  });

  it('ends when the call is cancelled', async () => {
    const { client } = await connected();
    const cancellation = new AbortController();
    const events = new EventEmitter();
    const over = once(events, 'over');
    const port = await serve((socket) => {
      socket.once('data', () => cancellation.abort());
      socket.once('close', () => events.emit('over'));
    });
    const params = { name: 'probe', arguments: { url: `ws://127.0.0.1:${port}/`, timeout: 60 } };
    const answer = client.callTool(params, undefined, { signal: cancellation.signal });
    await expect(answer).rejects.toThrow(/abort/i);
    await over;
  }, 20_000);
});
