import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { version } from '../../../package.json';
import { InputError } from './errors';
import type { Io } from './io';

/** Runs a command line; gives its exit status. */
type Run = (argv: readonly string[], io: Io) => Promise<number>;

/**
 * The command `mcp`: a server of the Model Context Protocol over standard input and output, until the input ends.
 *
 * @param run runs the other commands
 * @returns exit status: 0
 */
export async function mcp(run: Run, io: Io): Promise<number> {
  const server = mcpServer(run, io);
  const closed = new Promise<void>((resolve) => {
    server.server.onclose = resolve;
  });
  process.stdin.once('end', () => void server.close());
  await server.connect(new StdioServerTransport());
  await closed;
  return 0;
}

/**
 * The tools `check`, `explain`, `routes` and `probe`. A call is a command line: the answer is the JSON that it prints,
 * then what it says beside that.
 */
export function mcpServer(run: Run, io: Io): McpServer {
  const server = new McpServer({ name: 'nginx-websocket', version }, { instructions: INSTRUCTIONS });
  const answer = async (argv: readonly string[], signal: AbortSignal): Promise<CallToolResult> => {
    const call = new Call(io, signal);
    const status = await run(argv, call.io);
    return call.result(status > 1);
  };
  server.registerTool(
    'check',
    {
      title: 'Check an nginx configuration',
      description:
        'Says what keeps WebSocket handshakes from getting through nginx configurations, and what `nginx -t` would refuse. Needs no nginx; sends nothing; changes no file.',
      inputSchema: {
        files: z.array(z.string()).min(1).describe(`${FILE} A folder means the configurations in it.`),
        urls: z
          .array(z.string())
          .optional()
          .describe('URLs that are meant for WebSocket, such as wss://example.com/ws.'),
        ...COMMON,
      },
      annotations: READS,
    },
    ({ files, urls = [], ...common }, { signal }) =>
      answer(
        ['check', JSON_FORMAT, ...optionsOf(common), ...urls.map((url) => `--url=${url}`), '--', ...files],
        signal,
      ),
  );
  server.registerTool(
    'explain',
    {
      title: 'Explain a WebSocket handshake',
      description:
        'Follows the WebSocket handshake for each URL through an nginx configuration: the server and location that take it, the request that reaches the back end, and the lines that stop it. Sends nothing.',
      inputSchema: {
        file: z.string().describe(FILE),
        urls: z.array(z.string()).min(1).describe('URLs to follow, such as wss://example.com/ws.'),
        ...COMMON,
      },
      annotations: READS,
    },
    ({ file, urls, ...common }, { signal }) =>
      answer(['explain', JSON_FORMAT, ...optionsOf(common), '--', file, ...urls], signal),
  );
  server.registerTool(
    'routes',
    {
      title: 'List the routes of an nginx configuration',
      description:
        'Lists the locations that hand requests to a back end: the URLs that lead there, whether WebSocket handshakes pass, and why not. Sends nothing.',
      inputSchema: { file: z.string().describe(FILE), ...COMMON },
      annotations: READS,
    },
    ({ file, ...common }, { signal }) =>
      answer(['routes', JSON_FORMAT, ...optionsOf(common), '--', file], signal),
  );
  server.registerTool(
    'probe',
    {
      title: 'Probe a WebSocket',
      description:
        'Opens the WebSocket at the URL from this machine, step by step, and closes it again: name, connection, TLS and certificate, handshake, ping. Values of headers that are secret are left out of the answer.',
      inputSchema: {
        url: z.string().describe('Such as wss://example.com/ws. Nothing else is spoken to.'),
        headers: z.array(z.string()).optional().describe('Headers to send, each as `Name: value`.'),
        protocols: z.array(z.string()).optional().describe('Subprotocols to ask for.'),
        connect: z
          .string()
          .optional()
          .describe(
            'HOST:PORT to connect to instead; Host, path and the name in the certificate stay those of the URL.',
          ),
        insecure: z.boolean().optional().describe('Go on with a certificate that clients would refuse.'),
        hold: z.number().optional().describe('Seconds to keep the idle connection open.'),
        timeout: z.number().optional().describe('Seconds for opening; 10 unless given.'),
      },
      annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: true },
    },
    ({ url, headers = [], protocols = [], connect, insecure, hold, timeout }, { signal }) =>
      answer(
        [
          'probe',
          JSON_FORMAT,
          ...headers.map((header) => `--header=${header}`),
          ...protocols.map((protocol) => `--protocol=${protocol}`),
          ...option('connect', connect),
          ...(insecure === true ? ['--insecure'] : []),
          ...option('hold', hold),
          ...option('timeout', timeout),
          '--',
          url,
        ],
        signal,
      ),
  );
  return server;
}

const INSTRUCTIONS =
  'Says whether WebSocket handshakes get through an nginx configuration, and which line stops them. `check` finds what is wrong, `routes` lists the locations, `explain` follows one URL; these three only read files. `probe` opens a real WebSocket: use it for URLs that the user has named.';

const FILE =
  'The main file of a configuration, or a part of it: the main file is then looked for upward. A path is absolute, or relative to the working directory of this server.';

const COMMON = {
  main: z.string().optional().describe('The file nginx is started with, where it is not found by itself.'),
  nginxVersion: z
    .string()
    .optional()
    .describe('The version of nginx, such as 1.28, or what `nginx -V` prints.'),
};

const READS = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };

const JSON_FORMAT = '--format=json';

function optionsOf({ main, nginxVersion }: { main?: string | undefined; nginxVersion?: string | undefined }) {
  return [...option('main', main), ...option('nginx-version', nginxVersion)];
}

/** One argument: whatever the value is, it is no option of its own. */
function option(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`--${name}=${value}`];
}

/** What one call writes and hears. */
class Call {
  readonly io: Io;
  private readonly written = { stdout: '', stderr: '' };

  constructor(io: Io, signal: AbortSignal) {
    const outputTo = (name: 'stdout' | 'stderr'): Io['stdout'] => ({
      write: (data) => {
        this.written[name] += data.toString();
      },
      isTerminal: false,
    });
    this.io = {
      ...io,
      stdout: outputTo('stdout'),
      stderr: outputTo('stderr'),
      // The standard input is where the messages come from.
      readInput: () => Promise.reject(new InputError('There is no standard input here: name a file.')),
      onInterrupt: (listener) => {
        signal.addEventListener('abort', listener, { once: true });
        return () => signal.removeEventListener('abort', listener);
      },
    };
  }

  result(isError: boolean): CallToolResult {
    const texts = [this.written.stdout, this.written.stderr].filter((text) => text !== '');
    return { content: texts.map((text) => ({ type: 'text', text })), isError };
  }
}
