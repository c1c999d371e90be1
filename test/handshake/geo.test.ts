import { expect, it } from 'vitest';
import { geoValue } from '../../server/src/handshake/geo';
import { modelOf } from '../support/memory-host';

/** What nginx itself finds is in test/live/hops.test.ts. */
it.each<[geo: string, address: string, value: string | null]>([
  ['geo $a { 10.0.0.0/8 1; }', '127.0.0.1', ''],
  ['geo $a { default 0; 10.0.0.0/8 1; }', '127.0.0.1', '0'],
  ['geo $a { 127.0.0.1 1; 127.0.0.0/8 2; default 3; }', '127.0.0.1', '1'],
  ['geo $a { 127.0.0.1 1; 127.0.0.1/32 2; }', '127.0.0.1', '2'],
  ['geo $a { 127.0.0.1 1; delete 127.0.0.1; 127.0.0.0/8 2; }', '127.0.0.1', '2'],
  ['geo $a { ::1 1; 127.0.0.0/8 2; }', '::1', '1'],
  ['geo $remote_addr $a { 255.255.255.255 1; 127.0.0.0/8 2; }', 'unix:', '1'],
  // Another address decides, or more than this text.
  ['geo $arg_address $a { 127.0.0.1 1; }', '127.0.0.1', null],
  ['geo $a { ranges; 127.0.0.0-127.0.0.9 1; }', '127.0.0.1', null],
  ['geo $a { proxy 127.0.0.1; 127.0.0.1 1; }', '127.0.0.1', null],
  ['geo $a { include networks; 127.0.0.1 1; }', '127.0.0.1', null],
])('%s finds for %s: %s', async (text, address, value) => {
  const { definitions } = await modelOf(`events {} http { ${text} }`);
  const [geo] = definitions.choices;
  expect(geo && geoValue(geo, address)).toBe(value);
});
