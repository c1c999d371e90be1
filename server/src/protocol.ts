/**
 * What client and server say to each other beyond standard LSP: types and constants only.
 * Documented in docs/lsp-extensions.md. The one server file that client/ may import.
 */

/** Sent by the client with `initialize`. A generic LSP client may leave all of it out. */
export interface InitializationOptions {
  /**
   * Whether the workspace is trusted. Only when it is, programs are started, such as the `nginx` on PATH. When it is
   * `false`, no file outside the workspace folders, and the folders of files opened alone, is read. Default: neither.
   */
  readonly trusted?: boolean;
  /** Client commands that answers may name. Default none. */
  readonly commands?: readonly string[];
  /**
   * The texts of the language that people read, by the English ones: one of `l10n/bundle.l10n.*.json`. What it lacks is
   * said in English, as are nginx's own words. Default: English.
   */
  readonly texts?: Readonly<Record<string, string>>;
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
  /** Paths of locations that are meant for WebSocket, as they are written; `*` matches any characters. */
  readonly websocketLocations: readonly string[];
  /** URLs that are meant for WebSocket, with what is expected of their handshakes. */
  readonly websocketUrls: readonly (string | ExpectedUrl)[];
  /** Names of directives that nginx knows here besides its own. */
  readonly extraDirectives: readonly string[];
}

/** A URL, and what is to become of its handshake. */
export interface ExpectedUrl {
  readonly url: string;
  /** Default: anything but `blocked`. */
  readonly expect?: 'passes' | 'blocked' | 'depends';
}

/** What only an editor sets: a file that comes with a repository must not name programs to start. */
export interface EditorSettings extends Settings {
  /** The program that tests the configuration, and its arguments. */
  readonly testCommand: readonly string[];
  /** The program that reloads nginx, and its arguments; empty for none. */
  readonly reloadCommand: readonly string[];
  /** The program that prints the configuration of the running nginx, and its arguments. */
  readonly dumpCommand: readonly string[];
  /** Whether lenses above WebSocket locations say whether handshakes pass. */
  readonly codeLens: boolean;
  /** Whether formatting brings the values of neighbouring directives into one column. */
  readonly alignValues: boolean;
}

/** Client commands that lenses and code actions may name; each takes one `RouteCommand`. */
export const explainCommand = 'nginxWebsocket.explain';
export const probeCommand = 'nginxWebsocket.probe';
export const verifyCommand = 'nginxWebsocket.verify';

/** The argument of these commands. */
export interface RouteCommand {
  /** A document of the configuration. */
  readonly uri: string;
  /** Left out for a location that no URL is known of: the client asks for one. */
  readonly url?: string;
}

/** Client command that asks for completion again, for an item after which more is to be chosen. */
export const suggestCommand = 'editor.action.triggerSuggest';

/** The client command that chooses the main file of a configuration; it has no arguments. */
export const setMainCommand = 'nginxWebsocket.setMainConfiguration';

/** Client command that shows some places; it takes one `PlacesCommand`. */
export const placesCommand = 'nginxWebsocket.showPlaces';

export interface PlacesCommand {
  /** What the places are about. */
  readonly at: FilePlace;
  readonly places: readonly FilePlace[];
}

/** Client command that opens a URL, its argument, in a browser. */
export const openCommand = 'vscode.open';

/** Notification, client to server, no parameters: the user has trusted the workspace. */
export const didGrantTrust = 'nginxWebsocket/didGrantTrust';

/** Request, client to server: the server's state for one open document. */
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
  /** Locations of the configuration that hand requests to a back end. */
  readonly routes: number;
  /** Those of them that are meant for WebSocket, and blocked. */
  readonly blocked: number;
}

/** Notification, server to client, no parameters: a status given before may have changed. */
export const statusChanged = 'nginxWebsocket/statusChanged';

/** A range in a file, as LSP has it: lines from zero, characters in UTF-16 units from the start of the line. */
export interface FilePlace {
  readonly uri: string;
  readonly range: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
  };
}

/** The result of a handshake; `depends`: it passes in some cases, and fails in others. */
export type RouteVerdict = 'passes' | 'depends' | 'blocked' | 'unknown';

/** Request, client to server: the servers and locations of the configuration that an open document belongs to. */
export const routesRequest = 'nginxWebsocket/routes';

export interface RoutesParams {
  readonly uri: string;
}

export interface Routes {
  /** The URI of the main file, or null for a fragment whose main file was not found. */
  readonly main: string | null;
  /** In the order of the configuration. */
  readonly servers: readonly ServerRoutes[];
  /** Those that the settings say are meant for WebSocket. */
  readonly websocketUrls: readonly string[];
}

