/**
 * What client and server say to each other beyond standard LSP: types and constants only.
 * Documented in docs/lsp-extensions.md. The one server file that client/ may import.
 */

/** Sent by the client with `initialize`. A generic LSP client may leave all of it out. */
export interface InitializationOptions {
  /** Whether the workspace is trusted. Only then are programs started, such as the `nginx` on PATH. Default false. */
  readonly trusted?: boolean;
  /** Client commands that answers may name. Default none. */
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

/** One header: its name as it is sent, its value without the blanks around it. */
export type ProbeHeader = readonly [name: string, value: string];

/** Why a probe failed. */
export type ProbeCause =
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'connect-timeout'
  | 'tls-to-plain-port'
  | 'plain-to-tls-port'
  | 'tls-failed'
  | 'certificate-expired'
  | 'certificate-name'
  | 'certificate-untrusted'
  | 'redirect'
  | 'bad-request'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'upgrade-required'
  | 'upgrade-ignored'
  | 'bad-gateway'
  | 'unavailable'
  | 'gateway-timeout'
  | 'http-status'
  | 'missing-upgrade-header'
  | 'bad-accept'
  | 'subprotocol'
  | 'not-http'
  | 'handshake-timeout'
  | 'closed-after-open'
  | 'echo-failed'
  | 'cancelled';

export type ProbeStepName = 'resolve' | 'connect' | 'tls' | 'handshake' | 'ping' | 'echo' | 'hold' | 'close';

/** One step of a probe that was begun. */
export interface ProbeStep {
  readonly name: ProbeStepName;
  readonly ok: boolean;
  /** How long it took, in milliseconds. */
  readonly ms: number;
  /** In words; parts are separated by `; `. */
  readonly detail: string;
}

/** The TLS connection and the certificate of the server. */
export interface ProbeTls {
  /** `TLSv1.3`. */
  readonly protocol: string;
  /** The name of RFC 8446 and its kind. */
  readonly cipher: string;
  /** What was agreed on, or null. */
  readonly alpn: string | null;
  /** Whether the chain leads to a certificate authority known here and is valid today. The name is another matter. */
  readonly trusted: boolean;
  readonly subject: string;
  readonly issuer: string;
  /** Host names and addresses it is for (subjectAltName). */
  readonly names: readonly string[];
  /** ISO 8601, UTC. */
  readonly validTo: string;
  /** Whole days until then; negative once it has passed. */
  readonly daysLeft: number;
}

/** What a live handshake gave. The command line prints it as JSON. Secrets are replaced by `•••`. */
export interface ProbeResult {
  /** As it was given. */
  readonly url: string;
  readonly ok: boolean;
  /** That of the answer; null when there was none. */
  readonly status: number | null;
  /** Null when ok. */
  readonly cause: ProbeCause | null;
  /** What happened, why, and what to do about it. */
  readonly message: string;
  /** In the order they were taken. */
  readonly steps: readonly ProbeStep[];
  /** Null without TLS, and when it failed before there was a certificate. */
  readonly tls: ProbeTls | null;
  /** The headers of the request, whether or not it came to that. */
  readonly request: readonly ProbeHeader[];
  readonly response: { readonly status: number; readonly headers: readonly ProbeHeader[] } | null;
}

/**
 * Request, client to server: opens the WebSocket at a URL and closes it again. Steps are told as progress where the
 * client gives a `workDoneToken`; cancelling the request ends the probe.
 */
export const probeRequest = 'nginxWebsocket/probe';

/** As the options of the command line: left out, the plainest probe. */
export interface ProbeParams {
  readonly url: string;
  /** Headers to send; one with the name of a usual one replaces it. */
  readonly headers?: readonly ProbeHeader[];
  readonly protocols?: readonly string[];
  /** `HOST:PORT` to connect to instead of the URL's. */
  readonly connect?: string;
  /** Go on with a certificate that clients would refuse. */
  readonly insecure?: boolean;
  /** A text that the other side should send back. */
  readonly message?: string;
  /** How long to keep the idle connection open, in seconds. */
  readonly hold?: number;
  /** For opening, and again for each answer awaited after it, in seconds. Default 10. */
  readonly timeout?: number;
  readonly workDoneToken?: string | number;
}

export type ProbeAnswer =
  | {
      readonly kind: 'result';
      readonly result: ProbeResult;
      /** The report for people, as the command line prints it. */
      readonly report: string;
      /** The same handshake as a command; secrets are replaced by `•••`. */
      readonly curl: string;
      readonly wscat: string;
    }
  /** Nothing was probed: the parameters make no sense, or this server has no network. The reason in words. */
  | { readonly kind: 'refused'; readonly reason: string };
