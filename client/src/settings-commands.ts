import {
  commands,
  ConfigurationTarget,
  Disposable,
  type ExtensionContext,
  l10n,
  type QuickPickItem,
  QuickPickItemKind,
  type Uri,
  window,
  workspace,
  type WorkspaceFolder,
} from 'vscode';
import type { CurrentConfiguration } from './current-configuration';
import { findNginxFiles } from './find-files';
import { globOf, looksLikeMain, readTypedVersion, versionsOffered } from './settings-values';

/** The commands that set the version of nginx and the main configuration files. */
export function registerSettingsCommands(
  context: ExtensionContext,
  current: CurrentConfiguration,
): Disposable {
  return Disposable.from(
    commands.registerCommand('nginxWebsocket.setVersion', () => setVersion(current)),
    commands.registerCommand('nginxWebsocket.setMainConfiguration', () => setMain(context, current)),
  );
}

/** The folder of the document in front, else the only one; undefined where there is none. */
function folderOf({ document }: CurrentConfiguration): WorkspaceFolder | undefined {
  const ofDocument = document === undefined ? undefined : workspace.getWorkspaceFolder(document.uri);
  const [first, ...others] = workspace.workspaceFolders ?? [];
  return ofDocument ?? (others.length === 0 ? first : undefined);
}

interface VersionItem extends QuickPickItem {
  readonly version: string;
}

async function setVersion(current: CurrentConfiguration): Promise<void> {
  const folder = folderOf(current);
  const configuration = workspace.getConfiguration('nginxWebsocket', folder?.uri);
  const now = configuration.get<string>('nginxVersion') ?? 'auto';
  const version = await pickVersion(now, folder);
  if (version === undefined) return;
  const target = folder === undefined ? ConfigurationTarget.Global : ConfigurationTarget.WorkspaceFolder;
  await configuration.update('nginxVersion', version, target);
}

async function pickVersion(now: string, folder: WorkspaceFolder | undefined): Promise<string | undefined> {
  const mark = (version: string): string => (version === now ? l10n.t('in force') : '');
  const offered: VersionItem[] = [
    {
      label: 'auto',
      description: mark('auto'),
      detail: l10n.t('Ask the nginx on PATH, else assume 1.28.0'),
      version: 'auto',
    },
    ...versionsOffered.map(({ version, label }) => ({
      label: version,
      description: [label, mark(version)].filter((each) => each !== '').join(', '),
      version,
    })),
  ];
  const pick = window.createQuickPick<VersionItem>();
  pick.title =
    folder === undefined
      ? l10n.t('Set nginx Version for all folders')
      : l10n.t('Set nginx Version for {0}', folder.name);
  pick.placeholder = l10n.t('Pick the version that the configuration is for, or type another');
  const update = () => {
    const version = readTypedVersion(pick.value);
    const isOffered = offered.some((item) => item.version === version);
    const typed: VersionItem[] =
      version === undefined || isOffered
        ? []
        : [{ label: version, description: l10n.t('typed'), alwaysShow: true, version }];
    pick.items = [...offered, ...typed];
  };
  update();
  pick.activeItems = pick.items.filter(({ version }) => version === now);
  const version = await new Promise<string | undefined>((resolve) => {
    pick.onDidChangeValue(update);
    pick.onDidAccept(() => resolve(pick.selectedItems[0]?.version));
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  });
  pick.dispose();
  return version;
}

interface MainItem extends QuickPickItem {
  readonly glob?: string;
}

async function setMain(context: ExtensionContext, current: CurrentConfiguration): Promise<void> {
  const folder = folderOf(current) ?? (await window.showWorkspaceFolderPick());
  if (folder === undefined) return;
  const configuration = workspace.getConfiguration('nginxWebsocket', folder.uri);
  const now = configuration.get<readonly string[]>('mainConfiguration') ?? [];
  // Shown at once; the files come when they are found.
  const items = mainItems(context, folder, now);
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Set Main Configuration of {0}', folder.name),
    placeHolder: l10n.t('The files that nginx is started with. None: found by what includes what'),
    canPickMany: true,
    matchOnDescription: true,
  });
  if (picked === undefined) return;
  const globs = picked.flatMap(({ glob }) => (glob === undefined ? [] : [glob]));
  const value = globs.length === 0 ? undefined : globs;
  await configuration.update('mainConfiguration', value, ConfigurationTarget.WorkspaceFolder);
}

async function mainItems(
  context: ExtensionContext,
  folder: WorkspaceFolder,
  now: readonly string[],
): Promise<MainItem[]> {
  const found: string[] = [];
  const { uris } = await findNginxFiles(context);
  for (const uri of uris) {
    if (workspace.getWorkspaceFolder(uri) === folder && (await isMain(uri)))
      found.push(globOf(pathIn(folder, uri)));
  }
  const others = now.filter((glob) => !found.includes(glob));
  const item = (glob: string): MainItem => ({ label: glob, picked: now.includes(glob), glob });
  const heading: MainItem = { label: l10n.t('in the settings'), kind: QuickPickItemKind.Separator };
  return [...found.map(item), ...(others.length === 0 ? [] : [heading, ...others.map(item)])];
}

function pathIn(folder: WorkspaceFolder, uri: Uri): string {
  return uri.path.slice(folder.uri.path.replace(/\/$/, '').length + 1);
}

async function isMain(uri: Uri): Promise<boolean> {
  try {
    return looksLikeMain(new TextDecoder().decode(await workspace.fs.readFile(uri)));
  } catch {
    return false;
  }
}
