import { applicationRows, lookAlikeRows } from './applications.generated';

/** An application that people put behind nginx, by the names that they give it. */
interface Known {
  /** As its makers write it. */
  readonly name: string;
  /** Names of its host, container or upstream: words in lower case, joined by `-`. */
  readonly names: readonly string[];
}

/** An application whose own documentation says that it needs WebSocket. */
export interface Application extends Known {
  /** The ports that it listens on unless told otherwise. */
  readonly ports: readonly number[];
  /** Where it needs WebSocket; one with a slash at its end stands for all paths below. */
  readonly paths: readonly string[];
  /** The page of its own documentation that says so. */
  readonly source: string;
  /** What that page asks of nginx beyond the upgrade: directives without their `;`. */
  readonly asks: readonly string[];
  /**
   * Whether nothing goes over its connections for a minute as often as not: clients of MQTT ping every 60 s unless told
   * otherwise (MQTT.js, Paho), and a screen that does not change sends nothing.
   */
  readonly quiet: boolean;
}

/** An application that needs no WebSocket, whatever is often written for it. */
export type LookAlike = Known;

/** The applications that need WebSocket. */
export const applications: readonly Application[] = applicationRows.map(
  ([name, names, ports, paths, source, asks, quiet]) => ({ name, names, ports, paths, source, asks, quiet }),
);

/** Those that need none. */
export const lookAlikes: readonly LookAlike[] = lookAlikeRows.map(([name, names]) => ({ name, names }));

// --- Ports

/** So many programs use these that they tell nothing by themselves. */
const COMMON_PORTS: ReadonlySet<number> = new Set(
  (
    '80 81 443 1234 1984 3000 3001 3002 3003 3030 3100 3333 4000 4200 4443 4567 5000 5001 5006 5050 5173 5555 6000 6006 7000 7001 7070 7777 8000 8001 ' +
    '8008 8010 8020 8030 8060 8070 8080 8081 8082 8083 8084 8085 8086 8087 8088 8089 8090 8091 8099 8100 8180 8181 8200 ' +
    '8443 8800 8880 8888 9000 9001 9080 9090 9091 9191 9222 9443 9999 10000 10080 10443 30000 33080'
  )
    .split(' ')
    .map(Number),
);

const byPort: ReadonlyMap<number, readonly Application[]> = grouped(
  applications.flatMap((application) => application.ports.map((port) => [port, application] as const)),
);

/** The applications that listen on a port. */
export function applicationsAt(port: number): readonly Application[] {
  return byPort.get(port) ?? [];
}

/** Whether a port tells an application from all others. */
export function isTellingPort(port: number): boolean {
  return !COMMON_PORTS.has(port) && applicationsAt(port).length === 1;
}

// --- Paths

const byFirstSegment = grouped(
  applications.flatMap((application) =>
    application.paths.map((path) => [path.split('/')[1] ?? '', application] as const),
  ),
);

/** The applications that need WebSocket somewhere below a path of one segment. */
export function applicationsBelow(segment: string): readonly Application[] {
  return segment === '' ? [] : (byFirstSegment.get(segment) ?? []);
}

// --- Names

const applicationsByName = grouped(
  applications.flatMap((application) => application.names.map((name) => [name, application] as const)),
);
const lookAlikesByName = grouped(
  lookAlikes.flatMap((each) => each.names.map((name) => [name, each] as const)),
);

/** Words that follow the name of an application and say no more than that it runs there. */
const PLAIN_WORDS: ReadonlySet<string> = new Set(
  (
    'app application api backend be back server srv servers service services svc upstream upstreams up web webui ui ' +
    'frontend front fe host http https node nodes cluster pool main master prod production stage staging dev ' +
    'development test testing qa local internal int docker container instance proxy nginx ce ee oss pro lab labs ' +
    'default public private com net org io example localhost gateway'
  ).split(' '),
);

/** A name that was found in another. */
export interface Named<Of> {
  readonly of: Of;
  /** How much of the other it is. */
  readonly length: number;
}

/** The applications that a host, container, upstream or label of a domain is named after. */
export function applicationsNamed(text: string): Named<Application>[] {
  return namedIn(text, applicationsByName);
}

/** The same of those that need no WebSocket. */
export function lookAlikesNamed(text: string): Named<LookAlike>[] {
  return namedIn(text, lookAlikesByName);
}

/**
 * What stands behind a name is a number or a plain word: `shop-grafana-1` is a Grafana, `grafana-exporter` is not. What
 * stands in front of it may be any word.
 */
function namedIn<Of extends Known>(text: string, byName: ReadonlyMap<string, readonly Of[]>): Named<Of>[] {
  const words = wordsIn(text).flatMap((word) => apart(word, byName));
  let end = words.length;
  const found: Named<Of>[] = [];
  for (let rest = true; rest && end > 0; end -= 1) {
    for (let start = Math.max(0, end - MOST_WORDS); start < end; start += 1) {
      const name = words.slice(start, end).join('-');
      for (const of of byName.get(name) ?? []) found.push({ of, length: name.length });
    }
    const last = words[end - 1] ?? '';
    rest = isPlainWord(last);
  }
  return found;
}

/** `signalrservers` is two words, as `signalr-servers`. */
function apart(word: string, byName: ReadonlyMap<string, unknown>): string[] {
  const plain = byName.has(word) ? undefined : GLUED_WORDS.find((each) => word.endsWith(each));
  const name = plain === undefined ? '' : word.slice(0, -plain.length);
  return plain !== undefined && byName.has(name) ? [name, plain] : [word];
}

/** Plain words that are written together with a name; the longer of two first. */
const GLUED_WORDS: readonly string[] =
  'application backend servers service cluster upstream frontend server proxy nodes app'.split(' ');

/**
 * The applications that a text mentions anywhere, such as a comment. A word may have another meaning, so it tells only what
 * something else agrees with.
 */
export function applicationsMentioned(text: string): Application[] {
  const words = wordsIn(text);
  return words.flatMap((_, start) =>
    Array.from({ length: MOST_WORDS }, (__, more) => words.slice(start, start + more + 1).join('-')).flatMap(
      (name) => applicationsByName.get(name) ?? [],
    ),
  );
}

/** Whether a name says no more than that something runs there: `localhost`, `app-1`. */
export function isPlainName(text: string): boolean {
  return wordsIn(text).every(isPlainWord);
}

function isPlainWord(word: string): boolean {
  return PLAIN_WORDS.has(word) || /^v?\d+$/.test(word);
}

function wordsIn(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** Whether a host is named after a program that goes with an application, and is not it: `grafana-exporter`. */
export function isBesideApplication(text: string, application: Application): boolean {
  const words = `-${wordsIn(text).join('-')}-`;
  const isMentioned = application.names.some((name) => words.includes(`-${name}-`));
  return isMentioned && !applicationsNamed(text).some(({ of }) => of === application);
}

/** No name has more words. */
const MOST_WORDS = 4;

function grouped<Key, Value>(pairs: readonly (readonly [Key, Value])[]): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const [key, value] of pairs) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
