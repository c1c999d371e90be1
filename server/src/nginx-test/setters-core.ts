import { isNetwork, parseAddress } from '../values/address';
import { directiveFault, type Fault, wrong } from './refusal';
import { after, has, type Setter } from './setters';
import { inSyslog } from './syslog';
import type { ConfigDirective } from '../model/configuration';
import { parseNumber } from '../values/number';
import { parseSeconds } from '../values/time';

/** Setters of the main level and of `events`, and those that all parts have (nginx.c, ngx_event.c, ngx_log.c). */

const LOG_LEVELS: ReadonlySet<string> = new Set([
  'stderr',
  'emerg',
  'alert',
  'crit',
  'error',
  'warn',
  'notice',
  'info',
  'debug',
]);

const DEBUG_LEVELS: ReadonlySet<string> = new Set([
  'debug_core',
  'debug_alloc',
  'debug_mutex',
  'debug_event',
  'debug_http',
  'debug_mail',
  'debug_stream',
]);

/** `error_log file [level …]` (ngx_log_set_levels). */
export const errorLog: Setter = (directive) => {
  const syslog = after(directive.argument(0), 'syslog:');
  const fault = syslog === null ? null : inSyslog(syslog);
  if (fault !== null) return fault;
  const seen = new Set<string>();
  for (const [index, { value }] of directive.words.entries()) {
    if (index < 2) continue;
    const isLevel = LOG_LEVELS.has(value) && value !== 'stderr';
    if (!isLevel && !DEBUG_LEVELS.has(value)) return wrong(`invalid log level "${value}"`, index);
    if (isLevel && seen.size > 0) return wrong(`duplicate log level "${value}"`, index);
    if (!isLevel && [...seen].some((each) => LOG_LEVELS.has(each))) {
      return wrong(`invalid log level "${value}"`, index);
    }
    seen.add(value);
  }
  return null;
};

/** `resolver address … [valid=time] [ipv6=on|off]` (ngx_resolver_create). */
export const resolver: Setter = (directive, conf, reading) => {
  if (has(conf, 'resolver')) return directiveFault(directive.name, 'is duplicate');
  let hasServer = false;
  for (const [index, { value }] of directive.words.entries()) {
    if (index === 0) continue;
    const valid = after(value, 'valid=');
    const family = /^ipv([46])=(.*)$/s.exec(value);
    if (valid !== null) {
      if (parseSeconds(valid) === null) return wrong(`invalid parameter: ${value}`, index);
    } else if (family !== null && (family[1] === '6' || reading.isAtLeast('1.23.1'))) {
      if (family[2] !== 'on' && family[2] !== 'off') return wrong(`invalid parameter: ${value}`, index);
    } else {
      const { error } = parseAddress(value, { defaultPort: 53 });
      if (error !== null) return wrong(`${error} in resolver "${value}"`, index);
      hasServer = true;
    }
  }
  // `resolver off` is a name, too.
  return hasServer ? null : wrong('no name servers defined');
};

/** `allow`, `deny` (ngx_http_access_rule). */
export const accessRule: Setter = (directive) => {
  const value = directive.argument(0);
  if (value === 'all' || value === 'unix:' || isNetwork(value)) return null;
  return wrong(`invalid parameter "${value}"`, 1);
};

function isDuplicate(directive: ConfigDirective, conf: Parameters<Setter>[1]): Fault | null {
  return has(conf, directive.name) ? directiveFault(directive.name, 'is duplicate') : null;
}

/** A directive that is allowed once; whether its value is right depends on the machine. */
export const once: Setter = (directive, conf) => isDuplicate(directive, conf);

const workerProcesses: Setter = (directive, conf) => {
  const value = directive.argument(0);
  const duplicate = isDuplicate(directive, conf);
  if (duplicate !== null || value === 'auto') return duplicate;
  const number = parseNumber(value);
  return number === null ? directiveFault(directive.name, 'invalid value', 1) : null;
};

