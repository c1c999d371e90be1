import { defaultServerOf, namedServer, socketFor } from '../../server/src/handshake/listening';
import type { Case } from '../../server/src/handshake/cases';
import {
  type Evidence,
  type EvidenceId,
  evidenceIds,
  type Step,
  type Verdict,
} from '../../server/src/handshake/evidence';
import { handshake } from '../../server/src/handshake/handshake';
import { locationOf } from '../../server/src/handshake/location-config';
import { isAskedAsIs, ownPath, searchFor } from '../../server/src/handshake/own-paths';
import { routeTable } from '../../server/src/handshake/route-table';
import { hasNames, originsOf } from '../../server/src/handshake/route-urls';
import type { Route } from '../../server/src/handshake/routes';
import { readTarget } from '../../server/src/handshake/target';
import { escapePath, normalizePath } from '../../server/src/handshake/uri';
import { type Origin, originText } from '../../server/src/handshake/value';
import { bytesOf } from '../../server/src/model/bytes';
import { type Place, placeOf, wholePlaceOf } from '../../server/src/model/configuration';
import { effective } from '../../server/src/model/inheritance';
import { type Level, levelsWithin } from '../../server/src/model/levels';
import type { Model } from '../../server/src/model/model';
import { rules } from '../../server/src/rules/rules.generated';
import type { Problem } from '../../server/src/rules/support/problem';
import { isAtLeastAsSevere } from '../../server/src/rules/support/severity';
import { parseVersion } from '../../server/src/reference/versions';
import { type Analysis, analyze } from '../../server/src/service';
import { locationName } from '../../server/src/values/location';

/** What routes, URLs and findings say of the same handshakes, held against each other. */

/** Two of them that cannot both be true. */
export interface Contradiction {
  /** The same for contradictions of one kind. */
  readonly kind: string;
  readonly words: string;
}

/** What is tried behind the paths of locations: more of the path, and queries. */
export interface Tails {
  readonly paths: readonly string[];
  readonly queries: readonly string[];
}

/** `passes` and `blocked` of a route hold for each of its URLs; of `depends` each URL gives one of its cases. */
export function routesAgainstUrls({ model, routes }: Analysis, tails: Tails): Contradiction[] {
  return routes.flatMap((route) =>
    urlsFor(model, route.location, tails).flatMap((url) => contradictionsOf(model, route, url)),
  );
}

function contradictionsOf(model: Model, route: Route, url: string): Contradiction[] {
  const { verdict, cases } = handshake(model, url);
  const told = (kind: string): Contradiction[] => [
    {
      kind,
      words: [`${url} of ${nameOf(route)}`, shown(route.cases.all), `${url}: ${verdict}`, shown(cases)].join(
        '\n',
      ),
    },
  ];
  switch (route.verdict) {
    case 'unknown':
      return [];
    case 'passes':
    case 'blocked':
      return verdict === route.verdict
        ? []
        : told(`the route is ${route.verdict}, one of its URLs ${verdict}`);
    case 'depends': {
      const other = cases.find((each) => !route.cases.all.some((known) => isSame(known, each)));
      return other === undefined
        ? []
        : told(`a case of a URL is none of its route: ${other.verdict} ${other.status} ${idsOf(other)}`);
    }
  }
}

/** Releases between which nginx does something else with a handshake. */
const RELEASES = ['1.16.1', '1.21.0', '1.22.1', '1.24.0', '1.28.0', '1.29.7', '1.30.0'] as const;

/** Where no version is set, a route does what it does in any of the releases that take the configuration. */
export function releasesAgainstAssumed({ closure, options, routes }: Analysis): Contradiction[] {
  if (options.versionFrom !== 'assumed') return [];
  const those = RELEASES.flatMap((text) => {
    const version = parseVersion(text);
    if (version === null) throw new Error(`${text} is no version.`);
    const analysis = analyze(closure, { ...options, version, versionFrom: 'setting' });
    return analysis.refusals().length === 0 ? [{ text, routes: analysis.routes }] : [];
  });
  return routes.flatMap((route, index) => {
    const verdicts = those.map(({ text, routes: all }) => ({ text, verdict: all[index]?.verdict }));
    const expected = together(verdicts.map(({ verdict }) => verdict));
    // With the release there may be too many cases to tell.
    const isTooMany = route.verdict === 'unknown' && route.cases.all.length === 1;
    if (those.length < RELEASES.length || expected === route.verdict || isTooMany) return [];
    const words = verdicts.map(({ text, verdict }) => `${text}: ${verdict}`);
    const kind = `${route.verdict} where no version is set, ${expected} by release`;
    return [{ kind, words: [nameOf(route), shown(route.cases.all), ...words].join('\n') }];
  });
}

