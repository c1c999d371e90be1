import type { Edit } from '../edits/edit';
import { isGlob } from '../model/glob';
import type { Closure } from '../model/load';
import { directoryOf, fileNameOf } from '../model/paths';
import { includesIn } from './includes';

/** A file or folder that gets another path. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/**
 * The edits that have each `include` of a configuration name its file where that will be. A pattern follows the folder
 * that it is about; a file that leaves it is not followed. Where nginx cannot be told the new path by the way in which
 * it was told the old one, the `include` stays.
 */
export function editsForMoves(closure: Closure, moves: readonly Move[]): Edit[] {
  return [...closure.files.values()]
    .filter(({ builtIn }) => !builtIn)
    .flatMap((file) =>
      includesIn(closure, file).flatMap(({ place, files }): Edit[] => {
        const [first] = files;
        const written = file.text.slice(place.start, place.end);
        if (first === undefined || /[\\$]/.test(written)) return [];
        const name = movedName(written, first.path, moves);
        if (name === null || name === written) return [];
        const quote = file.text.charAt(place.start - 1);
        const isQuoted = quote === '"' || quote === "'";
        return [{ ...place, newText: isQuoted ? escaped(name, quote) : quotedIfNeeded(name) }];
      }),
    );
}

/** @param path of the file that the name brings in, or of one of them */
function movedName(written: string, path: string, moves: readonly Move[]): string | null {
  if (!isGlob(written)) {
    const to = movedPath(path, moves);
    return to === null ? null : nameOf(written, path, to);
  }
  const folder = directoryOf(written);
  if (folder === '' || isGlob(folder)) return null;
  const from = directoryOf(path);
  const to = movedPath(from, moves);
  const name = to === null ? null : nameOf(folder, from, to);
  return name === null ? null : `${name}/${fileNameOf(written)}`;
}

function movedPath(path: string, moves: readonly Move[]): string | null {
  for (const { from, to } of moves) {
    if (path === from) return to;
    if (path.startsWith(`${from}/`)) return to + path.slice(from.length);
  }
  return null;
}

/**
 * What a path is called after a move. Name and path end alike; what is before that in the name stands for what is before
 * it in the path: nothing for the directory of the main file, `/etc/nginx` for the copy of it that is here.
 */
function nameOf(written: string, from: string, to: string): string | null {
  const names = written.split('/');
  const parts = from.split('/');
  let alike = 0;
  while (alike < names.length && alike < parts.length && names.at(-1 - alike) === parts.at(-1 - alike))
    alike += 1;
  const base = parts.slice(0, parts.length - alike).join('/');
  if (alike === 0 || !to.startsWith(`${base}/`)) return null;
  return [...names.slice(0, names.length - alike), to.slice(base.length + 1)].join('/');
}

function quotedIfNeeded(name: string): string {
  return /[\s;{}"'#\\$]/.test(name) ? `"${escaped(name, '"')}"` : name;
}

function escaped(name: string, quote: string): string {
  return name.replaceAll('\\', String.raw`\\`).replaceAll(quote, `\\${quote}`);
}
