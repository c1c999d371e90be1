import { parseArgs, type ParseArgsConfig } from 'node:util';
import { readTarget as readWebSocketUrl } from '../handshake/target';
import type { ProbeOptions } from '../probe/probe';
import { readHeader, readProtocol } from '../probe/headers';
import { readOrigin } from '../probe/origin';
import { readEndpoint, readTarget, type Target, TargetError } from '../probe/target';
import { assumedVersion, type NginxVersion, parseVersion, versionFromOutput } from '../reference/versions';
import type { Severity } from '../rules/support/rule';
import { UsageError } from './errors';

/** What `check` and `fix` have in common. */
export interface CommonArguments {
  /** The files as given, one at least. */
  readonly files: readonly string[];
  /** The main file as given, or null. */
  readonly main: string | null;
  readonly version: NginxVersion;
  /** The version as given: a number, a version string, or what `nginx -V` prints; null where none is. */
  readonly versionText: string | null;
  /** Whether the version was not given: then the output says so. */
  readonly isVersionAssumed: boolean;
  /** The name of the file that sets the version; null when the command line does, or nothing. */
  readonly versionFile: string | null;
  /** URLs that are meant for WebSocket, as given. */
  readonly websocketUrls: readonly string[];
}

export interface CheckArguments extends CommonArguments {
  readonly command: 'check';
  readonly format: ReportFormat;
  /** The least severity that text prints and that makes the exit status 1. */
  readonly severity: Severity;
  /** The file of what is known and accepted, as given; null for none. */
  readonly baseline: string | null;
  /** Whether that file is written instead. */
  readonly updatesBaseline: boolean;
}

export interface FixArguments extends CommonArguments {
  readonly command: 'fix';
  readonly isDryRun: boolean;
  /** Whether suggestions are applied too. */
  readonly isUnsafe: boolean;
}

export interface RoutesArguments extends CommonArguments {
  readonly command: 'routes';
  readonly format: Format;
}

export interface ExplainArguments extends CommonArguments {
  readonly command: 'explain';
  readonly format: Format;
  /** As given, one at least. */
  readonly urls: readonly string[];
}

export interface ProbeArguments {
  readonly command: 'probe';
  readonly format: Format;
  /** Null for the URLs of the project's file. */
  readonly target: Target | null;
  readonly options: ProbeOptions;
}

export interface VerifyArguments extends CommonArguments {
  readonly command: 'verify';
  readonly format: Format;
  /** The program as given; null for the one on PATH. */
  readonly nginx: string | null;
  /** A container image instead. */
  readonly image: string | null;
  /** What the services of `auth_request` answer. */
  readonly auth: number;
  /** As given; none for those of all routes. */
  readonly urls: readonly string[];
}

interface CompletionArguments {
  readonly command: 'completion';
  readonly shell: Shell;
}

/** `usage`: print the help, of a command or of the program. */
export type Arguments =
  | CheckArguments
  | FixArguments
  | RoutesArguments
  | ExplainArguments
  | ProbeArguments
  | VerifyArguments
  | CompletionArguments
  | { readonly command: 'mcp' }
  | { readonly command: 'usage'; readonly of: CommandName | null }
  | { readonly command: 'version' };

/** The commands, as they are written. */
export const COMMANDS = [
  'check',
  'fix',
  'routes',
  'explain',
  'verify',
  'probe',
  'mcp',
  'completion',
] as const;
export type CommandName = (typeof COMMANDS)[number];

const FORMATS = ['text', 'json'] as const;
type Format = (typeof FORMATS)[number];

const REPORT_FORMATS = [...FORMATS, 'sarif', 'github', 'gitlab'] as const;
type ReportFormat = (typeof REPORT_FORMATS)[number];

const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const satisfies readonly Severity[];