function together(verdicts: readonly (Verdict | undefined)[]): Verdict {
  const [first = 'unknown', ...others] = new Set(verdicts);
  if (others.length === 0) return first;
  return verdicts.includes('unknown') ? 'unknown' : 'depends';
}

/** The URLs that the table lists lead to their location, and pass where a case of the route does. */
export function urlsOfTable({ model }: Analysis): Contradiction[] {
  return routeTable(model).flatMap(({ location, urls, cases }) => {
    const passes = cases.some(({ verdict }) => verdict === 'passes');
    return urls.flatMap((url) => {
      const { verdict, error, cases: ways } = handshake(model, url);
      const told = (kind: string): Contradiction[] => [
        { kind, words: `${url} of ${wordsOf(location)}: ${verdict} ${error ?? ''}\n${shown(ways)}` },
      ];
      if (error !== undefined) return told('a URL of a route is wrong');
      const [way] = ways;
      const at = (step: Step): Evidence | undefined => way?.steps.find((each) => each.step === step);
      const { server } = location;
      const place = server?.block === null || server === null ? null : placeOf(server.block);
      if (at('server') !== undefined && at('server')?.place?.start !== place?.start)
        return told('a URL of a route leads to another server');
      const first = at('location')?.about;
      const isRewritten = server?.directives.some(
        ({ name }) => name === 'rewrite' || name === 'if' || name === 'return',
      );
      if (!isRewritten && first !== undefined && first !== location && !isInLocation(first, location))
        return told('a URL of a route leads to another location');
      return passes && !ways.some((each) => each.verdict !== 'blocked')
        ? told('a URL of a route that passes does not')
        : [];
    });
  });
}

/** Whether a step is about a `limit_except` or `if` of a location. */
function isInLocation(about: Evidence['about'], location: Level): boolean {
  return about !== null && about !== undefined && 'parent' in about && about.parent === location;
}

/** Whether a case of a URL is one that the route has. */
function isSame(known: Case, seen: Case): boolean {
  return (
    known.verdict === seen.verdict &&
    (known.status === null || seen.status === null || known.status === seen.status) &&
    isPartOf(known, seen)
  );
}

/** Whether the reasons of a case are among those of another: what stops a handshake that is lost need not be asked. */
function isPartOf(known: Case, seen: Case): boolean {
  const ids = new Set(seen.steps.map(({ id }) => id));
  return (
    (known.verdict === 'passes') === (seen.verdict === 'passes') && known.steps.every(({ id }) => ids.has(id))
  );
}

function idsOf({ steps }: Case): string {
  return [...new Set(steps.flatMap(({ id }) => (id === null ? [] : [id])))].sort().join(' ');
}

function wordsOf({ block }: Level): string {
  return (block?.words ?? []).map(({ value }) => value).join(' ');
}

function nameOf({ proxyPass, location, verdict }: Route): string {
  return `${wordsOf(location)} { ${proxyPass.name} ${proxyPass.argument(0)} }: ${verdict}`;
}

function shown(cases: readonly Case[]): string {
  return cases
    .map(
      ({ when, verdict, status, steps }) =>
        `  ${verdict} ${status} [${when.join('; ')}] ${steps
          .filter(({ id }) => id !== null)
          .map(({ id, message }) => `${id}: ${message}`)
          .join(' | ')}`,
    )
    .join('\n');
}

/** So many URLs of a route are asked for. */
const URLS_EACH = 16;

/** URLs that a location takes: each name of its server with some paths. */
function urlsFor(model: Model, location: Level, { paths, queries }: Tails): string[] {
  const { server } = location;
  if (server === null || isWithin(location)) return [];
  const named = originsOf(model, server);
  // Where no name is asked for, any host is one that the server takes.
  const others = hasNames(server) ? [] : named.map((origin) => ({ ...origin, host: 'other.invalid' }));
  const origins = [...named, ...others].filter((origin) => reaches(model, server, origin)).slice(0, 4);
  const own = ownPath(location);
  const isWhole = own !== null && isAskedAsIs(own);
  const candidates = (isWhole ? [own.replace(/\/?$/, '/')] : pathsNear(location, paths)).filter((path) =>
    leadsTo(server, location, path),
  );
  const urls = candidates.flatMap((path, number) =>
    origins.map((origin, index) => {
      const query = queries[(number + index) % queries.length] ?? '';
      return `${originText(origin)}${path}${query}`;
    }),
  );
  return urls.slice(0, URLS_EACH);
}

