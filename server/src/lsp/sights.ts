import { Emitter, type Event } from 'vscode-languageserver';
import type { Verdict } from '../handshake/evidence';
import { t } from '../l10n';
import type { Place } from '../model/configuration';
import type { Closure } from '../model/load';
import type { RouteSight } from '../verify/route-sight';

/** What Verify has seen last of each configuration: it holds as long as all texts are the same. */
export class Sights {
  private readonly byMain = new Map<string, Seen>();
  private readonly changed = new Emitter<void>();

  keep(closure: Closure, sights: readonly RouteSight[]): void {
    this.byMain.set(closure.main.realPath, { texts: textsOf(closure), sights });
    this.changed.fire();
  }

  get onDidChange(): Event<void> {
    return this.changed.event;
  }

  /**
   * What was seen of a route, in words: `seen in nginx 1.28.0`. Null where nothing was, or another verdict was
   * predicted, as for another release.
   *
   * @param place that of its block, in the whole file
   */
  textOf(closure: Closure, { file, start }: Place, verdict: Verdict | null): string | null {
    const seen = this.byMain.get(closure.main.realPath);
    if (seen === undefined) return null;
    const those = seen.sights.filter((sight) => sight.file === file.realPath && sight.start === start);
    const [first] = those;
    if (first === undefined || !those.some((sight) => sight.verdict === verdict) || !isSame(seen, closure))
      return null;
    return those.every(({ same }) => same) ? t`seen in ${first.nginx}` : t`otherwise in ${first.nginx}`;
  }
}

interface Seen {
  readonly texts: ReadonlyMap<string, string>;
  readonly sights: readonly RouteSight[];
}

function textsOf({ files }: Closure): Map<string, string> {
  return new Map([...files].map(([realPath, { text }]) => [realPath, text]));
}

function isSame({ texts }: Seen, { files }: Closure): boolean {
  return texts.size === files.size && [...files].every(([path, { text }]) => texts.get(path) === text);
}
