import type { Connection } from 'vscode-languageserver';
import { defaultSettings, readSettings } from '../model/settings';
import { configurationSection, type EditorSettings } from '../protocol';
import { badUrls, unknownRules } from '../service';

const DEFAULTS: EditorSettings = {
  ...defaultSettings,
  testCommand: ['nginx', '-t', '-c', '${mainFile}'],
  reloadCommand: [],
  dumpCommand: ['nginx', '-T'],
  codeLens: true,
  alignValues: false,
};

/** The programs that are started, each with its arguments. */
const COMMANDS = ['testCommand', 'reloadCommand', 'dumpCommand'] as const;

/** The settings of each document: requested from the client where it supports that, else what it has sent. */
export class SettingsStore {
  private readonly byUri = new Map<string, Promise<EditorSettings>>();
  private pushed: EditorSettings = DEFAULTS;

  constructor(
    private readonly connection: Connection,
    private readonly canAsk: boolean,
    private readonly faults: Faults,
  ) {}

  of(uri: string): Promise<EditorSettings> {
    if (!this.canAsk) return Promise.resolve(this.pushed);
    const settings = this.byUri.get(uri) ?? this.ask(uri);
    this.byUri.set(uri, settings);
    return settings;
  }

  /** Takes what came with `workspace/didChangeConfiguration`: the section, or an object that holds it. */
  changed(settings: unknown): void {
    this.byUri.clear();
    this.pushed = this.read(isRecord(settings) ? (settings[configurationSection] ?? settings) : null);
  }

  /** Forgets the settings of a document that was closed. */
  closed(uri: string): void {
    this.byUri.delete(uri);
  }

  private async ask(uri: string): Promise<EditorSettings> {
    try {
      const item = { scopeUri: uri, section: configurationSection };
      return this.read(await this.connection.workspace.getConfiguration(item));
    } catch {
      // The client may be closing. A change of settings asks again.
      return DEFAULTS;
    }
  }

  private read(value: unknown): EditorSettings {
    const { settings, faults } = readSettings(value);
    const given = isRecord(value) ? value : {};
    const commands = COMMANDS.map((name) => [name, readCommand(given[name], DEFAULTS[name])] as const);
    const flag = (name: 'codeLens' | 'alignValues'): boolean =>
      typeof given[name] === 'boolean' ? given[name] : DEFAULTS[name];
    this.faults.tell('The settings', [
      ...faults,
      ...unknownRules(settings),
      ...badUrls(settings),
      ...commands
        .filter(([, command]) => command === null)
        .map(([name]) => `\`${name}\` is no list of a program and its arguments.`),
      ...['codeLens', 'alignValues']
        .filter((name) => !['boolean', 'undefined'].includes(typeof (given[name] ?? undefined)))
        .map((name) => `\`${name}\` is neither true nor false.`),
    ]);
    return {
      ...DEFAULTS,
      ...settings,
      ...Object.fromEntries(commands.filter(([, command]) => command !== null)),
      codeLens: flag('codeLens'),
      alignValues: flag('alignValues'),
    };
  }
}

/** Says what is wrong with settings, in the log: each thing once. */
export class Faults {
  private readonly told = new Set<string>();

  constructor(private readonly log: (message: string) => void) {}

  /** @param where what the faults are in, as the beginning of a line */
  tell(where: string, faults: readonly string[]): void {
    for (const fault of faults) {
      const line = `${where}: ${fault}`;
      if (this.told.has(line)) continue;
      this.told.add(line);
      this.log(line);
    }
  }
}

/** Null for an invalid value. */
function readCommand(value: unknown, standard: readonly string[]): readonly string[] | null {
  if (value === undefined || value === null) return standard;
  const isText = (each: unknown): each is string => typeof each === 'string';
  if (!Array.isArray(value) || !value.every(isText)) return null;
  if (value.length === 0) return standard.length === 0 ? [] : null;
  return value[0] === undefined || value[0] === '' ? null : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
