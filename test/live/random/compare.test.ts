import { expect, it } from 'vitest';
import { difference } from './compare';
import type { Prediction } from './prediction';
import type { Outcome } from './trial';

const request = {
  method: 'GET',
  uri: '/a',
  version: '1.1',
  headers: [
    ['Host', 'h'],
    ['Upgrade', 'websocket'],
  ],
} as const;
const accepted: Outcome = {
  url: 'ws://a.example:1/a',
  status: 101,
  passes: true,
  reason: null,
  depends: false,
  requests: [request],
  auxiliary: [],
};
const passes: Prediction = {
  verdict: 'passes',
  status: 101,
  upstreamRequest: request,
  because: [],
  cases: [],
  shown: null,
  comesBack: false,
};
const refused: Outcome = { ...accepted, status: 400, passes: false, reason: 'the status is 400, not 101' };

it('finds none where both say the same, or one says nothing', () => {
  expect(difference(passes, accepted, [])).toBeNull();
  expect(difference({ ...passes, status: null }, accepted, [])).toBeNull();
  expect(
    difference({ ...passes, verdict: 'unknown', status: null, upstreamRequest: null }, refused, []),
  ).toBeNull();
  expect(
    difference({ ...passes, verdict: 'depends', status: 400 }, { ...refused, depends: true }, []),
  ).toBeNull();
  expect(
    difference({ ...passes, verdict: 'blocked', status: null, upstreamRequest: null }, refused, []),
  ).toBeNull();
});

it.each<[string, Prediction, Outcome]>([
  ['the verdict is passes, nginx says blocked: the status is 400, not 101', passes, refused],
  [
    'the verdict is passes, nginx says depends: the status is 400, not 101',
    passes,
    { ...refused, depends: true },
  ],
  ['the verdict is blocked, nginx says passes: it works', { ...passes, verdict: 'blocked' }, accepted],
  ['the status is 426, nginx says 400', { ...passes, verdict: 'blocked', status: 426 }, refused],
  [
    'there is no request to the back end, but the handshake reaches it',
    { ...passes, upstreamRequest: null },
    accepted,
  ],
  [
    'the request differs: the order of the headers\nit is\nGET /a HTTP/1.1\nUpgrade: websocket\nHost: h\nthe back end got\nGET /a HTTP/1.1\nHost: h\nUpgrade: websocket',
    { ...passes, upstreamRequest: { ...request, headers: [...request.headers].reverse() } },
    accepted,
  ],
  [
    'the request differs: there is none\nit is\nGET /a HTTP/1.1\nHost: h\nUpgrade: websocket\nthe back end got\nnone',
    { ...passes, verdict: 'blocked', status: null },
    { ...refused, requests: [] },
  ],
])('names the difference: %s', (words, predicted, seen) => {
  expect(difference(predicted, seen, [])?.words).toBe(words);
});
