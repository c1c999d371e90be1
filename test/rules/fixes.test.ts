import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyEdits } from '../../server/src/edits/edit';
import { withTexts } from '../../server/src/model/load';
import { parseVersion } from '../../server/src/reference/versions';
import type { Fix } from '../../server/src/rules/support/rule';
import type { Problem } from '../../server/src/rules/support/problem';
import { type Analysis, analyze } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';

/**
 * What must hold of every fix, whatever else the configuration says: it adds no syntax error, its finding is gone, and
 * nothing above Hint comes of it. Random configurations of directives that rules have something to say of.
 */

const SEED = Number(process.env['SEED'] ?? 20_261_123);
const RUNS = Number(process.env['RUNS'] ?? 100);

/** Lines that may stand at any level: what an inner one says replaces what an outer one says. */
const anywhere: readonly string[] = [
  'proxy_http_version 1.1;',
  'proxy_http_version 1.0;',
  'proxy_http_version 2;',
  'proxy_set_header Upgrade $http_upgrade;',
  'proxy_set_header Connection "upgrade";',
  'proxy_set_header Connection $connection_upgrade;',
  'proxy_set_header Connection $connection_upgade;',
  'proxy_set_header Connection close;',
  'proxy_set_header Connection "";',
  'proxy_set_header Upgrade "";',
  'proxy_set_header Host $host;',
  'proxy_set_header Host $proxy_host;',
  'proxy_set_header X-Real-IP $remote_addr;',
  'proxy_set_header Sec-WebSocket-Key "";',
  'proxy_pass_request_headers off;',
  'proxy_method POST;',
  'proxy_set_body x;',
  'proxy_hide_header Upgrade;',
  'proxy_hide_header Server;',
  'proxy_pass_header Upgrade;',
  'proxy_read_timeout 30s;',
  'proxy_read_timeout 0;',
  'proxy_read_timeout 2h;',
  'proxy_cache pages;',
  'proxy_cache_bypass $cookie_a;',
  'proxy_ssl_server_name on;',
  'resolver 10.0.0.1;',
  'error_page 418 @ws;',
  'auth_request /auth;',
];

const inServer: readonly string[] = [
  'listen 80;',
  'listen 80 http2;',
  'listen 443;',
  'listen [::]:443;',
  'listen 443 ssl;',
  'listen 443 ssl http2;',
  'ssl on;',
  'ssl_certificate a.crt;',
  'ssl_certificate_key a.key;',
  'ssl_protocols TLSv1 TLSv1.2;',
  'include gone.conf;',
];

const maps: readonly string[] = [
  "map $http_upgrade $connection_upgrade { default upgrade; '' close; }",
  'map $http_upgrade $connection_upgrade { default upgrade; }',
  'map $http_upgrade $connection_upgrade { default close; }',
  'map $http_upgrade $other { default close; websocket upgrade; }',
  '',
];

const heads: readonly string[] = ['/', '/ws', '/chat', '= /sub', '/socket.io/', '@ws', '/auth', '~ ^/live/'];
const targets: readonly string[] = [
  'http://app',
  'http://127.0.0.1:3000',
  'https://chat.example',
  'wss://app',
  'http://127.0.0.1:3000$request_uri',
  'http://ap',
];

const lines = (pool: readonly string[], maxLength: number): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...pool), {
    maxLength,
    // nginx refuses most directives twice.
    selector: (line) =>
      line.startsWith('proxy_set_header') || line.startsWith('listen') ? line : line.split(' ')[0],
  });

const location = fc
  .record({ target: fc.constantFrom(...targets), own: lines(anywhere, 8), comment: fc.boolean() })
  .map(({ target, own, comment }) =>
    [`proxy_pass ${target};`, ...(comment ? ['# enable websocket'] : []), ...own].join('\n'),
  );

const server = fc
  .record({
    own: lines(anywhere, 4),
    tls: lines(inServer, 5),
    locations: fc.uniqueArray(fc.tuple(fc.constantFrom(...heads), location), {
      minLength: 1,
      maxLength: 3,
      selector: ([head]) => head,
    }),
  })
  .map(({ own, tls, locations }) =>
    [...tls, ...own, ...locations.map(([head, body]) => `location ${head} {\n${body}\n}`)].join('\n'),
  );

