import { describe, expect, it } from 'vitest';
import {
  type ExplainedRequest,
  type Explanation,
  explainHandshake,
} from '../../server/src/handshake/explanation';
import { modelOf } from '../support/memory-host';
import { filesOf, recorded, type Row, versionOf } from './recorded';

/**
 * The handshake of every recorded configuration, held to what six versions of nginx did in front of a strict back end
 * (test/fixtures/handshakes.json).
 */

/** What no reading of the configuration can know. The verdict then is the one given here. */
const NOT_TO_BE_KNOWN: ReadonlyMap<string, readonly [verdict: string, reason: string]> = new Map([
  ['A13', ['passes', 'the client sends another Connection than ours']],
  ['A45', ['passes', 'the client asks for a subprotocol, ours never does']],
  ['D14', ['blocked', 'a file is there: files count as missing']],
  ['D26', ['passes', 'the first back end is down: every back end counts as up']],
  ['D27', ['passes', 'the first back end is down: every back end counts as up']],
  ['E07', ['passes', 'the same URL was asked for before, and cached']],
  ['E39', ['passes', 'another client holds the one connection']],
]);

/** The status depends on more than the configuration; only that the handshake is blocked is known. */
const STATUS_UNKNOWN: ReadonlyMap<string, string> = new Map([
  ['E32', 'how an HTTP/1.1 back end answers HTTP/2'],
  ['E33', 'how long an HTTP back end keeps a FastCGI client waiting'],
  ['E34', 'whether the directory is there'],
]);

/** What the client, or a service, decides: nginx has done one of what is said. */
const OPEN: ReadonlyMap<string, string> = new Map([
  ['E21', 'what the service behind auth_request answers'],
  ['E23', 'what the service behind auth_request answers'],
  ['E30', 'whether the client sends a password'],
]);

function endsOf({ cases }: Explanation): string[] {
  return cases.map(({ verdict, status }) => `${verdict} ${status}`);
}

function endOf(result: Row): string {
  if ('refused' in result) return 'blocked null';
  return `${result.strict.works ? 'passes' : 'blocked'} ${result.strict.status}`;
}

describe('explain agrees with nginx on every recorded configuration', () => {
  it('of which there are 152', () => {
    expect(recorded).toHaveLength(152);
  });

  it.each(recorded.map((each) => [each.id, each.description, each] as const))(
    '%s %s',
    async (id, _, each) => {
      const exception = NOT_TO_BE_KNOWN.get(id);
      for (const result of each.results) {
        for (const version of result.nginx) {
          const model = await modelOf(filesOf(each), versionOf(version));
          const explained = explainHandshake(model, `ws://127.0.0.1${each.path}`);
          const { verdict, status, upstreamRequest } = explained;
          if (exception !== undefined) {
            expect(verdict).toBe(exception[0]);
            continue;
          }
          if (OPEN.has(id)) {
            expect(verdict).toBe('depends');
            expect(endsOf(explained), `${id} with nginx ${version}`).toContain(endOf(result));
            continue;
          }
          const said = { verdict, status, request: requestLine(upstreamRequest, id) };
          expect(said, `${id} with nginx ${version}`).toEqual(measured(result, id));
        }
      }
    },
  );
});

/** What the analysis must say. */
function measured(result: Row, id: string): unknown {
  // nginx does not start: nobody sees any status.
  if ('refused' in result) return { verdict: 'blocked', status: null, request: null };
  const { status, works, why, upstreamSaw = [] } = result.strict;
  const isOnlyVersion = why?.startsWith('version HTTP/1.0') === true;
  return {
    verdict: works ? 'passes' : isOnlyVersion ? 'depends' : 'blocked',
    status: STATUS_UNKNOWN.has(id) ? null : status,
    request: STATUS_UNKNOWN.has(id) ? null : (main(upstreamSaw) ?? null),
  };
}

/** The request of the client itself: that of a `mirror` comes behind it, that of `auth_request` before. */
function main(seen: readonly string[]): string | undefined {
  const line = seen.find((each) => !each.includes(' /m ')) ?? seen[0];
  // The preface of HTTP/2 is no request.
  return line?.startsWith('PRI ') === true ? 'HTTP/2' : line?.replaceAll('@BACKEND', '127.0.0.1:3000');
}

/** The request in the words of the fixture: headers as a server reads them off the wire. */
function requestLine(request: ExplainedRequest | null, id: string): string | null {
  if (request === null) return null;
  const { method, uri, version, headers } = request;
  if (version === '2') return 'HTTP/2';
  const values = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const line = `${name}: ${value}`;
    const colon = line.indexOf(':');
    const key = line.slice(0, colon).toLowerCase();
    values.set(key, [...(values.get(key) ?? []), line.slice(colon + 1).trim()]);
  }
  const shown = (name: string): string => values.get(name)?.join(', ') ?? '-';
  // Any serial number does for another.
  const connection = id === 'A36' ? shown('connection').replace('$connection', '5') : shown('connection');
  return `${method} ${uri} HTTP/${version} host=${shown('host')} conn=${connection} upg=${shown('upgrade')}`;
}
