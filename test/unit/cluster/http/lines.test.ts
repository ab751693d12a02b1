import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines, type LineLimits } from '../../../../src/cluster/http/lines.js';

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

const LIMITS: LineLimits = { what: 'lines', lineBytes: 1000, bytes: 100_000, lines: 1000 };

const collect = (text: string, sizes: readonly number[] = []): Promise<string[]> =>
  drain(readLines(inPieces(new TextEncoder().encode(text), sizes), LIMITS));

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

  it('gives the lines before the one that goes beyond a limit, though they came in one piece', async () => {
    const seen: string[] = [];
    const reading = (async () => {
      for await (const line of readLines(inPieces(new TextEncoder().encode('a\nb\nlong\n'), []), {
        ...LIMITS,
        lineBytes: 3,
      }))
        seen.push(line);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'answer-too-large' });
    expect(seen).toEqual(['a', 'b']);
  });

  it('collects a line of 24 MiB from pieces of 1 KiB within the time of a test', async () => {
    // Some 0.1 s. A copy of all that came before for every piece is 300 GB, and takes minutes.
    const [piece, pieces] = [new Uint8Array(1024).fill(120), 24 * 1024];
    const body = (async function* () {
      for (let left = pieces; left > 0; left--) yield await Promise.resolve(piece);
    })();
    const [line] = await drain(readLines(body, { ...LIMITS, lineBytes: Infinity, bytes: Infinity }));
    expect(line).toHaveLength(pieces * piece.length);
  });

  describe('ends', () => {
    async function* endless(piece: string): AsyncGenerator<Uint8Array> {
      const bytes = new TextEncoder().encode(piece);
      for (;;) yield await Promise.resolve(bytes);
    }
    const over = (limits: Partial<LineLimits>, piece: string): Promise<string[]> =>
      drain(readLines(endless(piece), { ...LIMITS, bytes: Infinity, lines: Infinity, ...limits }));

    it.each([
      ['at a line without end', {}, 'x'.repeat(64), { limit: 1000, counted: 'bytes' }],
      ['at a long line in one piece', {}, `${'x'.repeat(1001)}\n`, { limit: 1000, counted: 'bytes' }],
      ['at too many bytes', { bytes: 5000 }, 'xxx\n', { limit: 5000, counted: 'bytes' }],
      ['at line ends without lines', { lines: 50 }, '\n\n\n', { limit: 50, counted: 'lines' }],
    ])('%s', async (_, limits, piece, facts) => {
      await expect(over(limits, piece)).rejects.toMatchObject({ code: 'answer-too-large', facts });
    });

    it('names what a line is', async () => {
      await expect(over({ lines: 5, counted: 'changes', what: 'changes of nodes' }, '\n')).rejects.toThrow(
        /^Stopped reading changes of nodes: it has more than 5 changes/,
      );
    });
  });
});
