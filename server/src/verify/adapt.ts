import { dirname } from 'node:path/posix';
import { applyEdits, type Edit } from '../edits/edit';
import { replaceWord } from '../edits/insert';
import { searchFor } from '../handshake/own-paths';
import { locationsAskedBy } from '../handshake/subrequests';
import { english } from '../l10n';
import { bytesOf } from '../model/bytes';
import type { ConfigDirective } from '../model/configuration';
import { effective, ownDirectives } from '../model/inheritance';
import { type Level, levelsWithin, serversIn } from '../model/levels';
import type { Model } from '../model/model';
import { fileNameOf } from '../model/paths';
import type { SourceFile } from '../model/source-file';
import { locationName } from '../values/location';
import { isAtLeast, type NginxVersion } from '../reference/versions';
import { tokenEnd, tokenStart } from '../syntax/tokens';
import { blank, Draft, type Ground, mapBlock, type WantedBackEnd } from './draft';
import { type Hosts, moveServer } from './hosts';
import {
  addListen,
  DEFAULT_SOCKET,
  hasListen,
  isUnix,
  moveListen,
  portIn,
  socketsOfListen,
} from './listeners';
import { directoryOfPages, isForeign, moveMachine, pathWithin } from './machine';
import { isPass, movePass } from './passes';
import { scoped, type Scoped } from './scopes';

/** A copy of a configuration that runs on this machine, beside whatever runs here. */
export interface Adapted {
  /** The texts by their paths in the folder. */
  readonly texts: ReadonlyMap<string, string>;
  /** The path of the main file in the folder. */
  readonly main: string;
  /** What stands for each file of the copy, by its path in the folder. */
  readonly sources: ReadonlyMap<string, SourceFile>;
  readonly backEnds: readonly WantedBackEnd[];
  /** The ports that it listens on. */
  readonly listeners: readonly number[];
  /** The port that stands for a socket of the configuration, by `keyOfSocket`; undefined where none listens. */
  readonly portOf: (socket: string) => number | undefined;
  /** Directories in the folder that must be there. */
  readonly directories: readonly string[];
  /** Pages that must be there, as paths in the folder. */
  readonly pages: readonly string[];
  /** How many ports it takes. */
  readonly portsUsed: number;
  /** With these edits the configuration itself lacks what the copy does: so made, it says what the copy is to do. */
  readonly losses: readonly Edit[];
  /** What was changed, in sentences. */
  readonly changes: readonly string[];
}

/** What the nginx at hand does not have, or the files do not: it is left out of the copy. */
export interface Lacks {
  /** Directives of modules that it lacks. */
  readonly directives: ReadonlySet<string>;
  /** Variables of such modules, or of files that are not here; they are empty. */
  readonly variables: ReadonlySet<string>;
  /** Whether a file that is not here may name the certificate. */
  readonly certificate: boolean;
}

export const NOTHING_LACKS: Lacks = { directives: new Set(), variables: new Set(), certificate: false };

const MAIN = 'conf/nginx.conf';
const EMPTY = 'conf/empty.conf';

/**
 * Makes a copy of a whole configuration that listens on free ports of 127.0.0.1 only and speaks to back ends of ours
 * only. Lines stay, and so does all that decides about handshakes.
 */
export function adapt(model: Model, ground: Ground, lacks: Lacks = NOTHING_LACKS): Adapted {
  const { configuration } = model;
  const draft = new Draft(ground);
  const all = [...scoped(configuration.directives, loginsOf(model))];
  const layout = new Layout(configuration.closure.main);
  const hosts = hostsOf(model, all);
  for (const each of all) {
    const { directive, scope } = each;
    const { name } = directive;
    const reason = scope.area === 'entries' ? null : whyLeftOut(name, lacks);
    if (reason !== null) {
      draft.edit(blank(directive), reason, name);
      draft.lose(blank(directive));
    } else if (name === 'include') include(directive, model, layout, draft);
    else moveDirective(each, hosts, draft);
  }
  const { sockets } = hosts;
  openHttp(model, all, sockets, lacks, draft);
  addStreamMaps(model, draft);
  const directories = [...draft.directories, ...ownDirectories(model)].map(withoutSlash).filter(canBeMade);
  return {
    texts: layout.texts(draft.allEdits),
    main: MAIN,
    sources: layout.sources,
    backEnds: draft.backEnds,
    listeners: [...sockets].flatMap((key) => (isUnix(key) ? [] : draft.portFor(key))),
    portOf: (socket) => (sockets.has(socket) ? draft.portFor(socket) : undefined),
    directories,
    pages: pagesOf(model, directories),
    portsUsed: draft.portsUsed,
    losses: draft.allLosses,
    changes: draft.sentences,
  };
}

