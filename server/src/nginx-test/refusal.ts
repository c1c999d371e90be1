import type { ConfigDirective, Place } from '../model/configuration';
import type { SourceFile } from '../model/source-file';
import type { Context } from '../model/context';

/** The rule that a refusal of nginx belongs to. */
export type RefusalRule =
  | 'syntax'
  | 'unknown-directive'
  | 'directive-context'
  | 'argument-count'
  | 'directive-value'
  | 'directive-duplicate'
  | 'variable-unknown'
  /** Found by that rule itself, which knows how to fix it. */
  | 'ssl-certificate-missing';

/** One reason for which nginx would refuse a configuration. */
export interface Refusal {
  readonly rule: RefusalRule;
  /** nginx's own words: what is after `[emerg] `, without ` in FILE:LINE`. */
  readonly text: string;
  /** The place that nginx names: the line of an offset in a file; null when it names none. */
  readonly named: NamedPlace | null;
  /** Whether nginx certainly refuses it; false where a module that we do not know may be loaded. */
  readonly certain: boolean;
  /** The text to change; null for what has no place, such as a section that is missing. */
  readonly place: Place | null;
  /** The directive that nginx complains of; null when it is none. */
  readonly directive: ConfigDirective | null;
  /** Its level, where that matters. */
  readonly context: Context | null;
}

export interface NamedPlace {
  readonly file: SourceFile;
  readonly offset: number;
}

/** What is wrong with one directive, by the check that belongs to its name. */
export interface Fault {
  readonly text: string;
  /** Index of the word to mark, the name is 0; -1 for all words of the directive. Default -1. */
  readonly word?: number;
  /** The place that nginx names, where it is not the end of the directive. */
  readonly named?: NamedPlace;
  /** Default `directive-value`. */
  readonly rule?: RefusalRule;
  /** Whether nginx refuses it without a word, so that the text is ours. */
  readonly isSilent?: boolean;
}

/** Value `index` of a directive is wrong. */
export function wrong(text: string, word = -1): Fault {
  return { text, word };
}

/** nginx's setters say what is wrong in a few words of their own: `"listen" directive is duplicate`. */
export function directiveFault(name: string, complaint: string, word = -1): Fault {
  const rule = complaint === 'is duplicate' ? 'directive-duplicate' : 'directive-value';
  return { text: `"${name}" directive ${complaint}`, word, rule };
}
