import type { Edit } from '../../edits/edit';
import type { Route } from '../../handshake/routes';
import { type ConfigDirective, wholePlaceOf } from '../../model/configuration';
import { type Level, levelsWithin } from '../../model/levels';
import type { Model } from '../../model/model';
import { placeInFile } from '../../model/place-in-file';
import type { SourceFile } from '../../model/source-file';

/** A change of form: what every request of the configuration meets stays the same. */
export interface Refactoring {
  readonly title: string;
  /** Of LSP's kinds, the one that it is. */
  readonly kind: 'refactor.extract' | 'refactor.inline' | 'refactor.rewrite';
  readonly edits: readonly Edit[];
  /** A file that is made with it; null for none. */
  readonly newFile: { readonly path: string; readonly text: string } | null;
}

/** What is selected in a file of a configuration. */
export interface Selected {
  readonly model: Model;
  /** Asked only where a back end is concerned. */
  readonly routes: () => readonly Route[];
  /** As a whole, also where it is read in parts. */
  readonly file: SourceFile;
  /** UTF-16 units from the start of the text; the same for a cursor. */
  readonly start: number;
  readonly end: number;
  /** Whether there is a file of that path, included or not. */
  readonly exists: (path: string) => boolean;
}

/** The innermost levels of the http part around an offset: one for each place that the file is included in. */
export function levelsAt({ model, file, start }: Selected): readonly Level[] {
  const { http, configuration } = model;
  if (http === null) return [];
  const around = [...levelsWithin(http)].filter(({ block }) => {
    if (block === null || block.file.realPath !== file.realPath) return false;
    const place = placeInFile(configuration.closure, wholePlaceOf(block));
    return place.start <= start && start <= place.end;
  });
  return around.filter(({ levels }) => !levels.some((inner) => around.includes(inner)));
}

/** Whether a directive stands in one place of the configuration, so that its text is that of no other. */
export function isOnlyInstance({ configuration }: Model, { file }: ConfigDirective): boolean {
  return !file.builtIn && configuration.instances.get(file)?.size === 1;
}