/** Whether clients come to it only from within. */
function isWithin(location: Level): boolean {
  return (
    effective(location, 'internal').directives.length > 0 ||
    (location.block !== null && locationName(location.block).kind === 'named')
  );
}

/** Whether a URL with that origin reaches the server. */
function reaches(model: Model, server: Level, origin: Origin): boolean {
  const socket = socketFor(model, origin);
  const named = socket === null ? null : namedServer(model, socket, origin.host);
  return socket !== null && named !== null && (named.server ?? defaultServerOf(model, socket)) === server;
}

/** Paths as they are sent: that of the location, those of locations in it and beside it, each with more behind it. */
function pathsNear(location: Level, tails: readonly string[]): string[] {
  const { server } = location;
  if (server === null || location.block === null) return [];
  const own = locationName(location.block);
  const names = [...levelsWithin(server)].flatMap(({ kind, block }) => {
    if (kind !== 'location' || block === null) return [];
    const name = locationName(block);
    return name.kind === 'exact' || name.kind === 'prefix' ? [name.name] : [];
  });
  const starts = own.kind === 'exact' || own.kind === 'prefix' ? [own.name] : names;
  const paths = [
    ...starts.flatMap((start) => ['', ...tails].map((tail) => escapePath(bytesOf(`${start}${tail}`)))),
    ...tails.map((tail) => escapePath(bytesOf(tail))),
    ...names.map((name) => escapePath(bytesOf(name))),
  ];
  return [...new Set(paths)].filter((path) => path.startsWith('/'));
}

/**
 * Whether a request for a path begins in the location; false where that is not certain. What is open of a path is taken
 * to have nothing that is escaped.
 */
function leadsTo(server: Level, location: Level, path: string): boolean {
  const target = readTarget(`ws://a.invalid${path}`);
  const bytes = 'error' in target || target.path !== path ? null : normalizePath(path, true);
  if (bytes === null || /\/\/|%/.test(path)) return false;
  const found = searchFor(server, bytes);
  return found !== null && !found.redirects && found.level === location;
}

// --- Findings

/** Rules whose findings say of a reason what it comes from, by the id of the reason. */
const MORE_SPECIFIC: Readonly<Partial<Record<EvidenceId, readonly string[]>>> = {
  'websocket-upgrade-missing': ['websocket-headers-overridden', 'connection-map-missing'],
  'websocket-header-value': [
    'connection-map-missing',
    'connection-map-incomplete',
    'request-header-duplicate',
  ],
  'websocket-request-headers-dropped': ['request-header-duplicate'],
  'protocol-mismatch': ['proxy-pass-scheme', 'listen-http2-deprecated', 'listen-443-without-ssl'],
  'internal-error': ['websocket-proxy-variable'],
};

/** A rule of this name speaks of what no other speaks of. */
const ANY_OTHER = 'websocket-answered-by-nginx';

const ruleIds: ReadonlySet<string> = new Set(rules.map(({ id }) => id));

/** Rules that say that a handshake fails. */
const ABOUT_FAILURES: ReadonlySet<string> = new Set([
  ...evidenceIds.filter((id) => ruleIds.has(id)),
  ANY_OTHER,
]);

/**
 * What holds in all cases of a blocked verdict at a location with strong intent, and HTTP/1.0 there, is a finding at
 * Warning or above: of its id, or of a more specific one on the same text. Where each case fails for a reason of its own,
 * one of them is.
 */
export function reasonsWithoutFinding(analysis: Analysis): Contradiction[] {
  const warnings = analysis.problems.filter(({ severity }) => isAtLeastAsSevere(severity, 'warning'));
  // Of what cannot be told it is told at Information.
  const strong = analysis.routes.filter(
    ({ intent, verdict }) => intent.strength === 'strong' && verdict !== 'unknown',
  );
  return strong.flatMap((route) => {
    const near = (reason: Evidence): readonly Problem[] =>
      warnings.filter((problem) => isAbout(problem, route, reason, analysis));
    const isTold = (reason: Evidence): boolean => near(reason).some(({ rule }) => tellsOf(rule, reason));
    const told = (kind: string, words: readonly string[]): Contradiction => ({
      kind: `${route.verdict} ${kind}, no finding`,
      words: [nameOf(route), ...words, shown(route.cases.all), `all: ${listed(analysis.problems)}`].join(
        '\n',
      ),
    });
    const missed = route.reasons.filter(
      (reason) => holdsAlways(route, reason) && !isTold(reason) && !isOnPurpose(reason, analysis),
    );
    if (missed.length > 0) {
      return missed.map((reason) =>
        told(`by ${reason.id}`, [
          `${reason.id} at ${textAt(reason.place)}: ${reason.message}`,
          `at Warning there: ${listed(near(reason))}`,
        ]),
      );
    }
    return route.verdict !== 'blocked' ||
      route.reasons.some((reason) => isTold(reason) || isOnPurpose(reason, analysis))
      ? []
      : [told('for one reason or another', [])];
  });
}

