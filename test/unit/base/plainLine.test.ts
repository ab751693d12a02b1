import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainLine } from '../../../src/base/plainLine.js';

describe('plainLine', () => {
  it('keeps words and puts lines on one', () => {
    expect(plainLine(' Cannot\n\tread\r\nit: 日本語 ü 🙂 ')).toBe('Cannot read it: 日本語 ü 🙂');
  });

  it('takes away what forges a line or turns its direction', () => {
    expect(plainLine('denied\nAUDIT delete pod\u2028x')).toBe('denied AUDIT delete pod x');
    expect(plainLine('\u001b[31mred\u0007\u009b')).toBe('[31mred');
    expect(plainLine('a\u202egpj.exe\u2066b\u200f')).toBe('agpj.exeb');
    expect(plainLine('ad\u200bmin\u{e0041}')).toBe('admin');
  });

  it('cuts, and says so; never through a pair of surrogates', () => {
    expect(plainLine('abcdef', 4)).toBe('abc…');
    expect(plainLine('ab🙂', 4)).toBe('ab🙂');
    expect(plainLine('ab🙂cd', 4)).toBe('ab…');
    expect(plainLine('\ud800x')).toBe('\ufffdx');
    // Nothing is left of what was looked at, and there was more.
    expect(plainLine(`${' '.repeat(100)}x`, 10)).toBe('…');
  });

  it('holds its promises for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.integer({ min: 1, max: 60 }),
        (text, max) => {
          const line = plainLine(text, max);
          expect(line.length).toBeLessThanOrEqual(max);
          expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
          expect(line.isWellFormed()).toBe(true);
        },
      ),
    );
  });
});