/** The shells that have a completion. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const COMMON_OPTIONS = {
  main: { type: 'string' },
  'nginx-version': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const URL_OPTION = { url: { type: 'string', multiple: true } } as const;

const CHECK_OPTIONS = {
  ...COMMON_OPTIONS,
  ...URL_OPTION,
  format: { type: 'string' },
  severity: { type: 'string' },
  baseline: { type: 'string' },
  'update-baseline': { type: 'boolean' },
} as const;

const SHOW_OPTIONS = {
  ...COMMON_OPTIONS,
  format: { type: 'string' },
} as const;

const EXPLAIN_OPTIONS = { ...SHOW_OPTIONS, ...URL_OPTION } as const;

const VERIFY_OPTIONS = {
  main: { type: 'string' },
  nginx: { type: 'string' },
  image: { type: 'string' },
  auth: { type: 'string' },
  format: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const AUTH_ANSWERS = ['200', '401'] as const;

const FIX_OPTIONS = {
  ...COMMON_OPTIONS,
  ...URL_OPTION,
  'dry-run': { type: 'boolean' },
  unsafe: { type: 'boolean' },
} as const;

const PROBE_OPTIONS = {
  all: { type: 'boolean' },
  format: { type: 'string' },
  header: { type: 'string', multiple: true },
  protocol: { type: 'string', multiple: true },
  origin: { type: 'string' },
  'no-origin': { type: 'boolean' },
  connect: { type: 'string' },
  insecure: { type: 'boolean' },
  message: { type: 'string' },
  hold: { type: 'string' },
  timeout: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const NO_OPTIONS = { help: { type: 'boolean', short: 'h' } } as const;

const FORMAT_CHOICES = { format: FORMATS };

/** The values that options of a command take, by their names; those that take any are left out. */
export const CHOICES: Readonly<Record<CommandName, Readonly<Record<string, readonly string[]>>>> = {
  check: { format: REPORT_FORMATS, severity: SEVERITIES },
  fix: {},
  routes: FORMAT_CHOICES,
  explain: FORMAT_CHOICES,
  verify: { ...FORMAT_CHOICES, auth: AUTH_ANSWERS },
  probe: FORMAT_CHOICES,
  mcp: {},
  completion: {},
};

/** Seconds that no probe goes beyond: a day. */
const LONGEST_WAIT = 86_400;

/**
 * Reads the command line.
 *
 * @param argv what follows the name of the program
 * @throws UsageError when it makes no sense
 */
export function readArguments(argv: readonly string[]): Arguments {
  const [command, ...rest] = argv;
  switch (command) {
    case 'check':
      return readCheck(rest);
    case 'fix':
      return readFix(rest);
    case 'routes':
      return readRoutes(rest);
    case 'explain':
      return readExplain(rest);
    case 'verify':
      return readVerify(rest);
    case 'probe':
      return readProbe(rest);
    case 'mcp':
      return readMcp(rest);
    case 'completion':
      return readCompletion(rest);
    case '--help':
    case '-h':
      return { command: 'usage', of: null };
    case '--version':
      return { command: 'version' };
    case undefined:
      throw new UsageError('There is no command.');
    default:
      throw new UsageError(`There is no command \`${command}\`: the commands are ${COMMANDS.join(', ')}.`);
  }
}

function readCheck(argv: readonly string[]): Arguments {
  const { values, positionals } = parse('check', argv, CHECK_OPTIONS);
  if (values.help === true) return { command: 'usage', of: 'check' };
  const updatesBaseline = values['update-baseline'] === true;
  if (updatesBaseline && values.baseline === undefined)
    throw new UsageError('--update-baseline needs --baseline FILE.', 'check');
  return {
    command: 'check',
    ...readCommon('check', values, positionals),
    format: oneOf('check', '--format', REPORT_FORMATS, values.format ?? 'text'),
    severity: oneOf('check', '--severity', SEVERITIES, values.severity ?? 'warning'),
    baseline: values.baseline ?? null,
    updatesBaseline,
  };
}

