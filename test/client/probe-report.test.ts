import { describe, expect, it } from 'vitest';
import {
  type Explained,
  type ProbeOutcome,
  type ReportParts,
  reportText,
  type ReportText,
} from '../../client/src/probe-report';
import type { FilePlace, ProbeCause } from '../../server/src/protocol';
import { english } from '../support/localizer';

const place = (line: number): FilePlace => ({
  uri: 'file:///etc/nginx/nginx.conf',
  range: { start: { line, character: 8 }, end: { line, character: 30 } },
});

const outcome = (cause: ProbeCause | null, status: number | null = 400): ProbeOutcome => ({
  kind: 'result',
  result: {
    url: 'ws://chat.example/hub',
    ok: cause === null,
    status,
    cause,
    message: 'Refused.',
    steps: [],
    tls: null,
    request: [],
    response: null,
  },
  report: '',
  sections: {
    summary: '✗ ws://chat.example/hub did not open: 400 Bad Request\n  Refused.\n',
    steps: '  connect      127.0.0.1:80\n',
    exchange: '  Request\n    GET /hub HTTP/1.1\n',
  },
  curl: 'curl',
  wscat: 'wscat',
});

const explained = (changes: Partial<Explained['result']> = {}): Explained => ({
  uri: 'file:///etc/nginx/nginx.conf',
  name: 'nginx.conf',
  result: {
    text: 'ws://chat.example/hub  blocked\n\n 1  location  `location /hub`  nginx.conf:50\n',
    links: [
      {
        range: { start: { line: 2, character: 31 }, end: { line: 2, character: 44 } },
        target: place(49),
      },
    ],
    verdict: 'blocked',
    status: 400,
    location: place(49),
    because: [
      { id: null, message: '`location /hub`', place: place(49), hop: 1 },
      { id: 'websocket-header-value', message: 'No `Connection: upgrade`.', place: place(51), hop: 1 },
    ],
    conditions: [],
    cases: [],
    hops: 1,
    remedy: { title: 'Set Connection to $connection_upgrade', edit: {} },
    silence: null,
    error: null,
    ...changes,
  },
});

function report(parts: Partial<ReportParts> = {}): ReportText {
  const all = {
    outcome: outcome('bad-request'),
    where: 'Probed from this machine.',
    options: '',
    explained: null,
    ...parts,
  };
  return reportText(all, ({ range }) => `etc/nginx.conf:${range.start.line + 1}`, english);
}

/** What each link stands on, and the line it leads to, from one. */
function linked({ text, links }: ReportText): [string, number][] {
  const lines = text.split('\n');
  return links.map(({ range, target }) => [
    lines[range.start.line]?.slice(range.start.character, range.end.character) ?? '',
    target.range.start.line + 1,
  ]);
}

