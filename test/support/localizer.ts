import type { Localizer } from '../../client/src/localizer';

/** The English texts, as VS Code makes them where there is no bundle. */
export const english = localizer({});

/** The texts of a bundle, by the English ones; what it lacks stays English. */
export function localizer(bundle: Readonly<Record<string, string>>): Localizer {
  return {
    t: (message, ...args) =>
      (bundle[message] ?? message).replaceAll(/\{(\d+)\}/g, (placeholder, index) =>
        String(args[Number(index)] ?? placeholder),
      ),
  };
}