export interface ServerRoutes {
  /** The same as long as names and listeners are; no two servers have one. */
  readonly id: string;
  /** As written; empty for a server without a name, and for one that is not here. */
  readonly names: readonly string[];
  /** What it listens on, for people: `:443 ssl`, `127.0.0.1:8080`. Empty for a server that is not here. */
  readonly listen: readonly string[];
  /** What it says to every request, for people: `redirects to https`; null for a server that has routes. */
  readonly answer: string | null;
  /** The word `server`, and all of its block; null where it is not here. */
  readonly place: FilePlace | null;
  readonly block: FilePlace | null;
  /** All of them, nested ones too, in the order of the configuration. */
  readonly locations: readonly LocationRoutes[];
}

export interface LocationRoutes {
  /** The same as long as path and modifier are; no two locations of a configuration have one. */
  readonly id: string;
  readonly path: string;
  /** '', `=`, `^~`, `~` or `~*`. */
  readonly modifier: string;
  /** The argument of `proxy_pass` (`uwsgi_pass`, …) as written; null for a location without a back end. */
  readonly upstream: string | null;
  /** How many servers the `upstream` has; null where it is none. */
  readonly servers: number | null;
  /** Where its requests go, for people: `chat (1 server)`, `static files`, `redirects to https`. */
  readonly target: string;
  readonly intent: 'strong' | 'weak' | 'none';
  /** Null for a location without a back end. */
  readonly verdict: RouteVerdict | null;
  /**
   * The verdict, its conditions or its first reason, in a few words: `passes`, `passes, if the client sends a password`,
   * `Connection: close`. '' without a verdict.
   */
  readonly summary: string;
  /**
   * What `verifyRequest` has seen of it, as long as no text has changed: `seen in nginx 1.28.0`, or `otherwise in …`;
   * null where that is not known.
   */
  readonly seen: string | null;
  /** What it depends on, in words: `the client sends a password (otherwise 401)`. Empty except for `depends`. */
  readonly conditions: readonly string[];
  /** Each way that a handshake may take; empty for a location without a back end. */
  readonly cases: readonly RouteCase[];
  /** What stops the handshake, or keeps us from knowing. */
  readonly reasons: readonly RouteReason[];
  /** Those that lead there; empty for a regex or a named location. */
  readonly urls: readonly string[];
  /** The `location` and its arguments, and all of its block. */
  readonly place: FilePlace | null;
  readonly block: FilePlace | null;
}

/** One way that a handshake may take. */
export interface RouteCase {
  /** What it depends on, in words; empty where there is no other way. */
  readonly when: readonly string[];
  /** `opaque`: it ends at something that no reading of the files can tell. */
  readonly verdict: 'passes' | 'blocked' | 'opaque';
  /** What the client sees; null for a closed connection, or where it is not known. */
  readonly status: number | null;
  /** What stops it, or is not known. */
  readonly because: readonly RouteStep[];
}

/** One step or reason on the way to a verdict. */
export interface RouteStep {
  /** From a closed list; a rule that reports it has the same id. Null for a step that stops nothing. */
  readonly id: string | null;
  /** One or two sentences. */
  readonly message: string;
  /** Null where no place in the files says it. */
  readonly place: FilePlace | null;
  /** 1 for the server that the client connects to, one more for each `proxy_pass` that leads back to this nginx. */
  readonly hop: number;
}

export interface RouteReason extends RouteStep {
  /** What fixes it; null where nothing of ours does. */
  readonly fix: RouteFix | null;
}

export interface RouteFix {
  /** What it does: `Forward the WebSocket upgrade`. */
  readonly title: string;
  /** For `routeFixRequest`. */
  readonly id: string;
}

/** Request, client to server: the verdict on the handshake for a URL. */
export const explainRequest = 'nginxWebsocket/explain';

export interface ExplainParams {
  /** An open document of the configuration. */
  readonly uri: string;
  readonly url: string;
}

