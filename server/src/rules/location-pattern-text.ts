import { replaceArguments } from '../edits/insert';
import { matchPattern } from '../handshake/patterns';
import { t } from '../l10n';
import { blockAround, type ConfigDirective, placeOf } from '../model/configuration';
import { ownDirectives } from '../model/inheritance';
import { hasWebSocketPath, type Intent } from '../model/intent';
import { type Level, levelsWithin } from '../model/levels';
import type { Model } from '../model/model';
import { keptByEachServer } from './support/by-server';
import { isFilledIn } from '../model/variables';
import { type LocationName, locationName } from '../values/location';
import { parseProxyTarget } from '../values/pass-url';
import type { Finding, Fix, Rule, RuleDocs } from './support/rule';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'location-pattern-text',
  category: 'websocket',
  severity: 'warning',
  fix: 'suggestion',
  check: { visits: 'configuration', run: check },
};

/**
 * What is written in a pattern and hardly ever in a path. A dot, a plus, parentheses, and brackets around a word
 * (`/[slug]`) are as often meant as they stand.
 */
const OF_PATTERNS =
  /\.\*|\.\+|\[\^[^\]]*\][*+?]?|\[[^\]]*(?:a-z|A-Z|0-9)[^\]]*\][*+?]?|\\[./dDwWsS-]|\)[*+?]|[/)]\?$|\||^\^|\$$/;

/** A glob that stands for all that follows: `/ws/*`, `/ws/.*`, `/ws(.*)`. */
const ALL_BELOW = /(?:\.?\*|\(\.\*\))\$?$/;

function check(model: Model): readonly Finding[] {
  return findings(model).flat();
}

const findings = keptByEachServer((server, routes) => {
  const intents = new Map(routes.map(({ location, intent }) => [location, intent] as const));
  return [...levelsWithin(server)].flatMap((location) => findingFor(location, intents.get(location)) ?? []);
});

/** @param intent undefined where the location has no back end */
function findingFor(location: Level, intent: Intent | undefined): Finding | null {
  const { block, kind } = location;
  if (kind !== 'location' || block === null) return null;
  const read = locationName(block);
  if (read.error !== null || (read.kind !== 'exact' && read.kind !== 'prefix')) return null;
  const sign = (OF_PATTERNS.exec(read.name) ?? /\*/.exec(read.name))?.[0];
  if (sign === undefined || block.words.some((_, index) => isFilledIn(block, index))) return null;
  const better = betterFor(location, read);
  return {
    severity: intent?.strength === 'strong' ? 'warning' : 'information',
    ...(intent === undefined ? {} : { intent }),
    message: t`${quoted(`location ${writtenAs(read)}`)} takes only paths in which ${quoted(sign)} stands as it is written: without \`~\` nginx matches plain text. Write ${quoted(`location ${better}`)}.`,
    place: placeOf(block),
    fixes: () => fixesFor(location, intent, read, better),
  };
}

function writtenAs({ modifier, name }: Pick<LocationName, 'modifier' | 'name'>): string {
  return modifier === '' ? name : `${modifier} ${name}`;
}

/** What was meant, as arguments of `location`: a prefix where all paths below it are, else a pattern. */
function betterFor(location: Level, read: LocationName): string {
  return prefixFor(location, read) ?? patternFor(read.name);
}

function prefixFor(location: Level, { kind, modifier, name }: LocationName): string | null {
  const passes = ownDirectives(location, 'proxy_pass');
  const start = name.replace(ALL_BELOW, '');
  const isPlain = start.startsWith('/') && !OF_PATTERNS.test(start) && !start.includes('*');
  // `proxy_pass` may ask for what the pattern captures.
  if (start === name || !isPlain || passes.some((pass) => /\$[1-9]/.test(pass.argument(0)))) return null;
  // With a back end, a prefix with a slash redirects the path that lacks it.
  const isWhole = start === '/' || passes.length === 0 || passes.some(replacesPath);
  const prefix = isWhole ? start : start.replace(/\/$/, '');
  return kind === 'exact' ? prefix : writtenAs({ modifier, name: prefix });
}

