import { type Edit, EditSet } from '../edits/edit';
import type { ConfigDirective } from '../model/configuration';
import { t } from '../l10n';
import { directiveEnd } from '../syntax/tree';
import type { Word } from '../syntax/tree';
import type { Scope } from './scopes';

/** Where the copy of a configuration is to live. */
export interface Ground {
  /** Absolute path of its folder. */
  readonly folder: string;
  /** Free ports of 127.0.0.1; where there are too few, `Draft.portsUsed` says how many it takes. */
  readonly ports: readonly number[];
}

/** A back end of ours that takes the place of one that the configuration names. */
export interface WantedBackEnd {
  /** The host and port that the configuration names. */
  readonly name: string;
  readonly port: number;
  /** Whether it answers `auth_request`. */
  readonly isLogin: boolean;
}

/** A line of a `map`: a text or a pattern, and the value for it. */
export type MapEntry = readonly [text: string, value: string];

/** A variable that a `map` of the copy defines. */
export interface OwnMap {
  readonly area: Scope['area'];
  readonly source: string;
  readonly variable: string;
  readonly entries: readonly MapEntry[];
}

/** A copy that is being made: its edits, what they are for, and the ports that they use. */
export class Draft {
  private readonly edits = new EditSet();
  private readonly losses = new EditSet();
  private readonly said = new Map<string, Set<string>>();
  private readonly ports = new Map<string, number>();
  private readonly servers = new Map<string, WantedBackEnd>();
  private readonly needed = new Set<string>();
  private readonly ownMaps: OwnMap[] = [];
  private readonly hosts = new Map<string, string>();

  constructor(readonly ground: Ground) {}

  /**
   * Takes an edit. The same directive may be read in several places: what was decided for it first holds.
   *
   * @param change what it is for; `about` what it changes, in backquotes
   */
  edit(edit: Edit, change: string, about: string | null = null): void {
    if (edit.file.builtIn || !this.edits.add([edit])) return;
    this.say(change, about);
  }

  /** Notes that the copy does without something that decides: an edit that takes it out of the configuration itself. */
  lose(edit: Edit): void {
    if (!edit.file.builtIn) this.losses.add([edit]);
  }

  /** Says what was changed: changes of one kind are one sentence, with all that it is about. */
  say(change: string, about: string | null): void {
    const all = this.said.get(change) ?? new Set();
    if (about !== null) all.add(`\`${about}\``);
    this.said.set(change, all);
  }

  /** The port that stands for something: always the same for the same. */
  portFor(key: string): number {
    const known = this.ports.get(key);
    if (known !== undefined) return known;
    const port = this.ground.ports[this.ports.size] ?? 1;
    this.ports.set(key, port);
    return port;
  }

  /** The address of the back end in place of one that the configuration names. */
  backEndFor(name: string, isLogin: boolean): string {
    const key = `${isLogin ? 'login' : 'back end'} ${name}`;
    const port = this.portFor(key);
    this.servers.set(key, { name, port, isLogin });
    return `127.0.0.1:${port}`;
  }

  /**
   * A variable that a `map` defines, which is added to `http` or `stream`; the text that it reads where no line is for
   * that.
   *
   * @param source a text with variables, as in the configuration
   */
  mapFor(area: Scope['area'], source: string, entries: readonly MapEntry[]): string {
    const known = this.ownMaps.find(
      (each) => each.area === area && each.source === source && isSameMap(each.entries, entries),
    );
    if (known !== undefined) return known.variable;
    const variable = `$nginx_websocket_pass_${this.ownMaps.length}`;
    this.ownMaps.push({ area, source, variable, entries });
    return variable;
  }

  get maps(): readonly OwnMap[] {
    return this.ownMaps;
  }

  /**
   * How a `proxy_pass` of the copy writes an address: nginx tells the next one by what is written there, so each host
   * that it stands for has a spelling of its own, with zeros before the port.
   *
   * @param host what `$proxy_host` is in the configuration
   */
  addressOfHost(address: string, host: string): string {
    // Its host is `localhost`, wherever it is.
    if (address.startsWith('unix:')) return address;
    let spelled = address;
    while ((this.hosts.get(spelled) ?? host) !== host) spelled = spelled.replace(':', ':0');
    this.hosts.set(spelled, host);
    return spelled;
  }

  /** What `$proxy_host` is in the configuration, by what it is in the copy. */
  get namedHosts(): ReadonlyMap<string, string> {
    return this.hosts;
  }

  /** A path within the folder, which is made before nginx starts. */
  directory(path: string): string {
    this.needed.add(path);
    return `${this.ground.folder}/${path}`;
  }

  get portsUsed(): number {
    return this.ports.size;
  }

  get backEnds(): readonly WantedBackEnd[] {
    return [...this.servers.values()];
  }

  get directories(): readonly string[] {
    return [...this.needed];
  }

  /** All edits, by file and in the order of the text. */
  get allEdits(): readonly Edit[] {
    return this.edits.all();
  }

  /** What the copy does without, as edits of the configuration itself. */
  get allLosses(): readonly Edit[] {
    return this.losses.all();
  }

  /** What was changed, in sentences. */
  get sentences(): readonly string[] {
    return [...this.said].map(([change, about]) => t(change).replace('%', [...about].join(', ')));
  }
}

/** Takes a directive out; the lines stay. */
export function blank(directive: ConfigDirective): Edit {
  const { file, start } = directive;
  const end = directiveEnd(file.tree, directive.node);
  return { file, start, end, newText: file.text.slice(start, end).replaceAll(/[^\n]/g, '') };
}

function isSameMap(a: readonly MapEntry[], b: readonly MapEntry[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * A `map`, as nginx reads it; what it has no line for stays.
 *
 * @param isVolatile whether it is asked each time: in subrequests and after redirects it may come to something else
 */
export function mapBlock({ source, variable, entries }: Omit<OwnMap, 'area'>, isVolatile: boolean): string {
  const lines = [['default', quoted(source)], ...entries.map((entry) => entry.map(quoted))];
  const text = lines.map((words) => `${words.join(' ')};`).join(' ');
  return `map ${quoted(source)} ${variable} { ${isVolatile ? 'volatile; ' : ''}${text} }`;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

/**
 * A word with another value, in the quotes that it has, or in some where it needs them: what nginx reads of a backslash
 * (ngx_conf_read_token) is not what stands there, as in `D:\nginx`.
 */
export function withValue(directive: ConfigDirective, { start, end, quote }: Word, value: string): Edit {
  const { file } = directive;
  if (quote === '' && !/[\s\\]/.test(value)) return { file, start, end, newText: value };
  const escaped = value
    .replaceAll(/["'\\]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  const mark = quote === '' ? '"' : quote;
  return { file, start, end, newText: `${mark}${escaped}${mark}` };
}