function readFix(argv: readonly string[]): Arguments {
  const { values, positionals } = parse('fix', argv, FIX_OPTIONS);
  if (values.help === true) return { command: 'usage', of: 'fix' };
  return {
    command: 'fix',
    ...readCommon('fix', values, positionals),
    isDryRun: values['dry-run'] === true,
    isUnsafe: values.unsafe === true,
  };
}

function readRoutes(argv: readonly string[]): Arguments {
  const { values, positionals } = parse('routes', argv, SHOW_OPTIONS);
  if (values.help === true) return { command: 'usage', of: 'routes' };
  if (positionals.length > 1) throw new UsageError('`routes` takes one file.', 'routes');
  return {
    command: 'routes',
    ...readCommon('routes', values, positionals),
    format: oneOf('routes', '--format', FORMATS, values.format ?? 'text'),
  };
}

function readExplain(argv: readonly string[]): Arguments {
  const { values, positionals } = parse('explain', argv, EXPLAIN_OPTIONS);
  if (values.help === true) return { command: 'usage', of: 'explain' };
  const [file, ...others] = positionals;
  const common = readCommon('explain', values, file === undefined ? [] : [file]);
  const urls = [...others, ...common.websocketUrls];
  if (urls.length === 0)
    throw new UsageError('`explain` needs a URL, such as ws://localhost/chat.', 'explain');
  return {
    command: 'explain',
    ...common,
    format: oneOf('explain', '--format', FORMATS, values.format ?? 'text'),
    urls,
  };
}

function readVerify(argv: readonly string[]): Arguments {
  const { values, positionals } = parse('verify', argv, VERIFY_OPTIONS);
  if (values.help === true) return { command: 'usage', of: 'verify' };
  const [file, ...urls] = positionals;
  return {
    command: 'verify',
    ...readCommon('verify', values, file === undefined ? [] : [file]),
    format: oneOf('verify', '--format', FORMATS, values.format ?? 'text'),
    nginx: values.nginx ?? null,
    image: readImage(values.image, values.nginx),
    auth: Number(oneOf('verify', '--auth', AUTH_ANSWERS, values.auth ?? '200')),
    urls: urls.map((url) => readUrl('verify', url)),
  };
}

/** An image is the name of one: no option of the engine. */
function readImage(image: string | undefined, nginx: string | undefined): string | null {
  if (image === undefined) return null;
  if (nginx !== undefined) throw new UsageError('`--nginx` and `--image` do not go together.', 'verify');
  if (/^[\w.][\w./:@-]*$/.test(image)) return image;
  throw new UsageError(`\`${image}\` is not the name of an image, such as nginx:1.28.`, 'verify');
}

function readProbe(argv: readonly string[]): Arguments {
  const { values, positionals } = parse('probe', argv, PROBE_OPTIONS);
  if (values.help === true) return { command: 'usage', of: 'probe' };
  const [url, ...others] = positionals;
  const isAll = values.all === true;
  if (url === undefined && !isAll) throw new UsageError('`probe` needs a URL.', 'probe');
  if (url !== undefined && isAll) throw new UsageError('`probe --all` takes no URL.', 'probe');
  if (others.length > 0) throw new UsageError('`probe` takes one URL.', 'probe');
  try {
    return {
      command: 'probe',
      format: oneOf('probe', '--format', FORMATS, values.format ?? 'text'),
      target: url === undefined ? null : readTarget(url),
      options: {
        headers: (values.header ?? []).map(readHeader),
        protocols: (values.protocol ?? []).map(readProtocol),
        ...readOrigins(values.origin, values['no-origin'] === true),
        connectTo: values.connect === undefined ? null : readEndpoint(values.connect),
        insecure: values.insecure === true,
        message: values.message ?? null,
        hold: values.hold === undefined ? null : readSeconds('--hold', values.hold),
        ...(values.timeout === undefined ? {} : { timeout: readSeconds('--timeout', values.timeout) }),
      },
    };
  } catch (error) {
    if (error instanceof TargetError) throw new UsageError(error.message, 'probe');
    throw error;
  }
}

