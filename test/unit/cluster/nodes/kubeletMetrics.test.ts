import { afterEach, expect, it, vi } from 'vitest';
import { ProxyKubeletMetrics } from '../../../../src/cluster/nodes/kubeletMetrics.js';
import { readFixture } from '../../../support/fixtures.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const never = new AbortController().signal;

/** As gunzip gives it: pieces that end anywhere. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

const read = (bytes: Uint8Array, size: number) =>
  new ProxyKubeletMetrics({
    open: () => Promise.resolve({ status: 200, headers: {}, body: pieces(bytes, size) }),
  }).readProcess('node1', never);

const recorded = readFixture('kubelet/api/metrics.txt');

it.each([1000, 16 * 1024, recorded.length])(
  'reads the same of a recorded answer in pieces of %i bytes',
  async size => {
    const reading = await read(recorded, size);
    const whole = await read(recorded, recorded.length);
    expect(reading).toEqual({ ...whole, atMs: reading.atMs });
    expect(reading.cpuSeconds).toBeGreaterThan(0);
    expect(reading.goVersion).toBe('go1.27.3');
    expect(reading.delays?.podRelist?.count).toBeGreaterThan(0);
    expect(reading.delays?.cgroupManager?.count).toBeGreaterThan(0);
  },
);

it('makes texts of the lines that it reads alone: a view of many nodes asks for them all the time', async () => {
  const decode = vi.spyOn(TextDecoder.prototype, 'decode');
  await read(recorded, 16 * 1024);
  const lines = recorded.filter(byte => byte === 0x0a).length;
  expect(lines).toBeGreaterThan(2000);
  // And one a piece, for the line that is in two of them.
  expect(decode.mock.calls.length).toBeLessThan(lines / 50);
});