/** Why a directive of another module is not in the copy; null where it is. */
function whyLeftOut(name: string, { directives }: Lacks): string | null {
  if (directives.has(name)) return english('This nginx lacks the module of %: it is left out.');
  return isForeign(name) ? english('What runs code or speaks to others by itself is left out: %.') : null;
}

function moveDirective(each: Scoped, hosts: Hosts, draft: Draft): void {
  const { directive, scope } = each;
  const { name } = directive;
  const { area, block } = scope;
  if (name === 'listen' && (area === 'http' || area === 'stream')) moveListen(directive, area, draft);
  else if (isServerWithoutListen(each)) addListen(directive, draft);
  else if (isPass(directive, scope)) movePass(each, hosts, draft);
  else if (name === 'server' && block?.name === 'upstream') moveServer(each, hosts, draft);
  else moveMachine(each, draft);
}

function isServerWithoutListen({ directive, scope: { area, block } }: Scoped): boolean {
  const isServer = directive.name === 'server' && directive.children !== null;
  return isServer && area === 'http' && block?.name === 'http' && !hasListen(directive);
}

function hostsOf(model: Model, all: readonly Scoped[]): Hosts {
  const sockets = all.flatMap(({ directive, scope: { area } }) =>
    directive.name === 'listen' && (area === 'http' || area === 'stream')
      ? socketsOfListen(directive, area)
      : [],
  );
  const streamGroups = all.filter(
    ({ directive, scope }) =>
      directive.name === 'upstream' && scope.area === 'stream' && scope.block?.name === 'stream',
  );
  return {
    model,
    sockets: new Set(all.some(isServerWithoutListen) ? [...sockets, DEFAULT_SOCKET] : sockets),
    streamGroups: new Set(streamGroups.map(({ directive }) => directive.argument(0).toLowerCase())),
  };
}

/** The blocks of the locations that answer `auth_request`. */
function loginsOf({ http }: Model): Set<ConfigDirective> {
  const servers = http === null ? [] : serversIn(http);
  return new Set(
    servers.flatMap((server) =>
      [...locationsAskedBy(server, ['auth_request'])].flatMap(({ block }) => block ?? []),
    ),
  );
}

// --- Files

/** Where the files of the copy are. */
class Layout {
  readonly sources = new Map<string, SourceFile>();
  private readonly byPath = new Map<string, string>();

  constructor(main: SourceFile) {
    this.sources.set(MAIN, main);
    this.byPath.set(main.realPath, MAIN);
  }

  /** The path of a file in the folder. */
  pathOf(file: SourceFile): string {
    const known = this.byPath.get(file.realPath);
    if (known !== undefined) return known;
    const path = `conf/${this.byPath.size}-${fileNameOf(file.realPath).replaceAll(/[^\w.-]/g, '_')}`;
    this.byPath.set(file.realPath, path);
    this.sources.set(path, file);
    return path;
  }

  texts(edits: readonly Edit[]): Map<string, string> {
    const edited = applyEdits(edits);
    const texts = [...this.sources].map(
      ([path, { realPath, text }]) => [path, edited.get(realPath) ?? text] as const,
    );
    return new Map([...texts, [EMPTY, '']]);
  }
}

/** Has an `include` bring in the files of the copy, each by its name. */
function include(directive: ConfigDirective, { configuration }: Model, layout: Layout, draft: Draft): void {
  const { folder } = draft.ground;
  const argument = directive.argument(0);
  const inclusion = configuration.closure.inclusions.get(argument);
  const files = (inclusion?.files ?? []).map((file) => layout.pathOf(file));
  const statements = (files.length === 0 ? [EMPTY] : files).map((path) => `include "${folder}/${path}"`);
  if (files.length === 0) draft.lose(blank(directive));
  const { file, start, wordsEnd: end } = directive;
  draft.edit(
    { file, start, end, newText: statements.join('; ') },
    files.length === 0
      ? english('These files are not here, and taken to be empty: %.')
      : english('Included files are copied.'),
    files.length === 0 ? argument : null,
  );
}

// --- What is added to `http`