/** Answer to `explainRequest`; null when the document is not open. */
export interface ExplainResult<WorkspaceEdit> {
  /** As the terminal prints it. */
  readonly text: string;
  /** The places that the text names: where in the text, and what they lead to. */
  readonly links: readonly { readonly range: FilePlace['range']; readonly target: FilePlace }[];
  readonly verdict: RouteVerdict;
  /** What the client sees; null for a closed connection, or where it is not known. */
  readonly status: number | null;
  /** The location that answers; null at server level. */
  readonly location: FilePlace | null;
  /** The way of the request and what stopped it, in the order met. */
  readonly because: readonly RouteStep[];
  /** What it depends on, in words: `the client sends a password (otherwise 401)`. Empty except for `depends`. */
  readonly conditions: readonly string[];
  /** Each way that it may take; empty where there is an `error`. */
  readonly cases: readonly RouteCase[];
  /** How many servers of this nginx it comes through. */
  readonly hops: number;
  /** What makes the handshake go on; null where nothing of ours does. */
  readonly remedy: RouteRemedy<WorkspaceEdit> | null;
  /** How long an open WebSocket may be silent; null where the files do not tell. */
  readonly silence: RouteSilence<WorkspaceEdit> | null;
  /** What is wrong with the URL, or that nothing listens for it. */
  readonly error: string | null;
}

/** After that time without a byte nginx closes a tunnel. */
interface RouteSilence<WorkspaceEdit> {
  readonly seconds: number;
  /** One sentence: what sets it. */
  readonly message: string;
  readonly place: FilePlace | null;
  /** What allows more; null where nothing of ours does. */
  readonly remedy: RouteRemedy<WorkspaceEdit> | null;
}

/**
 * Request, client to server: the way of the handshake for a URL as a picture shows it, station by station. The texts
 * are for people, on one line each; `backquotes` are around what stands in the files.
 */
export const wayRequest = 'nginxWebsocket/way';

export interface WayParams {
  /** An open document of the configuration. */
  readonly uri: string;
  readonly url: string;
}

/** Answer to `wayRequest`; null when the document is not open. */
export interface Way<WorkspaceEdit> {
  /** Without secrets. */
  readonly url: string;
  readonly verdict: RouteVerdict;
  /** `blocked, 400 Bad Request`. */
  readonly outcome: string;
  /** What it depends on, in words; empty except for `depends`. */
  readonly conditions: readonly string[];
  /** Each way that it may take; empty where there is an `error`. */
  readonly cases: readonly WayCase<WorkspaceEdit>[];
  /** The number of the case to show first. */
  readonly shown: number;
  /** What to write where nothing is written for the URL: where, in a sentence, and the lines; null elsewhere. */
  readonly nextStep: {
    readonly advice: string;
    readonly place: FilePlace | null;
    readonly lines: readonly string[];
  } | null;
  /** What is wrong with the URL, or that nothing listens for it. */
  readonly error: string | null;
}

export interface WayCase<WorkspaceEdit> {
  /** What it depends on, in words; empty where there is no other way. */
  readonly when: readonly string[];
  readonly verdict: 'passes' | 'blocked' | 'opaque';
  /** What the client sees; null for a closed connection, or where it is not known. */
  readonly status: number | null;
  readonly stations: readonly WayStation[];
  /** The request that reaches the back end; empty where none does. */
  readonly request: readonly WayRequestPart[];
  /** What stops it, or is not known; null for nothing. */
  readonly stop: WayStop<WorkspaceEdit> | null;
}

/** One thing that a handshake comes through. */
export interface WayStation {
  readonly kind: 'client' | 'listener' | 'server' | 'location' | 'back-end';
  /** `443 ssl`, `chat.example`, `^~ /hub`; '' for a server without a name, and where there is none. */
  readonly name: string;
  readonly mark: 'passed' | 'stopped' | 'unknown' | 'not-reached';
  readonly place: FilePlace | null;
  /** What decided there, in the order met. */
  readonly steps: readonly RouteStep[];
  /** 1 for the server that the client connects to. */
  readonly hop: number;
}

/** A line of the request that reaches the back end, and where it is from; the first is the request line. */
export interface WayRequestPart {
  readonly name: string;
  /** Null for a header that is missing. */
  readonly value: string | null;
  /** `file`: `place` sets it. `nginx`: its default. `client`: passed on. */
  readonly origin: 'file' | 'nginx' | 'client';
  readonly place: FilePlace | null;
  /** Whether it is why the handshake fails. */
  readonly isAtFault: boolean;
}

export interface WayStop<WorkspaceEdit> {
  readonly message: string;
  readonly place: FilePlace | null;
  /** What lets the handshake go on; null when nothing of ours does. */
  readonly fix: WayFix<WorkspaceEdit> | null;
}

export interface WayFix<WorkspaceEdit> extends RouteRemedy<WorkspaceEdit> {
  readonly diff: readonly WayHunk[];
}

/** Lines that change together, with one line above and below that stay. */
export interface WayHunk {
  /** Where the first of them is. */
  readonly place: FilePlace | null;
  readonly lines: readonly { readonly kind: 'same' | 'removed' | 'added'; readonly text: string }[];
}

