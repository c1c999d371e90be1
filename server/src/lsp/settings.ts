import type { Connection } from 'vscode-languageserver';
import { configurationSection, type Settings } from '../protocol';

const DEFAULTS: Settings = { nginxVersion: 'auto', mainConfiguration: [] };

/** The settings of each document: asked of the client where it can be asked, else what it has sent. */
export class SettingsStore {
  private readonly byUri = new Map<string, Promise<Settings>>();
  private pushed: Settings = DEFAULTS;

  constructor(
    private readonly connection: Connection,
    private readonly canAsk: boolean,
  ) {}

  of(uri: string): Promise<Settings> {
    if (!this.canAsk) return Promise.resolve(this.pushed);
    const settings = this.byUri.get(uri) ?? this.ask(uri);
    this.byUri.set(uri, settings);
    return settings;
  }

  /** Takes what came with `workspace/didChangeConfiguration`: the section, or an object that holds it. */
  changed(settings: unknown): void {
    this.byUri.clear();
    this.pushed = readSettings(isRecord(settings) ? (settings[configurationSection] ?? settings) : null);
  }

  /** Forgets the settings of a document that was closed. */
  closed(uri: string): void {
    this.byUri.delete(uri);
  }

  private async ask(uri: string): Promise<Settings> {
    try {
      const item = { scopeUri: uri, section: configurationSection };
      return readSettings(await this.connection.workspace.getConfiguration(item));
    } catch {
      // The client may be closing. A change of settings asks again.
      return DEFAULTS;
    }
  }
}

function readSettings(value: unknown): Settings {
  if (!isRecord(value)) return DEFAULTS;
  const { nginxVersion, mainConfiguration } = value;
  return {
    nginxVersion: typeof nginxVersion === 'string' ? nginxVersion : DEFAULTS.nginxVersion,
    mainConfiguration: Array.isArray(mainConfiguration)
      ? mainConfiguration.filter((glob): glob is string => typeof glob === 'string')
      : DEFAULTS.mainConfiguration,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
