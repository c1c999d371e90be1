// Tries the language server in Neovim and in Emacs, set up by the very lines of docs/editors.md: the finding appears, its
// preferred action is applied, the finding goes, tabs stay tabs. Needs a build.
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { editors, ensurePrograms } from './lib/machine.mjs';
import { beforeExit, projectRoot, run, runScript, UserError } from './lib/process.mjs';

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
  const init = (/** @type {string} */ language) => path.join(folder, `init.${language}`);
  await tryIn(
    'Neovim',
    'nvim',
    ['--headless', '-u', init('lua'), 'nginx.conf', '-c', `luafile ${drive('drive.lua')}`],
    'lua',
  );
  const packages = "(progn (require 'package) (package-initialize))";
  await tryIn(
    'Emacs',
    'emacs',
    ['--no-init-file', '--batch', '--eval', packages, '-l', init('elisp'), '-l', drive('drive.el')],
    'elisp',
  );
  return 0;

  /**
   * @param {string} name
   * @param {string} program
   * @param {readonly string[]} args
   * @param {string} language of the lines in the page
   */
  async function tryIn(name, program, args, language) {
    const [, lines] = new RegExp(`\n\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
    if (lines === undefined) throw new UserError(`docs/editors.md has no lines for ${name}.`);
    const cwd = path.join(folder, name);
    await mkdir(cwd);
    await writeFile(init(language), lines);
    await writeFile(path.join(cwd, 'nginx.conf'), TEXT.join('\n'));
    const env = { ...process.env, HOME: folder, PATH: `${programs}:${process.env['PATH']}` };
    const { code, output } = await run(program, args, { cwd, env, output: 'keep' });
    const text = await readFile(path.join(cwd, 'nginx.conf'), 'utf8');
    const isSaid = SAID.every((each) => output.includes(each));
    if (code !== 0 || !isSaid || text !== FIXED.join('\n'))
      throw new UserError(`${name} (exit code ${code}):\n${output}\n${text}`);
    console.log(`passed: ${name}`);
  }
});
