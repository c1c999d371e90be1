import { access, type Destinations, errorPage, mirror, tryFiles } from './detours';
import type { Draft } from './draft';
import { otherHandler, proxyPass } from './handlers';
import { proxySettings, type Quality } from './headers';
import { PATH_PATTERNS, plainPath } from './paths';
import { conditional, returns, rewriteCodes, sets } from './rewrites';
import { releaseFeatures } from './release-features';
import { block, directive, type Directive, type Word } from './tree';

/** What the locations of one server are drawn with. */
export interface LocationPlan {
  readonly quality: Quality;
  readonly destinations: Destinations;
  /** Decoded paths that reach what is drawn: each location adds its own. */
  readonly paths: string[];
}

type Modifier = '' | '=' | '^~' | '~' | '~*';

/** The location around, for what nginx allows in it. */
interface Around {
  readonly modifier: Modifier;
  readonly path: string;
  /** From 1. */
  readonly depth: number;
}

/** Locations as nginx takes them on one level: no two of one name. */
export function locations(
  draft: Draft,
  plan: LocationPlan,
  count: number,
  around: Around | null = null,
): Directive[] {
  const taken = new Set<string>();
  const rest = around === null && draft.choices.chance(62) ? [otherPaths(draft, plan, taken)] : [];
  return [...rest, ...drawn(draft, plan, count, around, taken)];
}

/** `location /`, without which most URLs would come to nothing. */
function otherPaths(draft: Draft, plan: LocationPlan, taken: Set<string>): Directive {
  taken.add('/');
  return block(['location', '/'], body(draft, plan, { modifier: '', path: '/', depth: 1 }));
}

function drawn(
  draft: Draft,
  plan: LocationPlan,
  count: number,
  around: Around | null,
  taken: Set<string>,
): Directive[] {
  return Array.from({ length: count }, () => location(draft, plan, around, taken)).filter(
    (each) => each !== null,
  );
}

function location(
  draft: Draft,
  plan: LocationPlan,
  around: Around | null,
  taken: Set<string>,
): Directive | null {
  const { choices } = draft;
  const modifier = choices.weighted<Modifier>([
    [10, ''],
    [3, '='],
    [3, '^~'],
    [4, '~'],
    [2, '~*'],
  ]);
  // nginx takes no prefix in a regular expression but the expression's own text.
  if (around !== null && isRegex(around.modifier) && !isRegex(modifier)) return null;
  const { name, near } = isRegex(modifier) ? patternFor(draft) : prefixFor(draft, around);
  const key = `${isRegex(modifier) ? '~' : modifier === '=' ? '=' : ''}${name}`;
  if (taken.has(key)) return null;
  taken.add(key);
  plan.paths.push(...near);
  draft.note(`location ${modifier === '' ? 'prefix' : modifier}`);
  if (around !== null) draft.note(`location in ${around.depth} others`);
  const here: Around = { modifier, path: name, depth: (around?.depth ?? 0) + 1 };
  return block(['location', ...nameWords(draft, modifier, name)], body(draft, plan, here));
}

function isRegex(modifier: Modifier): boolean {
  return modifier === '~' || modifier === '~*';
}

function patternFor({ choices }: Draft): { name: string; near: readonly string[] } {
  const { regex, near } = choices.of(PATH_PATTERNS);
  return { name: regex, near: [choices.of(near), choices.of(near)] };
}

function prefixFor({ choices }: Draft, around: Around | null): { name: string; near: readonly string[] } {
  if (around === null && choices.chance(12)) return { name: '/', near: ['/', plainPath(choices)] };
  // No URL leads to the pages.
  if (around === null && choices.chance(5)) return { name: '/page/', near: [plainPath(choices)] };
  const path = plainPath(choices, 2);
  const inside = around === null ? path : choices.chance(10) ? around.path : joined(around.path, path);
  const name = choices.chance(30) && !inside.endsWith('/') ? `${inside}/` : inside;
  return { name, near: [name, name] };
}

function joined(around: string, path: string): string {
  return around.endsWith('/') ? `${around}${path.slice(1)}` : `${around}${path}`;
}

/** The modifier may stand right before the name. */
function nameWords({ choices }: Draft, modifier: Modifier, name: string): readonly Word[] {
  if (modifier === '') return [name];
  return choices.chance(12) ? [`${modifier}${name}`] : [modifier, name];
}

