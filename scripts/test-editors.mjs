// Tries the language server in Neovim, Emacs and Helix, set up by the very lines of docs/editors.md: the finding appears,
// its preferred action is applied, the finding goes, tabs stay tabs. Needs a build. Helix, and a Neovim that pulls
// diagnostics, come from a newer suite of Debian; where that cannot be had it says so.
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { driveHelix } from '../test/editors/drive-helix.mjs';
import { canHaveSuites, suiteEditors, whyNot } from './lib/debian-suites.mjs';
import { editors, ensurePrograms } from './lib/machine.mjs';
import { beforeExit, projectRoot, run, runScript, UserError } from './lib/process.mjs';

/**
 * @typedef {object} Prepared
 * @property {string} init the file with the lines of the page
 * @property {string} cwd the folder with an nginx.conf
 * @property {NodeJS.ProcessEnv} env
 */

const TEXT = [
  'events {}',
  'http {',
  '\tserver {',
  '\t\tlisten 80;',
  '\t\tlocation /ws {',
  '\t\t\tproxy_pass http://127.0.0.1:3000;',
  '\t\t}',
  '\t}',
  '}',
  '',
];

const FIXED = [
  ...TEXT.slice(0, 6),
  '\t\t\tproxy_http_version 1.1;',
  '\t\t\tproxy_set_header Upgrade $http_upgrade;',
  '\t\t\tproxy_set_header Connection "upgrade";',
  ...TEXT.slice(6),
];

const SAID = ['found: websocket-upgrade-missing on line 6', 'applied: Forward the WebSocket upgrade'];

runScript(async () => {
  await ensurePrograms(editors);
  const page = await readFile(path.join(projectRoot, 'docs/editors.md'), 'utf8');
  const folder = await mkdtemp(path.join(tmpdir(), 'nginx-websocket-'));
  beforeExit(() => rm(folder, { recursive: true, force: true }));
  const programs = path.join(folder, 'bin');
  await mkdir(programs);
  const server = path.join(programs, 'nginx-websocket-language-server');
  await writeFile(server, `#!/bin/sh\nexec node ${projectRoot}/dist/server.js "$@"\n`);
  await chmod(server, 0o755);

  const drive = (/** @type {string} */ name) => path.join(projectRoot, 'test/editors', name);
  await tryIn('Neovim', 'lua', (each) => driveNeovim('nvim', each));
  await tryIn('Emacs', 'elisp', ({ init, ...options }) => {
    const packages = "(progn (require 'package) (package-initialize))";
    const args = ['--no-init-file', '--batch', '--eval', packages, '-l', init, '-l', drive('drive.el')];
    return run('emacs', args, { ...options, output: 'keep' });
  });
  if (!canHaveSuites()) {
    console.log('Not tried with Helix and a newer Neovim: that takes root on Debian or Ubuntu.');
    return 0;
  }
  const newer = await suiteEditors('trixie').catch(whyNot);
  if (typeof newer === 'string') {
    console.log(`Not tried with Helix and a newer Neovim: ${newer}`);
    return 0;
  }
  await tryIn('the Neovim of Debian trixie', 'lua', ({ env, ...each }) =>
    driveNeovim(newer.neovim, { ...each, env: { ...env, ...newer.env } }),
  );
  await tryIn('Helix', 'toml', async ({ init, cwd, env }) => {
    const settings = path.join(folder, '.config/helix');
    await mkdir(settings, { recursive: true });
    await rename(init, path.join(settings, 'languages.toml'));
    return driveHelix(newer.helix, {
      cwd,
      env: { ...env, ...newer.env },
      log: path.join(folder, 'helix.log'),
    });
  });
  return 0;

  /**
   * @param {string} program
   * @param {Prepared} prepared
   */
  function driveNeovim(program, { init, ...options }) {
    const args = ['--headless', '-u', init, 'nginx.conf', '-c', `luafile ${drive('drive.lua')}`];
    return run(program, args, { ...options, output: 'keep' });
  }

  /**
   * @param {string} name
   * @param {string} language of the lines in the page that set it up: the first in it
   * @param {(prepared: Prepared) => Promise<{code: number, output: string}>} work
   */
  async function tryIn(name, language, work) {
    const [, lines] = new RegExp(`\n\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
    if (lines === undefined) throw new UserError(`docs/editors.md has no lines for ${name}.`);
    const cwd = path.join(folder, name);
    await mkdir(cwd);
    const init = path.join(folder, `init.${language}`);
    await writeFile(init, lines);
    await writeFile(path.join(cwd, 'nginx.conf'), TEXT.join('\n'));
    // What people have set up for themselves is left out.
    const { XDG_CONFIG_HOME: _, ...own } = process.env;
    const env = { ...own, HOME: folder, PATH: `${programs}:${process.env['PATH']}` };
    const { code, output } = await work({ init, cwd, env });
    const text = await readFile(path.join(cwd, 'nginx.conf'), 'utf8');
    const isSaid = SAID.every((each) => output.includes(each));
    if (code !== 0 || !isSaid || text !== FIXED.join('\n'))
      throw new UserError(`${name} (exit code ${code}):\n${output}\n${text}`);
    console.log(`passed: ${name}`);
  }
});
