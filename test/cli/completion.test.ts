import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHOICES, COMMANDS } from '../../server/src/cli/arguments';
import { commandWords, optionsOf } from '../../server/src/cli/listed-options';
import { directoryWith, runIn } from './support';

const exec = promisify(execFile);

/** The words of a command line, the last of them to be completed, and what a shell offers for it. */
const CASES: readonly (readonly [line: readonly string[], offered: readonly string[]])[] = [
  [['ex'], ['explain']],
  [['check', '--se'], ['--severity']],
  [
    ['check', '--format', ''],
    ['github', 'gitlab', 'json', 'sarif', 'text'],
  ],
  [
    ['routes', '--format', ''],
    ['json', 'text'],
  ],
  [['verify', 'nginx.conf', '--auth', '4'], ['401']],
  [
    ['fix', '--u'],
    ['--unsafe', '--url'],
  ],
  [
    ['completion', ''],
    ['bash', 'fish', 'zsh'],
  ],
];

/** What `completion` prints for a shell, in a file of a directory of its own. */
async function scriptFor(shell: string): Promise<{ readonly directory: string; readonly script: string }> {
  const directory = await directoryWith({ 'nginx.conf': '' });
  const { status, stdout } = await runIn(directory, ['completion', shell]);
  expect(status).toBe(0);
  const own = await directoryWith({ script: stdout });
  return { directory, script: join(own, 'script') };
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

describe('bash', () => {
  it.each(CASES)('%j', async (line, offered) => {
    const { directory, script } = await scriptFor('bash');
    const program = `source ${script}; COMP_WORDS=(nginx-websocket "$@"); COMP_CWORD=$#; _nginx_websocket; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await exec('bash', ['--norc', '-c', program, 'bash', ...line], { cwd: directory });
    expect(linesOf(stdout).toSorted()).toEqual(offered);
  });
});

describe('fish', () => {
  it.each(CASES)('%j', async (line, offered) => {
    const { directory, script } = await scriptFor('fish');
    const program = `source ${script}; complete -C "nginx-websocket ${line.join(' ')}"`;
    const { stdout } = await exec('fish', ['--no-config', '-c', program], { cwd: directory });
    const words = linesOf(stdout).map((each) => each.split('\t', 1)[0] ?? '');
    expect(words.filter((word) => word !== 'nginx.conf').toSorted()).toEqual(offered);
  });

  it('offers files where a file is meant', async () => {
    const { directory, script } = await scriptFor('fish');
    const program = `source ${script}; complete -C "nginx-websocket check --main ng"`;
    const { stdout } = await exec('fish', ['--no-config', '-c', program], { cwd: directory });
    expect(linesOf(stdout)).toEqual(['nginx.conf']);
  });
});

/**
 * zsh completes in an interactive shell only: it runs in a terminal of its own, with a `compadd` that writes down what
 * it is given, until that is there. Arguments: the script, a file, and what is typed.
 */
const TERMINAL = String.raw`
zmodload zsh/zpty zsh/zselect
zpty shell zsh -f -i
zpty -w shell "autoload -Uz compinit; compinit -u -D; source $1
compadd() { local -a hits; builtin compadd -O hits \"\$@\"; print -rl -- \$hits >> $2; builtin compadd \"\$@\" }
compdef _nginx_websocket nginx-websocket; print ready >> $2.ready"
until [[ -s $2.ready ]]; do zpty -r -t shell output; zselect -t 5; done
zpty -w -n shell "$3"$'\t'
until [[ -s $2 ]]; do zpty -r -t shell output; zselect -t 5; done
zpty -d shell
`;

describe('zsh', () => {
  it.each(CASES)('%j', async (line, offered) => {
    const { script } = await scriptFor('zsh');
    const directory = await directoryWith({ terminal: TERMINAL, 'nginx.conf': '' });
    const typed = ['nginx-websocket', ...line].join(' ');
    await exec('zsh', ['-f', join(directory, 'terminal'), script, join(directory, 'offered'), typed], {
      cwd: directory,
      timeout: 60_000,
    });
    const { stdout } = await exec('cat', [join(directory, 'offered')]);
    expect([...new Set(linesOf(stdout))].toSorted()).toEqual(offered);
  });
});

it('every command is in the help, with its options', () => {
  expect([...commandWords().keys()]).toEqual([...COMMANDS]);
  for (const command of COMMANDS) {
    const options = optionsOf(command);
    expect(options.at(-1)).toMatchObject({ name: 'help', letter: 'h', value: null });
    for (const name of Object.keys(CHOICES[command])) {
      expect(options.find((each) => each.name === name)?.choices).toBe(CHOICES[command][name]);
    }
  }
});

it('needs the name of a shell', async () => {
  for (const argv of [['completion'], ['completion', 'tcsh'], ['completion', 'bash', 'zsh']])
    expect(await runIn('/', argv)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('`completion` takes the name of a shell: bash, zsh, fish.'),
    });
});
