// nginx of other ages than this machine's, out of Debian's newer suites, run without installing it.
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { debootstrap, ensurePrograms } from './machine.mjs';
import { UserError, findOnPath, run } from './process.mjs';

/** Outside the project, so that a clean install leaves it, and where others than root may run what is in it. */
const cache = path.join(process.env['XDG_CACHE_HOME'] || '/var/cache', 'nginx-websocket/debian');

/** Seconds: fetching and unpacking a suite takes half a minute; a mirror that does not answer must not hold us up. */
const deadline = '600';

/**
 * @typedef {object} SuiteNginx
 * @property {string} binary a program that is nginx
 * @property {string} modules the directory of its dynamic modules
 */

/** Whether this machine can have them: debootstrap is of Debian and Ubuntu, and needs root. */
export function canHaveSuites() {
  return process.getuid?.() === 0 && findOnPath('apt-get') !== undefined;
}

/**
 * Gives the nginx of a suite of Debian, with its stream module: the one in the cache, else one fetched from where apt
 * gets its packages.
 * @param {string} suite such as `trixie`
 * @returns {Promise<SuiteNginx>}
 * @throws {UserError} with why it cannot be had
 */
export async function suiteNginx(suite) {
  const root = path.join(cache, suite, 'root');
  const binary = path.join(cache, suite, 'nginx');
  if (!existsSync(binary)) {
    await ensurePrograms([debootstrap]);
    console.log(`Fetching Debian ${suite} into ${root} (230 MB) …`);
    await fetchSuite(suite, root);
    // Last, and by one rename: what is there is whole.
    await writeFile(`${binary}.part`, launcher(root));
    await chmod(`${binary}.part`, 0o755);
    await rename(`${binary}.part`, binary);
  }
  return { binary, modules: path.join(root, 'usr/lib/nginx/modules') };
}

/**
 * @param {string} suite
 * @param {string} root the folder to make
 */
async function fetchSuite(suite, root) {
  await mkdir(path.dirname(root), { recursive: true });
  for (const mirror of await aptMirrors()) {
    await removeRoot(root);
    const arguments_ = ['--variant=minbase', '--include=nginx,libnginx-mod-stream', suite, root, mirror];
    // An older debootstrap does not know a newer suite by name; all of Debian's are made as sid is.
    const script = '/usr/share/debootstrap/scripts/sid';
    const { code } = await run('timeout', [deadline, 'debootstrap', ...arguments_, script], {
      output: 'keep',
    });
    if (code === 0) return;
  }
  await removeRoot(root);
  throw new UserError("None of apt's mirrors gives that suite.");
}

/** Where apt gets its packages; the addresses belong to the machine and are not printed. */
async function aptMirrors() {
  const { output } = await run(
    'apt-get',
    ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'],
    {
      output: 'keep',
    },
  );
  return [...new Set(output.split('\n').filter((line) => /^[a-z+]+:\/\//.test(line)))];
}

/**
 * Removes the folder of a suite. What an interrupted debootstrap left mounted in it is of the machine.
 * @param {string} root
 */
async function removeRoot(root) {
  if (!existsSync(root)) return;
  for (const mounted of ['proc', 'sys']) await run('umount', [path.join(root, mounted)], { output: 'keep' });
  await run('rm', ['-rf', '--one-file-system', root]);
}

/**
 * A program that runs nginx with the loader and the libraries of its own folder, in the same process.
 * @param {string} root
 */
function launcher(root) {
  const triplet = readdirSync(path.join(root, 'usr/lib')).find((name) => /-linux-gnu\w*$/.test(name));
  const libraries = path.join(root, 'usr/lib', triplet ?? '');
  const loader = readdirSync(libraries).find((name) => /^ld-linux.*\.so\.\d$/.test(name));
  if (loader === undefined) throw new Error(`${libraries} has no dynamic loader.`);
  const quoted = (/** @type {string} */ text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const command = [
    path.join(libraries, loader),
    '--library-path',
    libraries,
    path.join(root, 'usr/sbin/nginx'),
  ];
  return `#!/bin/sh\nexec ${command.map(quoted).join(' ')} "$@"\n`;
}