const configuration = fc
  .record({
    map: fc.constantFrom(...maps),
    http: lines(anywhere, 2),
    upstream: fc.boolean(),
    servers: fc.array(server, { minLength: 1, maxLength: 2 }),
    isWhole: fc.boolean(),
  })
  .map(({ map, http, upstream, servers, isWhole }) => {
    const app = upstream ? 'upstream app {\nserver 10.0.0.1;\nserver b.example;\n}' : '';
    const blocks = servers.map((body) => `server {\n${body}\n}`).join('\n');
    // Where a map of a fragment is to be found, nobody can tell: one that is inserted makes other headers known.
    const fragment = `${blocks.replaceAll('$connection_upgrade', 'upgrade')}\n`;
    return isWhole
      ? `events {}\nhttp {\nproxy_cache_path /var/cache keys_zone=pages:10m;\n${map}\n${app}\n${http.join('\n')}\n${blocks}\n}\n`
      : fragment;
  });

const versions = fc.constantFrom('1.22.1', '1.28.0', '1.30.0');

const keyOf = ({ rule, text }: Problem): string => `${rule}: ${text}`;

/** These say the same of a header, that it fails, by why it does; mending one may change the reason for the other. */
const FAMILY: ReadonlySet<string> = new Set([
  'websocket-upgrade-missing',
  'websocket-headers-overridden',
  'websocket-header-value',
]);

/** What a finding is about: its rule, or the headers of the server that it stands in. */
function topicOf({ rule, place }: Problem): string {
  if (!FAMILY.has(rule)) return rule;
  return `headers of server ${place.file.text.slice(0, place.start).split('server {').length}`;
}

/** How many findings there are about each; of the headers of a server there is just one. */
function counts(problems: readonly Problem[]): Map<string, number> {
  const byTopic = new Map<string, number>();
  for (const each of problems) {
    const topic = topicOf(each);
    byTopic.set(topic, FAMILY.has(each.rule) ? 1 : (byTopic.get(topic) ?? 0) + 1);
  }
  return byTopic;
}

/** Whether a mistake of its own comes to light that the first one hid. */
function reveals({ rule }: Problem, next: Problem): boolean {
  // A map that gives its value at last makes headers worth having that others replace.
  if (rule.startsWith('connection-map-') && FAMILY.has(next.rule)) return true;
  // A map that a slip of the pen kept out of use does for handshakes, and may do harm to other requests.
  if (rule === 'connection-map-missing' && next.message.includes('ordinary request')) return true;
  // What `$proxy_host` is where nginx refuses the `proxy_pass` is not known, nor that it is a second `Host`.
  if (rule === 'proxy-pass-scheme' && next.rule === 'request-header-duplicate') return true;
  // Where a port speaks HTTP/2 only, no handshake comes to what turns it away next.
  if (rule === 'listen-http2-deprecated' && next.rule === 'websocket-limited') return true;
  // A handshake whose key is lost breaks nothing on the way.
  if (rule === 'websocket-request-headers-dropped' && next.rule === 'websocket-subrequest') return true;
  // Headers that are repeated use a map that has not mattered until then; a map that is inserted defines the variable
  // of other locations, which nobody could tell where an include is missing. A `Host` that is lost with the upgrade
  // headers is told of with them; when they are set anew instead of repeated, its loss is left. Two of one name are
  // repeated as they are. Headers that are there at last may stand where no request comes by.
  return FAMILY.has(rule) && REVEALED.has(next.rule);
}

const REVEALED: ReadonlySet<string> = new Set([
  'connection-map-incomplete',
  'websocket-subrequest',
  'host-header',
  'request-header-duplicate',
  'websocket-headers-unused',
]);

