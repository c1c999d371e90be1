/** Says our texts in the language of the editor, as `l10n` of VS Code does. */
export interface Localizer {
  /**
   * @param message the English text, with `{0}`, `{1}`, … for the arguments: the key of the bundles in l10n/
   */
  t(message: string, ...args: (string | number)[]): string;
}
