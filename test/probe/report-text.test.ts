import { describe, expect, it } from 'vitest';
import { exchangeLines, outcomeOf, reportLines } from '../../server/src/probe/report-text';
import type { ProbeResult } from '../../server/src/protocol';

const at = new Date(2026, 10, 22, 12, 0, 4);

const text = (result: ProbeResult): string[] => reportLines(result, at).map((line) => line.text.trimEnd());

const refused: ProbeResult = {
  url: 'wss://chat.example/hub?id=1',
  ok: false,
  status: 400,
  cause: 'bad-request',
  message:
    'The back end, or nginx, refused the handshake. Usually a header was lost on the way: set it again in the location that proxies.',
  steps: [
    { name: 'resolve', ok: true, ms: 0.41, detail: '127.0.0.1, ::1' },
    { name: 'connect', ok: true, ms: 0.2, detail: '127.0.0.1:443' },
    {
      name: 'tls',
      ok: true,
      ms: 3.14,
      detail: 'TLSv1.3, TLS_AES_256_GCM_SHA384, http/1.1; CN=chat.example, trusted',
    },
    { name: 'handshake', ok: false, ms: 1.9, detail: '400 Bad Request' },
  ],
  tls: null,
  request: [['Host', 'chat.example']],
  response: { status: 400, headers: [['Server', 'nginx']] },
};

describe('the report for people', () => {
  it('says what stopped it, which steps it took, and what went over the wire', () => {
    expect(text(refused)).toEqual([
      '✗ wss://chat.example/hub?id=1 did not open: 400 Bad Request                      2026-11-22 12:00:04',
      '  The back end, or nginx, refused the handshake. Usually a header was lost on the way: set it again',
      '  in the location that proxies.',
      '',
      '  resolve      127.0.0.1, ::1                                                                 0.4 ms',
      '  connect      127.0.0.1:443                                                                  0.2 ms',
      '  TLS          TLSv1.3, TLS_AES_256_GCM_SHA384, http/1.1                                      3.1 ms',
      '               CN=chat.example, trusted',
      '  handshake    400 Bad Request                                                                1.9 ms',
      '  ping, close  not reached',
      '',
      '  Request',
      '    GET /hub?id=1 HTTP/1.1',
      '    Host: chat.example',
      '',
      '  Answer',
      '    400 Bad Request',
      '    Server: nginx',
    ]);
    expect(reportLines(refused, at).filter(({ kind }) => kind === 'failed')).toHaveLength(2);
  });

  it('shows no secret of the query', () => {
    const lines = text({ ...refused, url: 'wss://chat.example/hub?id=1&token=abcdef123' }).join('\n');
    expect(lines).toMatch(/^✗ wss:\/\/chat\.example\/hub\?id=1&token=••• did not open/);
    expect(lines).toContain('GET /hub?id=1&token=••• HTTP/1.1');
    expect(lines).not.toContain('abcdef123');
  });

  it('has the request and its answer by themselves too', () => {
    expect(exchangeLines(refused)).toContain('  GET /hub?id=1 HTTP/1.1');
    expect(exchangeLines({ ...refused, response: null })).toEqual([]);
    expect(outcomeOf(refused)).toBe('did not open: 400 Bad Request');
  });

  it('is short when it opened', () => {
    const result: ProbeResult = {
      ...refused,
      ok: true,
      status: 101,
      cause: null,
      message: 'The WebSocket opened in 5.6 ms, ping 0.3 ms.',
      steps: [{ name: 'ping', ok: true, ms: 0.3, detail: 'answered' }],
    };
    expect(text(result)).toEqual([
      '✓ wss://chat.example/hub?id=1 opened                                             2026-11-22 12:00:04',
      '  The WebSocket opened in 5.6 ms, ping 0.3 ms.',
      '',
      '  ping         answered                                                                       0.3 ms',
    ]);
  });

  it.each([
    [{ cause: 'closed-after-open' }, 'opened, but was closed by the other side after 60.0 s idle (1006)'],
    [{ cause: 'echo-failed' }, 'opened, but did not echo'],
    [{ cause: 'cancelled' }, 'was cancelled'],
    [{ cause: 'refused', status: null }, 'did not open: connection refused'],
    [{ cause: 'http-status', status: 418 }, "did not open: 418 I'm a Teapot"],
  ] as const)('%j: %s', (changes, expected) => {
    const steps = [
      { name: 'handshake', ok: true, ms: 1, detail: '101' },
      { name: 'hold', ok: false, ms: 60_000, detail: 'closed by the other side after 60.0 s idle (1006)' },
    ] as const;
    expect(text({ ...refused, ...changes, steps, response: null })[0]).toContain(expected);
  });
});