function readMcp(argv: readonly string[]): Arguments {
  const { values, positionals } = parse('mcp', argv, NO_OPTIONS);
  if (values.help === true) return { command: 'usage', of: 'mcp' };
  if (positionals.length > 0) throw new UsageError('`mcp` takes no file.', 'mcp');
  return { command: 'mcp' };
}

function readCompletion(argv: readonly string[]): Arguments {
  const { values, positionals } = parse('completion', argv, NO_OPTIONS);
  if (values.help === true) return { command: 'usage', of: 'completion' };
  const [shell, ...others] = positionals;
  const known = SHELLS.find((each) => each === shell);
  if (known === undefined || others.length > 0)
    throw new UsageError(`\`completion\` takes the name of a shell: ${SHELLS.join(', ')}.`, 'completion');
  return { command: 'completion', shell: known };
}

/** @throws TargetError */
function readOrigins(origin: string | undefined, isOff: boolean): Pick<ProbeOptions, 'origin'> {
  if (origin === undefined) return isOff ? { origin: null } : {};
  if (isOff) throw new TargetError('--origin and --no-origin contradict each other.');
  return { origin: readOrigin(origin) };
}

/** Seconds, with or without a fraction, as milliseconds. */
function readSeconds(option: string, text: string): number {
  const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= LONGEST_WAIT) return seconds * 1000;
  throw new UsageError(
    `${option} is a number of seconds above 0, ${LONGEST_WAIT} at most; \`${text}\` is not.`,
    'probe',
  );
}

/** `parseArgs` with its errors as ours. */
function parse<Options extends NonNullable<ParseArgsConfig['options']>>(
  command: CommandName,
  argv: readonly string[],
  options: Options,
): ReturnType<typeof parseArgs<{ options: Options; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? firstSentence(error.message) : String(error), command);
  }
}

/** Node's messages go on about arguments that begin with a dash. */
function firstSentence(message: string): string {
  const [first = message] = message.split(/\.\s/, 1);
  return first.endsWith('.') ? first : `${first}.`;
}

function readCommon(
  command: CommandName,
  values: {
    readonly main?: string | undefined;
    readonly 'nginx-version'?: string | undefined;
    readonly url?: string[] | undefined;
  },
  files: readonly string[],
): CommonArguments {
  if (files.length === 0) throw new UsageError(`\`${command}\` needs a file.`, command);
  const version = values['nginx-version'];
  return {
    files,
    main: values.main ?? null,
    version: version === undefined ? assumedVersion : readVersion(command, version),
    versionText: version ?? null,
    isVersionAssumed: version === undefined,
    versionFile: null,
    websocketUrls: (values.url ?? []).map((url) => readUrl(command, url)),
  };
}

/** The URL of a WebSocket, as given. */
function readUrl(command: CommandName, text: string): string {
  const target = readWebSocketUrl(text);
  if ('error' in target)
    throw new UsageError(command === 'verify' ? target.error : `--url: ${target.error}`, command);
  return text;
}

/** A version of nginx, or what `nginx -V` prints. */
function readVersion(command: CommandName, text: string): NginxVersion {
  const version = parseVersion(text) ?? versionFromOutput(text);
  if (version !== null) return version;
  throw new UsageError(`\`${text}\` is no version of nginx: write one such as 1.28 or 1.28.0.`, command);
}

function oneOf<Value extends string>(
  command: CommandName,
  option: string,
  known: readonly Value[],
  text: string,
): Value {
  const value = known.find((each) => each === text);
  if (value !== undefined) return value;
  throw new UsageError(`${option} is one of ${known.join(', ')}; \`${text}\` is none of them.`, command);
}
