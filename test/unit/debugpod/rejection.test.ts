/** Why a pod does not run, as kubelets and runtimes say it, and what helps. */
import { describe, expect, it } from 'vitest';
import type { PodState } from '../../../src/cluster/podPorts.js';
import { matchesMark, posixCksum } from '../../../src/debugpod/checksum.js';
import { describeEnd, isAlive, judgeStart, startedTooLate } from '../../../src/debugpod/rejection.js';

const pending: PodState = {
  namespace: 'triage',
  name: 'node-triage-node1-abc',
  uid: 'u-1',
  node: 'node1',
  labels: {},
  annotations: {},
  createdAt: undefined,
  deletionAt: undefined,
  phase: 'Pending',
  reason: undefined,
  message: undefined,
  hostPid: true,
  isPrivileged: false,
  images: [],
  container: undefined,
};
const waiting = (reason: string, message?: string): Partial<PodState> => ({
  container: { state: 'waiting', reason, message },
});
const refused = (reason: string, message?: string): Partial<PodState> => ({
  phase: 'Failed',
  reason,
  message,
});

describe('a start', () => {
  it.each<[Partial<PodState>, string | undefined]>([
    [{}, undefined],
    [waiting('ContainerCreating'), 'ContainerCreating'],
    [waiting('PodInitializing'), 'PodInitializing'],
  ])('%o goes on', (change, reason) => {
    expect(judgeStart({ ...pending, ...change })).toEqual({ kind: 'waiting', reason });
  });

  it('is over when the container runs', () => {
    const running = { ...pending, phase: 'Running', container: { state: 'running' } } as const;
    expect(judgeStart(running)).toEqual({ kind: 'running' });
    expect(judgeStart({ ...running, deletionAt: '2026-11-24T03:00:00Z' }).kind).toBe('failed');
  });

  it.each<[Partial<PodState>, string, string | undefined]>([
    [
      refused('OutOfpods', "Node didn't have enough resource: pods, requested: 1, used: 110, capacity: 110"),
      'OutOfpods',
      'slots',
    ],
    [refused('OutOfcpu'), 'OutOfcpu', 'resources'],
    [refused('NodeAffinity', 'Predicate NodeAffinity failed'), 'NodeAffinity', 'node-changed'],
    [refused('Evicted', 'The node had condition: [DiskPressure]. '), 'Evicted', 'pressure'],
    [
      refused('AppArmor', 'Cannot enforce AppArmor: AppArmor is not enabled on the host'),
      'AppArmor',
      'confined',
    ],
    [refused('DeadlineExceeded'), 'DeadlineExceeded', 'slow'],
    [refused('SomethingNew', 'of a later version'), 'SomethingNew', undefined],
    [waiting('ErrImagePull', 'rpc error: not found'), 'ErrImagePull', 'image'],
    [waiting('ImagePullBackOff'), 'ImagePullBackOff', 'image'],
    [waiting('ErrImageNeverPull'), 'ErrImageNeverPull', 'image-gone'],
    [waiting('CreateContainerConfigError', 'secret "x" not found'), 'CreateContainerConfigError', 'settings'],
    [
      waiting('RunContainerError', 'exec: "sh": executable file not found in $PATH'),
      'RunContainerError',
      'no-shell',
    ],
    [
      { phase: 'Failed', container: { state: 'terminated', exitCode: 128, reason: 'StartError' } },
      'StartError',
      'no-shell',
    ],
    [{ container: { state: 'terminated', exitCode: 137, reason: 'OOMKilled' } }, 'OOMKilled', 'memory'],
    [{ phase: 'Succeeded' }, 'Succeeded', undefined],
  ])('%o has failed: %s, and %s helps', (change, reason, advice) => {
    const verdict = judgeStart({ ...pending, ...change });
    if (verdict.kind !== 'failed') throw new Error(verdict.kind);
    expect(verdict.error).toMatchObject({
      code: 'pod-not-started',
      node: 'node1',
      facts: { reason, advice },
    });
    expect(verdict.error.message).toContain(reason);
  });

  it('that takes too long tells what it waits for', () => {
    expect(startedTooLate({ ...pending, ...waiting('ContainerCreating') }, 'node1', 60).facts).toEqual({
      reason: 'ContainerCreating',
      message: 'not running after 60 s',
      advice: 'slow',
    });
    expect(startedTooLate(pending, 'node1', 60).facts).toMatchObject({
      reason: 'Pending',
      advice: 'untaken',
    });
  });
});

it('an end is told by what ended it', () => {
  const reason = (pod: PodState | undefined) => describeEnd(pod).reason;
  expect(reason(undefined)).toBe('deleted');
  expect(reason({ ...pending, deletionAt: '2026-11-24T03:00:00Z' })).toBe('being deleted');
  expect(reason({ ...pending, ...refused('Evicted', 'low on memory') })).toBe('Evicted: low on memory');
  expect(reason({ ...pending, container: { state: 'terminated', exitCode: 0, reason: 'Completed' } })).toBe(
    'Completed: exit status 0',
  );
  expect([pending, { ...pending, phase: 'Running' as const }].every(isAlive)).toBe(true);
  expect(isAlive(undefined)).toBe(false);
});

describe('a pod that ended because another user was in it', () => {
  const endedWith = (message: string | undefined, exitCode = 79) =>
    describeEnd({ ...pending, container: { state: 'terminated', exitCode, reason: 'Error', message } });

  it('names the process', () => {
    expect(endedWith('another process was started in it: sleep (4711)\n')).toEqual({
      reason: 'another process was started in it: sleep (4711)',
      stranger: 'sleep',
      pid: 4711,
    });
  });

  it.each([
    [undefined, 79],
    ['another process was started in it: sleep (4711)', 1],
    ['another process was started in it: [x](command:y) (1)', 79],
    ['another process was started in it: sleep (1)\nAUDIT delete', 79],
    [`another process was started in it: ${'x'.repeat(70)} (1)`, 79],
  ])('and believes no other last words: %j with status %i', (message, exitCode) => {
    const end = endedWith(message, exitCode);
    expect(end).not.toHaveProperty('stranger');
    expect(end.reason).toBe(`Error: exit status ${exitCode}`);
  });
});

it('cksum is POSIX’s, the length counts, and without a checksum the length has to do', () => {
  const digits = new TextEncoder().encode('123456789');
  // Of the CRC catalogue (CRC-32/CKSUM without its length) and of `printf 123456789 | cksum`.
  expect([posixCksum(digits), posixCksum(new Uint8Array())]).toEqual([930766865, 4294967295]);
  expect(matchesMark(digits, { bytes: 9, algorithm: 'cksum', sum: '930766865' })).toBe(true);
  expect(matchesMark(digits, { bytes: 9, algorithm: 'none', sum: '-' })).toBe(true);
  expect(matchesMark(digits, { bytes: 8, algorithm: 'none', sum: '-' })).toBe(false);
});
