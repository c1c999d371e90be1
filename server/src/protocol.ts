/**
 * What client and server say to each other beyond standard LSP: types and constants only.
 * Documented in docs/lsp-extensions.md. The one server file that client/ may import.
 */

/** Sent by the client with `initialize`. A generic LSP client may leave all of it out. */
export interface InitializationOptions {
  /** Whether the workspace is trusted. Only then are programs started, such as the `nginx` on PATH. Default false. */
  readonly trusted?: boolean;
  /** Client commands that lenses and code actions may name. Default none. */
  readonly commands?: readonly string[];
}

/** The section of `workspace/configuration` that the server reads, per folder where the scope allows. */
export const configurationSection = 'nginxWebsocket';

/**
 * The settings that an editor and the file `nginx-websocket.json` beside a main file share. Missing or malformed ones
 * take their default.
 */
export interface Settings {
  /** `auto`, or a version such as `1.28.0`. */
  readonly nginxVersion: string;
  /** By the id of a rule: the severity of what it finds, or `off`. */
  readonly rules: Readonly<Record<string, 'error' | 'warning' | 'information' | 'hint' | 'off'>>;
  /** Globs of main configuration files, relative to the workspace folder or to the file. */
  readonly mainConfiguration: readonly string[];
  /** From absolute paths that nginx sees to paths here, relative to the workspace folder or to the file. */
  readonly pathMappings: Readonly<Record<string, string>>;
  /** Paths of locations that are meant for WebSocket, as they are written; `*` stands for any characters. */
  readonly websocketLocations: readonly string[];
  /** Names of directives that nginx knows here besides its own. */
  readonly extraDirectives: readonly string[];
}

/** What only an editor sets: a file that comes with a repository must not name programs to start. */
export interface EditorSettings extends Settings {
  /** The program that tests the configuration, and its arguments. */
  readonly testCommand: readonly string[];
}

/** Notification, client to server, no parameters: the user has trusted the workspace. */
export const didGrantTrust = 'nginxWebsocket/didGrantTrust';

/** Request, client to server: what the server knows of one open document. */
export const statusRequest = 'nginxWebsocket/status';

export interface StatusParams {
  readonly uri: string;
}

export interface Status {
  /** The URI of the main file that the document belongs to, or null for a fragment whose main file was not found. */
  readonly main: string | null;
  /** The nginx version that the analysis is for, such as `1.28.0`. */
  readonly version: string;
  /** Where the version comes from: the setting, `nginx-websocket.json`, the `nginx` on PATH, or assumed. */
  readonly versionFrom: 'setting' | 'project' | 'nginx' | 'assumed';
  /** Files in the closure of the main file, itself included. */
  readonly files: number;
}

/** Notification, server to client, no parameters: a status given before may have changed. */
export const statusChanged = 'nginxWebsocket/statusChanged';

/** Request, client to server: have nginx test the configuration that an open document belongs to. */
export const testConfigurationRequest = 'nginxWebsocket/testConfiguration';

export interface TestConfigurationParams {
  readonly uri: string;
}

export interface TestConfigurationResult {
  /** `accepted` and `refused` by nginx; `failed`: it could not tell, as something else than the files is wrong. */
  readonly outcome: 'accepted' | 'refused' | 'failed';
  /** What has come of it and what to do, in a few sentences. */
  readonly message: string;
  /** The command line, for the log; '' when nothing was started. */
  readonly command: string;
  /** What the program has printed, for the log. */
  readonly output: string;
  /** What nginx says of the files that are here. */
  readonly faults: readonly NginxFault[];
}

export interface NginxFault {
  readonly uri: string;
  /** From zero. */
  readonly line: number;
  /** UTF-16 units from the start of the line. */
  readonly start: number;
  readonly end: number;
  readonly severity: 'error' | 'warning' | 'information';
  /** In the words of nginx. */
  readonly message: string;
}

/**
 * Requests, server to client, where the server has no file system of its own (in the browser).
 * What is wrong with a file is part of the answer, not an error.
 */
export const readFileRequest = 'nginxWebsocket/readFile';
export const readDirectoryRequest = 'nginxWebsocket/readDirectory';

export interface FileParams {
  readonly uri: string;
}

/** Answer to `readFileRequest`. */
export type ReadFileResult =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'directory' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Answer to `readDirectoryRequest`: the names in the directory, or null where there is none. */
export type ReadDirectoryResult = readonly string[] | null;
