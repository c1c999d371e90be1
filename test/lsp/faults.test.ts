import { type Diagnostic, RequestType } from 'vscode-languageserver/node';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { rule as upstreamNotUsed } from '../../server/src/rules/upstream-not-used';
import { Suppressions } from '../../server/src/rules/support/suppression';
import { checkFilesRequest, type CheckFilesParams, type CheckFilesResult } from '../../server/src/protocol';
import { pushOnly } from './support/client';
import { openFile, startSession } from './support/in-process';
import { until } from './support/until';

const MAIN = '/etc/nginx/nginx.conf';

/** A rule that a mistake of ours has broken, for the length of a test. */
function breakRule(): void {
  const { check } = upstreamNotUsed;
  if (!('run' in check)) throw new Error('The rule has several checks.');
  const spy = vi.spyOn(check, 'run').mockImplementation(() => {
    throw new Error('a mistake of ours');
  });
  onTestFinished(() => spy.mockRestore());
}

it('a fault in one rule is logged, and costs its answer alone', async () => {
  breakRule();
  const session = await startSession({ [MAIN]: 'events {}\nhttp {\n    include missing.conf;\n}\n' });
  const { client } = session;
  const uri = await openFile(session, MAIN);
  expect(await client.rules(uri)).toContain('include-missing');
  const line = await until('the log', () =>
    client.log.find((each) => each.startsWith('Rule upstream-not-used failed')),
  );
  expect(line).toContain('a mistake of ours');
  await client.diagnostics(uri);
  expect(client.log.filter((each) => each.startsWith('Rule upstream-not-used failed'))).toHaveLength(1);
});

/** A mistake of ours that no configuration with this main file survives, for the length of a test. */
function poison(main: string): void {
  // oxlint-disable-next-line typescript/unbound-method -- it is called with its `this` below
  const original = Suppressions.prototype.unused;
  const spy = vi.spyOn(Suppressions.prototype, 'unused').mockImplementation(function unused(
    this: Suppressions,
    disabled,
  ) {
    if (mainOf(this) === main) throw new Error('a poisoned file');
    return original.call(this, disabled);
  });
  onTestFinished(() => spy.mockRestore());
}

function mainOf(suppressions: Suppressions): string {
  const { model } = suppressions as unknown as {
    model: { configuration: { closure: { main: { path: string } } } };
  };
  return model.configuration.closure.main.path;
}

describe('a poisoned file', () => {
  const POISONED = '/a/nginx.conf';
  const GOOD = '/b/nginx.conf';
  const files = {
    [POISONED]: 'events {}\nhttp {\n    include /shared.conf;\n}\n',
    [GOOD]: 'events {}\nhttp {\n    include /shared.conf;\n    include missing.conf;\n}\n',
    '/shared.conf': 'include lost.conf;\n',
  };

  it('costs its own answers; a configuration that shares files with it has its own', async () => {
    poison(POISONED);
    const session = await startSession(files);
    const { client } = session;
    const poisoned = await openFile(session, POISONED);
    expect(await client.rules(poisoned)).toEqual([]);
    const good = await openFile(session, GOOD);
    expect(await client.rules(good)).toContain('include-missing');
    const shared = await openFile(session, '/shared.conf');
    expect(await client.rules(shared)).toContain('include-missing');
    const log = await until('the log', () =>
      client.log.find((each) => each.startsWith(`The analysis of ${POISONED} failed`)),
    );
    expect(log).toContain('a poisoned file');
  });

  it('costs its own answers where diagnostics are sent', async () => {
    poison(POISONED);
    const session = await startSession(files, { capabilities: pushOnly });
    await openFile(session, POISONED);
    const good = await openFile(session, GOOD);
    await until('diagnostics', () => session.client.published.get(good)?.length);
  });

  it('costs its own answers where the workspace is checked', async () => {
    poison(POISONED);
    const { client } = await startSession(files);
    const request = new RequestType<CheckFilesParams, CheckFilesResult<Diagnostic>, never>(checkFilesRequest);
    const uris = [`file://${POISONED}`, `file://${GOOD}`];
    const result = await client.connection.sendRequest(request, { uris });
    expect(result.configurations).toBe(2);
    const found = (uri: string): number =>
      result.files.find((file) => file.uri === uri)?.diagnostics.length ?? -1;
    expect(found(`file://${GOOD}`)).toBeGreaterThan(0);
    expect(found(`file://${POISONED}`)).toBe(0);
  });

  it('is judged again once it is changed', async () => {
    poison(POISONED);
    const session = await startSession(files);
    const poisoned = await openFile(session, POISONED);
    expect(await session.client.rules(poisoned)).toEqual([]);
    vi.restoreAllMocks();
    await session.client.replace(poisoned, 'include', 'include gone.conf;\n    include');
    expect(await session.client.rules(poisoned)).toContain('include-missing');
  });
});
