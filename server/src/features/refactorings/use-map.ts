import { combine } from '../../edits/edit';
import { replaceWord } from '../../edits/insert';
import { t } from '../../l10n';
import { placeOf } from '../../model/configuration';
import { placeInFile } from '../../model/place-in-file';
import { connectionValue, connectionValueByMap, isFixedUpgrade } from '../../rules/support/connection-value';
import { directiveAt } from '../../syntax/locate';
import { directiveStart, nameOf } from '../../syntax/tree';
import { isOnlyInstance, type Refactoring, type Selected } from './refactoring';

/** Has a map say what `Connection` is, in place of a fixed `upgrade`; one that is there already, else a new one. */
export function useMap({ model, routes, file, start }: Selected): Refactoring | null {
  const directive = directiveAt(file.tree, start);
  if (directive === null || nameOf(file.tree, directive) !== 'proxy_set_header') return null;
  const at = directiveStart(file.tree, directive);
  for (const route of routes()) {
    const header = route.request.set.directives.find((each) => {
      const place = placeInFile(model.configuration.closure, placeOf(each));
      return place.file.realPath === file.realPath && place.start === at;
    });
    if (header === undefined) continue;
    if (!isFixedUpgrade(header) || !isOnlyInstance(model, header)) return null;
    const usual = connectionValue(model, route);
    const value = usual.text.startsWith('$') ? usual : connectionValueByMap(model, route);
    const edits = value === null ? null : combine([replaceWord(header, 2, value.text), ...value.edits]);
    if (value === null || edits === null) return null;
    const title =
      value.edits.length === 0
        ? t`Set Connection by the map that gives ${value.text}`
        : t`Add a map for ${value.text}, and set Connection by it`;
    return { title, kind: 'refactor.rewrite', edits, newFile: null };
  }
  return null;
}