/** A redirect to https:// where the handshake gets on over TLS: everybody has it on purpose, so it is told as a Hint. */
function isOnPurpose({ id, place }: Evidence, { problems }: Analysis): boolean {
  if (id !== 'websocket-redirected' || place === null) return false;
  return problems.some((problem) => problem.rule === 'wss-redirect' && standsAt(problem, [place]));
}

function listed(problems: readonly Problem[]): string {
  return problems.map(({ rule, severity }) => `${rule} (${severity})`).join(', ') || 'nothing';
}

/** Whether a reason is one of each case that fails; of HTTP/1.0 in a `depends` it is. */
function holdsAlways({ verdict, cases: { all, assumed } }: Route, reason: Evidence): boolean {
  const isSameKind = (each: Evidence): boolean =>
    reason.fault === undefined
      ? isSameReason(each, reason) && each.message === reason.message
      : each.fault?.condition === reason.fault.condition;
  // What is blocked for the assumed release alone is a `depends`, too.
  const cases = verdict === 'depends' ? assumed : all;
  const isOpen = cases.some((each) => each.verdict === 'passes');
  return isOpen || cases.every(({ steps }) => steps.some(isSameKind));
}

function tellsOf(rule: string, { id }: Evidence): boolean {
  if (id === null) return false;
  // It says that no handshake gets there at all.
  if (rule === 'websocket-location-shadowed') return true;
  if (rule === id || rule === ANY_OTHER || MORE_SPECIFIC[id]?.includes(rule) === true) return true;
  return !ruleIds.has(id) && ABOUT_FAILURES.has(rule);
}

/** Whether a problem stands at a reason, in the location at fault or asked for, or at a map that has a say in it. */
function isAbout(
  problem: Problem,
  { location, proxyPass }: Route,
  reason: Evidence,
  analysis: Analysis,
): boolean {
  const asked = location.block === null ? [] : [wholePlaceOf(location.block)];
  return standsAt(problem, [...placesOf(analysis, reason), ...asked, placeOf(proxyPass)]);
}

/** Whether a problem stands at one of some places, or names it. */
function standsAt({ place, related }: Problem, places: readonly Place[]): boolean {
  return [place, ...related.map((each) => each.place)].some((each) =>
    places.some((other) => overlap(each, other)),
  );
}

/** Where a reason is: its own place, the location that was in force, and the maps that have a say in it. */
function placesOf({ model, routes }: Analysis, { place, level }: Evidence): Place[] {
  const location = level === undefined ? null : locationOf(level);
  const own = routes.filter((route) => route.location === location);
  return [
    ...(place === null ? [] : [place]),
    ...(location?.kind !== 'location' || location.block === null ? [] : [wholePlaceOf(location.block)]),
    ...own.map(({ proxyPass }) => placeOf(proxyPass)),
    // An `if` or `limit_except` in another file.
    ...(level === undefined || level.block === null || level.named === level
      ? []
      : [wholePlaceOf(level.block)]),
    ...mapsBehind(model, place),
  ];
}

