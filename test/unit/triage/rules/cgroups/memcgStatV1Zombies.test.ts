import { describe, expect, it } from 'vitest';
import { memcgStatV1Zombies } from '../../../../../src/triage/rules/cgroups/memcgStatV1Zombies.js';
import { cpuProfile, HERE, judgeBy } from '../../../../support/nodeEvidence.js';

const GET_STATS = 'github.com/opencontainers/runc/libcontainer/cgroups/fs.(*MemoryGroup).GetStats';
const timed = (realSeconds: number) => ({
  at: HERE,
  command: 'cat /sys/fs/cgroup/memory/memory.stat',
  realSeconds,
  userSeconds: 0,
  systemSeconds: realSeconds,
});
const hot = cpuProfile({ [`main;housekeeping;${GET_STATS};syscall.Syscall`]: 0.8, 'main;other': 0.2 });
const old = { kernelVersion: '4.4.227-1.el7.elrepo.x86_64', cgroupVersion: 1 } as const;

describe('memcg-stat-v1-zombies', () => {
  it('is sure of a read that was timed, and names the measured time beside the bound', () => {
    const found = judgeBy(memcgStatV1Zombies, { facts: old, profiles: [hot], timed: [timed(9.06)] });
    expect(found).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      severity: 'high',
      recoverableCores: 0.8,
    });
    expect(found).toMatchObject({
      evidence: [{ value: 9.06, unit: 'seconds' }, { value: 0.8, unit: 'share' }, {}],
    });
  });

  it('refutes the wait for locks by the timed read', () => {
    const found = judgeBy(memcgStatV1Zombies, { facts: old, timed: [timed(9.06)], profiles: [hot] });
    expect(found).toMatchObject({
      rivals: [
        { id: 'lock-contention', state: 'refuted' },
        { id: 'cadvisor-housekeeping-density', state: 'refuted' },
        { id: 'memcg-rstat-flush-v2', state: 'refuted' },
        { id: 'cadvisor-du-walk', state: 'refuted' },
      ],
    });
  });

  it('lets the measured time win over a kernel that has the fix', () => {
    const facts = { kernelVersion: '6.18.5', cgroupVersion: 1 } as const;
    expect(judgeBy(memcgStatV1Zombies, { facts, timed: [timed(0.3)] })).toMatchObject({ outcome: 'found' });
    expect(judgeBy(memcgStatV1Zombies, { facts, profiles: [hot] })).toMatchObject({ outcome: 'clear' });
  });

  it('is not sure of a profile alone, and says what settles it', () => {
    expect(judgeBy(memcgStatV1Zombies, { facts: old, profiles: [hot] })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
    });
    expect(judgeBy(memcgStatV1Zombies, { profiles: [hot] })).toMatchObject({
      outcome: 'uncertain',
      settle: { template: expect.stringContaining('time cat') as string },
    });
  });

  it.each([
    ['a quick read', { facts: old, timed: [timed(0.002)] }, 'clear'],
    ['a profile of something else', { facts: old, profiles: [cpuProfile({ 'main;other': 1 })] }, 'clear'],
    ['cgroup v2', { facts: { cgroupVersion: 2 }, profiles: [hot] } as const, 'notApplicable'],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(memcgStatV1Zombies, given)).toMatchObject({ outcome });
  });
});