/** What is wrong with a fix; null when nothing. */
function faultOf(
  analysis: Analysis,
  problem: Problem,
  edits: Parameters<typeof applyEdits>[0],
): string | null {
  const after = analyze(withTexts(analysis.closure, applyEdits(edits)), analysis.options);
  const errors = [...after.closure.files.values()].flatMap((file) => file.tree.errors);
  if (errors.length > 0) return `syntax: ${JSON.stringify(errors[0])}`;
  const count = (problems: readonly Problem[]): number =>
    problems.filter((each) => keyOf(each) === keyOf(problem)).length;
  // Headers that are set at one level may come to replace those of another, in the same words.
  if (!FAMILY.has(problem.rule) && count(after.problems) >= count(analysis.problems)) {
    return 'the finding is still there';
  }
  // What was there may be said in other words afterwards, and a header that is repeated is at fault in two places.
  const before = counts(analysis.problems);
  const said = new Set(analysis.problems.map(keyOf));
  const isNew = (each: Problem): boolean =>
    each.severity !== 'hint' && !said.has(keyOf(each)) && !reveals(problem, each);
  const more = counts(after.problems.filter(({ severity }) => severity !== 'hint'));
  const caused = after.problems
    .filter((each) => isNew(each) && (more.get(topicOf(each)) ?? 0) > (before.get(topicOf(each)) ?? 0))
    .map(keyOf);
  return caused.length === 0
    ? null
    : `it causes ${caused.join(' | ')} in\n${[...applyEdits(edits).values()].join('')}`;
}

const THE_THREE: ReadonlyMap<string, RegExp> = new Map([
  ['version', /proxy_http_version/],
  ['Upgrade', /proxy_set_header Upgrade/],
  ['Connection', /proxy_set_header Connection/],
]);

/** The three, and what an application may want beside them. */
const WRITTEN: ReadonlyMap<string, RegExp> = new Map([...THE_THREE, ['Host', /proxy_set_header Host/]]);

/** Which of the directives the text of a problem names. */
function namedBy(text: string): string[] {
  const advice = text.slice(text.lastIndexOf('. ') + 1);
  const isOfAll = advice.includes('Add the three directives');
  return [...WRITTEN]
    .filter(([name, written]) => (isOfAll && THE_THREE.has(name)) || written.test(advice))
    .map(([name]) => name);
}

/** Which of them a fix writes; what is repeated of the headers in force is none of them. */
function writtenBy({ routes }: Analysis, { place }: Problem, { edits }: Fix): string[] {
  const route = routes.find(({ proxyPass }) => proxyPass.start === place.start);
  if (route === undefined) throw new Error('The finding stands on no proxy_pass.');
  const inForce = new Set(
    route.request.set.directives.map(
      ({ file, words }) => `${file.text.slice(words[0]?.start, words.at(-1)?.end)};`,
    ),
  );
  const own = edits.filter(({ newText }) => !newText.startsWith('map '));
  // A `Connection` that is there gets another value.
  const isChanged = own.some(({ start, end }) => start < end);
  const lines = own.flatMap(({ newText }) => newText.split(/(?<=;)\s*|\n/).map((line) => line.trim()));
  const added = lines.filter((line) => !inForce.has(line));
  return [...WRITTEN]
    .filter(
      ([name, written]) => (name === 'Connection' && isChanged) || added.some((line) => written.test(line)),
    )
    .map(([name]) => name);
}

it(`says of websocket-upgrade-missing what the fix does (SEED=${SEED})`, async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(configuration, versions, async (text, version) => {
      const analysis = await analysisOf(text, parseVersion(version) ?? undefined);
      for (const problem of analysis.problems) {
        if (problem.rule !== 'websocket-upgrade-missing') continue;
        for (const fix of problem.fixes()) {
          const written = writtenBy(analysis, problem, fix);
          seen.add(written.join(' '));
          expect(
            namedBy(problem.text),
            `${problem.text}\n${JSON.stringify(fix.edits.map(({ newText }) => newText))}\n${text}`,
          ).toEqual(written);
        }
      }
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: false },
  );
  expect(seen.size).toBeGreaterThan(4);
});

it(`holds of every fix in ${RUNS} random configurations (SEED=${SEED})`, async () => {
  let count = 0;
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(configuration, versions, async (text, version) => {
      const analysis = await analysisOf(text, parseVersion(version) ?? undefined);
      for (const problem of analysis.problems) {
        for (const { title, edits } of problem.fixes()) {
          count += 1;
          seen.add(problem.rule);
          const fault = faultOf(analysis, problem, edits);
          if (fault !== null) throw new Error(`${keyOf(problem)}\nfix: ${title}\n${fault}`);
        }
      }
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: false },
  );
  expect(count).toBeGreaterThan(RUNS);
  expect(seen.size).toBeGreaterThan(18);
});