/** The maps whose variables a text names, and those that these name. */
function mapsBehind({ maps }: Model, place: Place | null): Place[] {
  const found = new Map<string, Place>();
  const open = [textAt(place)];
  for (let text = open.pop(); text !== undefined; text = open.pop()) {
    for (const [, name = ''] of text.toLowerCase().matchAll(/\$\{?(\w+)/g)) {
      const map = found.has(name) ? undefined : maps.get(name);
      if (map === undefined) continue;
      found.set(name, wholePlaceOf(map.directive));
      open.push(map.source, map.otherwise, ...map.entries.map(({ value }) => value));
    }
  }
  return [...found.values()];
}

function overlap(a: Place, b: Place): boolean {
  return a.file.realPath === b.file.realPath && a.start < b.end && b.start < a.end;
}

function textAt(place: Place | null): string {
  return place === null ? 'no place' : JSON.stringify(place.file.text.slice(place.start, place.end));
}

/** What a verdict depends on, or what cannot be told, is no finding above Hint. */
export function findingsOfConditions(analysis: Analysis): Contradiction[] {
  const { routes, problems } = analysis;
  const told = problems.filter(
    (problem) => saysThatItFails(problem) && !isAboutMissingSlash(problem, routes),
  );
  const isBlocked = (reason: Evidence): boolean =>
    routes.some(({ verdict, because, reasons }) =>
      [...reasons, ...(verdict === 'blocked' ? because : [])].some((each) => isSameReason(each, reason)),
    );
  // One text may be at fault in two ways: it may be told for that which blocks another location.
  const isAboutOther = (problem: Problem): boolean =>
    routes.some(({ reasons }) =>
      reasons.some((reason) => reason.id === problem.rule && standsAt(problem, placesOf(analysis, reason))),
    );
  return routes
    .filter(({ verdict }) => verdict === 'depends' || verdict === 'unknown')
    .flatMap((route) =>
      route.because.flatMap((reason) => {
        if (isBlocked(reason)) return [];
        const found = told.find(
          ({ rule, place }) => rule === reason.id && reason.place !== null && overlap(place, reason.place),
        );
        if (found === undefined || isAboutOther(found)) return [];
        const words = [
          `${nameOf(route)}: ${found.severity} ${found.rule}: ${found.message}`,
          shown(route.cases.all),
        ];
        return [{ kind: `${route.verdict}, ${found.severity} ${found.rule}`, words: words.join('\n') }];
      }),
    );
}

function isSameReason(a: Evidence, b: Evidence): boolean {
  return (
    a.id === b.id && a.place?.start === b.place?.start && a.place?.file.realPath === b.place?.file.realPath
  );
}

/** A finding that says that a handshake fails has a route that is blocked, or depends on HTTP/1.0. */
export function findingsWithoutVerdict(analysis: Analysis): Contradiction[] {
  const { routes, problems } = analysis;
  return problems
    .filter((problem) => saysThatItFails(problem) && !isAboutMissingSlash(problem, routes))
    .flatMap((problem) => {
      const { rule, severity, message, place } = problem;
      const about = routes.filter(
        ({ because, reasons, proxyPass, location }) =>
          [...because, ...reasons].some((each) => standsAt(problem, placesOf(analysis, each))) ||
          overlap(placeOf(proxyPass), place) ||
          (location.block !== null && isWithinBlock(place, location)),
      );
      if (about.some(({ verdict, reasons }) => verdict === 'blocked' || reasons.length > 0)) return [];
      const verdicts = [...new Set(about.map(({ verdict }) => verdict))].sort().join(' ');
      const words = [
        `${severity} ${rule} at ${textAt(place)}: ${message}`,
        ...about.map((route) => `${nameOf(route)}\n${shown(route.cases.all)}`),
      ];
      return [
        { kind: `${severity} ${rule}, ${verdicts === '' ? 'no route' : verdicts}`, words: words.join('\n') },
      ];
    });
}

function isWithinBlock({ file, start, end }: Place, { block }: Level): boolean {
  if (block === null) return false;
  const around = wholePlaceOf(block);
  return file.realPath === around.file.realPath && start >= around.start && end <= around.end;
}

/** Of the path without the slash at the end of a location's name nginx says so itself: it is none that the location takes. */
function isAboutMissingSlash({ rule, place, message }: Problem, routes: readonly Route[]): boolean {
  const found = routes.find(({ location: { block } }) => block !== null && overlap(placeOf(block), place));
  const name =
    found === undefined || found.location.block === null ? '' : locationName(found.location.block).name;
  return (
    rule === 'websocket-redirected' && name.endsWith('/') && message.includes(`\`${name.slice(0, -1)}\``)
  );
}

/** What is told at Information of `http2` and of a map is that something else may suffer. */
const MAY_HURT: ReadonlySet<string> = new Set(['listen-http2-deprecated', 'connection-map-incomplete']);

function saysThatItFails({ rule, severity, message }: Problem): boolean {
  // What is told of a timeout is that it cuts connections, or as an error that it ends every request there.
  if (severity === 'hint' || !ABOUT_FAILURES.has(rule) || rule === 'websocket-idle-timeout') return false;
  // Two lines of `Upgrade` are one list: who keeps to the RFC reads it.
  if (rule === 'request-header-duplicate' && message.includes('some back ends')) return false;
  return !MAY_HURT.has(rule) || isAtLeastAsSevere(severity, 'warning');
}
