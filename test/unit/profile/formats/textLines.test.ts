/** Lines across the blocks in which a file is decoded. */
import { describe, expect, it } from 'vitest';
import { readLines } from '../../../../src/profile/formats/textLines.js';

const BLOCK = 1 << 20;
const linesOf = (text: string) => [...readLines(new TextEncoder().encode(text))];

describe('lines of a text', () => {
  it.each([
    ['none', '', []],
    ['one without an end', 'a', ['a']],
    ['ends of both kinds', 'a\r\nb\n\r\nc\r', ['a', 'b', '', 'c']],
  ])('are %s', (_, text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });

  it('are whole where they are longer than a block, or end at its end', () => {
    const long = 'x'.repeat(3 * BLOCK + 7);
    const upToReturn = 'y'.repeat(BLOCK - 1);
    expect(linesOf(`${upToReturn}\r\n${long}\nz`)).toEqual([upToReturn, long, 'z']);
  });

  it('take no time that grows with the square of their length', () => {
    const bytes = new Uint8Array(48 * BLOCK).fill(0x61);
    const startedMs = performance.now();
    expect([...readLines(bytes)]).toHaveLength(1);
    // Some 100 ms; to join each block to all before took 6 s.
    expect(performance.now() - startedMs).toBeLessThan(3000);
  });
});