function body(draft: Draft, plan: LocationPlan, here: Around): Directive[] {
  const { choices } = draft;
  const { quality, destinations } = plan;
  const isPrefix = !isRegex(here.modifier);
  const parts: Directive[] = [];
  const handler = choices.weighted([
    [20, 'proxy'],
    [3, 'static'],
    [2, 'return'],
    [1, 'two'],
    [3, 'conditional'],
  ]);
  const pass = (): Directive => proxyPass(draft, isPrefix ? 'in a prefix location' : 'in a block');
  const canNest = here.modifier !== '=' && here.depth < 4;
  if (choices.chance(quality === 'serving' ? 22 : 55)) parts.push(...proxySettings(draft, quality));
  if (choices.chance(9)) parts.push(...access(draft, destinations));
  const files = choices.chance(10) ? [tryFiles(draft, destinations)] : [];
  // Where it is asked for, the directory of the location is there.
  const hasDirectory = isPrefix && files.some(({ words }) => words.includes('$uri/'));
  parts.push(...files, directive('root', draft.root(...(hasDirectory ? [here.path] : []))));
  parts.push(...releaseFeatures(draft, 'location'));
  if (choices.chance(9)) parts.push(...errorPage(draft, destinations));
  if (choices.chance(4)) parts.push(...mirror(draft, destinations));
  if (choices.chance(7)) parts.push(limitExcept(draft));
  if (canNest && choices.chance(22)) parts.push(...locations(draft, plan, choices.between(1, 3), here));
  if (handler === 'proxy') parts.push(pass());
  if (handler === 'return') parts.push(returns(draft));
  const isConditional = handler === 'conditional' && !hasDirectory;
  // An `if` would take the place of `try_files`: then nothing says that the directory is there.
  const hasCodes = isConditional || (!hasDirectory && choices.chance(22));
  const codes = hasCodes ? rewriteCodes(draft, 'location') : [];
  if (isConditional) codes.push(conditional(draft, 'location'), conditional(draft, 'location'));
  const others = choices.shuffled(parts);
  if (handler === 'two') others.push(...choices.shuffled([pass(), otherHandler(draft)]));
  // Their own order counts, not their place among the others.
  return choices.chance(70) ? [...codes, ...others] : [...others, ...codes];
}

function limitExcept(draft: Draft): Directive {
  const { choices } = draft;
  draft.note('limit_except');
  const methods = choices.weighted<readonly string[]>([
    [3, ['POST']],
    [2, ['GET']],
    [1, ['GET', 'POST']],
    [1, ['HEAD']],
    [1, ['PUT', 'DELETE']],
  ]);
  const inside = choices.weighted<() => Directive[]>([
    [2, () => [directive('deny', 'all')]],
    [1, () => [directive('allow', 'all')]],
    [4, () => [noted(draft, 'proxy_pass in limit_except', proxyPass(draft, 'in a block'))]],
    [1, () => [proxyPass(draft, 'in a block'), directive('deny', 'all')]],
    [1, () => [directive('auth_basic', 'members'), directive('auth_basic_user_file', 'users')]],
  ])();
  return block(['limit_except', ...methods], inside);
}

function noted(draft: Draft, feature: string, one: Directive): Directive {
  draft.note(feature);
  return one;
}

/** The locations that others send requests to, but for one of the named ones now and then. */
export function destinationLocations(draft: Draft, plan: LocationPlan): Directive[] {
  const { choices } = draft;
  const { named, auth, mirrors } = plan.destinations;
  plan.paths.push(...auth.slice(0, 1), ...mirrors.slice(0, 1));
  return [
    ...named.filter(() => choices.chance(94)).map((name) => namedLocation(draft, plan, name)),
    ...auth.map((path) => authLocation(draft, path)),
    ...mirrors.map((path) => mirrorLocation(draft, path)),
  ];
}

function namedLocation(draft: Draft, { quality, destinations }: LocationPlan, name: string): Directive {
  const { choices } = draft;
  draft.note('named location');
  return block(
    ['location', name],
    [
      directive('root', draft.root()),
      ...(choices.chance(quality === 'serving' ? 15 : 60) ? proxySettings(draft, 'serving') : []),
      ...(choices.chance(20) ? rewriteCodes(draft, 'location') : []),
      ...(choices.chance(6) ? errorPage(draft, destinations) : []),
      ...(choices.chance(3) ? access(draft, destinations) : []),
      ...(choices.chance(3) ? [tryFiles(draft, destinations)] : []),
      choices.chance(90) ? proxyPass(draft, 'in a block') : returns(draft),
    ],
  );
}

/** What auth_request asks: it answers by itself, or a back end does that lets in who does not ask for an upgrade. */
function authLocation(draft: Draft, path: string): Directive {
  const { choices } = draft;
  const answer = choices.weighted([
    [5, '200'],
    [2, '204'],
    [2, '401'],
    [2, '403'],
    [1, '404'],
    [5, 'proxy'],
  ]);
  draft.note(`auth_request to ${answer}`);
  const content =
    answer === 'proxy'
      ? [...(choices.chance(70) ? withoutUpgrade(draft) : []), directive('proxy_pass', `http://@AUX${path}`)]
      : [directive('return', answer)];
  // Whom nobody asks for an upgrade lets in: that is so for subrequests only.
  const guard = answer === 'proxy' || choices.chance(40) ? [directive('internal')] : [];
  const code = choices.chance(15) ? [sets(draft)] : [];
  const root = directive('root', draft.root());
  return block(['location', '=', path], [root, ...guard, ...code, ...content]);
}

function mirrorLocation(draft: Draft, path: string): Directive {
  const settings = draft.choices.chance(75) ? withoutUpgrade(draft) : [];
  return block(
    ['location', '=', path],
    [directive('internal'), ...settings, directive('proxy_pass', 'http://@AUX$request_uri')],
  );
}

/** What keeps the upgrade headers of the levels above from a subrequest. */
function withoutUpgrade({ choices }: Draft): Directive[] {
  return choices.of([
    [directive('proxy_set_header', 'Upgrade', ''), directive('proxy_set_header', 'Connection', '')],
    [directive('proxy_set_header', 'Host', '$host')],
  ]);
}