const PATHS = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** Adds to the lines of the braces of `http` what keeps nginx in the folder, and what stands for what it lacks. */
function openHttp(
  model: Model,
  all: readonly Scoped[],
  sockets: ReadonlySet<string>,
  { variables, certificate }: Lacks,
  draft: Draft,
): void {
  const http = model.configuration.directives.find(
    ({ name, children }) => name === 'http' && children !== null,
  );
  if (http === undefined) return;
  const paths = PATHS.map((name) => `${name}_temp_path "${draft.directory(`temp/${name}`)}";`);
  const empty = [...variables].map((name) => `map "" $${name} { default ""; }`);
  draft.directory('html');
  const identity = certificate
    ? [
        `ssl_certificate "${draft.ground.folder}/identity.crt"; ssl_certificate_key "${draft.ground.folder}/identity.key";`,
      ]
    : [];
  const given = giveAsNamed(all, sockets, model, draft);
  const { file, node } = http;
  const { tokens } = file.tree;
  const start = tokenEnd(tokens, node.open);
  const end = tokenStart(tokens, node.last);
  const added = (at: number, newText: string): Edit => ({ file, start: at, end: at, newText });
  const change = english('Logs and temporary files are in the folder.');
  draft.edit(added(start, [' access_log off;', ...paths, ...identity].join(' ')), change);
  // The sizes of hash tables must stand before the first map.
  const last = [...empty, ...given, ...mapsOf('http', model, draft).map(withOwnNames)];
  draft.edit(added(end, last.map((text) => `${text} `).join('')), change);
  if (empty.length + identity.length > 0) draft.lose(added(end, `${[...empty, ...identity].join(' ')} `));
  if (certificate) draft.say(english('Where no file here names a certificate, ours is taken.'), null);
  for (const name of variables)
    draft.say(english('These variables are defined nowhere here, and taken to be empty: %.'), `$${name}`);
}

/** Variables that are otherwise in the copy, and what in the copy is what they are in the configuration. */
const NAMED_AS = { server_port: 'nginx_websocket_port', proxy_host: 'nginx_websocket_proxy_host' } as const;

const NAMES = new RegExp(`(?<=\\$\\{?)(?:${Object.keys(NAMED_AS).join('|')})\\b`, 'g');

function withOwnNames(text: string): string {
  return text.replaceAll(NAMES, (name) => NAMED_AS[name as keyof typeof NAMED_AS]);
}

/**
 * Where the configuration asks for the port of a request, or for the host of a `proxy_pass`, it gets what it names
 * itself; `Host` is the latter by default.
 *
 * @returns what stands at the end of `http` for it
 */
function giveAsNamed(
  all: readonly Scoped[],
  sockets: ReadonlySet<string>,
  model: Model,
  draft: Draft,
): string[] {
  for (const { directive, scope } of all) {
    if (scope.area !== 'http' && scope.area !== 'entries') continue;
    for (const [index, { start, end }] of directive.words.entries()) {
      const text = directive.file.text.slice(start, end);
      const named = withOwnNames(text);
      if (named !== text) draft.edit(replaceWord(directive, index, named), AS_NAMED);
    }
  }
  const isVolatile = canBeVolatile(model);
  const ports = [...sockets].filter((key) => !isUnix(key));
  const portByOwn = ports.map((key) => [`${draft.portFor(key)}`, `${portIn(key)}`] as const);
  const hosts = [...draft.namedHosts].map(([address, host]) => [address, withOwnNames(host)] as const);
  const given = [
    { source: '$server_port', variable: `$${NAMED_AS.server_port}`, entries: portByOwn },
    { source: '$proxy_host', variable: `$${NAMED_AS.proxy_host}`, entries: hosts },
  ];
  return [...given.map((map) => mapBlock(map, isVolatile)), ...setHost(all, draft)];
}

const AS_NAMED = english(
  'Ports and hosts are given as the configuration names them: `$server_port`, `$proxy_host`, `Host`.',
);
const SET_HOST = `proxy_set_header Host $${NAMED_AS.proxy_host};`;

/**
 * Where no `Host` is set, it is the host of `proxy_pass`: each level that sets other headers sets that one, too.
 *
 * @returns what `http` needs
 */
