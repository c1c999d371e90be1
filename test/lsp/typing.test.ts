import { describe, expect, it } from 'vitest';
import { pullOnly, type TestClient } from './support/client';
import { openFile, startSession } from './support/in-process';
import { until } from './support/until';

const MAIN = '/etc/nginx/nginx.conf';

/** A configuration as it is typed: after each key the editor has closed what was opened, and indents. */
const WRITTEN = `events {}
http {
    map $http_upgrade $connection_upgrade {
        default upgrade;
    }
    upstream chat {
        server 127.0.0.1:3000;
    }
    server {
        listen 80;
        location /ws {
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_pass http://chat;
        }
    }
}
`;

/** No time passes. */
const never = () => ({ dispose() {} });

const HEADERS = `events {}
http {
    server {
        location /ws {
            proxy_pass http://127.0.0.1:3000;
            
        }
        location /hub {
            proxy_pass http://127.0.0.1:3000;
        }
    }
}
`;

/** Puts one character where a text begins. */
async function key(client: TestClient, uri: string, before: string, character: string): Promise<void> {
  await client.change(uri, [{ range: client.rangeOf(uri, before), newText: character }]);
}

/** Types a text at the end, and asks for what is wrong after each key. */
async function type(client: TestClient, uri: string, text: string): Promise<string[]> {
  const told: string[] = [];
  let at = client.document(uri).getText().length;
  for (let index = 0; index < text.length; index += 1) {
    const key = text.charAt(index);
    const document = client.document(uri);
    const position = document.positionAt(at);
    const range = { start: position, end: position };
    if (key === '}' && document.getText().slice(at).trimStart().startsWith('}')) {
      // The brace is there: the editor has closed it. The cursor steps over it.
      at = document.getText().indexOf('}', at) + 1;
      continue;
    }
    if (key === '\n') {
      const indent = /^\n *(?!\n)/.exec(text.slice(index))?.[0] ?? '\n';
      const isBetweenBraces = document.getText().slice(at - 1, at + 1) === '{}';
      await client.change(uri, [{ range, newText: isBetweenBraces ? `${indent}\n` : indent }]);
      at += indent.length;
      index += indent.length - 1;
    } else {
      await client.change(uri, [{ range, newText: key === '{' ? '{}' : key }]);
      at += 1;
    }
    for (const { severity, message, range } of await client.diagnostics(uri)) {
      if ((severity ?? 1) <= 2)
        told.push(
          `${text
            .slice(0, index + 1)
            .split('\n')
            .at(-1)}| ${range.start.line + 1}: ${JSON.stringify(message)}`,
        );
    }
  }
  return told;
}

describe('a statement that is being written', () => {
  it('has nothing wrong with it: a configuration is typed from nothing, key by key', async () => {
    const session = await startSession({ [MAIN]: '' }, { setTimeout: never });
    const uri = await openFile(session, MAIN);
    expect(await type(session.client, uri, WRITTEN)).toEqual([]);
    const words = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
    expect(words(session.client.document(uri).getText())).toBe(words(WRITTEN));
  });

  it('is told when there is a pause', async () => {
    let pause = (): void => {};
    const setTimeout = (callback: () => void, milliseconds: number): { dispose(): void } => {
      if (milliseconds === 1000) pause = callback;
      return { dispose() {} };
    };
    const session = await startSession({ [MAIN]: HEADERS }, { setTimeout });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    const before = await client.rules(uri);
    await key(client, uri, '\n        }\n        location /hub', 'x');
    expect(before).toEqual(expect.arrayContaining(await client.rules(uri)));
    const { refreshes } = client;
    pause();
    await until('a refresh', () => client.refreshes > refreshes);
    expect(await client.rules(uri)).toContain('syntax');
  });

  it('is told at once to a client that would not ask again', async () => {
    const session = await startSession({ [MAIN]: HEADERS }, { setTimeout: never, capabilities: pullOnly });
    const uri = await openFile(session, MAIN);
    await session.client.rules(uri);
    await key(session.client, uri, '\n        }\n        location /hub', 'x');
    expect(await session.client.rules(uri)).toContain('syntax');
  });

  it('keeps back what is new, and nothing that was told before or is about another block', async () => {
    const session = await startSession({ [MAIN]: HEADERS }, { setTimeout: never });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    const before = await client.diagnostics(uri);
    expect(before.length).toBeGreaterThan(1);
    await key(client, uri, '\n        }\n        location /hub', 'x');
    expect(before).toEqual(expect.arrayContaining(await client.diagnostics(uri)));
    // What is chosen from a list has no end yet; what ends is told.
    await client.replace(uri, 'x\n', 'proxy_bufering\n');
    await client.replace(uri, 'proxy_bufering', 'proxy_bufering on');
    expect(before).toEqual(expect.arrayContaining(await client.diagnostics(uri)));
    await client.replace(uri, 'proxy_bufering on', 'proxy_bufering on;');
    expect((await client.diagnostics(uri)).length).toBeGreaterThan(before.length);
  });
});
