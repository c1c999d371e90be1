import type { TextDocument } from 'vscode';

/** The language we contribute, and the one that other nginx extensions contribute. */
const languageIds: readonly string[] = ['nginx', 'NGINX'];

/** Documents in our languages, on any file system. */
export const documentSelector = languageIds.map((language) => ({ language }));

/** Whether a language is one of ours. */
export function isNginxLanguage(languageId: string): boolean {
  return languageIds.includes(languageId);
}

/** Whether the document is an nginx configuration to VS Code. */
export function isNginx({ languageId }: TextDocument): boolean {
  return isNginxLanguage(languageId);
}
