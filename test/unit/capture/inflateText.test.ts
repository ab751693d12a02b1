import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { PodJob } from '../../../src/base/podCommand.js';
import { fetchJobText, MAX_FILE_BYTES } from '../../../src/capture/podCapture.js';
import type { DebugPod } from '../../../src/debugpod/debugPodPorts.js';

const JOB = { name: 'cgroup-health', seconds: 0, limitSeconds: 60 } as PodJob;

/** What the command gets of a pod whose job wrote these bytes. */
function fetched(bytes: Uint8Array, signal = new AbortController().signal): Promise<string> {
  const pod: Pick<DebugPod, 'info' | 'runJob' | 'fetch'> = {
    info: { node: 'node1' } as DebugPod['info'],
    runJob: () =>
      Promise.resolve({ exitCode: 0, stdout: '', stderr: '', files: [{ name: 'h.txt.gz', bytes: 1 }] }),
    fetch: () => Promise.resolve(bytes),
  };
  return fetchJobText(pod as DebugPod, JOB, 'h.txt', signal, () => undefined);
}

describe('the text of a pod’s file', () => {
  it('is that of the gzip, letters of several bytes whole', async () => {
    const text = 'kubepods/é…\n'.repeat(20_000);
    expect(await fetched(gzipSync(text))).toBe(text);
  });

  it('is inflated while other things go on', async () => {
    const zipped = gzipSync(new Uint8Array(MAX_FILE_BYTES).fill(97));
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns++;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    const { length } = await fetched(zipped);
    isOver = true;
    expect(length).toBe(MAX_FILE_BYTES);
    // At once it would be none or one; it is one a piece, which zlib makes of 16 KiB.
    expect(turns).toBeGreaterThan(100);
  });

  it('ends at the limit', async () => {
    const bomb = gzipSync(new Uint8Array(MAX_FILE_BYTES + 1));
    await expect(fetched(bomb)).rejects.toMatchObject({
      code: 'file-too-large',
      facts: { limitBytes: MAX_FILE_BYTES },
    });
  });

  it.each([
    ['cut off', (zipped: Uint8Array) => zipped.subarray(0, zipped.length - 20)],
    ['broken', (zipped: Uint8Array) => zipped.map((byte, index) => (index === 40 ? byte ^ 0xff : byte))],
  ])('is refused where the gzip is %s', async (_, spoil) => {
    const zipped = new Uint8Array(gzipSync('cgroup '.repeat(10_000)));
    await expect(fetched(spoil(zipped))).rejects.toMatchObject({ code: 'file-corrupt' });
  });

  it('is given up when the command is cancelled meanwhile', async () => {
    const stop = new AbortController();
    const text = fetched(gzipSync(new Uint8Array(MAX_FILE_BYTES)), stop.signal);
    setImmediate(() => stop.abort());
    await expect(text).rejects.toMatchObject({ code: 'cancelled' });
  });
});
