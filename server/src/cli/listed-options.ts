import { CHOICES, type CommandName } from './arguments';
import { usageOf } from './usage';

/** An option as the help of its command lists it. */
export interface ListedOption {
  /** Without its dashes. */
  readonly name: string;
  /** The letter of its short form; null for none. */
  readonly letter: string | null;
  /** What its value is called, such as `FILE`; null where it takes none. */
  readonly value: string | null;
  /** The values that there are; none where any may be given. */
  readonly choices: readonly string[];
  /** What it does, in the first words of the help. */
  readonly words: string;
}

/** How an option is written in the help: what stands below its words goes on with them. */
const OPTION = /^ {2}(?:-(\w), )?--([\w-]+)(?: ([A-Z][\w:]*))? +(\S.*(?:\n {10,}\S.*)*)/gm;

/** The options of a command, in the order of its help. */
export function optionsOf(command: CommandName): readonly ListedOption[] {
  return [...usageOf(command).matchAll(OPTION)].map(([, letter, name = '', value, words = '']) => ({
    name,
    letter: letter ?? null,
    value: value ?? null,
    choices: CHOICES[command][name] ?? [],
    words: firstWords(words),
  }));
}

/** What each command does, by its name, in the order of the help. */
export function commandWords(): ReadonlyMap<string, string> {
  const [, list = ''] = /^Commands:\n((?: {2}.*\n)+)/m.exec(usageOf(null)) ?? [];
  return new Map(
    [...list.matchAll(/^ {2}(\w+) +(.+)$/gm)].map(([, name = '', words = '']) => [name, words] as const),
  );
}

/** Up to the first `;`, `:` or bracket: the rest is for those who read the help. */
function firstWords(words: string): string {
  return words
    .replaceAll(/\s+/g, ' ')
    .replace(/(?:;|: | \().*/, '')
    .trim();
}
