import type { Edit } from '../../edits/edit';
import { placeInFile } from '../../model/place-in-file';
import { extractInclude } from './extract-include';
import { rewriteHttp2 } from './http2';
import { inlineInclude } from './inline-include';
import { moveHeaders } from './move-headers';
import type { Refactoring, Selected } from './refactoring';
import { useMap } from './use-map';

const ALL = [extractInclude, inlineInclude, moveHeaders, useMap, rewriteHttp2];

/** What can be written in another way at a place, without a difference to any request. */
export function refactoringsAt(selected: Selected): Refactoring[] {
  const { closure } = selected.model.configuration;
  const whole = (edit: Edit): Edit => ({ ...placeInFile(closure, edit), newText: edit.newText });
  return ALL.flatMap((refactor) => {
    const found = refactor(selected);
    return found === null ? [] : [{ ...found, edits: found.edits.map(whole) }];
  });
}
