import type {
  ConfigurationMap,
  FilePlace,
  ProbeStep,
  ProbeTls,
  RouteVerdict,
  Way,
} from '../../server/src/protocol';

/** What the extension and the page of the panel say to each other: plain data, which `postMessage` copies. */

/** What the page shows. All texts of a repository in it are shown as text. */
export interface PanelState {
  /** The main file of the configuration, as it is called here; '' where there is none. */
  readonly configuration: string;
  /** URLs to choose from. */
  readonly urls: readonly UrlChoice[];
  /** The one that is asked about; '' for none yet. */
  readonly url: string;
  readonly way: Way<unknown> | null;
  /** Why there is no way to show; '' for nothing. */
  readonly trouble: string;
  /** What is being done, or was done last; '' for nothing. */
  readonly note: string;
  /** Whether a probe, a verification or a reload goes on. */
  readonly isBusy: boolean;
  /** Whether nginx can be started here, to try the configuration. */
  readonly canVerify: boolean;
  /** Whether nginx can be reloaded from here: the settings say how. */
  readonly canReload: boolean;
  /** What was seen in this window, the newest first. */
  readonly seen: readonly Seen[];
  /** The id of what was seen since the last question, which comes into view; 0 for nothing. */
  readonly news: number;
}

export interface UrlChoice {
  readonly url: string;
  /** A few words beside it. */
  readonly detail: string;
}

/** What a probe, or a verification in a real nginx, has seen. */
export interface Seen {
  readonly id: number;
  readonly by: 'probe' | 'verify';
  /** When it began: `12:00:04`. */
  readonly time: string;
  /** Without secrets. */
  readonly url: string;
  readonly ok: boolean;
  /** `did not open: 400 Bad Request`, `opened, as predicted`. */
  readonly outcome: string;
  /** What happened, why, and what to do about it; '' where it opened. */
  readonly message: string;
  /** From where, and with which options; in which nginx. */
  readonly from: string;
  /** Those of a probe. */
  readonly steps: readonly ProbeStep[];
  readonly tls: ProbeTls | null;
  /** What is folded at first: the request and its answer, what reached the back end. */
  readonly folded: readonly { readonly title: string; readonly text: string }[];
  /** What the configuration says about it. */
  readonly cause: SeenCause | null;
}

export interface SeenCause {
  /** What nginx has to do with it. */
  readonly sentence: string;
  /** What stops it, or is known of it; '' for nothing. */
  readonly message: string;
  readonly place: FilePlace | null;
  /** What would fix it; '' where nothing of ours does. */
  readonly fix: string;
}

/** How what was seen can be copied; only a probe is a command. */
export type CopyAs = 'curl' | 'wscat' | 'text';

export type Tab = 'way' | 'map';

/** What the page keeps over a reload of the window. */
export interface Kept {
  /** A document of the configuration. */
  readonly uri: string;
  readonly url: string;
  readonly tab: Tab;
}

export type ToPage =
  /** The first message: the translations of our texts by the English ones, and what is kept. */
  | { readonly kind: 'start'; readonly bundle: Readonly<Record<string, string>>; readonly tab: Tab }
  | { readonly kind: 'state'; readonly state: PanelState; readonly kept: Omit<Kept, 'tab'> }
  | { readonly kind: 'tab'; readonly tab: Tab }
  | { readonly kind: 'map'; readonly map: ConfigurationMap | null }
  /** Where the cursor is in the text. */
  | { readonly kind: 'cursor'; readonly uri: string; readonly line: number }
  /** Puts the keyboard into the box for a URL. */
  | { readonly kind: 'askUrl' };

export type FromPage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'explain'; readonly url: string }
  | { readonly kind: 'probe'; readonly url: string; readonly withOptions: boolean }
  | { readonly kind: 'verify'; readonly url: string }
  /** Makes the fix of a case of the way. */
  | { readonly kind: 'fix'; readonly index: number }
  /** Makes the fix of what was seen. */
  | { readonly kind: 'fixSeen'; readonly id: number }
  /** Probes or verifies again. */
  | { readonly kind: 'again'; readonly id: number }
  /** Saves, reloads nginx and probes again. */
  | { readonly kind: 'reload'; readonly id: number }
  | { readonly kind: 'open'; readonly place: FilePlace }
  | { readonly kind: 'copyWay' }
  | { readonly kind: 'copySeen'; readonly id: number; readonly as: CopyAs }
  | { readonly kind: 'tab'; readonly tab: Tab };

/** The mark of a verdict, of a station or of a step. */
export type Mark = RouteVerdict | 'none';
