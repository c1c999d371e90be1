import type { WorkspaceEdit } from 'vscode-languageclient';
import type { ExplainResult, ProbeParams, RouteRemedy } from '../../../server/src/protocol';
import type { CopyAs, Seen } from '../../webview/messages';
import type { Explained } from './seen';

/** What a probe or a verification of this window has seen, and what can be done from it. */
export interface Sighting {
  readonly seen: Seen;
  /** What was asked, and about which document; it may hold secrets. */
  readonly params: ProbeParams;
  readonly uri: string;
  /** What the configuration says of it. */
  readonly explained: Explained | null;
  /** What fixes it, by what the configuration says now; null where nothing of ours does. */
  readonly remedy: (now: ExplainResult<WorkspaceEdit>) => RouteRemedy<WorkspaceEdit> | null;
  /** What can be copied. */
  readonly texts: Readonly<Partial<Record<CopyAs, string>>>;
}

/** Older ones are forgotten. */
const KEPT = 50;

/** What was seen until the window is closed. It is kept in memory alone: what was asked may hold secrets. */
export class History {
  #sightings: readonly Sighting[] = [];
  #count = 0;

  /** The newest first. */
  get seen(): Seen[] {
    return this.#sightings.map(({ seen }) => seen);
  }

  find(id: number): Sighting | undefined {
    return this.#sightings.find(({ seen }) => seen.id === id);
  }

  /** Keeps what is made with an id that nothing else has. */
  add(make: (id: number) => Sighting): Seen {
    this.#count += 1;
    const sighting = make(this.#count);
    this.#sightings = [sighting, ...this.#sightings].slice(0, KEPT);
    return sighting.seen;
  }
}
