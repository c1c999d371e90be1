import { describe, expect, it } from 'vitest';
import { rules } from '../../server/src/rules/rules.generated';
import { directoryWith, runIn } from './support';

const CONF = `events {}
http {
  server {
    listen 80;
    location /ws {
      proxy_set_header Host $host;
      proxy_read_timeout 1h;
      proxy_pass http://127.0.0.1:3000;
    }
  }
}
`;

async function check(
  format: string,
  ...options: readonly string[]
): Promise<[status: number, stdout: string]> {
  const directory = await directoryWith({ 'a b,c.conf': CONF });
  const { status, stdout } = await runIn(directory, ['check', '--format', format, ...options, 'a b,c.conf']);
  return [status, stdout];
}

describe('github', () => {
  it('is a command of a workflow for each problem that is severe enough', async () => {
    const [status, stdout] = await check('github');
    expect(stdout).toMatch(
      /^::warning file=a b%2Cc\.conf,line=8,col=7,endLine=8,endColumn=39,title=websocket-upgrade-missing::WebSocket handshakes fail here: .*\n$/,
    );
    expect(status).toBe(1);
  });

  it('is nothing where nothing is severe enough', async () => {
    expect(await check('github', '--severity', 'error')).toEqual([0, '']);
  });
});

describe('sarif', () => {
  it('has every problem, its rule and its place', async () => {
    const [status, stdout] = await check('sarif', '--severity', 'error');
    expect(status).toBe(0);
    const log = JSON.parse(stdout) as {
      version: string;
      runs: {
        tool: {
          driver: {
            name: string;
            rules: {
              id: string;
              helpUri: string;
              shortDescription: { text: string; markdown: string };
              fullDescription: { text: string };
              help: { text: string; markdown: string };
            }[];
          };
        };
        columnKind: string;
        results: { ruleId: string; ruleIndex: number; level: string; locations: unknown[] }[];
      }[];
    };
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    expect(run?.columnKind).toBe('utf16CodeUnits');
    expect(run?.tool.driver.rules.map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
    // What code scanning of GitHub wants, each 1,024 characters at most.
    for (const { shortDescription, fullDescription, help } of run?.tool.driver.rules ?? []) {
      expect(shortDescription.text).toMatch(/^[^`]{20,1024}\.$/);
      expect(fullDescription.text).toMatch(/^[^`]{20,1024}$/);
      expect(help.text).toMatch(/^[^`]{40,}$/);
    }
    expect(run?.tool.driver.rules.find(({ id }) => id === 'ssl-protocols-weak')).toMatchObject({
      shortDescription: {
        text: 'ssl_protocols allows SSLv2, SSLv3, TLSv1 or TLSv1.1.',
        markdown: '`ssl_protocols` allows SSLv2, SSLv3, TLSv1 or TLSv1.1.',
      },
      help: { markdown: expect.stringContaining('Allow `TLSv1.2` and `TLSv1.3` only') },
    });
    const result = run?.results.find(({ ruleId }) => ruleId === 'websocket-upgrade-missing');
    expect(run?.tool.driver.rules[result?.ruleIndex ?? -1]?.id).toBe('websocket-upgrade-missing');
    expect(result).toMatchObject({
      level: 'warning',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'a%20b%2Cc.conf' },
            region: { startLine: 8, startColumn: 7, endLine: 8, endColumn: 39 },
          },
        },
      ],
    });
  });
});

describe('gitlab', () => {
  it('is an issue of a code quality report for each problem that is severe enough', async () => {
    const [status, stdout] = await check('gitlab');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual([
      {
        description: expect.stringContaining('WebSocket handshakes fail here'),
        check_name: 'websocket-upgrade-missing',
        fingerprint: expect.stringMatching(/^[\da-f]{32}$/),
        severity: 'major',
        location: { path: 'a b,c.conf', lines: { begin: 8, end: 8 } },
      },
    ]);
  });

  it('gives issues on lines that read the same fingerprints of their own, which stay when lines move', async () => {
    const location = 'location /ws { proxy_pass http://127.0.0.1:3000; }';
    const prints = async (head: string): Promise<string[]> => {
      const text = `${head}events {}\nhttp {\nserver { ${location} }\nserver { listen 81;\n${location} } }\n`;
      const directory = await directoryWith({ 'nginx.conf': text });
      const { stdout } = await runIn(directory, ['check', '--format', 'gitlab', 'nginx.conf']);
      return (JSON.parse(stdout) as { fingerprint: string }[]).map(({ fingerprint }) => fingerprint);
    };
    const before = await prints('');
    expect(new Set(before).size).toBe(2);
    expect(await prints('# a line more\n')).toEqual(before);
  });
});
