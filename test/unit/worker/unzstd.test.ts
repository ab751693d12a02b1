/** Streams that `zstd` 1.5 wrote. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflateHead, inflateProfile } from '../../../src/worker/node/readFile.js';
import { readFixture } from '../../support/fixtures.js';

const MB = 1024 * 1024;
const stored = readFixture('cases/cpu-30pods-30s.pb.zst');
const raw = new Uint8Array(gunzipSync(readFixture('profiles/cpu-30pods-30s.pb.gz')));

/** A frame of `blocks` blocks of one repeated byte, 128 KiB each: 4 bytes of input for each. */
function bomb(blocks: number): Uint8Array {
  const head = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
  const block = (isLast: boolean) => {
    const value = (131_072 << 3) | (1 << 1) | (isLast ? 1 : 0);
    return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, 0x41];
  };
  return Uint8Array.from([
    ...head,
    ...Array.from({ length: blocks }, (_, at) => block(at === blocks - 1)).flat(),
  ]);
}

const failure = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'no error';
};

describe('a Zstandard stream', () => {
  it('is inflated', () => {
    expect(inflateProfile(stored, MB)).toEqual(raw);
  });

  it('may have several frames, and stand within a gzip', () => {
    const twice = inflateProfile(gzipSync(Buffer.concat([stored, stored])), MB);
    expect(twice).toEqual(new Uint8Array(Buffer.concat([raw, raw])));
  });

  it('gives as much as there is of its beginning', () => {
    const head = inflateHead(stored.subarray(0, stored.length - 100));
    expect(head.length).toBeLessThanOrEqual(raw.length);
    expect(Buffer.from(raw.subarray(0, head.length)).equals(head)).toBe(true);
  });

  it('that is cut off is cut off', () => {
    expect(failure(() => inflateProfile(stored.subarray(0, stored.length - 100), MB))).toBe('file-truncated');
  });

  it('that is damaged is damaged', () => {
    const broken = stored.map((byte, at) => (at > 200 && at < 260 ? byte ^ 0x5a : byte));
    expect(['file-corrupt', 'file-truncated']).toContain(failure(() => inflateProfile(broken, MB)));
  });

  it('ends at the limit, whatever a few bytes would become', () => {
    expect(inflateProfile(bomb(8), MB)).toHaveLength(MB);
    expect(failure(() => inflateProfile(bomb(100_000), 8 * MB))).toBe('file-too-large');
  });

  it('with a window of gigabytes is refused before it takes them', () => {
    expect(
      failure(() => inflateProfile(Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0xa8, 1, 0, 0]), MB)),
    ).toBe('file-too-large');
  });
});

describe('a gzip of several members', () => {
  it('is one stream', () => {
    const members = [raw.subarray(0, 1000), raw.subarray(1000, 5000), raw.subarray(5000)].map(part =>
      gzipSync(part),
    );
    expect(new Uint8Array(inflateProfile(Buffer.concat(members), MB))).toEqual(raw);
  });
});
