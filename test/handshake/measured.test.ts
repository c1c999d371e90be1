import { describe, expect, it } from 'vitest';
import { type Route, routesOf } from '../../server/src/handshake/routes';
import type { UpstreamRequest } from '../../server/src/handshake/upstream-request';
import { isOpaque, sampleText, type Value } from '../../server/src/handshake/value';
import type { NginxVersion } from '../../server/src/reference/versions';
import { modelOf } from '../support/memory-host';
import { filesOf, type Recorded, recorded, type Row, versionOf } from './recorded';

/**
 * The route that a path reaches, held to what six versions of nginx did in front of a strict back end
 * (test/fixtures/handshakes.json).
 */

/** Cases of A and B that one route cannot tell, with the reason. */
const NOT_OURS: ReadonlyMap<string, string> = new Map([
  ['A13', 'the client sends another Connection than ours'],
  ['A45', 'the client asks for a subprotocol, ours never does'],
  ['B08', 'no proxy_pass answers: it is not inherited by the nested location'],
]);

/** Of the others: those where exactly one proxy_pass decides, without rewrite, if, try_files, error_page, auth, cache or a hidden header. */
const OTHERS = (
  'D18 D19 D20 D21 D22 D23 D24 D25 D30 ' +
  'E01 E03 E04 E05 E08 E10 E12 E14 E15 E16 E17 E19 E20 ' +
  'E25 E26 E27 E28 E29 E35 E36 E37 E38 E40 E42 E43 E44'
).split(' ');

/** Which of several routes the path of the case reaches, from 0; where there is one alone, it does. */
const REACHED: Readonly<Record<string, number>> = {
  B14: 1, // the longer prefix
  D18: 1, // a regex beats a prefix
  D19: 0, // ^~ beats a regex
  D20: 0, // = beats all
  D21: 0, // the first regex
  D22: 1, // the longer prefix
  D23: 2, // a regex beats a nested ^~
  D24: 1, // prefixes are case-sensitive
};

const cases = recorded.filter(({ id }) => (/^[AB]/.test(id) && !NOT_OURS.has(id)) || OTHERS.includes(id));

describe('routesOf agrees with nginx', () => {
  it('on every case that it should', () => {
    const [a, b] = ['A', 'B'].map((letter) => recorded.filter(({ id }) => id.startsWith(letter)).length);
    expect([a, b]).toEqual([49, 16]);
    expect(cases).toHaveLength(49 + 16 - NOT_OURS.size + OTHERS.length);
  });

  it.each(cases.map((each) => [each.id, each.description, each] as const))('%s %s', async (id, _, each) => {
    for (const result of each.results) {
      for (const version of result.nginx) {
        const route = await reachedRoute(each, versionOf(version));
        const said = {
          status: route.status,
          verdict: route.verdict,
          request: 'refused' in result ? null : seen(route.request, id),
        };
        expect(said, `${id} with nginx ${version}`).toEqual(measured(result, id));
      }
    }
  });

  it('finds no route in a nested location that does not repeat proxy_pass (B08)', async () => {
    const each = recorded.find(({ id }) => id === 'B08');
    if (each === undefined) throw new Error('There is no case B08.');
    const routes = routesOf(await modelOf(filesOf(each)));
    expect(routes.map(({ location }) => location.block?.argument(0))).toEqual(['/']);
  });
});

async function reachedRoute(each: Recorded, version: NginxVersion): Promise<Route> {
  const routes = routesOf(await modelOf(filesOf(each), version));
  const index = REACHED[each.id];
  if (index === undefined) expect(routes).toHaveLength(1);
  const route = routes[index ?? 0];
  if (route === undefined) throw new Error(`${each.id} has no route.`);
  return route;
}

/** What the analysis must say. */
function measured(result: Row, id: string): unknown {
  // nginx does not start: nobody sees any status.
  if ('refused' in result) return { status: null, verdict: 'blocked', request: null };
  const { status, works, why, upstreamSaw = [] } = result.strict;
  const isOnlyVersion = why?.startsWith('version HTTP/1.0') === true;
  const verdict = works ? 'passes' : isOnlyVersion ? 'depends' : 'blocked';
  const match = /^(\S+) \S+ HTTP\/(\S+) host=(\S+) conn=(.*) upg=(.*)$/.exec(upstreamSaw[0] ?? '');
  if (match === null || upstreamSaw.length !== 1) throw new Error(`${id}: no request was seen.`);
  const [, method, version, host, connection, upgrade] = match;
  // The preface of HTTP/2 is no request.
  const request =
    method === 'PRI' ? { version: '2' } : { method, version, hasHost: host !== '-', connection, upgrade };
  return { status, verdict, request };
}

/** A sample of it; `?` where code decides. */
function shownValue(value: Value): string {
  return isOpaque(value) ? '?' : sampleText(value);
}

/** The request in the words of the fixture: headers as a server reads them off the wire. */
function seen({ method, version, headers }: UpstreamRequest, id: string): unknown {
  if (version.value === '2') return { version: version.value };
  const values = new Map<string, string[]>();
  for (const { name, value } of headers()) {
    const line = `${name}: ${shownValue(value)}`;
    const colon = line.indexOf(':');
    const key = line.slice(0, colon).toLowerCase();
    values.set(key, [...(values.get(key) ?? []), line.slice(colon + 1).trim()]);
  }
  const shown = (name: string): string => values.get(name)?.join(', ') ?? '-';
  return {
    method: shownValue(method),
    version: version.value,
    hasHost: values.has('host'),
    // Any serial number does for another.
    connection: id === 'A36' ? shown('connection').replace('$connection', '5') : shown('connection'),
    upgrade: shown('upgrade'),
  };
}
