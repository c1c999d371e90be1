// The programs that the tests run and npm does not bring.
import { readFileSync } from 'node:fs';
import { findChromium } from './chromium.mjs';
import { UserError, findOnPath, isProgram, localProgram, run } from './process.mjs';

/**
 * @typedef {object} Need
 * @property {string} name what people call it
 * @property {() => boolean | Promise<boolean>} isThere
 * @property {readonly string[]} debian the packages of Debian that bring it
 * @property {readonly string[]} [ubuntu] those of Ubuntu, where they differ
 * @property {readonly string[]} [ubuntuCommand] what installs it on Ubuntu when no package does
 * @property {string} elsewhere how to come by it on any other system
 */

/** Debian keeps nginx out of the PATH of ordinary users. */
function findNginx() {
  return findOnPath('nginx') ?? ['/usr/sbin/nginx', '/usr/local/sbin/nginx'].find(isProgram);
}

/** nginx can speak stream when it was built in, or as the module that Debian packages by itself. */
async function hasStream() {
  const nginx = findNginx();
  if (nginx === undefined) return false;
  const { output } = await run(nginx, ['-V'], { output: 'keep' });
  if (/--with-stream(?!=dynamic|_)/.test(output)) return true;
  const modules = /--modules-path=(\S+)/.exec(output)?.[1];
  return modules !== undefined && fileExists(`${modules}/ngx_stream_module.so`);
}

/** @param {string} file */
function fileExists(file) {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
}

/** @type {readonly Need[]} */
const needs = [
  {
    name: 'nginx',
    isThere: () => findNginx() !== undefined,
    debian: ['nginx'],
    elsewhere: 'nginx 1.18 or later, on PATH (https://nginx.org/en/download.html)',
  },
  {
    name: "nginx's stream module",
    isThere: hasStream,
    debian: ['nginx', 'libnginx-mod-stream'],
    elsewhere: 'an nginx built --with-stream',
  },
  {
    name: 'openssl',
    isThere: () => findOnPath('openssl') !== undefined,
    debian: ['openssl'],
    elsewhere: 'the openssl command, on PATH',
  },
  {
    name: 'the programs for attributes and access lists of files',
    isThere: () =>
      ['setfattr', 'getfattr', 'setfacl', 'getfacl'].every((name) => findOnPath(name) !== undefined),
    debian: ['attr', 'acl'],
    elsewhere: 'setfattr, getfattr, setfacl and getfacl, on PATH',
  },
  {
    name: 'the shells that have a completion',
    isThere: () => ['bash', 'zsh', 'fish'].every((name) => findOnPath(name) !== undefined),
    debian: ['bash', 'zsh', 'fish'],
    elsewhere: 'bash, zsh and fish, on PATH',
  },
  {
    name: 'Chromium',
    isThere: async () => (await findChromium()) !== undefined,
    debian: ['chromium'],
    // Ubuntu has Chromium as a snap only, whose sandbox does not see the files of the tests.
    ubuntu: [],
    ubuntuCommand: [localProgram('playwright-core'), 'install', '--with-deps', 'chromium'],
    elsewhere: 'Chromium or Chrome, on PATH or named by CHROMIUM_PATH',
  },
];

/** The editors whose lines in docs/editors.md are tried. @type {readonly Need[]} */
export const editors = [
  {
    name: 'Neovim',
    isThere: () => findOnPath('nvim') !== undefined,
    debian: ['neovim'],
    elsewhere: 'nvim 0.7 or later, on PATH',
  },
  {
    name: 'Emacs with Eglot and nginx-mode',
    isThere: async () => {
      if (findOnPath('emacs') === undefined) return false;
      const program =
        "(progn (require 'package) (package-initialize) (require 'eglot) (require 'nginx-mode))";
      const { code } = await run('emacs', ['--no-init-file', '--batch', '--eval', program], {
        output: 'keep',
      });
      return code === 0;
    },
    debian: ['emacs-nox', 'elpa-eglot', 'elpa-nginx-mode'],
    elsewhere: 'emacs with eglot and nginx-mode',
  },
];

/** What fetches other suites of Debian: only tests of other releases of nginx want it. @type {Need} */
export const debootstrap = {
  name: 'debootstrap',
  isThere: () => findOnPath('debootstrap') !== undefined,
  debian: ['debootstrap'],
  elsewhere: 'debootstrap, on PATH',
};

/**
 * Makes sure that programs are there. What is missing is installed on Debian and Ubuntu by root, unless NO_INSTALL is
 * set; the commands are printed first.
 * @param {readonly Need[]} [wanted] nginx, Chromium and openssl unless given
 * @returns {Promise<void>}
 * @throws {UserError} with what to install, when it cannot be installed or may not
 */
export async function ensurePrograms(wanted = needs) {
  const missing = await missingNeeds(wanted);
  if (missing.length === 0) return;
  const names = missing.map((need) => need.name).join(', ');
  const commands = installCommands(missing);
  if (commands === undefined) {
    const list = missing.map((need) => `  - ${need.elsewhere}`).join('\n');
    throw new UserError(`The tests need ${names}, which this machine lacks. Install:\n${list}`);
  }
  const text = commands.map((command) => `  ${command.join(' ')}`).join('\n');
  if (isSet('NO_INSTALL') || process.getuid?.() !== 0) {
    throw new UserError(`The tests need ${names}, which this machine lacks. Install with, as root:\n${text}`);
  }
  console.log(`The tests need ${names}. Installing with:\n${text}`);
  for (const [command = '', ...args] of commands) {
    const { code } = await run(command, args, {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (code !== 0) throw new UserError(`Failed (exit code ${code}): ${command} ${args.join(' ')}`);
  }
  const still = await missingNeeds(wanted);
  if (still.length > 0) {
    throw new UserError(`Installed, but still not found: ${still.map((need) => need.name).join(', ')}`);
  }
}

/** @param {readonly Need[]} wanted */
async function missingNeeds(wanted) {
  const missing = [];
  for (const need of wanted) if (!(await need.isThere())) missing.push(need);
  return missing;
}

/**
 * @param {readonly Need[]} missing
 * @returns {string[][] | undefined} the commands that install them; undefined where we know none
 */
function installCommands(missing) {
  if (findOnPath('apt-get') === undefined) return undefined;
  const isUbuntu = /^ID(_LIKE)?=.*ubuntu/m.test(readText('/etc/os-release'));
  const packages = missing.flatMap((need) => (isUbuntu ? need.ubuntu : undefined) ?? need.debian);
  const apt = ['apt-get', 'install', '--yes', '--no-install-recommends', ...new Set(packages)];
  const others = missing.flatMap((need) => (isUbuntu && need.ubuntuCommand ? [[...need.ubuntuCommand]] : []));
  return [['apt-get', 'update'], ...(packages.length > 0 ? [apt] : []), ...others];
}

/** @param {string} file */
function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} name of an environment variable */
function isSet(name) {
  return !['', '0', 'false', undefined].includes(process.env[name]);
}
