import { type Connection, ErrorCodes, ResponseError } from 'vscode-languageserver';
import type { FileReading, Host } from '../model/host';
import {
  type FileParams,
  type ReadDirectoryResult,
  readDirectoryRequest,
  type ReadFileResult,
  readFileRequest,
} from '../protocol';
import { beginsWithMark } from '../syntax/byte-order-mark';
import { uriOf } from './uris';

/**
 * Files of this machine are read here; those of other schemes, and all in a browser, are requested from the client.
 * Texts are as editors have them: without a byte order mark, so that places in them are the same.
 */
export class ClientHost implements Host {
  constructor(
    private readonly connection: Connection,
    private readonly local: Host | null,
  ) {}

  async readFile(path: string): Promise<FileReading> {
    const reading = await this.readAsIs(path);
    if (reading.kind !== 'text' || !beginsWithMark(reading.text)) return reading;
    return { ...reading, text: reading.text.slice(1), hadMark: true };
  }

  private async readAsIs(path: string): Promise<FileReading> {
    if (this.local !== null && isLocal(path)) return this.local.readFile(path);
    if (isUnsaved(path)) return { kind: 'missing' };
    try {
      const params: FileParams = { uri: uriOf(path) };
      const result = await this.connection.sendRequest<ReadFileResult>(readFileRequest, params);
      return result.kind === 'text' ? { ...result, realPath: path } : result;
    } catch (error) {
      // A client that does not know the request has no such files.
      if (error instanceof ResponseError && error.code === ErrorCodes.MethodNotFound)
        return { kind: 'missing' };
      return { kind: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  async refusal(path: string): Promise<string | null> {
    return this.local !== null && isLocal(path) ? ((await this.local.refusal?.(path)) ?? null) : null;
  }

  async readDirectory(path: string): Promise<readonly string[] | null> {
    if (this.local !== null && isLocal(path)) return this.local.readDirectory(path);
    if (isUnsaved(path)) return null;
    try {
      const params: FileParams = { uri: uriOf(path) };
      return await this.connection.sendRequest<ReadDirectoryResult>(readDirectoryRequest, params);
    } catch {
      return null;
    }
  }
}

function isLocal(path: string): boolean {
  return path === '' || path.startsWith('/') || path.startsWith('file://');
}

/** Documents that were never saved have no files beside them. */
function isUnsaved(path: string): boolean {
  return path.startsWith('untitled:');
}
