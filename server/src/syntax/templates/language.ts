/** What a placeholder does to the text around it. */
export type Role =
  /** It leaves a text: a part of a word, words, or lines. */
  | { readonly kind: 'text' }
  /** It leaves lines and never a part of a word: an included template. */
  | { readonly kind: 'lines' }
  /** It leaves nothing: a comment, an assignment. */
  | { readonly kind: 'nothing' }
  | OpeningRole
  /** What follows is written if those before it do not hold and this one does, where it has one. */
  | { readonly kind: 'else'; readonly condition: Condition | null }
  /** The end of a condition, loop or block, and what begins behind it. */
  | { readonly kind: 'end'; readonly next: OpeningRole | null };

/** What a placeholder that has an end begins. */
export type OpeningRole =
  /** What follows is written if the condition holds, or for each turn of a loop. */
  | { readonly kind: 'if' | 'loop'; readonly condition: Condition }
  /** What follows is written elsewhere, wherever its name is called. */
  | { readonly kind: 'definition'; readonly condition: Condition }
  /** What follows up to the end belongs together, whatever it is for; it may bring lines itself. */
  | { readonly kind: 'block'; readonly lines: boolean };

/** What a template asks: equal texts ask the same. */
export interface Condition {
  readonly text: string;
  /** Whether it asks for the opposite of the text. */
  readonly negated: boolean;
}

/** One language of templates. */
export interface TemplateLanguage {
  /** The characters that its placeholders begin with. */
  readonly openings: readonly string[];
  /** Offset after the placeholder that begins at `offset`, -1 when none does. */
  readonly end: (text: string, offset: number) => number;
  readonly roleOf: (placeholder: string) => Role;
  /** Finds a placeholder in a word; null where a word alone does not tell it from a variable of nginx. */
  readonly inWord: RegExp | null;
  /** What files in this language are called; null when by no name of their own. */
  readonly fileName: RegExp | null;
  /** Whether a text has what nginx would refuse, or would not mean, and this language has; in linear time. */
  readonly isIn: (text: string) => boolean;
  /** The two texts that tell it together, however far apart they are; undefined where neighbouring lines do. */
  readonly pair?: readonly [opening: string, closing: string];
}

export const TEXT: Role = { kind: 'text' };
export const LINES: Role = { kind: 'lines' };
export const NOTHING: Role = { kind: 'nothing' };
export const END: Role = { kind: 'end', next: null };

/** Whether what a placeholder begins has an end. */
export function isOpening(role: Role): role is OpeningRole {
  return role.kind === 'block' || ('condition' in role && role.kind !== 'else');
}

/** A placeholder that runs over more characters than this is none: its end is missing. */
const LONGEST = 4096;

/** Offset after the first `closing` behind an opening of `length` characters, -1 when it is not near. */
export function endAfter(text: string, offset: number, length: number, closing: string): number {
  const end = text.slice(offset + length, offset + LONGEST).indexOf(closing);
  return end === -1 ? -1 : offset + length + end + closing.length;
}

/** The same on the line of the opening. */
export function endOnLine(text: string, offset: number, length: number, closing: string): number {
  const end = endAfter(text, offset, length, closing);
  return end === -1 || text.slice(offset, end).includes('\n') ? -1 : end;
}

/**
 * A language whose placeholders only name a value: `%name%`, `@NAME@`.
 *
 * @param placeholder a sticky pattern of one
 */
export function languageOfNames(
  opening: string,
  placeholder: RegExp,
  {
    inWord,
    fileName = null,
    sign,
  }: Pick<TemplateLanguage, 'inWord'> & { fileName?: RegExp | null; sign: RegExp },
): TemplateLanguage {
  return {
    openings: [opening],
    end: (text, offset) => {
      placeholder.lastIndex = offset;
      return placeholder.test(text) ? placeholder.lastIndex : -1;
    },
    roleOf: () => TEXT,
    inWord,
    fileName,
    isIn: (text) => sign.test(text),
  };
}

/** How a language is told by two texts; each is looked for once. */
export function toldByPair(opening: string, closing: string): Pick<TemplateLanguage, 'isIn' | 'pair'> {
  return { pair: [opening, closing], isIn: (text) => text.includes(opening) && text.includes(closing) };
}

/** Joins conditions: what is negated then is not a part of one. */
const CONNECTIVE = /\s(?:and|or)\s|&&|\|\|/;
const NOT = /^(?:not\s+|!\s*)/;

/** A condition as it is written, without the white space and the negation in it. */
export function condition(written: string, negated = false): Condition {
  let text = withoutParentheses(written.replaceAll(/\s+/g, ' ').trim());
  let isNegated = negated;
  // Parentheses and negations are in each other as deep as somebody likes.
  for (let rounds = 0; rounds < 8 && NOT.test(text) && isOnePart(text.replace(NOT, '')); rounds += 1) {
    text = withoutParentheses(text.replace(NOT, ''));
    isNegated = !isNegated;
  }
  if (!CONNECTIVE.test(text)) {
    const positive = text.replace(' is not ', ' is ').replace('!=', '==');
    if (positive !== text) return { text: positive, negated: !isNegated };
  }
  return { text, negated: isNegated };
}

function isOnePart(text: string): boolean {
  return !CONNECTIVE.test(text) || withoutParentheses(text) !== text;
}

/** The text without parentheses around all of it. */
function withoutParentheses(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  let depth = 0;
  for (let at = 0; at < text.length - 1; at += 1) {
    const character = text.charAt(at);
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    if (depth === 0) return text;
  }
  return text.slice(1, -1).trim();
}

/** `if` or `else if` by the words of most languages; null for another word. */
export function conditionalRole(word: string, rest: string): Role | null {
  switch (word) {
    case 'if':
      return { kind: 'if', condition: condition(rest) };
    case 'unless':
      return { kind: 'if', condition: condition(rest, true) };
    case 'elif':
    case 'elsif':
    case 'elseif':
      return { kind: 'else', condition: condition(rest) };
    case 'else': {
      const chained = /^(?:if|with)\b(.*)$/s.exec(rest);
      return { kind: 'else', condition: chained === null ? null : condition(chained[1] ?? '') };
    }
    case 'case':
      return { kind: 'block', lines: false };
    case 'when':
      return { kind: 'else', condition: condition(`when ${rest}`) };
    default:
      return null;
  }
}

/** The first word of a text and the rest, both without the blanks around them. */
export function firstWord(text: string): { readonly word: string; readonly rest: string } {
  const trimmed = text.trim();
  const word = /^\w*/.exec(trimmed)?.[0] ?? '';
  return { word, rest: trimmed.slice(word.length).trim() };
}
