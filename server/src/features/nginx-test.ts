import { english, t } from '../l10n';

/** What nginx says when it tests a configuration (`nginx -t`), read from its output. */

/** The levels of nginx's log, the most serious first. */
const LEVELS = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug'] as const;
export type NginxLevel = (typeof LEVELS)[number];

/** One message. */
export interface NginxMessage {
  readonly level: NginxLevel;
  /** In the words of nginx, without the place. */
  readonly text: string;
  /** The path of the file as nginx writes it, and the line from one; null where nginx names no place. */
  readonly file: string | null;
  readonly line: number | null;
}

export interface NginxOutput {
  /** In the order printed, each once. */
  readonly messages: readonly NginxMessage[];
  /** The path of the main file as nginx writes it; null when it does not say. */
  readonly tested: string | null;
  /** Whether nginx says that the syntax is right: what it says after that is about more than the files. */
  readonly isSyntaxOk: boolean;
}

/**
 * The beginning of a message: `nginx: [emerg] `, or `2026/11/23 03:16:26 [emerg] 15743#15743: ` where the log goes to
 * the standard error. Something may precede it, such as the name of a container.
 */
const MESSAGE =
  /(?:(?:nginx|angie): |\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d )\[(emerg|alert|crit|error|warn|notice|info|debug)\] (?:\d+#\d+: )?(?:\*\d+ )?/;

/** The other lines that nginx prints. */
const SYNTAX_OK = /(?:nginx|angie): the configuration file (.+) syntax is ok$/;
const RESULT = /(?:nginx|angie): configuration file (.+) test (?:is successful|failed)$/;

/** Reads the output of `nginx -t`, which may contain other lines. */
export function parseNginxOutput(output: string): NginxOutput {
  const messages = new Map<string, NginxMessage>();
  let tested: string | null = null;
  let isSyntaxOk = false;
  let current: string[] = [];
  let level: NginxLevel | null = null;
  const finish = (): void => {
    if (level !== null) {
      const message = messageOf(level, current);
      messages.set(JSON.stringify(message), message);
    }
    level = null;
  };
  for (const line of output.split(/\r?\n/)) {
    const start = MESSAGE.exec(line);
    const syntaxOk = SYNTAX_OK.exec(line);
    const result = RESULT.exec(line) ?? syntaxOk;
    if (start !== null || result !== null) finish();
    if (start !== null) {
      level = LEVELS.find((each) => each === start[1]) ?? null;
      current = [line.slice(start.index + start[0].length)];
    } else if (result !== null) {
      tested = result[1] ?? null;
      isSyntaxOk ||= syntaxOk !== null;
    } else current.push(line);
  }
  finish();
  return { messages: [...messages.values()], tested, isSyntaxOk };
}

/** A word that nginx quotes may hold line breaks: the message goes on until it names its place. */
const LINE_LIMIT = 20;

function messageOf(level: NginxLevel, lines: readonly string[]): NginxMessage {
  for (let count = 1; count <= Math.min(lines.length, LINE_LIMIT); count += 1) {
    const text = lines.slice(0, count).join('\n');
    const place = placeAtEnd(text);
    if (place !== null) return { level, ...place };
  }
  return { level, text: lines[0] ?? '', file: null, line: null };
}

/** ` in FILE:LINE` at the end. A path may have ` in ` in it, and mostly begins with `/`. */
function placeAtEnd(text: string): Omit<NginxMessage, 'level'> | null {
  const end = /:(\d+)$/.exec(text);
  if (end === null) return null;
  const separators = [...text.matchAll(/ in (?=(\/|[a-z]:[\\/])?)/gi)];
  const at = separators.findLast((each) => each[1] !== undefined) ?? separators.at(-1);
  if (at === undefined) return null;
  return {
    text: text.slice(0, at.index),
    file: text.slice(at.index + ' in '.length, end.index),
    line: Number(end[1]),
  };
}

/** Whether nginx refuses the configuration for such a message. */
export function isRefusal({ level }: NginxMessage): boolean {
  return LEVELS.indexOf(level) < LEVELS.indexOf('warn');
}

const ELSEWHERE = english(
  'Test where nginx runs: `nginxWebsocket.testCommand` may be `["docker", "exec", "web", "nginx", "-t"]`, for instance.',
);

/**
 * What to tell people of a message that is about this machine or this user, not about the files: what it means, and
 * what to do. Null for a fault of the files.
 */
export function explainMessage(message: NginxMessage): string | null {
  const { text, file } = message;
  if (!isRefusal(message)) return null;
  const bind = /^bind\(\) to (.+) failed \((\d+): (.+)\)$/.exec(text);
  if (bind !== null) return explainBind(bind[1] ?? '', Number(bind[2]), bind[3] ?? '');
  const host = /^host not found in (?:(?:upstream|resolver) )?"([^"]+)"/.exec(text);
  if (host !== null) {
    return t`nginx does not find the host \`${host[1]}\` from here. Where nginx runs it may well be known, in the network of its containers for instance. ${t(ELSEWHERE)}`;
  }
  const owner = /^get(pw|gr)nam\("([^"]*)"\) failed/.exec(text);
  if (owner !== null) {
    const kind = owner[1] === 'pw' ? 'user' : 'group';
    return t`There is no ${kind} \`${owner[2]}\` on this machine, which is to run nginx. ${t(ELSEWHERE)}`;
  }
  if (/\b(?:13: |::)Permission denied\b|\(1: Operation not permitted\)/.test(text)) {
    return t`nginx is started as a user who may not use ${pathIn(text)}: ${text}. Test with the rights that nginx has: \`nginxWebsocket.testCommand\` may be \`["sudo", "-n", "nginx", "-t"]\`, for instance.`;
  }
  // One that is included has a place. What has none is a log, a certificate, a cache.
  if (file === null && /\b(?:2: |::)No such file or directory\b/.test(text)) {
    return t`The configuration names ${pathIn(text)}, which is not on this machine: ${text}. ${t(ELSEWHERE)}`;
  }
  return null;
}

function explainBind(address: string, code: number, reason: string): string {
  const what = t`nginx may not listen at ${address} here (${reason})`;
  const isPrivileged = code === 13 || code === 1;
  return isPrivileged
    ? t`${what}: only a user with the rights to do so may, for a port below 1024. Test with the rights that nginx has: \`nginxWebsocket.testCommand\` may be \`["sudo", "-n", "nginx", "-t"]\`, for instance.`
    : t`${what}: the address is taken, or is not one of this machine. ${t(ELSEWHERE)}`;
}

/** The path that a message is about. */
function pathIn(text: string): string {
  const path = /"([^"]+)"/.exec(text)?.[1];
  return path === undefined ? t('a file') : `\`${path}\``;
}
