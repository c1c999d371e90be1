import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyEdits } from '../../../server/src/edits/edit';
import type { NginxVersion } from '../../../server/src/reference/versions';
import { parseVersion } from '../../../server/src/reference/versions';
import type { Rule } from '../../../server/src/rules/support/rule';
import type { Problem } from '../../../server/src/rules/support/problem';
import { analysisOf } from '../../support/memory-host';
import { settingsFor } from '../../support/rule-tester';
import { type BackEnd, startStrictBackEnd } from './backends';
import { type HandshakeOptions, type HandshakeResult, handshake } from './client';
import { type Nginx, type NginxTest, nginxVersion, startMainFile, testMainFile } from './nginx';
import { freePorts } from './ports';
import { type Resources, temporaryDirectory } from './resources';

/** The examples of rules in a running nginx: `listen 80;` and `127.0.0.1:3000` in them stand for ports of this machine. */

/** The version of the nginx that is here. */
async function installedVersion(): Promise<NginxVersion> {
  const version = parseVersion(await nginxVersion());
  if (version === null) throw new Error('The version of nginx cannot be read.');
  return version;
}

/** What a rule finds in a configuration for the nginx that is here, and the text after its first fix. */
export async function found(rule: Rule, text: string): Promise<{ problem: Problem; mended: string }> {
  const { closure, problems } = await analysisOf(text, await installedVersion(), settingsFor(rule));
  const problem = problems.find((each) => each.rule === rule.id);
  if (problem === undefined) throw new Error(`${rule.id} finds nothing in:\n${text}`);
  const [fix] = problem.fixes();
  const mended = fix === undefined ? text : (applyEdits(fix.edits).get(closure.main.realPath) ?? text);
  return { problem, mended };
}

/** An example that runs. */
export interface RunningExample {
  readonly nginx: Nginx;
  readonly port: number;
  readonly backEnd: BackEnd;
  /** One handshake to the path; `/ws` unless told. */
  readonly shake: (path?: string, options?: HandshakeOptions) => Promise<HandshakeResult>;
}

/** Starts nginx with the text, and the strict back end with pages at these paths. */
export async function run(
  resources: Resources,
  text: string,
  pages: readonly string[] = [],
): Promise<RunningExample> {
  const backEnd = resources.add(await startStrictBackEnd({ pages }));
  const [port = 0] = await freePorts(1);
  const file = await write(resources, filledIn(text, port, backEnd.address));
  const nginx = resources.add(await startMainFile(file, [port]));
  const shake = (path = '/ws', options: HandshakeOptions = {}): Promise<HandshakeResult> =>
    handshake(`ws://localhost${path}`, { connectTo: { port }, ...options });
  return { nginx, port, backEnd, shake };
}

/** What `nginx -t` says of the text. */
export async function test(resources: Resources, text: string): Promise<NginxTest> {
  const [port = 0] = await freePorts(1);
  return testMainFile(await write(resources, filledIn(text, port, '127.0.0.1:9')), { exact: true });
}

function filledIn(text: string, port: number, backEnd: string): string {
  return text
    .replaceAll(/listen 80(?=[ ;])/g, `listen 127.0.0.1:${port}`)
    .replaceAll('127.0.0.1:3000', backEnd);
}

/** Writes a main file into a directory of its own. */
export async function write(resources: Resources, text: string): Promise<string> {
  const file = join(resources.add(await temporaryDirectory()).path, 'nginx.conf');
  await writeFile(file, text);
  return file;
}
