import { type CommandName, type Shell, SHELLS } from './arguments';
import { commandWords, type ListedOption, optionsOf } from './listed-options';

const PROGRAM = 'nginx-websocket';

/** What a shell reads to complete the commands, options and values of this program. */
export function completionFor(shell: Shell): string {
  const commands = [...commandWords()].map(([name, words]): Completed => {
    // The help lists commands by the names that they have.
    const command = name as CommandName;
    const operands = command === 'completion' ? SHELLS : [];
    return { name: command, words, options: optionsOf(command), operands };
  });
  switch (shell) {
    case 'bash':
      return bash(commands);
    case 'zsh':
      return zsh(commands);
    case 'fish':
      return fish(commands);
  }
}

interface Completed {
  readonly name: CommandName;
  readonly words: string;
  readonly options: readonly ListedOption[];
  /** What it takes besides; none for files and URLs. */
  readonly operands: readonly string[];
}

/** Values that are names of files or folders. */
function isFile({ value }: ListedOption): boolean {
  return value === 'FILE' || value === 'PATH';
}

/** Where nothing is listed, bash completes the names of files by itself. */
function bash(commands: readonly Completed[]): string {
  const values = commands.flatMap(({ name, options }) => {
    const taking = options.filter(({ value }) => value !== null);
    const listed = taking.filter(({ choices }) => choices.length > 0);
    const others = taking
      .filter(({ choices }) => choices.length === 0)
      .map((each) => `${name}:--${each.name}`);
    return [
      ...listed.map((each) => `    ${name}:--${each.name}) words='${each.choices.join(' ')}' ;;`),
      ...(others.length === 0 ? [] : [`    ${others.join(' | ')}) ;;`]),
    ];
  });
  const options = commands.map(({ name, options: all, operands }) => {
    const names = all.map((each) => `--${each.name}`).join(' ');
    return `    ${name}:*) if [[ $word == -* ]]; then words='${names}'; else words='${operands.join(' ')}'; fi ;;`;
  });
  const first = [...commands.map(({ name }) => name), '--help', '--version'];
  return `_nginx_websocket() {
  local word=\${COMP_WORDS[COMP_CWORD]} command=\${COMP_WORDS[1]} before=\${COMP_WORDS[COMP_CWORD - 1]} words=
  ((COMP_CWORD == 1)) && command=
  case $command:$before in
    :*) words='${first.join(' ')}' ;;
${values.join('\n')}
${options.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _nginx_websocket ${PROGRAM}
`;
}

function zsh(commands: readonly Completed[]): string {
  const quoted = (text: string): string => text.replaceAll("'", "'\\''");
  const listed = commands.map(({ name, words }) => `    '${name}:${quoted(words)}'`);
  const specOf = (option: ListedOption): string => {
    const { name, value, choices, words } = option;
    const action = isFile(option) ? '_files' : choices.length > 0 ? `(${choices.join(' ')})` : '';
    const taken = value === null ? '' : `:${value.toLowerCase()}:${action}`;
    return `'*--${name}[${quoted(words).replaceAll(/[[\]]/g, '\\$&')}]${taken}'`;
  };
  const operandOf = (operands: readonly string[]): string =>
    operands.length === 0 ? "'*:file:_files'" : `'1:operand:(${operands.join(' ')})'`;
  const cases = commands.map(
    ({ name, options, operands }) =>
      `    ${name})\n      _arguments ${[...options.map(specOf), operandOf(operands)].join(' \\\n        ')} ;;`,
  );
  return `#compdef ${PROGRAM}
_nginx_websocket() {
  local -a commands=(
${listed.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${cases.join('\n')}
  esac
}
compdef _nginx_websocket ${PROGRAM}
`;
}

function fish(commands: readonly Completed[]): string {
  const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
  const lines = commands.flatMap(({ name, words, options, operands }) => [
    `complete -c ${PROGRAM} -n __fish_use_subcommand -f -a ${name} -d ${quoted(words)}`,
    ...(operands.length === 0
      ? []
      : [
          `complete -c ${PROGRAM} -n '__fish_seen_subcommand_from ${name}' -f -a ${quoted(operands.join(' '))}`,
        ]),
    ...options.map((option) => {
      const { name: long, letter, value, choices, words: text } = option;
      const values =
        choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : isFile(option) ? ' -r' : ' -x';
      return (
        `complete -c ${PROGRAM} -n '__fish_seen_subcommand_from ${name}'` +
        `${letter === null ? '' : ` -s ${letter}`} -l ${long}${value === null ? '' : values} -d ${quoted(text)}`
      );
    }),
  ]);
  return `${lines.join('\n')}\n`;
}