function setHost(all: readonly Scoped[], draft: Draft): string[] {
  const levels = new Map<ConfigDirective, boolean>();
  for (const { directive, scope } of all) {
    const { block, area } = scope;
    if (directive.name !== 'proxy_set_header' || area !== 'http' || block === null) continue;
    const isHost = directive.argument(0).toLowerCase() === 'host';
    levels.set(block, levels.get(block) === true || isHost);
  }
  const without = [...levels].flatMap(([block, hasHost]) => (hasHost ? [] : block));
  for (const { name, file, node } of without) {
    if (name === 'http') continue;
    const at = tokenStart(file.tree.tokens, node.last);
    draft.edit({ file, start: at, end: at, newText: ` ${SET_HOST} ` }, AS_NAMED);
  }
  const hasOwn = [...levels].some(([{ name }, hasHost]) => name === 'http' && hasHost);
  return hasOwn ? [] : [SET_HOST];
}

/** When a `map` could first be told not to keep what it came to. */
const VOLATILE_SINCE: NginxVersion = { major: 1, minor: 11, patch: 7 };

function canBeVolatile({ version }: Model): boolean {
  return isAtLeast(version, VOLATILE_SINCE);
}

/** The `map` blocks of `http` or `stream` for what is handed on by variables. */
function mapsOf(area: 'http' | 'stream', model: Model, draft: Draft): string[] {
  const isVolatile = canBeVolatile(model);
  return draft.maps.filter((map) => map.area === area).map((map) => mapBlock(map, isVolatile));
}

function addStreamMaps(model: Model, draft: Draft): void {
  const stream = model.configuration.directives.find(
    ({ name, children }) => name === 'stream' && children !== null,
  );
  const maps = mapsOf('stream', model, draft);
  if (stream === undefined || maps.length === 0) return;
  const { file, node } = stream;
  const end = tokenStart(file.tree.tokens, node.last);
  draft.edit({ file, start: end, end, newText: maps.map((map) => `${map} `).join('') }, AS_NAMED);
}

// --- Pages

/**
 * The pages that `try_files` falls back to, where its server looks for them, and where a named location does that the
 * request may be handed on to: what a configuration serves in the end is taken to be there.
 */
function pagesOf({ http }: Model, directories: readonly string[]): string[] {
  const levels = http === null ? [] : [...levelsWithin(http)];
  const pages = levels.flatMap((level) => {
    const { server } = level;
    const page = ownDirectives(level, 'try_files').at(-1)?.words.at(-1)?.value.replace(/\?.*/s, '') ?? '';
    if (server === null || !/^\/[^$]*[^$/]$/.test(page)) return [];
    const found = searchFor(server, bytesOf(page))?.level ?? server;
    return [found, ...namedLocations(server)].map((each) => pageAt(page, each));
  });
  const files = [...new Set(pages)].filter(canBeMade);
  // What something else is in is a directory.
  const others = [...directories, ...files.map((file) => dirname(file))].map((path) => `${path}/`);
  return files.filter((file) => !others.some((other) => other.startsWith(`${file}/`)));
}

function namedLocations({ levels }: Level): Level[] {
  return levels.filter(({ block }) => block?.name === 'location' && locationName(block).kind === 'named');
}

/** Where a location looks for a page. */
function pageAt(page: string, level: Level): string {
  const alias = ownDirectives(level, 'alias').at(-1)?.argument(0);
  const name = level.block?.name === 'location' ? locationName(level.block).name : '';
  if (alias !== undefined && page.startsWith(name))
    return pathWithin(withoutSlash(directoryOfPages(alias)), page.slice(name.length));
  const root = effective(level, 'root').directives.at(-1)?.argument(0);
  return pathWithin(root === undefined ? 'html' : withoutSlash(directoryOfPages(root)), page);
}

function withoutSlash(path: string): string {
  return path.replace(/\/$/, '');
}

/** Whether the system takes the names in a path. */
function canBeMade(path: string): boolean {
  return path.split('/').every((name) => Buffer.byteLength(name) < 256) && path.length < 1000;
}

/**
 * The directories that locations stand for: like the pages, they are taken to be there where a client asks for them
 * (`/app/`), or `try_files` does (`$uri/`).
 */
function ownDirectories({ http }: Model): string[] {
  const levels = http === null ? [] : [...levelsWithin(http)];
  return levels.flatMap((level) => {
    if (level.kind !== 'location' || level.block === null) return [];
    const { kind, name } = locationName(level.block);
    const tried = ownDirectives(level, 'try_files').flatMap(({ words }) => words.slice(1, -1));
    const isAskedFor = name.endsWith('/') || tried.some(({ value }) => value.endsWith('/'));
    if (!isAskedFor || (kind !== 'prefix' && kind !== 'exact')) return [];
    const root = effective(level, 'root').directives.at(-1);
    return [pathWithin(root === undefined ? 'html' : directoryOfPages(root.argument(0)), name)];
  });
}
