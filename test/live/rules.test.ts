import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/edits/edit';
import { type NginxVersion, parseVersion } from '../../server/src/reference/versions';
import { docs as argumentCount } from '../../server/src/rules/argument-count';
import { docs as mapMissing } from '../../server/src/rules/connection-map-missing';
import { docs as directiveContext } from '../../server/src/rules/directive-context';
import { docs as directiveDuplicate } from '../../server/src/rules/directive-duplicate';
import { docs as directiveValue } from '../../server/src/rules/directive-value';
import { docs as includeCycle } from '../../server/src/rules/include-cycle';
import { docs as includeMissing } from '../../server/src/rules/include-missing';
import type { RuleDocs } from '../../server/src/rules/support/rule';
import { docs as syntax } from '../../server/src/rules/syntax';
import { docs as unknownDirective } from '../../server/src/rules/unknown-directive';
import { docs as upstreamNotUsed } from '../../server/src/rules/upstream-not-used';
import { docs as variableUnknown } from '../../server/src/rules/variable-unknown';
import { docs as headerValue } from '../../server/src/rules/websocket-header-value';
import { docs as headersOverridden } from '../../server/src/rules/websocket-headers-overridden';
import { docs as upgradeMissing } from '../../server/src/rules/websocket-upgrade-missing';
import { analysisOf } from '../support/memory-host';
import { startStrictBackEnd } from './harness/backends';
import { handshake, type HandshakeResult } from './harness/client';
import { type NginxTest, nginxVersion, startMainFile, testMainFile } from './harness/nginx';
import { freePorts } from './harness/ports';
import { Resources, temporaryDirectory } from './harness/resources';

/** What each rule claims of its bad example, seen in a running nginx; and that the mended text does what it should. */

const resources = new Resources();
afterEach(() => resources.stop());

let version: NginxVersion;
beforeAll(async () => {
  const installed = parseVersion(await nginxVersion());
  if (installed === null) throw new Error('The version of nginx cannot be read.');
  version = installed;
});

/** The text after the first fix of its first problem. */
async function mended(text: string): Promise<string> {
  const { closure, problems } = await analysisOf({ '/etc/nginx/nginx.conf': text }, version);
  const fix = problems[0]?.fixes()[0];
  if (fix === undefined) throw new Error('The example has no fix.');
  return applyEdits(fix.edits).get(closure.main.realPath) ?? text;
}

/** Writes an example with ports of this machine into a directory of its own. */
async function write(text: string, listen: number, backEnd: string): Promise<string> {
  const file = join(resources.add(await temporaryDirectory()).path, 'nginx.conf');
  await writeFile(
    file,
    text.replaceAll('listen 80;', `listen 127.0.0.1:${listen};`).replaceAll('127.0.0.1:3000', backEnd),
  );
  return file;
}

/** One handshake to `/ws` of an nginx with that configuration and a strict back end. */
async function shake(text: string): Promise<HandshakeResult> {
  const backEnd = resources.add(await startStrictBackEnd());
  const [port = 0] = await freePorts(1);
  resources.add(await startMainFile(await write(text, port, backEnd.address), [port]));
  return handshake('ws://localhost/ws', { connectTo: { port } });
}

/** What `nginx -t` says of that configuration. */
async function test(text: string): Promise<NginxTest> {
  const [port = 0] = await freePorts(1);
  return testMainFile(await write(text, port, '127.0.0.1:9'), { exact: true });
}

const blocked: readonly (readonly [name: string, docs: RuleDocs, status: number])[] = [
  ['websocket-upgrade-missing', upgradeMissing, 426],
  ['websocket-headers-overridden', headersOverridden, 426],
  ['websocket-header-value', headerValue, 400],
];

describe.each(blocked)('%s', (_, docs, status) => {
  it('fails as it says', async () => {
    expect(await shake(docs.bad)).toMatchObject({ status, passes: false });
  });

  it('passes with its good example', async () => {
    expect(await shake(docs.good)).toMatchObject({ status: 101, passes: true });
  });

  it('passes once it is mended', async () => {
    expect(await shake(await mended(docs.bad))).toMatchObject({ status: 101, passes: true });
  });
});

describe('connection-map-missing', () => {
  it('keeps nginx from starting, in the words of the message', async () => {
    const { ok, first } = await test(mapMissing.bad);
    const { problems } = await analysisOf(mapMissing.bad, version);
    expect(ok).toBe(false);
    expect(first).toMatchObject({
      level: 'emerg',
      text: 'unknown "connection_upgrade" variable',
      file: null,
    });
    expect(problems[0]?.message).toContain(first?.text);
  });

  it('passes once it is mended', async () => {
    expect(await shake(await mended(mapMissing.bad))).toMatchObject({ status: 101, passes: true });
  });
});

describe('upstream-not-used', () => {
  it('passes by the upstream as it did by its server', async () => {
    expect(await shake(upstreamNotUsed.bad)).toMatchObject({ passes: true });
    expect(await shake(await mended(upstreamNotUsed.bad))).toMatchObject({ passes: true });
  });

  it('is looked up in DNS when it is nearly the name', async () => {
    const { first } = await test(
      upstreamNotUsed.good.replace('proxy_pass http://chat;', 'proxy_pass http://chatt.invalid;'),
    );
    expect(first?.text).toBe('host not found in upstream "chatt.invalid"');
  });
});

/** In nginx's words, and the line that it names (one-based); it names none for a variable. */
const refused: readonly (readonly [rule: string, docs: RuleDocs, text: string, line: number | null])[] = [
  ['argument-count', argumentCount, 'invalid number of arguments in "add_header" directive', 5],
  ['directive-context', directiveContext, '"map" directive is not allowed here', 5],
  ['directive-duplicate', directiveDuplicate, '"client_max_body_size" directive is duplicate', 6],
  ['directive-value', directiveValue, '"keepalive_timeout" directive invalid value', 5],
  ['unknown-directive', unknownDirective, 'unknown directive "server_nmae"', 5],
  ['variable-unknown', variableUnknown, 'unknown "reqest_uri" variable', null],
];

describe.each(refused)('%s', (_, docs, text, line) => {
  it('keeps nginx from starting, in the words of the message', async () => {
    const { ok, first } = await test(docs.bad.trimStart());
    const { problems } = await analysisOf(docs.bad.trimStart(), version);
    expect({ ok, text: first?.text, line: first?.line ?? null }).toEqual({ ok: false, text, line });
    expect(problems[0]?.message).toContain(text);
  });

  it('lets nginx start with its good example', async () => {
    expect(await test(docs.good)).toMatchObject({ ok: true });
  });
});

describe('what nginx refuses', () => {
  it('include-missing', async () => {
    const { ok, first } = await test(includeMissing.bad);
    expect(ok).toBe(false);
    expect(first?.text).toMatch(/^open\(\) ".*\/not-there\.conf" failed \(2: No such file or directory\)$/);
    expect(await test(includeMissing.good)).toMatchObject({ ok: true });
  });

  it('include-cycle', async () => {
    const { ok } = await test(includeCycle.bad);
    expect(ok).toBe(false);
    expect(await test(includeCycle.good)).toMatchObject({ ok: true });
  });

  it('syntax', async () => {
    expect(await test(syntax.bad)).toMatchObject({ ok: false });
    expect(await test(syntax.good)).toMatchObject({ ok: true });
    expect(await test(await mended(syntax.bad))).toMatchObject({ ok: true });
  });
});
