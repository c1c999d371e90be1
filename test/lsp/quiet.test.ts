import { describe, expect, it } from 'vitest';
import type { Timer } from '../../server/src/lsp/environment';
import { Quiet } from '../../server/src/lsp/quiet';
import { routesChanged, routesRequest, statusRequest } from '../../server/src/protocol';
import { openFile, startSession } from './support/in-process';
import { until } from './support/until';

/** Timers that run when they are told to. */
class HandTimer implements Timer {
  readonly waiting = new Set<() => void>();

  setImmediate(callback: () => void): { dispose(): void } {
    return this.setTimeout(callback);
  }

  setTimeout(callback: () => void): { dispose(): void } {
    this.waiting.add(callback);
    return { dispose: () => this.waiting.delete(callback) };
  }

  run(): void {
    const due = [...this.waiting];
    this.waiting.clear();
    for (const callback of due) callback();
  }
}

describe('work that waits for quiet', () => {
  it('is done later, and once: the last of it', () => {
    const timer = new HandTimer();
    const quiet = new Quiet(timer);
    const done: number[] = [];
    for (const each of [1, 2, 3]) quiet.afterwards(() => done.push(each));
    expect(done).toEqual([]);
    timer.run();
    expect(done).toEqual([3]);
    quiet.afterwards(() => done.push(4));
    timer.run();
    expect(done).toEqual([3, 4]);
  });
});

const MAIN = '/etc/nginx/nginx.conf';
const TEXT = 'events {}\nhttp { server { listen 80; location /ws { proxy_pass http://127.0.0.1:1; } } }\n';

describe('what changed', () => {
  it('is told after the answer that it was found with', async () => {
    const timer = new HandTimer();
    const session = await startSession(
      { [MAIN]: TEXT },
      { setTimeout: (callback) => timer.setTimeout(callback) },
    );
    const { client } = session;
    const order: string[] = [];
    client.connection.onNotification(routesChanged, () => {
      order.push('routes');
    });
    const uri = await openFile(session, MAIN);
    await client.connection.sendRequest(statusRequest, { uri });
    await client.connection.sendRequest(routesRequest, { uri });
    await client.replace(uri, '/ws', '/chat');
    await client.replace(uri, 'location /chat', 'location /shop { proxy_pass http://a; } location /chat');
    await client.diagnostics(uri);
    order.push('answer');
    timer.run();
    await until('news', () => order.includes('routes') && client.statusChanges > 0);
    expect(order).toEqual(['answer', 'routes']);
    expect(client.statusChanges).toBe(1);
  });
});
