// Programs of other ages than this machine's, out of Debian's newer suites, run without installing them.
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
 * Why a suite cannot be had, for a test that goes on without it.
 * @param {unknown} error
 * @returns {string} what a person has to know, on one line
 * @throws {unknown} another error
 */
export function whyNot(error) {
  if (error instanceof UserError) return error.message.replaceAll(/\s+/g, ' ');
  throw error;
}

/**
 * Gives the nginx of a suite of Debian, with its stream module.
 * @param {string} suite such as `trixie`
 * @returns {Promise<SuiteNginx>}
 * @throws {UserError} with why it cannot be had
 */
export async function suiteNginx(suite) {
  const { root, programs } = await suitePrograms(
    suite,
    'root',
    ['nginx', 'libnginx-mod-stream'],
    ['usr/sbin/nginx'],
  );
  const [binary = ''] = programs;
  return { binary, modules: path.join(root, 'usr/lib/nginx/modules') };
}

/**
 * Gives the editors of a suite of Debian: Neovim, and Helix, which is called `hx`.
 * @param {string} suite such as `trixie`
 * @returns {Promise<{neovim: string, helix: string, env: Record<string, string>}>} the programs, and where they find
 *   what else belongs to them
 * @throws {UserError} with why they cannot be had
 */
export async function suiteEditors(suite) {
  const { root, programs } = await suitePrograms(
    suite,
    'editors',
    ['neovim', 'hx'],
    ['usr/bin/nvim', 'usr/bin/hx'],
  );
  const [neovim = '', helix = ''] = programs;
  const env = {
    VIMRUNTIME: path.join(root, 'usr/share/nvim/runtime'),
    HELIX_RUNTIME: path.join(root, 'usr/lib/hx/runtime'),
  };
  return { neovim, helix, env };
}

/**
 * Gives programs of a suite of Debian: those in the cache, else fetched from where apt gets its packages.
 * @param {string} suite
 * @param {string} folder what the root is called in the cache
 * @param {readonly string[]} packages that have them
 * @param {readonly string[]} wanted their paths in the root
 * @returns {Promise<{root: string, programs: string[]}>}
 */
async function suitePrograms(suite, folder, packages, wanted) {
  const root = path.join(cache, suite, folder);
  const programs = wanted.map((each) => path.join(cache, suite, path.basename(each)));
  if (programs.every((each) => existsSync(each))) return { root, programs };
  await ensurePrograms([debootstrap]);
  console.log(`Fetching ${packages.join(' and ')} of Debian ${suite} into ${root} (250 MB) …`);
  await fetchSuite(suite, root, packages);
  // Last, and by one rename each: what is there is whole.
  for (const [index, program] of programs.entries()) {
    await writeFile(`${program}.part`, launcher(root, wanted[index] ?? ''));
    await chmod(`${program}.part`, 0o755);
    await rename(`${program}.part`, program);
  }
  return { root, programs };
}

/**
 * @param {string} suite
 * @param {string} root the folder to make
 * @param {readonly string[]} packages
 */
async function fetchSuite(suite, root, packages) {
  await mkdir(path.dirname(root), { recursive: true });
  for (const mirror of await aptMirrors()) {
    await removeRoot(root);
    const arguments_ = ['--variant=minbase', `--include=${packages.join(',')}`, suite, root, mirror];
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
 * A program that runs one of a root with the loader and the libraries of that root, in the same process.
 * @param {string} root
 * @param {string} program its path in the root
 */
function launcher(root, program) {
  const triplet = readdirSync(path.join(root, 'usr/lib')).find((name) => /-linux-gnu\w*$/.test(name));
  const libraries = path.join(root, 'usr/lib', triplet ?? '');
  const loader = readdirSync(libraries).find((name) => /^ld-linux.*\.so\.\d$/.test(name));
  if (loader === undefined) throw new Error(`${libraries} has no dynamic loader.`);
  const quoted = (/** @type {string} */ text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const command = [path.join(libraries, loader), '--library-path', libraries, path.join(root, program)];
  return `#!/bin/sh\nexec ${command.map(quoted).join(' ')} "$@"\n`;
}
