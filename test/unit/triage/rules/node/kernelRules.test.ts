import { describe, expect, it } from 'vitest';
import { bpfJitLimit } from '../../../../../src/triage/rules/node/bpfJitLimit.js';
import { knownBadKernel } from '../../../../../src/triage/rules/node/knownBadKernel.js';
import { runcInitMemfdLoop } from '../../../../../src/triage/rules/node/runcInitMemfdLoop.js';
import { straceContaminated } from '../../../../../src/triage/rules/node/straceContaminated.js';
import { count, listed, processRow, straceOf } from '../../../../support/kernelEvidence.js';
import { cpuProfile, HERE, judgeBy, logLines } from '../../../../support/nodeEvidence.js';

const event = (message: string) => ({
  at: HERE,
  objectKind: 'Pod',
  objectName: 'a',
  reason: 'FailedCreatePodSandBox',
  message,
  isWarning: true,
  count: 350,
  spanSeconds: 5280,
});

describe('bpf-jit-limit', () => {
  const FAILED = event(
    'Failed to create pod sandbox: runc create failed: unable to start container process: unable to init seccomp: error loading seccomp filter into kernel: error loading seccomp filter: errno 524: unknown',
  );

  it('is sure of errno 524 of seccomp', () => {
    const given = { facts: { kernelVersion: '5.10.165-143.735.amzn2.x86_64' }, events: [FAILED] };
    expect(judgeBy(bpfJitLimit, given)).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 350 }, {}],
    });
  });

  it('suspects memory that is nearly used up', () => {
    const counted = [count('bpf-jit-bytes', 250e6), count('bpf-jit-limit-bytes', 264e6)];
    expect(judgeBy(bpfJitLimit, { counted })).toMatchObject({ outcome: 'uncertain' });
  });

  it.each([
    [
      'another error of seccomp',
      { events: [event('error loading seccomp filter: invalid argument')] },
      'clear',
    ],
    ['errno 524 of something else', { events: [event('mount failed: errno 524')] }, 'clear'],
    [
      'room to spare',
      { counted: [count('bpf-jit-bytes', 5e6), count('bpf-jit-limit-bytes', 264e6)] },
      'clear',
    ],
    [
      'a limit of nothing',
      { counted: [count('bpf-jit-bytes', 5e6), count('bpf-jit-limit-bytes', 0)] },
      'clear',
    ],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(bpfJitLimit, given)).toMatchObject({ outcome });
  });
});

describe('known-bad-kernel', () => {
  const facts = { kernelVersion: '5.4.217-126.408.amzn2.x86_64' };
  it('is sure of a release in the list whose node shows it', () => {
    const log = logLines(
      'skipping pod synchronization - PLEG is not healthy: pleg was last seen active 3m5s ago',
    );
    expect(judgeBy(knownBadKernel, { facts, log })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{}, { value: 1 }],
      explains: expect.arrayContaining(['cri-call-blocked']) as string[],
    });
  });

  it('reads it from a condition, too', () => {
    const conditions = [
      {
        at: HERE,
        type: 'Ready',
        status: 'False',
        reason: 'KubeletNotReady',
        message: 'PLEG is not healthy',
        isBad: true,
      },
    ] as const;
    expect(judgeBy(knownBadKernel, { facts, conditions })).toMatchObject({ outcome: 'found' });
  });

  it('is less sure of a long series of releases, and asks for its own symptom', () => {
    const series = { kernelVersion: '4.14.177-139.253.amzn2.x86_64' };
    const locked = logLines('watchdog: BUG: soft lockup - CPU#5 stuck for 23s! [kworker/u16:2:62]', 'kernel');
    expect(judgeBy(knownBadKernel, { facts: series, log: locked })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
    });
    const blocked = logLines('INFO: task dockerd:1 blocked for more than 120 seconds.', 'kernel');
    expect(judgeBy(knownBadKernel, { facts: series, log: blocked })).toMatchObject({ outcome: 'uncertain' });
  });

  it('only mentions the release where the node shows nothing', () => {
    expect(judgeBy(knownBadKernel, { facts })).toMatchObject({ outcome: 'uncertain', confidence: 'low' });
  });

  it.each([
    ['the release after it', { facts: { kernelVersion: '5.4.219-126.411.amzn2.x86_64' } }, 'clear'],
    ['a release without numbers', { facts: { kernelVersion: 'weird' } }, 'skipped'],
    ['no release', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(knownBadKernel, given)).toMatchObject({ outcome });
  });
});

