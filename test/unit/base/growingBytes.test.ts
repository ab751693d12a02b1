import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrowingBytes } from '../../../src/base/growingBytes.js';

describe('GrowingBytes', () => {
  it('gives what was added, however it was cut', () => {
    const pieces = fc.array(
      fc.oneof(fc.uint8Array({ maxLength: 9 }), fc.constant(new Uint8Array(40_000).fill(7))),
    );
    fc.assert(
      fc.property(pieces, parts => {
        const bytes = new GrowingBytes();
        for (const part of parts) bytes.add(part);
        const whole = Buffer.concat(parts);
        expect(bytes.byteLength).toBe(whole.length);
        expect(Buffer.compare(Buffer.from(bytes.take()), whole)).toBe(0);
      }),
    );
  });

  it('is empty after its bytes were taken, and may be filled again', () => {
    const bytes = new GrowingBytes();
    bytes.add(Uint8Array.of(1, 2));
    expect(bytes.take()).toEqual(Uint8Array.of(1, 2));
    expect(bytes.byteLength).toBe(0);
    expect(bytes.take()).toEqual(new Uint8Array());
    bytes.add(Uint8Array.of(3));
    expect(bytes.take()).toEqual(Uint8Array.of(3));
  });

  it('copies: a piece may be used again, and what is taken is not shared', () => {
    const bytes = new GrowingBytes();
    const piece = Uint8Array.of(1);
    bytes.add(piece);
    piece[0] = 9;
    const taken = bytes.take();
    expect(taken).toEqual(Uint8Array.of(1));
    expect(taken.buffer.byteLength).toBe(1);
  });
});