const workerPriority: Setter = (directive, { byName }) => {
  const others = byName.get(directive.name) ?? [];
  // nginx takes 0 for none.
  if (others.some((other) => Number(other.argument(0)) !== 0)) {
    return directiveFault(directive.name, 'is duplicate');
  }
  const number = parseNumber(directive.argument(0).replace(/^[+-]/, ''));
  return number === null ? directiveFault(directive.name, 'invalid number', 1) : null;
};

/** CPU_SETSIZE of Linux. */
const MOST_PROCESSORS = 1024;

const workerCpuAffinity: Setter = (directive, conf) => {
  const duplicate = isDuplicate(directive, conf);
  if (duplicate !== null) return duplicate;
  if (directive.argument(0) === 'auto' && directive.words.length > 3) {
    return wrong(`invalid number of arguments in "${directive.name}" directive`);
  }
  for (const [index, { value }] of directive.words.entries()) {
    if (index === 0 || (index === 1 && value === 'auto')) continue;
    if (value.length > MOST_PROCESSORS) {
      return wrong(`"${directive.name}" supports up to ${MOST_PROCESSORS} CPUs only`, index);
    }
    // nginx reads the mask from its end.
    const character = /[^01 ](?=[01 ]*$)/.exec(value)?.[0];
    if (character !== undefined)
      return wrong(`invalid character "${character}" in "worker_cpu_affinity"`, index);
  }
  return null;
};

const workerConnections: Setter = (directive, conf) => {
  const duplicate = isDuplicate(directive, conf);
  if (duplicate !== null) return duplicate;
  const value = directive.argument(0);
  return parseNumber(value) === null ? wrong(`invalid number "${value}"`, 1) : null;
};

const threadPool: Setter = (directive, { notes }, reading) => {
  const name = directive.argument(0);
  let threads = 0;
  for (const [index, { value }] of directive.words.entries()) {
    if (index < 2) continue;
    const count = after(value, 'threads=');
    const queue = after(value, 'max_queue=');
    const number = parseNumber(count ?? queue ?? '');
    if (count !== null) {
      if (number === null || number === 0) return wrong(`invalid threads value "${value}"`, index);
      threads = number;
    } else if (queue !== null) {
      if (number === null) return wrong(`invalid max_queue value "${value}"`, index);
    }
  }
  if (threads === 0) return wrong('"thread_pool" must have "threads" parameter');
  if (notes.has(`pool ${name}`)) {
    return { text: `duplicate thread pool "${name}"`, rule: 'directive-duplicate' };
  }
  notes.set(`pool ${name}`, '');
  reading.ownThreadPools.set(name, true);
  return null;
};

/** Modules are to be named before anything that belongs to one is read. */
const loadModule: Setter = (directive, conf) => {
  const isLate = ['events', 'http', 'mail', 'stream'].some((name) => conf.byName.has(name));
  return isLate ? directiveFault(directive.name, 'is specified too late') : null;
};

const EVENT_METHODS: ReadonlySet<string> = new Set([
  'select',
  'poll',
  'kqueue',
  'epoll',
  '/dev/poll',
  'devpoll',
  'eventport',
]);

const use: Setter = (directive, conf) => {
  const duplicate = isDuplicate(directive, conf);
  if (duplicate !== null) return duplicate;
  const value = directive.argument(0);
  return EVENT_METHODS.has(value) ? null : wrong(`invalid event type "${value}"`, 1);
};

export const coreSetters: Readonly<Record<string, Setter>> = {
  error_log: errorLog,
  worker_processes: workerProcesses,
  worker_priority: workerPriority,
  worker_cpu_affinity: workerCpuAffinity,
  worker_connections: workerConnections,
  thread_pool: threadPool,
  load_module: loadModule,
  user: once,
  events: once,
  http: once,
  mail: once,
  stream: once,
  use,
};
