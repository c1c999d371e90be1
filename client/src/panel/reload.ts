import { l10n, Uri, workspace } from 'vscode';
import { type ReloadParams, type ReloadResult, reloadRequest } from '../../../server/src/protocol';
import { isNginx } from '../languages';
import type { Server } from '../server';

/** Whether the settings for a document say how nginx is reloaded, and programs may be started. */
export function canReload(uri: string): boolean {
  const scope = uri === '' ? undefined : Uri.parse(uri);
  const command = workspace.getConfiguration('nginxWebsocket', scope).get<unknown>('reloadCommand');
  return workspace.isTrusted && Array.isArray(command) && command.length > 0;
}

/** Saves the open configurations: nginx reads what is on the disk. */
export async function saveConfigurations(): Promise<boolean> {
  const dirty = workspace.textDocuments.filter((document) => isNginx(document) && document.isDirty);
  const saved = await Promise.all(dirty.map((document) => document.save()));
  return saved.every((isSaved) => isSaved);
}

/** Has nginx test the configuration of a document, and reloads it if nginx accepts that. */
export async function reloadNginx(server: Server, uri: string): Promise<ReloadResult> {
  const params: ReloadParams = { uri };
  try {
    if (await server.ready()) return await server.request<ReloadResult>(reloadRequest, params);
  } catch (error) {
    return { outcome: 'failed', message: l10n.t('The reload has failed: {0}', String(error)), output: '' };
  }
  return { outcome: 'failed', message: l10n.t('The language server does not run.'), output: '' };
}
