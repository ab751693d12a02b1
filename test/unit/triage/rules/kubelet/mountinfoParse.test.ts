import { describe, expect, it } from 'vitest';
import { mountinfoParse as rule } from '../../../../../src/triage/rules/kubelet/mountinfoParse.js';
import { counted, listing, processRow } from '../../../../support/evidencePieces.js';
import { cpuProfile, HERE, judgeBy } from '../../../../support/nodeEvidence.js';

const PARSE = 'k8s.io/mount-utils.ParseMountInfo';
const init = (cores: number) => processRow('systemd', { pid: 1, cores });
const timed = (realSeconds: number) => [
  {
    at: HERE,
    command: 'cat /proc/1/mountinfo > /dev/null',
    realSeconds,
    userSeconds: 0,
    systemSeconds: realSeconds,
  },
];

describe('mountinfo-parse', () => {
  it.each([
    ['mount-utils', PARSE],
    ['the vendored mounter', 'k8s.io/kubernetes/vendor/k8s.io/utils/mount.(*Mounter).List'],
    ['runc', 'github.com/moby/sys/mountinfo.parseMountTable'],
  ])('is found in frames of %s', (_, name) => {
    const profiles = [cpuProfile({ [`main;${name};bufio.Scan`]: 0.3, 'main;other': 0.7 })];
    expect(judgeBy(rule, { profiles, counted: [counted('mounts', 36_000)] })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      recoverableCores: expect.closeTo(0.3) as number,
    });
  });

  it('is found in the kernel for every reader, also with an idle kubelet', () => {
    const given = {
      listed: listing({ show_mountinfo: 0.2, 'systemd read': 0.1 }, 'perf'),
      kubeletCores: [{ at: HERE, cores: 0.05, seconds: 10 }],
    };
    expect(judgeBy(rule, given)).toMatchObject({ outcome: 'found' });
  });

  it('is found by a long table and a PID 1 that is busy', () => {
    expect(judgeBy(rule, { counted: [counted('mounts', 12_000)], processes: [init(0.98)] })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
      evidence: [{ value: 12_000 }, { value: 0.98 }],
    });
  });

  it('is found by a very long table and many runc that are busy', () => {
    const runc = Array.from({ length: 9 }, (_, at) =>
      processRow('runc:[2:INIT]', { pid: 90 + at, cores: 0.9 }),
    );
    expect(judgeBy(rule, { counted: [counted('mounts', 31_000)], processes: runc })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
      explains: expect.arrayContaining(['exec-probes']) as string[],
    });
    expect(judgeBy(rule, { counted: [counted('mounts', 4000)], processes: runc })).toMatchObject({
      outcome: 'uncertain',
    });
  });

  it('is found by a read that is slow', () => {
    expect(judgeBy(rule, { timed: timed(0.4) })).toMatchObject({
      outcome: 'found',
      evidence: [{ value: 0.4 }],
    });
    expect(judgeBy(rule, { timed: timed(0.001) })).toMatchObject({ outcome: 'skipped' });
  });

  it('is a weak suspicion by the number alone, and leaves changes of a short table to their rule', () => {
    expect(judgeBy(rule, { counted: [counted('mounts', 4000)] })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
    });
    expect(judgeBy(rule, { counted: [counted('mounts', 1058)], processes: [init(0.9)] })).toMatchObject({
      outcome: 'uncertain',
      rivals: [{ id: 'runc-bindfd-mount-storm', state: 'open' }, {}, {}, {}],
    });
  });

  it.each([
    ['a short table and a quiet PID 1', { counted: [counted('mounts', 220)], processes: [init(0.01)] }],
    [
      'a systemd of a user that is busy',
      {
        counted: [counted('mounts', 4000)].slice(1),
        processes: [processRow('systemd', { pid: 2300, cores: 1 })],
      },
    ],
  ])('finds nothing with %s', (_, given) => {
    expect(judgeBy(rule, given)).toMatchObject({ outcome: 'skipped' });
  });
});