/** Request, client to server: the configuration that an open document belongs to as a map: what leads where. */
export const mapRequest = 'nginxWebsocket/map';

export interface MapParams {
  readonly uri: string;
}

/** Answer to `mapRequest`; null when the document is not open. */
export interface ConfigurationMap {
  /** URIs of the files that places are in. */
  readonly files: readonly string[];
  readonly listeners: readonly MapNode[];
  /** In the order of the configuration. */
  readonly servers: readonly MapNode[];
  /** Those of one server after those of another, in the order in which nginx tries them. */
  readonly locations: readonly MapNode[];
  /** Back ends, whether an `upstream` has their name or not. */
  readonly upstreams: readonly MapNode[];
}

export interface MapNode {
  /** No two nodes of a map have one. */
  readonly id: number;
  /** `:443 ssl`, `chat.example`, `^~ /hub`, `chat`; '' for a server without a name. */
  readonly label: string;
  /** A few words beside it: `Connection: close`, `static files`, `2 servers`; may be ''. */
  readonly detail: string;
  /** Of a location with a back end; null for all else. */
  readonly verdict: RouteVerdict | null;
  /** Whether it is meant for WebSocket. */
  readonly isMeant: boolean;
  /** How many locations are around it. */
  readonly depth: number;
  /** Where it begins, and the last line of its block: the number of the file, lines from zero. */
  readonly place: { readonly file: number; readonly line: number; readonly endLine: number } | null;
  /** The ids of what it leads to: servers, locations, back ends; a back end that is this nginx again leads to its listener. */
  readonly to: readonly number[];
}

/** Request, client to server: the edit of a `RouteFix`. */
export const routeFixRequest = 'nginxWebsocket/routeFix';

export interface RouteFixParams {
  /** The document that was asked about. */
  readonly uri: string;
  /** The `id` of the fix. */
  readonly id: string;
}

/** A fix that is made: a plain `WorkspaceEdit` of LSP. To `routeFixRequest` null when the configuration has changed since. */
export interface RouteRemedy<WorkspaceEdit> {
  readonly title: string;
  readonly edit: WorkspaceEdit;
}

/** Notification, server to client, no parameters: routes, explanations, ways or maps given before may have changed. */
export const routesChanged = 'nginxWebsocket/routesChanged';

/**
 * Request, client to server: try a copy of the configuration that an open document belongs to in the nginx on PATH, in a
 * sandbox. URLs are reported as progress where the client gives a `workDoneToken`; cancelling the request ends it.
 */
export const verifyRequest = 'nginxWebsocket/verify';

export interface VerifyParams {
  readonly uri: string;
  /** What to open. Default: the URLs of all routes. */
  readonly urls?: readonly string[];
  readonly workDoneToken?: string | number;
}

export type VerifyAnswer =
  | {
      readonly kind: 'result';
      /** What was predicted and what was seen, for people; each line ends with a line feed. */
      readonly report: string;
      /** Its last line. */
      readonly summary: string;
      /** `nginx/1.28.0 (/usr/sbin/nginx)`. */
      readonly program: string;
      /** What came of each URL, in order. */
      readonly urls: readonly VerifiedUrl[];
      /** What the copy has that the configuration has not, in sentences. */
      readonly adapted: readonly string[];
    }
  /** Nothing was started, or not to the end. The reason in words. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What came of a URL in a real nginx. All texts are for people, and without secrets. */
export interface VerifiedUrl {
  readonly url: string;
  /** What is expected of that release of nginx: `blocked, 426 Upgrade Required`, `depends; the client sends a password`. */
  readonly predicted: string;
  /** Whether it did; null where nothing was predicted. */
  readonly same: boolean | null;
  readonly works: boolean;
  /** That of the answer; null where none came. */
  readonly status: number | null;
  /** `opened`, `did not open: 426 Upgrade Required`. */
  readonly outcome: string;
  /** What happened, why, and what to do about it. */
  readonly message: string;
  /** The request that reached a back end, and which; '' where none did. */
  readonly upstreamRequest: string;
  /** What nginx wrote to its error log; '' for nothing. */
  readonly log: string;
}

/** Request: has nginx test the configuration of a document, and reloads it if nginx accepts that. */
export const reloadRequest = 'nginxWebsocket/reload';

export interface ReloadParams {
  /** A document of the configuration. */
  readonly uri: string;
}

export interface ReloadResult {
  /** `refused`: nginx does not accept the configuration, and was not reloaded. `failed`: something was not started, or has failed. */
  readonly outcome: 'reloaded' | 'refused' | 'failed';
  /** What has come of it, and what to do. */
  readonly message: string;
  /** What the programs have printed. */
  readonly output: string;
}

