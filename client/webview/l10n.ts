/** The texts of the page by the English ones, in the language of the editor; what is not there stays English. */
let bundle: Readonly<Record<string, string>> = {};

/** Takes the translations that the extension has loaded. */
export function useBundle(texts: Readonly<Record<string, string>>): void {
  bundle = texts;
}

/** Says our texts in the language of the editor, as `l10n` of VS Code does. */
export const l10n = {
  /** @param message the English text, with `{0}`, `{1}`, … for the arguments: the key of the bundles in l10n/ */
  t(message: string, ...args: readonly (string | number)[]): string {
    return (bundle[message] ?? message).replaceAll(/\{(\d+)\}/g, (placeholder, index) =>
      String(args[Number(index)] ?? placeholder),
    );
  },
};