function patternFor(name: string): string {
  if (OF_PATTERNS.test(name)) return `~ ${name.startsWith('/') ? '^' : ''}${name}`;
  // A glob: `*.php` is any path that ends so.
  const pattern = name.replaceAll('.', '\\.').replaceAll('*', '[^/]*');
  return name.startsWith('*') ? `~ ${pattern.slice('[^/]*'.length)}$` : `~ ^${pattern}$`;
}

function fixesFor(location: Level, intent: Intent | undefined, read: LocationName, better: string): Fix[] {
  const { block } = location;
  const word = block?.words.at(-1);
  if (block === null || word === undefined) return [];
  const written = block.file.text.slice(word.start, word.end);
  const isPlain = written === read.name || written === writtenAs(read).replace(' ', '');
  const isAllowed = better.startsWith('~')
    ? mayBePattern(location, better)
    : !isTaken(location, intent, better);
  if (!isPlain || !isAllowed) return [];
  const title = t`Change it to \`location ${better}\``;
  return [{ title, kind: 'suggestion', edits: [replaceArguments(block, better)] }];
}

/** Whether nginx takes the location as a pattern: `proxy_pass` may have no path there, and `alias` means something else. */
function mayBePattern(location: Level, better: string): boolean {
  const pattern = better.slice('~ '.length);
  const unnamed = location.levels.filter(({ kind }) => kind === 'if' || kind === 'limit_except');
  return (
    !/[{};\s]/.test(pattern) &&
    matchPattern(pattern, false, '/') !== 'unknown' &&
    ownDirectives(location, 'alias').length === 0 &&
    ![location, ...unnamed].some((level) => ownDirectives(level, 'proxy_pass').some(replacesPath))
  );
}

function replacesPath(pass: ConfigDirective): boolean {
  const target = pass.argument(0);
  return !target.includes('$') && parseProxyTarget(target).uri !== '';
}

/** Whether a location beside it has the prefix already: nginx refuses a second one; or handshakes would be redirected. */
function isTaken(location: Level, intent: Intent | undefined, better: string): boolean {
  const { block } = location;
  const prefix = better.replace(/^\S+ /, '');
  if (prefix.endsWith('/') && intent !== undefined && hasWebSocketPath(intent)) return true;
  const beside = (block === null ? null : blockAround(block))?.children ?? [];
  return beside.some((other) => {
    if (other.name !== 'location' || other === block) return false;
    const { kind, name } = locationName(other);
    return kind === 'prefix' && name === prefix;
  });
}

export const docs: RuleDocs = {
  what: 'A `location` without `~` whose text is a pattern or a glob: `/ws/(chat|news)`, `/rooms/[^/]+`, `/ws/*`.',
  why:
    'nginx takes the text of a `location` as a pattern only after `~` or `~*`; otherwise it compares the text as it ' +
    'stands. It knows no globs at all. No client asks for a path with `[^/]+` in it, so requests go to another ' +
    'location, most often `/`. `nginx -t` is content.',
  how:
    'Write `location ~ ^/ws/(chat|news)` for a pattern. A prefix takes all paths below it already: write `location /ws` ' +
    'instead of `location /ws/*`.',
  bad: `
events {}
http {
    server {
        listen 80;
        location /ws/(chat|news) {
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_read_timeout 1h;
        }
    }
}
`,
  good: `
events {}
http {
    server {
        listen 80;
        location ~ ^/ws/(chat|news) {
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_read_timeout 1h;
        }
    }
}
`,
  proof: [
    { claim: 'a path that the pattern would match', url: 'ws://localhost/ws/chat', sees: { answer: 404 } },
    { claim: '`nginx -t`', sees: { starts: true }, mended: 'same' },
    {
      claim: 'a glob',
      text: { bad: [['/ws/(chat|news)', '/ws/*']] },
      url: 'ws://localhost/ws/room',
      sees: { answer: 404 },
    },
    {
      claim: 'the text as it stands',
      url: 'ws://localhost/ws/(chat|news)',
      sees: { answer: 'works' },
      mended: { answer: 404 },
    },
  ],
  sources: ['https://nginx.org/en/docs/http/ngx_http_core_module.html#location'],
};