/** Request, client to server: have nginx print the configuration that it runs with (`nginx -T`): `dumpCommand`. */
export const dumpRequest = 'nginxWebsocket/dump';

export interface DumpParams {
  /** What the settings are asked for: a document, or a folder. */
  readonly uri: string;
}

export interface DumpResult {
  /** The main file first; none where nothing came of it. */
  readonly files: readonly DumpedFile[];
  /** Why there are none, and what to do; '' where there are some. */
  readonly message: string;
  /** What the program has printed, errors too. */
  readonly output: string;
}

export interface DumpedFile {
  /** The absolute path by which nginx has opened it. */
  readonly path: string;
  readonly text: string;
}

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
  /** The messages of nginx about local files. */
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
 * Request, client to server: the diagnostics of files that need not be open. Progress is reported where the client
 * gives a `workDoneToken`; cancelling the request ends it.
 */
export const checkFilesRequest = 'nginxWebsocket/checkFiles';

export interface CheckFilesParams {
  /** Main files and others, in any order: what belongs together is found out. */
  readonly uris: readonly string[];
  readonly workDoneToken?: string | number;
}

/** Answer to `checkFilesRequest`. */
export interface CheckFilesResult<Diagnostic> {
  /** How many configurations the files belong to. */
  readonly configurations: number;
  /** All files of these configurations, those without findings too. */
  readonly files: readonly CheckedFile<Diagnostic>[];
}

interface CheckedFile<Diagnostic> {
  readonly uri: string;
  /** The URIs of the main files of the configurations that it is part of: what is found is merged over them. */
  readonly mains: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Request, client to server: what the command line prints as JSON (`docs/cli.md`), for files that need not be open.
 * Paths are relative to the workspace folder where there is one. Answered with null where none of the files can be read.
 */
export const jsonRequest = 'nginxWebsocket/json';

export interface JsonParams {
  readonly command: 'check' | 'explain' | 'routes';
  /** `explain` and `routes` are about the first configuration that the files belong to. */
  readonly uris: readonly string[];
  /** For `explain`. */
  readonly urls?: readonly string[];
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
  | 'origin'
  | 'cancelled'
  /** From a browser alone, which does not say why. */
  | 'not-told';

export type ProbeStepName = 'resolve' | 'connect' | 'tls' | 'handshake' | 'ping' | 'echo' | 'hold' | 'close';

/** One step of a probe that was begun. A second `handshake`, at the end, is one with an Origin that failed. */
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
 * Request, client to server: opens the WebSocket at a URL and closes it again. Steps are reported as progress where the
 * client gives a `workDoneToken`; cancelling the request ends the probe.
 */
export const probeRequest = 'nginxWebsocket/probe';

/** As the options of the command line: left out, the plainest probe. */
export interface ProbeParams {
  readonly url: string;
  /** Headers to send; one with the name of a usual one replaces it. */
  readonly headers?: readonly ProbeHeader[];
  readonly protocols?: readonly string[];
  /**
   * The Origin of the second handshake, which follows a success without one. Default: that of a page of the URL's host.
   * Null: there is no second handshake.
   */
  readonly origin?: string | null;
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
      /** The URL without secrets. */
      readonly url: string;
      /** `opened`, `did not open: 400 Bad Request`. */
      readonly outcome: string;
      /** The request and its answer as they went over the wire; '' when there was no answer. */
      readonly exchange: string;
      /** The same handshake as a command; secrets are replaced by `•••`. */
      readonly curl: string;
      readonly wscat: string;
    }
  /** Nothing was probed: the parameters make no sense, or this server has no network. The reason in words. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Request, client to server: what becomes of the URLs in `websocketUrls` of the configuration of an open document. */
export const urlsRequest = 'nginxWebsocket/urls';

export interface UrlsParams {
  /** A document of the configuration. */
  readonly uri: string;
}

export interface Urls {
  /** The URI of the main file. */
  readonly main: string;
  readonly urls: readonly UrlOutcome[];
}

export interface UrlOutcome {
  readonly url: string;
  /** The URL without the secrets in it, for people. */
  readonly label: string;
  /** Null where the settings say nothing: anything but `blocked` and `unknown` will do. */
  readonly expect: NonNullable<ExpectedUrl['expect']> | null;
  readonly verdict: RouteVerdict;
  readonly isAsExpected: boolean;
  /** The verdict with its first reason, and what is expected, in words. */
  readonly message: string;
  /** Where the reason stands; null for none. */
  readonly place: FilePlace | null;
}