describe('runc-init-memfd-loop', () => {
  const ROUND = `
execve("/proc/self/exe", ["runc", "init"], 0x1 /* 6 vars */) = 0 <0.000500>
memfd_create("runc_cloned:/proc/self/exe", MFD_CLOEXEC|MFD_ALLOW_SEALING) = 5 <0.000020>
open("/proc/self/exe", O_RDONLY|O_CLOEXEC) = 6 <0.000020>
sendfile(5, 6, NULL, 2147479552) = 10000000 <0.006000>
fcntl(5, F_GET_SEALS) = -1 EINVAL (Invalid argument) <0.000010>`;
  const facts = { kernelVersion: '3.10.0-957.5.1.el7.x86_64' };

  it('is sure of a trace that goes round', () => {
    const calls = [straceOf(ROUND.repeat(4))];
    expect(judgeBy(runcInitMemfdLoop, { facts, calls })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 4 }, { value: 4 }, {}],
    });
  });

  it('is sure of the line in a log', () => {
    const line = 'fcntl(5, F_GET_SEALS) = -1 EINVAL (Invalid argument)';
    const log = logLines(`${line}\n${line}\n${line}`, 'unknown');
    expect(judgeBy(runcInitMemfdLoop, { log })).toMatchObject({ outcome: 'found' });
  });

  it('takes two rounds for a loop on RHEL 7 alone: one of them may be another container', () => {
    const calls = [straceOf(ROUND.repeat(2))];
    expect(judgeBy(runcInitMemfdLoop, { facts, calls })).toMatchObject({ outcome: 'found' });
    expect(judgeBy(runcInitMemfdLoop, { calls })).toMatchObject({ outcome: 'uncertain' });
  });

  it('suspects runc init that burns', () => {
    expect(judgeBy(runcInitMemfdLoop, { processes: [processRow('runc init', 0.99)] })).toMatchObject({
      outcome: 'uncertain',
    });
  });

  it.each([
    ['one start, which is refused once', { facts, calls: [straceOf(ROUND)] }, 'clear'],
    ['a busy runc that lists', { processes: [processRow('runc list', 0.99)] }, 'skipped'],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(runcInitMemfdLoop, given)).toMatchObject({ outcome });
  });
});

describe('strace-contaminated', () => {
  it.each([
    ['time in ptrace', { listed: [listed('ptrace_stop', 0.2)] }],
    ['strace that is busy', { processes: [processRow('strace -f -p 2222', 0.6)] }],
    ['a tracer', { log: logLines('TracerPid:\t8123', 'unknown'), profiles: [cpuProfile({ main: 1 })] }],
  ])('finds %s, and never puts it above the cause', (_, given) => {
    expect(judgeBy(straceContaminated, given)).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
      severity: 'low',
    });
  });

  it.each([
    [
      'a strace log alone',
      { calls: [straceOf('futex(0x1, FUTEX_WAIT_PRIVATE, 0, NULL) = 0 <9.000000>')] },
      'clear',
    ],
    ['a profile without it', { listed: [listed('memcg_stat_show', 0.5)] }, 'clear'],
    ['no tracer', { log: logLines('TracerPid:\t0', 'unknown') }, 'skipped'],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(straceContaminated, given)).toMatchObject({ outcome });
  });
});
