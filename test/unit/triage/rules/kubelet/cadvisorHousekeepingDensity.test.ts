import { describe, expect, it } from 'vitest';
import { cadvisorHousekeepingDensity as rule } from '../../../../../src/triage/rules/kubelet/cadvisorHousekeepingDensity.js';
import { counted, listing } from '../../../../support/evidencePieces.js';
import { cpuProfile, HERE, judgeBy } from '../../../../support/nodeEvidence.js';

const HOUSEKEEPING =
  'k8s.io/kubernetes/vendor/github.com/google/cadvisor/manager.(*containerData).housekeeping';
const GET_STATS = 'github.com/opencontainers/runc/libcontainer/cgroups/fs.(*MemoryGroup).GetStats';
const hot = cpuProfile({ [`main;${HOUSEKEEPING};fs.(*CpuGroup).GetStats`]: 0.7, 'main;other': 0.5 });
const timed = (realSeconds: number) => ({
  at: HERE,
  command: 'cat /sys/fs/cgroup/memory/memory.stat',
  realSeconds,
  userSeconds: 0,
  systemSeconds: realSeconds,
});

describe('cadvisor-housekeeping-density', () => {
  it('is sure where reads are quick and containers many', () => {
    const given = { profiles: [hot], timed: [timed(0.002)], counted: [counted('containers-running', 420)] };
    const found = judgeBy(rule, given);
    expect(found).toMatchObject({ outcome: 'found', confidence: 'high' });
    expect(found).toMatchObject({
      evidence: [
        { unit: 'share', text: { values: [HOUSEKEEPING, 58.3, 0.7] } },
        { value: 0.002 },
        { value: 420 },
      ],
    });
    expect(found).toHaveProperty(
      'rivals',
      expect.arrayContaining([expect.objectContaining({ id: 'memcg-stat-v1-zombies', state: 'refuted' })]),
    );
  });

  it('is not sure of the profile alone', () => {
    expect(judgeBy(rule, { profiles: [hot] })).toMatchObject({ outcome: 'found', confidence: 'medium' });
  });

  it('gives way where a single read is slow', () => {
    const given = { profiles: [hot], timed: [timed(4.2)], counted: [counted('containers-running', 420)] };
    expect(judgeBy(rule, given)).toMatchObject({ outcome: 'clear' });
  });

  it('leaves the rival open where memory.stat is most of housekeeping', () => {
    const given = {
      profiles: [cpuProfile({ [`main;${HOUSEKEEPING};${GET_STATS}`]: 0.8, 'main;other': 0.2 })],
    };
    expect(judgeBy(rule, given)).toMatchObject({
      rivals: [{ id: 'memcg-stat-v1-zombies', state: 'open' }, {}, {}, {}],
    });
  });

  it('goes by the processes where a listing has no cores', () => {
    const listed = listing({ [HOUSEKEEPING]: 0.55 });
    const ofKubelet = (cores: number) => ({ listed, kubeletCores: [{ at: HERE, cores, seconds: 30 }] });
    expect(judgeBy(rule, ofKubelet(2))).toMatchObject({ outcome: 'found', recoverableCores: 1.1 });
    expect(judgeBy(rule, ofKubelet(0.1))).toMatchObject({ outcome: 'clear' });
    expect(judgeBy(rule, { listed })).toMatchObject({ outcome: 'found', confidence: 'medium' });
  });

  it.each([
    [
      'a smaller share',
      { profiles: [cpuProfile({ [`main;${HOUSEKEEPING}`]: 0.3, 'main;other': 0.9 })] },
      'clear',
    ],
    [
      'an idle kubelet',
      { profiles: [cpuProfile({ [`main;${HOUSEKEEPING}`]: 0.07, 'main;other': 0.01 })] },
      'clear',
    ],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(rule, given)).toMatchObject({ outcome });
  });
});
