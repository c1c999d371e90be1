import { describe, expect, it } from 'vitest';
import { CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { Timer } from '../../server/src/lsp/environment';
import { Runner, Stale } from '../../server/src/lsp/runner';
import { until } from './support/until';

const timer: Timer = {
  setImmediate(callback) {
    const handle = setImmediate(callback);
    return { dispose: () => clearImmediate(handle) };
  },
  setTimeout() {
    throw new Error('Nothing here waits.');
  },
};

function runnerWithLog(): { runner: Runner; log: string[] } {
  const log: string[] = [];
  return { runner: new Runner(timer, (message) => log.push(message)), log };
}

describe('the runner of handlers', () => {
  it('gives the answer of the handler', async () => {
    const { runner, log } = runnerWithLog();
    expect(await runner.answer('Test', CancellationToken.None, 0, () => Promise.resolve(1))).toBe(1);
    expect(log).toEqual([]);
  });

  it('gives the neutral answer for a fault, and logs it', async () => {
    const { runner, log } = runnerWithLog();
    const answer = runner.answer('Hover', CancellationToken.None, 0, () =>
      Promise.reject(new Error('broken')),
    );
    expect(await answer).toBe(0);
    expect(log).toEqual([expect.stringMatching(/^Hover failed: Error: broken\n/)]);
  });

  it('does nothing for a request that was cancelled', async () => {
    const { runner, log } = runnerWithLog();
    const answer = await runner.answer('Test', CancellationToken.Cancelled, 0, () => {
      throw new Error('It was run.');
    });
    expect(answer).toBeInstanceOf(ResponseError);
    expect(answer).toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    expect(log).toEqual([]);
  });

  it('says that the content was modified where no answer would be true', async () => {
    const { runner, log } = runnerWithLog();
    const answer = await runner.answer('Test', CancellationToken.None, 0, () => Promise.reject(new Stale()));
    expect(answer).toMatchObject({ code: LSPErrorCodes.ContentModified });
    expect(log).toEqual([]);
  });

  it('survives when nobody is left to be told', async () => {
    let told = 0;
    const runner = new Runner(timer, () => {
      told += 1;
      throw new Error('The connection is closed.');
    });
    runner.start('Test', () => Promise.reject(new Error('broken')));
    await until('the attempt', () => told === 1);
    expect(told).toBe(1);
  });

  it('logs a fault of work that does not even begin', () => {
    const { runner, log } = runnerWithLog();
    runner.start('Test', () => {
      throw new Error('broken');
    });
    expect(log).toEqual([expect.stringMatching(/^Test failed: Error: broken\n/)]);
  });
});
