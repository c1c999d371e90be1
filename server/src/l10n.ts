/**
 * What people read, in the language of the editor. It is that of the process: a server speaks with one editor, which
 * says at the start what it reads (`InitializationOptions.texts`); the command line speaks English. So a text is made
 * in its language where it is made, and stays a text: nobody has to hand a language through.
 */
let translations: Readonly<Record<string, string>> | null = null;

/**
 * Takes the texts of a language, before anything is said: what is kept was said in the language of its time.
 *
 * @param texts by the English ones, with `{0}`, `{1}`, … for the values, as in l10n/; what is not there stays English
 */
export function useTexts(texts: Readonly<Record<string, string>>): void {
  translations = texts;
}

type Value = string | number | null | undefined;

/**
 * A text that people read. In front of a template each value is a placeholder, numbered from 0 in the translation, which
 * may have them in another order: `` t`No ${header} reaches the back end.` `` is `No {0} reaches the back end.` there.
 * Called with a text, it takes one without values.
 *
 * A whole sentence is best: parts that are put together do not fit in all languages. nginx's own words are not
 * translated, and need no `t`.
 */
export function t(text: string | TemplateStringsArray, ...values: readonly Value[]): string {
  if (typeof text === 'string') return translations?.[text] ?? text;
  const translated = translations?.[keyOf(text)];
  if (translated === undefined)
    return text.reduce((before, part, index) => `${before}${values[index - 1]}${part}`);
  return translated.replaceAll(/\{(\d+)\}/g, (placeholder, index) =>
    String(values[Number(index)] ?? placeholder),
  );
}

/** What a text is called among the translations. */
function keyOf(text: TemplateStringsArray): string {
  return text.reduce((before, part, index) => `${before}{${index - 1}}${part}`);
}

/** Sentences one after another, without those that are ''. */
export function sentences(...texts: readonly string[]): string {
  return allSentences(texts);
}

/** The same of any number of them. */
export function allSentences(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(t(' '));
}

/** Names of which all are meant: `a and b and c`. Conditions of which all must hold have another word in Chinese. */
export function allOf(names: readonly string[]): string {
  return names.length === 0 ? '' : names.reduce((first, next) => t`${first} and ${next}`);
}

/** An English text of a table, for `t` to say when it is needed: when tables are made no language is known yet. */
export function english(text: string): string {
  return text;
}
