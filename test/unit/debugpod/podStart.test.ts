/** A debug pod that does not start, and files that come out of one, on the fake. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PodJob } from '../../../src/base/podCommand.js';
import { debugPodKit, expectNothingLeft, request } from '../../support/debugPodKit.js';

const job: PodJob = { name: 'trace', argv: ['strace'], seconds: 3, limitSeconds: 10 };
const never = new AbortController().signal;
const unreached = () => Promise.reject(new Error('it was lent'));

describe('a pod that does not start', () => {
  it.each([
    [{ phase: 'Failed', reason: 'OutOfpods', message: "Pod was rejected: Node didn't have enough resource" }],
    [
      {
        phase: 'Pending',
        container: { state: 'waiting', reason: 'ErrImageNeverPull', message: 'not there' },
      },
    ],
    [{ phase: 'Failed', container: { state: 'terminated', exitCode: 128, reason: 'StartError' } }],
  ] as const)('%o is decoded, and it is removed', async change => {
    const kit = debugPodKit();
    kit.pods.starts = () => change;
    const reason = 'reason' in change ? change.reason : change.container.reason;
    await expect(kit.maker.withPod(request, unreached, never)).rejects.toMatchObject({
      code: 'pod-not-started',
      node: 'node1',
      facts: { reason },
    });
    await expectNothingLeft(kit);
  });

  it('is given up after a minute, with what it waits for', async () => {
    const kit = debugPodKit();
    kit.pods.starts = () => ({
      container: { state: 'waiting', reason: 'ContainerCreating', message: undefined },
    });
    await expect(kit.maker.withPod(request, unreached, never)).rejects.toMatchObject({
      code: 'pod-not-started',
      facts: { reason: 'ContainerCreating', message: 'not running after 60 s' },
    });
    await expectNothingLeft(kit);
  });

  it.each([
    [false, 60],
    [true, 20],
  ])('that no kubelet takes is given up early: silent %s, after %i s', async (isKubeletSilent, seconds) => {
    const kit = debugPodKit();
    kit.pods.startMs = Infinity;
    const pulled = {
      ...request,
      image: { ...request.image, pullPolicy: 'IfNotPresent' },
      isKubeletSilent,
    } as const;
    await expect(kit.maker.withPod(pulled, unreached, never)).rejects.toMatchObject({
      code: 'pod-not-started',
      facts: { message: `not running after ${seconds} s`, advice: 'untaken' },
    });
    await expectNothingLeft(kit);
  });

  it('that a silent kubelet took after all is given the usual time', async () => {
    const kit = debugPodKit();
    kit.pods.starts = () => ({
      container: { state: 'waiting', reason: 'ContainerCreating', message: undefined },
    });
    const silent = { ...request, isKubeletSilent: true };
    await expect(kit.maker.withPod(silent, unreached, never)).rejects.toMatchObject({
      facts: { message: 'not running after 60 s', advice: 'slow' },
    });
  });

  it('a look that fails is no end', async () => {
    const kit = debugPodKit();
    kit.pods.startMs = 300;
    const done = kit.maker.withPod(
      request,
      () => Promise.resolve('ran'),
      never,
      ({ phase }) => {
        if (phase === 'creating')
          setTimeout(() => {
            kit.pods.goAway();
          }, 50);
      },
    );
    setTimeout(() => {
      kit.pods.comeBack();
    }, 250);
    await expect(done).resolves.toBe('ran');
  });
});

describe('a file', () => {
  const bytes = new Uint8Array(70_000).map((_, index) => index % 251);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const fetching = (answer: (call: number) => { stdout: Uint8Array; stderr: string }) => {
    const kit = debugPodKit();
    let calls = 0;
    kit.pods.responders.addNamed('node-triage-fetch', () => answer(++calls));
    return kit.maker.withPod(request, (pod, signal) => pod.fetch(job, 'out.txt', signal), never);
  };

  it('is what was sent', async () => {
    expect(await fetching(() => ({ stdout: bytes, stderr: `70000 sha256 ${sha256}\n` }))).toEqual(bytes);
  });

  it('cut off on the way is asked for again', async () => {
    const cut = (call: number) => (call < 3 ? bytes.subarray(0, 4096) : bytes);
    const answer = (call: number) => ({ stdout: cut(call), stderr: `70000 sha256 ${sha256}\n` });
    expect(await fetching(answer)).toEqual(bytes);
  });

  it.each([
    ['changed', `70000 sha256 ${sha256.replace(/^./, 'x')}`],
    ['short', '70001 none -'],
    ['not described', ''],
    ['changed, by cksum', '70000 cksum 1'],
  ])('that is %s each time is refused', async (_, stderr) => {
    await expect(fetching(() => ({ stdout: bytes, stderr }))).rejects.toMatchObject({
      code: 'transfer-failed',
      facts: { file: 'out.txt' },
    });
  });
});
