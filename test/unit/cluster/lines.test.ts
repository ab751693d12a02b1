import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines } from '../../../src/cluster/lines.js';

async function* inPieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield await Promise.resolve(bytes.subarray(at, at + size));
    at += size;
  }
  yield bytes.subarray(at);
}

async function drain(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

const collect = (text: string, sizes: readonly number[] = []): Promise<string[]> =>
  drain(readLines(inPieces(new TextEncoder().encode(text), sizes)));

describe('readLines', () => {
  it('splits at line ends of both kinds', async () => {
    expect(await collect('a\nb\r\n\nc')).toEqual(['a', 'b', '', 'c']);
    expect(await collect('a\n')).toEqual(['a']);
    expect(await collect('')).toEqual([]);
  });

  it('gives the same lines however the bytes are cut, also inside a character', async () => {
    const sizes = fc.array(fc.nat(4));
    const lines = fc.array(fc.string({ unit: 'grapheme' }).filter(line => !/[\r\n]/.test(line)));
    await fc.assert(
      fc.asyncProperty(lines, sizes, async (expected, cuts) => {
        expect(await collect(expected.map(line => `${line}\n`).join(''), cuts)).toEqual(expected);
      }),
    );
  });

  it('stops at a line without end', async () => {
    const endless = (async function* () {
      for (;;) yield await Promise.resolve(new Uint8Array(4 << 20).fill(120));
    })();
    await expect(drain(readLines(endless))).rejects.toMatchObject({ code: 'request-rejected' });
  });
});
