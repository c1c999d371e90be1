import { directiveFacts } from './directives';
import type { Fork } from './forks';
import { type NginxVersion, parseVersion, versionFromOutput } from './versions';

/** The program that a configuration is for. */
export interface Build {
  /** The version of nginx that it is, or is made of. */
  readonly version: NginxVersion;
  /** Null for nginx itself, or where it is not known. */
  readonly fork: Fork | null;
  /** Null where that is not known. */
  readonly modules: BuiltModules | null;
}

/** What `nginx -V` says of modules, by the names that they have in nginx's sources. */
export interface BuiltModules {
  /** Those that packages often leave out, and this one has built in. */
  readonly builtIn: readonly string[];
  /** Those that it does not have, unless a configuration loads them. */
  readonly absent: readonly string[];
  /** Whether modules of other authors are built in. */
  readonly hasOthers: boolean;
}

/** What `configure` leaves out unless it is told to build it (auto/options). */
const OPTIONAL = (
  'http_ssl http_v2 http_v3 http_realip http_addition http_xslt http_image_filter http_geoip http_sub http_dav ' +
  'http_flv http_mp4 http_gunzip http_gzip_static http_auth_request http_random_index http_secure_link ' +
  'http_degradation http_slice http_stub_status http_perl mail mail_ssl stream stream_ssl stream_realip ' +
  'stream_geoip stream_ssl_preread google_perftools'
).split(' ');

/** The names by which programs give themselves away, in the order in which they are looked for. */
const FORKS: readonly (readonly [pattern: RegExp, fork: Fork])[] = [
  [/\bangie\//i, 'Angie'],
  [/\btengine\//i, 'Tengine'],
  [/\bfreenginx\//i, 'freenginx'],
  [/\bopenresty\//i, 'OpenResty'],
  [/\bnginx-plus-/i, 'NGINX Plus'],
];

/** Reads a version, such as `1.28`, a version string, such as `Angie/1.12.0`, or what `nginx -v` or `-V` prints. Null for other texts. */
export function readBuild(text: string): Build | null {
  const version = parseVersion(text) ?? versionFromOutput(text);
  if (version === null) return null;
  const fork = FORKS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
  const configured = /^configure arguments:(.*)$/m.exec(text)?.[1];
  return { version, fork, modules: configured === undefined ? null : modulesOf(configured) };
}

function modulesOf(configured: string): BuiltModules {
  const options = new Set(configured.split(/\s+/));
  const isBuiltIn = (option: string): boolean =>
    options.has(`--with-${option}`) || options.has(`--with-${option}_module`);
  const without = [...options].flatMap((each) => /^--without-(\w+)_module$/.exec(each)?.[1] ?? []);
  const missing = [...OPTIONAL.filter((option) => !isBuiltIn(option)), ...without];
  return {
    builtIn: OPTIONAL.filter(isBuiltIn).map(moduleOfOption),
    absent: missing.map(moduleOfOption),
    hasOthers: /(?:^|\s)--add-module=/.test(configured),
  };
}

/** The module that an option of `configure` is about: `http_sub` is ngx_http_sub_filter_module. */
function moduleOfOption(option: string): string {
  const name = `ngx_${option}_module`;
  const asFilter = `ngx_${option}_filter_module`;
  return knownModules().has(asFilter) ? asFilter : name;
}

let modules: ReadonlySet<string> | undefined;

/** The modules whose directives we know. */
export function knownModules(): ReadonlySet<string> {
  modules ??= new Set([...directiveFacts().values()].flat().map(({ module }) => module));
  return modules;
}
