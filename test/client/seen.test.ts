import { describe, expect, it } from 'vitest';
import {
  type Explained,
  type ProbeOutcome,
  seenOf,
  type SeenParts,
  verifiedOf,
} from '../../client/src/panel/seen';
import type { Seen } from '../../client/webview/messages';
import type { FilePlace, ProbeCause, VerifiedUrl } from '../../server/src/protocol';
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
  url: 'ws://chat.example/hub',
  outcome: 'did not open: 400 Bad Request',
  exchange: 'Request\n  GET /hub HTTP/1.1',
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

function seen(parts: Partial<SeenParts> = {}): Seen {
  const at = new Date(2026, 10, 22, 12, 0, 4);
  const where = 'Probed from this machine.';
  const all = { id: 1, at, outcome: outcome('bad-request'), where, options: '', explained: null };
  return seenOf({ ...all, ...parts }, english);
}

describe('what a probe has seen', () => {
  it('says what stops it, where, and what fixes it', () => {
    expect(seen({ explained: explained() })).toMatchObject({
      time: '12:00:04',
      url: 'ws://chat.example/hub',
      outcome: 'did not open: 400 Bad Request',
      message: 'Refused.',
      folded: [{ title: 'Request and answer', text: 'Request\n  GET /hub HTTP/1.1' }],
      cause: {
        sentence: 'According to nginx.conf, nginx stops it:',
        message: 'No `Connection: upgrade`.',
        place: place(51),
        fix: 'Set Connection to $connection_upgrade',
      },
    });
  });

  it('is about the probe alone where no configuration is', () => {
    const made = seen({ options: 'With options: headers Cookie.' });
    expect(made.cause).toBeNull();
    expect(made.from).toBe('Probed from this machine. With options: headers Cookie.');
  });

  it.each(['refused', 'dns', 'certificate-expired'] as const)(
    'blames no line when nginx was not asked: %s',
    (cause) => {
      const made = seen({ outcome: outcome(cause, null), explained: explained() });
      expect(made.cause).toBeNull();
    },
  );

  it('doubts that this configuration runs when by it the handshake passes', () => {
    const because = [{ id: null, message: '`location /hub`', place: place(49), hop: 1 }];
    const made = seen({ explained: explained({ verdict: 'passes', because, remedy: null }) });
    expect(made.cause).toMatchObject({ message: '', place: null, fix: '' });
    expect(made.cause?.sentence).toContain('it passes: nginx may still run with an older configuration');
  });

  it('says that the back end refuses an Origin that by the configuration passes', () => {
    const made = seen({
      outcome: outcome('origin', 403),
      explained: explained({ verdict: 'passes', because: [], remedy: null }),
    });
    expect(made.cause?.sentence).toContain('nginx lets every Origin through: the back end refuses it.');
  });

  it('says that it cannot be told', () => {
    const made = seen({ explained: explained({ verdict: 'unknown' }) });
    expect(made.cause).toMatchObject({
      sentence: 'nginx.conf does not tell whether it passes:',
      place: place(51),
    });
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
    const made = seen({ explained: explained(changes) });
    expect(made.cause).toMatchObject({
      sentence:
        'According to nginx.conf, it passes only if the client sends a password (otherwise 401) and `$cookie_x` is "a" (otherwise 400):',
      message: 'No cookie.',
      place: place(61),
    });
    const other = seen({ outcome: outcome('http-status', 418), explained: explained(changes) });
    expect(other.cause?.place).toEqual(place(51));
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
    const made = (seconds: number): Seen =>
      seen({
        outcome: closedAfter(seconds),
        explained: explained({ verdict: 'passes', because: [], remedy: null, silence }),
      });

    it('names the line that sets the limit, and what allows more', () => {
      expect(made(60.06).cause).toEqual({
        sentence: 'According to nginx.conf, nginx closes a WebSocket over which nothing goes:',
        message: '`proxy_read_timeout` is 60 s, the default: nothing here sets another.',
        place: place(53),
        fix: 'Allow `1h` of silence',
      });
    });

    it('says so when the limit is another', () => {
      const { cause } = made(30);
      expect(cause?.sentence).toContain('it was not nginx that closed it, but the back end or something');
      expect(cause?.fix).toBe('');
    });
  });

  it('needs no place for a reason', () => {
    const because = [{ id: 'protocol-mismatch', message: 'No TLS.', place: null, hop: 1 }];
    const made = seen({ explained: explained({ because, remedy: null }) });
    expect(made.cause).toMatchObject({ message: 'No TLS.', place: null });
  });
});

describe('what a verification has seen', () => {
  const failed: VerifiedUrl = {
    url: 'ws://chat.example/hub',
    predicted: 'blocked, 400 Bad Request',
    same: true,
    works: false,
    status: 400,
    outcome: 'did not open: 400 Bad Request',
    message: 'Refused.',
    upstreamRequest: 'chat got GET /hub HTTP/1.1\nHost: chat',
    log: '',
  };
  const made = (changes: Partial<VerifiedUrl> = {}, cause: Explained | null = explained()): Seen =>
    verifiedOf(
      {
        id: 1,
        at: new Date(2026, 10, 22, 12, 0, 4),
        verified: { ...failed, ...changes },
        program: 'nginx/1.28.0 (nginx)',
        adapted: ['It listens on free ports.', 'It logs elsewhere.'],
        explained: cause,
      },
      english,
    );

  it('stands beside what was predicted, with what stops it and what reached the back end', () => {
    expect(made()).toEqual({
      id: 1,
      by: 'verify',
      time: '12:00:04',
      url: 'ws://chat.example/hub',
      ok: false,
      outcome: 'did not open: 400 Bad Request, as predicted',
      message: 'Refused.',
      from: 'Seen in nginx/1.28.0 (nginx), with a copy of the configuration as it stands in the editor.',
      steps: [],
      tls: null,
      folded: [
        { title: 'What reached the back end', text: 'chat got GET /hub HTTP/1.1\nHost: chat' },
        {
          title: 'What is different in the copy',
          text: '- It listens on free ports.\n- It logs elsewhere.',
        },
      ],
      cause: {
        sentence: 'According to nginx.conf, nginx stops it:',
        message: 'No `Connection: upgrade`.',
        place: place(51),
        fix: 'Set Connection to $connection_upgrade',
      },
    });
  });

  it.each([
    [false, 'did not open: 400 Bad Request; predicted: passes, 101'],
    [null, 'did not open: 400 Bad Request; nothing was predicted'],
  ] as const)('says whether it came as predicted: %s', (same, outcome) => {
    expect(made({ same, predicted: 'passes, 101' }).outcome).toBe(outcome);
  });

  it('blames nothing where the handshake passes by the release that is assumed', () => {
    expect(made({}, explained({ verdict: 'passes', because: [], remedy: null })).cause).toBeNull();
    expect(made({ works: true }, null).cause).toBeNull();
  });
});
