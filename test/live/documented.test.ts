import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startStrictBackEnd } from '../../server/src/verify/strict-back-end';
import { makeCertificate } from './harness/certificates';
import { runCheck, runCli } from './harness/cli';
import { type HandshakeResult, handshake } from './harness/client';
import { nginxVersion, startMainFile } from './harness/nginx';
import { freePorts } from './harness/ports';
import { Resources, temporaryDirectory } from './harness/resources';

const documented = fileURLToPath(new URL('../../examples/nginx.conf', import.meta.url));
const broken = fileURLToPath(new URL('../../examples/broken/nginx.conf', import.meta.url));

const resources = new Resources();
afterEach(() => resources.stop());

let version: string;
beforeAll(async () => {
  version = await nginxVersion();
});

/** A copy of the file, named nginx.conf in a directory of its own, that the command line may change. */
async function copyOf(file: string): Promise<string> {
  const copy = join(resources.add(await temporaryDirectory()).path, 'nginx.conf');
  await copyFile(file, copy);
  return copy;
}

/** The text with each pattern replaced. A pattern that is not there means that the example has changed. */
function replaceAll(text: string, replacements: readonly (readonly [pattern: RegExp, by: string])[]): string {
  return replacements.reduce((before, [pattern, by]) => {
    const after = before.replaceAll(pattern, by);
    if (after === before) throw new Error(`the example has nothing like ${pattern}`);
    return after;
  }, text);
}

/** One handshake to `/api/chat/room` over ws and one over wss, and the URIs of the requests the back end got. */
interface Handshakes {
  readonly ws: HandshakeResult;
  readonly wss: HandshakeResult;
  readonly uris: readonly string[];
}

/**
 * Runs nginx with the configuration in that file and tries both handshakes. What belongs to another machine is replaced
 * in a copy: the chat server by a back end, ports 80 and 443 by free ones of 127.0.0.1, the certificate by one made for
 * the test.
 */
async function tryHandshakes(file: string): Promise<Handshakes> {
  const directory = resources.add(await temporaryDirectory()).path;
  const backEnd = resources.add(await startStrictBackEnd());
  const { certificate, key, ca } = await makeCertificate(directory);
  const [plain = 0, tls = 0] = await freePorts(2);
  const here = join(directory, 'nginx.conf');
  await writeFile(
    here,
    replaceAll(await readFile(file, 'utf8'), [
      [/server chat-server;/g, `server ${backEnd.address};`],
      [/listen \[::\]:\d+( ssl)?;/g, ''],
      [/listen 80;/g, `listen 127.0.0.1:${plain};`],
      [/listen 443 ssl;/g, `listen 127.0.0.1:${tls} ssl;`],
      [/ssl_certificate \S+;/g, `ssl_certificate ${certificate};`],
      [/ssl_certificate_key \S+;/g, `ssl_certificate_key ${key};`],
      [/proxy_pass http:\/\/localhost\/;/g, `proxy_pass http://127.0.0.1:${plain}/;`],
    ]),
  );
  const nginx = resources.add(await startMainFile(here, [plain, tls]));
  const ws = await handshake('ws://localhost/api/chat/room', { connectTo: { port: plain } });
  const wss = await handshake('wss://localhost/api/chat/room', { connectTo: { port: tls }, ca });
  await nginx.stop();
  await backEnd.stop();
  return { ws, wss, uris: backEnd.requests.map(({ uri }) => uri) };
}

const passes = { status: 101, passes: true, reason: null };
const refused = { status: 426, passes: false };

describe('the documented configuration', () => {
  it('passes the handshake over ws and wss', async () => {
    const { ws, wss, uris } = await tryHandshakes(documented);
    expect(ws).toMatchObject(passes);
    expect(wss).toMatchObject(passes);
    expect(uris).toStrictEqual(['/room', '/room']);
  });

  it('has no error and no warning', async () => {
    const { code, report } = await runCheck(documented, version);
    const { error, warning } = report.summary;
    expect({ code, error, warning }).toStrictEqual({ code: 0, error: 0, warning: 0 });
  });
});

describe('the documented configuration without its directives', () => {
  it('is refused by the back end, over ws and wss', async () => {
    const { ws, wss, uris } = await tryHandshakes(broken);
    expect(ws).toMatchObject(refused);
    expect(wss).toMatchObject(refused);
    expect(uris).toStrictEqual(['/room', '/room']);
  });

  it('is reported at both locations', async () => {
    const { code, report } = await runCheck(broken, version);
    const lines = (await readFile(broken, 'utf8')).split('\n');
    const found = report.files
      .flatMap(({ diagnostics }) => diagnostics)
      .filter(({ severity }) => severity === 'error' || severity === 'warning')
      .map(({ rule, line, fixable }) => ({ rule, fixable, text: lines[line - 1]?.trim() }));
    expect(code).toBe(1);
    expect(found).toStrictEqual([
      { rule: 'websocket-upgrade-missing', fixable: true, text: 'proxy_pass http://chat;' },
      { rule: 'websocket-upgrade-missing', fixable: true, text: 'proxy_pass http://localhost/;' },
    ]);
  });

  it('is mended by fix: the handshake passes over ws and wss, and nothing is left to report', async () => {
    const file = await copyOf(broken);
    const fix = await runCli('fix', '--nginx-version', version, file);
    expect(fix).toMatchObject({ code: 0 });
    const { ws, wss, uris } = await tryHandshakes(file);
    expect(ws).toMatchObject(passes);
    expect(wss).toMatchObject(passes);
    expect(uris).toStrictEqual(['/room', '/room']);
    const { code, report } = await runCheck(file, version);
    const { error, warning } = report.summary;
    expect({ code, error, warning }).toStrictEqual({ code: 0, error: 0, warning: 0 });
  });

  it('keeps every line and every comment when it is mended, and the new lines stand as their neighbours', async () => {
    const file = await copyOf(broken);
    await runCli('fix', '--nginx-version', version, file);
    const before = (await readFile(broken, 'utf8')).split('\n');
    const after = (await readFile(file, 'utf8')).split('\n');
    const comments = (lines: readonly string[]) => lines.filter((line) => line.includes('#'));
    expect(after.length).toBeGreaterThan(before.length);
    expect(comments(after)).toStrictEqual(comments(before));
    expect(linesNotIn(after, before)).toStrictEqual([]);
    expect(linesOutOfPlace(before)).toStrictEqual([]);
    expect(linesOutOfPlace(after)).toStrictEqual([]);
  });

  it('is left alone by fix --dry-run, which shows what it would change', async () => {
    const file = await copyOf(broken);
    const { code, stdout } = await runCli('fix', '--dry-run', '--nginx-version', version, file);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\+ {12}proxy_set_header Upgrade \$http_upgrade;$/m);
    expect(await readFile(file, 'utf8')).toBe(await readFile(broken, 'utf8'));
  });
});

/** Lines of `wanted` that are missing from `lines`, or stand in another order. */
function linesNotIn(lines: readonly string[], wanted: readonly string[]): string[] {
  let from = 0;
  return wanted.filter((line) => {
    const index = lines.indexOf(line, from);
    if (index >= 0) from = index + 1;
    return index < 0;
  });
}

/** Lines that are not indented by four blanks for each open block, as all of the example's are. */
function linesOutOfPlace(lines: readonly string[]): string[] {
  let depth = 0;
  return lines.filter((line) => {
    const text = line.trim();
    if (text.startsWith('}')) depth -= 1;
    const inPlace = text === '' ? line === '' : line === `${' '.repeat(4 * depth)}${text}`;
    if (text.endsWith('{')) depth += 1;
    return !inPlace;
  });
}