describe('the report of a probe', () => {
  it('says what stops it right after what has come of it', () => {
    const made = report({ explained: explained() });
    expect(made.text).toBe(`✗ ws://chat.example/hub did not open: 400 Bad Request
  Refused.

  According to nginx.conf, nginx stops it:
  etc/nginx.conf:52  No \`Connection: upgrade\`.
  To fix it: Set Connection to $connection_upgrade.

  connect      127.0.0.1:80

  Probed from this machine.

  Request
    GET /hub HTTP/1.1

What nginx does by nginx.conf

ws://chat.example/hub  blocked

 1  location  \`location /hub\`  nginx.conf:50
`);
    expect(linked(made)).toEqual([
      ['etc/nginx.conf:52', 52],
      ['nginx.conf:50', 50],
    ]);
    expect(made.fault).toEqual(place(51));
    expect(made.fix).toBe('Set Connection to $connection_upgrade');
  });

  it('calls a place as the explanation does', () => {
    const because = [{ id: 'websocket-limited', message: 'Refused.', place: place(49), hop: 1 }];
    const made = report({ explained: explained({ because }) });
    expect(made.text).toContain('  nginx.conf:50  Refused.\n');
  });

  it('is about the probe alone where no configuration is', () => {
    const made = report({ options: 'With options: headers Cookie.' });
    expect(made).toMatchObject({ links: [], fault: null, fix: null });
    expect(made.text).toContain('  Probed from this machine. With options: headers Cookie.\n');
    expect(made.text).not.toContain('What nginx does');
  });

  it.each(['refused', 'dns', 'certificate-expired'] as const)(
    'blames no line when nginx was not asked: %s',
    (cause) => {
      const made = report({ outcome: outcome(cause, null), explained: explained() });
      expect(made).toMatchObject({ fault: null, fix: null });
      expect(made.text).not.toContain('nginx stops it');
      expect(made.text).toContain('What nginx does by nginx.conf');
    },
  );

  it('doubts that this configuration runs when by it the handshake passes', () => {
    const because = [{ id: null, message: '`location /hub`', place: place(49), hop: 1 }];
    const made = report({ explained: explained({ verdict: 'passes', because, remedy: null }) });
    expect(made).toMatchObject({ fault: null, fix: null });
    expect(made.text).toContain(
      'According to nginx.conf, it passes: nginx may still run with an older configuration',
    );
  });

  it('says that the back end refuses an Origin that by the configuration passes', () => {
    const made = report({
      outcome: outcome('origin', 403),
      explained: explained({ verdict: 'passes', because: [], remedy: null }),
    });
    expect(made.text).toContain('nginx lets every Origin through: the back end refuses it.');
    expect(made.text).not.toContain('an older configuration');
  });

  it('says that it cannot be told', () => {
    const made = report({ explained: explained({ verdict: 'unknown' }) });
    expect(made.text).toContain('nginx.conf does not tell whether it passes:');
    expect(made.fault).toEqual(place(51));
  });

  it('says what it depends on, and blames what stops it in the case that ends alike', () => {
    const step = (message: string, line: number) => ({
      id: 'websocket-limited',
      message,
      place: place(line),
      hop: 1,
    });
    const changes: Partial<Explained['result']> = {
      verdict: 'depends',
      conditions: ['the client sends a password (otherwise 401)', '`$cookie_x` is "a" (otherwise 400)'],
      cases: [
        { when: [], verdict: 'passes', status: 101, because: [] },
        { when: [], verdict: 'blocked', status: 401, because: [step('No password.', 60)] },
        { when: [], verdict: 'blocked', status: 400, because: [step('No cookie.', 61)] },
      ],
    };
    const made = report({ explained: explained(changes) });
    expect(made.text).toContain(
      'According to nginx.conf, it passes only if the client sends a password (otherwise 401) and `$cookie_x` is "a" (otherwise 400):\n  etc/nginx.conf:62  No cookie.',
    );
    expect(made.fault).toEqual(place(61));
    const other = report({ outcome: outcome('http-status', 418), explained: explained(changes) });
    expect(other.fault).toEqual(place(51));
  });

  describe('of a WebSocket that was closed while nothing went over it', () => {
    const silence = {
      seconds: 60,
      message: '`proxy_read_timeout` is 60 s, the default: nothing here sets another.',
      place: place(53),
      remedy: { title: 'Allow `1h` of silence', edit: {} },
    };
    const closedAfter = (seconds: number): ProbeOutcome => {
      const { result, ...rest } = outcome('closed-after-open', 101);
      const steps = [{ name: 'hold', ok: false, ms: seconds * 1000, detail: '' }] as const;
      return { ...rest, result: { ...result, steps } };
    };
    const made = (seconds: number): ReportText =>
      report({
        outcome: closedAfter(seconds),
        explained: explained({ verdict: 'passes', because: [], remedy: null, silence }),
      });

    it('names the line that sets the limit, and what allows more', () => {
      const { text, fault, fix } = made(60.06);
      expect(text).toContain(`  According to nginx.conf, nginx closes a WebSocket over which nothing goes:
  etc/nginx.conf:54  \`proxy_read_timeout\` is 60 s, the default: nothing here sets another.
  To fix it: Allow \`1h\` of silence.
`);
      expect({ fault, fix }).toEqual({ fault: place(53), fix: 'Allow `1h` of silence' });
    });

    it('says so when the limit is another', () => {
      const { text, fix } = made(30);
      expect(text).toContain(
        'According to nginx.conf, it was not nginx that closed it, but the back end or something between:',
      );
      expect(fix).toBeNull();
    });
  });

  it('hides what the URL holds of secrets, and keeps the links in place', () => {
    const url = 'ws://chat.example/hub?token=abcdef123&room=7';
    const { result } = explained();
    const [link] = result.links;
    if (link === undefined) throw new Error('There is no link.');
    const made = report({
      outcome: { ...outcome('bad-request'), result: { ...outcome('bad-request').result, url } },
      explained: explained({
        text: ` 1  request  GET ${url}  nginx.conf:50\n`,
        links: [
          {
            ...link,
            range: { start: { line: 0, character: 63 }, end: { line: 0, character: 76 } },
          },
        ],
      }),
    });
    expect(made.text).not.toContain('abcdef123');
    expect(made.text).toContain('GET ws://chat.example/hub?token=•••••••••&room=7  nginx.conf:50');
    expect(linked(made).at(-1)).toEqual(['nginx.conf:50', 50]);
  });

  it('needs no place for a reason', () => {
    const because = [{ id: 'protocol-mismatch', message: 'No TLS.', place: null, hop: 1 }];
    const made = report({ explained: explained({ because, remedy: null }) });
    expect(made.text).toContain('According to nginx.conf, nginx stops it:\n  No TLS.\n');
    expect(made.fault).toBeNull();
  });
});
