import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameError, FrameReader, Opcode } from '../../server/src/verify/frames';

describe('frames', () => {
  it.each([0, 1, 125, 126, 65_535, 65_536, 200_000])(
    'of %i bytes are read as they were written',
    (length) => {
      const payload = Buffer.alloc(length, 'ab');
      for (const masked of [true, false]) {
        const bytes = encodeFrame({ final: true, opcode: Opcode.binary, payload }, masked);
        const reader = new FrameReader(masked);
        const cut = Math.min(3, bytes.length - 1);
        expect(reader.push(bytes.subarray(0, cut))).toStrictEqual([]);
        const [frame, ...others] = reader.push(bytes.subarray(cut));
        expect(others).toStrictEqual([]);
        expect(frame?.opcode).toBe(Opcode.binary);
        expect(frame?.payload.equals(payload)).toBe(true);
      }
    },
  );

  it.each([
    ['a reserved bit', [0xf1, 0x80]],
    ['an unknown opcode', [0x83, 0x80]],
    ['a fragmented ping', [0x09, 0x80]],
    ['a long ping', [0x89, 0xfe]],
    ['a frame without mask', [0x81, 0x00]],
    ['2 GB', [0x81, 0xff, 0, 0, 0, 0, 0x80, 0, 0, 0, 1, 2, 3, 4]],
  ])('with %s are refused', (_name, bytes) => {
    expect(() => new FrameReader(true).push(Buffer.from(bytes))).toThrow(FrameError);
  });
});
