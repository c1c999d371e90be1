import type { TextDocument } from 'vscode';

/** The language we contribute, and the one that other nginx extensions contribute. */
const languageIds: readonly string[] = ['nginx', 'NGINX'];

/** Languages whose documents may have text for nginx in them. */
const outerLanguageIds: readonly string[] = [
  'yaml',
  'dockercompose',
  'helm',
  'markdown',
  'shellscript',
  'dockerfile',
  'terraform',
  'hcl',
  'nix',
];

/** The scheme of the files that a running nginx has printed. */
export const RUNNING = 'nginx-running';

/** Documents in our languages, on any file system. */
export const nginxSelector = languageIds.map((language) => ({ language }));

/** The documents that the server is told of: ours, and those that may have text for nginx in them. */
export const documentSelector = [...nginxSelector, ...outerLanguageIds.map((language) => ({ language }))];

/** Whether a language is one of ours. */
export function isNginxLanguage(languageId: string): boolean {
  return languageIds.includes(languageId);
}

/** Whether the document is an nginx configuration to VS Code. */
export function isNginx({ languageId }: TextDocument): boolean {
  return isNginxLanguage(languageId);
}

/** Whether a document of another language looks as if it had text for nginx in it: the server knows for certain. */
export function mayHoldNginx(document: TextDocument): boolean {
  return (
    outerLanguageIds.includes(document.languageId) &&
    /\b(?:server|location|proxy_pass)\b[^\n]*[;{]/.test(document.getText())
  );
}
