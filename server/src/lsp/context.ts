import type { ClientCapabilities, Connection } from 'vscode-languageserver';
import type { Host } from '../model/host';
import type { Timer } from './environment';
import type { Documents } from './documents';
import type { Positions } from './positions';
import type { Runner } from './runner';
import type { SettingsStore } from './settings';
import type { Sights } from './sights';
import type { Workspace } from './workspace';

/** What every feature of the server works with. */
export interface ServerContext {
  readonly connection: Connection;
  readonly capabilities: ClientCapabilities;
  /** Client commands that answers may name. */
  readonly commands: ReadonlySet<string>;
  readonly settings: SettingsStore;
  readonly timer: Timer;
  /** The files as they are on the disk now. */
  readonly disk: Host;
  readonly runner: Runner;
  readonly documents: Documents;
  readonly positions: Positions;
  readonly workspace: Workspace;
  /** What nginx was seen to do. */
  readonly sights: Sights;
  /** Whether an nginx may be started here. */
  readonly canVerify: () => boolean;
}
