import { FileSystemError, Uri, workspace } from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import {
  type FileParams,
  type ReadDirectoryResult,
  type ReadFileResult,
  readDirectoryRequest,
  readFileRequest,
} from '../../server/src/protocol';

/** Has the server read files that only the editor has: all in a browser, elsewhere those of other schemes than `file`. */
export function answerForFiles(client: BaseLanguageClient): void {
  client.onRequest<ReadFileResult, void>(readFileRequest, ({ uri }: FileParams) => readFile(Uri.parse(uri)));
  client.onRequest<ReadDirectoryResult, void>(readDirectoryRequest, ({ uri }: FileParams) =>
    readDirectory(Uri.parse(uri)),
  );
}

async function readFile(uri: Uri): Promise<ReadFileResult> {
  try {
    const bytes = await workspace.fs.readFile(uri);
    return { kind: 'text', text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) };
  } catch (error) {
    switch (error instanceof FileSystemError ? error.code : undefined) {
      case 'FileNotFound':
        return { kind: 'missing' };
      case 'FileIsADirectory':
        return { kind: 'directory' };
      default:
        return { kind: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
    }
  }
}

async function readDirectory(uri: Uri): Promise<ReadDirectoryResult> {
  try {
    return (await workspace.fs.readDirectory(uri)).map(([name]) => name);
  } catch {
    return null;
  }
}
