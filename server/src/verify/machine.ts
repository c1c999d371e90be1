import { normalize } from 'node:path/posix';
import { argumentsAsWritten, replaceArguments } from '../edits/insert';
import { english } from '../l10n';
import type { ConfigDirective } from '../model/configuration';
import { parseAddress } from '../values/address';
import { blank, type Draft, withValue } from './draft';
import type { Scoped } from './scopes';

/** What belongs to the machine that the configuration is for: files, users, names, limits. */

type Move = (directive: ConfigDirective, draft: Draft) => void;

const ABOUT_MACHINE = english('What belongs to a machine is left out: %.');

const leaveOut =
  (change: string): Move =>
  (directive, draft) =>
    draft.edit(blank(directive), change, directive.name);

const machine = leaveOut(ABOUT_MACHINE);
const limits = leaveOut(
  english('Limits of requests and connections are left out, as all come from one address: %.'),
);
const outside = leaveOut(english('What would speak to others is left out: %.'));

/** The path in a folder that stands for one of `root`, `alias` and the like: no `..` leads out of it. */
export function pathWithin(folder: string, path: string): string {
  return `${folder}${normalize(`/${path}`)}`;
}

const file =
  (name: string, change: string): Move =>
  (directive, draft) =>
    draft.edit(replaceArguments(directive, `"${draft.ground.folder}/${name}"`), change, directive.name);

const IDENTITY = english('Certificates and keys are made for this run: %.');

/** The directory that stands for a `root`, or the part of it before the first variable. */
export function directoryOfPages(root: string): string {
  return pathWithin('root', root.replaceAll(/\$\{\w+\}|\$\w+/g, '$')).replace(/\/[^/]*\$.*$/, '');
}

/**
 * Where pages are looked for: the directory is there, and empty but for what `try_files` falls back to. One `root` stands
 * for those that a variable of it tells apart, so that this page is in each of them.
 */
const pages: Move = (directive, draft) => {
  const [, word] = directive.words;
  if (word === undefined) return;
  const folder = draft.directory('root');
  const made = draft.directory(directoryOfPages(word.value));
  const path = directive.name === 'root' ? made : pathWithin(folder, word.value);
  const newText = withValue(directive, word, path);
  draft.edit(
    newText,
    english('Pages are looked for in empty directories: %.'),
    `${directive.name} ${word.value}`,
  );
};

const cache: Move = (directive, draft) => {
  const [, word] = directive.words;
  if (word === undefined) return;
  const value = draft.directory(pathWithin('cache', word.value.replaceAll(/[^\w/.-]/g, '_')));
  draft.edit(withValue(directive, word, value), english('Caches are in the folder: %.'), word.value);
};

/** Nobody is asked: hosts are addresses of ours. */
const resolver: Move = (directive, draft) => {
  const others = directive.words.slice(1).filter(({ value }) => value.includes('='));
  const text = ['127.0.0.1:9', ...others.map(({ value }) => value)].join(' ');
  draft.edit(
    replaceArguments(directive, text),
    english('No name server is asked: %.'),
    argumentsAsWritten(directive),
  );
};

/** A name is looked up when nginx starts; an address is not. */
const trusted: Move = (directive, draft) => {
  const [, word] = directive.words;
  if (word === undefined || !isName(word.value)) return;
  draft.edit(withValue(directive, word, '192.0.2.1'), english('Names are not looked up: %.'), word.value);
};

function isName(text: string): boolean {
  const { error, kind } = parseAddress(text.replace(/\/.*/, ''), { defaultPort: 0 });
  return error === null && kind === 'name';
}

const MOVES: ReadonlyMap<string, Move> = new Map([
  ...[
    'user',
    'pid',
    'lock_file',
    'daemon',
    'master_process',
    'worker_processes',
    'worker_cpu_affinity',
    'worker_priority',
    'worker_rlimit_core',
    'worker_rlimit_nofile',
    'working_directory',
    'load_module',
    'ssl_engine',
    'use',
    'error_log',
  ].map((name) => [name, machine] as const),
  ...['limit_req', 'limit_conn'].map((name) => [name, limits] as const),
  ...['ssl_stapling', 'ssl_stapling_verify', 'ssl_ocsp', 'mail'].map((name) => [name, outside] as const),
  [
    'access_log',
    (directive, draft) => draft.edit(replaceArguments(directive, 'off'), ABOUT_MACHINE, 'access_log'),
  ],
  ['root', pages],
  ['alias', pages],
  ['auth_basic_user_file', file('users', english('Nobody has a password here: %.'))],
  ['resolver', resolver],
  ['set_real_ip_from', trusted],
]);

/** The same by what names end with, or begin with. */
const PATTERNS: readonly (readonly [pattern: RegExp, move: Move])[] = [
  [/^(?:\w+_)?ssl_(?:certificate|trusted_certificate|client_certificate)$/, file('identity.crt', IDENTITY)],
  [/^(?:\w+_)?ssl_certificate_key$/, file('identity.key', IDENTITY)],
  [/^(?:\w+_)?ssl_(?:password_file|crl|dhparam|session_ticket_key|stapling_file|ech_file)$/, machine],
  [/_temp_path$/, machine],
  [/_(?:bind|store)$/, machine],
  [/^geoip_/, machine],
  [/_cache_path$/, cache],
];

/**
 * Directives that have nginx run code, start programs or speak to others in a way of their own, of modules that some
 * builds hold: what they do cannot be moved.
 */
const FOREIGN =
  /_by_lua(?:_block|_file)?$|^(?:lua|js|perl|passenger|otel|opentracing|datadog|zipkin|zone_sync)(?:_|$)|^(?!(?:proxy|fastcgi|uwsgi|scgi|grpc|memcached)_)\w+_pass$/;

export function isForeign(name: string): boolean {
  return FOREIGN.test(name);
}

/** Has a directive name nothing of the machine that the configuration is for. */
export function moveMachine({ directive, scope }: Scoped, draft: Draft): void {
  if (scope.area === 'entries') return;
  const { name } = directive;
  const move = MOVES.get(name) ?? PATTERNS.find(([pattern]) => pattern.test(name))?.[1];
  move?.(directive, draft);
}
