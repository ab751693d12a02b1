import { describe, expect, it } from 'vitest';
import { memcgStatV1Zombies } from '../../../../../src/triage/rules/cgroups/memcgStatV1Zombies.js';
import type { CountedThing, ListedFunction } from '../../../../../src/material/model.js';
import { straceOf } from '../../../../support/kernelEvidence.js';
import { cpuProfile, HERE, judgeBy, logLines } from '../../../../support/nodeEvidence.js';

const GET_STATS = 'github.com/opencontainers/runc/libcontainer/cgroups/fs.(*MemoryGroup).GetStats';
const timed = (realSeconds: number) => ({
  at: HERE,
  command: 'cat /sys/fs/cgroup/memory/memory.stat',
  realSeconds,
  userSeconds: 0,
  systemSeconds: realSeconds,
});
const listed = (name: string, flat: number): ListedFunction => ({
  at: HERE,
  tool: 'perf',
  name,
  flat,
  cum: undefined,
  command: undefined,
  isKernel: true,
});
const count = (thing: CountedThing, value: number) => ({ at: HERE, thing, value, note: undefined });
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
        { id: 'ipvs-estimation-timer', state: 'refuted' },
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

  it('is found where the memory group alone costs of all that is read of a container', () => {
    const manager = 'github.com/opencontainers/runc/libcontainer/cgroups/fs.(*Manager).GetStats';
    const split = (memory: number, others: number, numa = 0) =>
      cpuProfile({
        [`main;${manager};${GET_STATS};syscall.Syscall`]: memory,
        [`main;${manager};${GET_STATS};github.com/opencontainers/runc/libcontainer/cgroups/fs.getPageUsageByNUMA`]:
          numa,
        [`main;${manager};cgroups/fs.(*CpuacctGroup).GetStats`]: others,
        'main;other': 1 - memory - others - numa,
      });
    expect(judgeBy(memcgStatV1Zombies, { profiles: [split(0.7, 0.08)] })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
    });
    // Each group has its part: many containers. Or another file of the group.
    expect(judgeBy(memcgStatV1Zombies, { profiles: [split(0.5, 0.35)] })).toMatchObject({
      outcome: 'uncertain',
    });
    expect(judgeBy(memcgStatV1Zombies, { profiles: [split(0.2, 0.05, 0.6)] })).toMatchObject({
      outcome: 'uncertain',
    });
  });

  it('suspects it where cAdvisor says that one container takes it seconds', () => {
    const log = (took: string, times: number) =>
      logLines(`[/kubepods/burstable/pod0a/crio-77] Housekeeping took ${took}\n`.repeat(times).trimEnd());
    expect(judgeBy(memcgStatV1Zombies, { log: log('2.728330441s', 6) })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
    });
    expect(judgeBy(memcgStatV1Zombies, { log: log('2.728330441s', 2) })).toMatchObject({
      outcome: 'skipped',
    });
    expect(judgeBy(memcgStatV1Zombies, { log: log('110.12ms', 60) })).toMatchObject({ outcome: 'skipped' });
  });

  it('does not find it where the slowest read that was timed is quick', () => {
    const found = judgeBy(memcgStatV1Zombies, { facts: old, profiles: [hot], timed: [timed(0.003)] });
    expect(found).toMatchObject({ outcome: 'uncertain', confidence: 'low' });
  });

  it('needs no hot kubelet: one slow call of the kernel function is enough', () => {
    const functionTimes = [{ at: HERE, name: 'mem_cgroup_read_stat', seconds: 0.22 }];
    const found = judgeBy(memcgStatV1Zombies, {
      facts: { kernelVersion: '4.15.0-74-generic' },
      functionTimes,
    });
    expect(found).toMatchObject({ outcome: 'found', confidence: 'high', evidence: [{ value: 0.22 }, {}] });
  });

  it('is sure of the walk in perf top, whichever process reads', () => {
    const found = judgeBy(memcgStatV1Zombies, {
      facts: { kernelVersion: '4.19.0-8-amd64' },
      listed: [
        listed('memcg_stat_show', 0.31),
        listed('memcg_sum_events.isra.22', 0.18),
        listed('mem_cgroup_iter', 0.09),
      ],
    });
    expect(found).toMatchObject({ outcome: 'found', confidence: 'high', isDecisive: true });
  });

  it('knows a slow read by strace -y, also one that was resumed', () => {
    const calls = [
      straceOf(
        '71 10:00:01.000001 read(12</sys/fs/cgroup/memory/kubepods/memory.stat>,  <unfinished ...>\n72 10:00:01.000100 futex(0x1, FUTEX_WAKE_PRIVATE, 1) = 0 <0.000010>\n71 10:00:01.180001 <... read resumed> "cache 4096"..., 4096) = 658 <0.179438>',
      ),
    ];
    expect(judgeBy(memcgStatV1Zombies, { facts: old, calls })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 0.179438, place: { line: 3 } }, {}],
    });
  });

  it('asks for names where slow reads have none', () => {
    const line = '71 10:00:01.000001 read(12, "cache 4096"..., 4096) = 658 <0.179438>';
    const calls = [straceOf(`${line}\n${line}`)];
    expect(judgeBy(memcgStatV1Zombies, { facts: old, calls })).toMatchObject({ outcome: 'uncertain' });
    const short = [straceOf('71 10:00:01.000001 read(9, "x", 1) = 1 <3.000000>'.concat('\n').repeat(3))];
    expect(judgeBy(memcgStatV1Zombies, { facts: old, calls: short })).toMatchObject({ outcome: 'skipped' });
  });

  it('is not sure of a kernel with the fix whose read is slow all the same', () => {
    const facts = { kernelVersion: '5.15.0-91-generic' };
    expect(judgeBy(memcgStatV1Zombies, { facts, timed: [timed(0.4)] })).toMatchObject({
      confidence: 'medium',
    });
  });

  it('suspects many dead cgroups on a kernel that lacks the fix, and asks for a read', () => {
    const counted = [count('memory-cgroups', 38_000), count('memory-cgroup-directories', 300)];
    expect(judgeBy(memcgStatV1Zombies, { facts: old, counted })).toMatchObject({
      outcome: 'uncertain',
      settle: { template: expect.stringContaining('time cat') as string },
    });
    const live = [count('memory-cgroups', 3_000), count('memory-cgroup-directories', 2_900)];
    expect(judgeBy(memcgStatV1Zombies, { facts: old, counted: live })).toMatchObject({ outcome: 'skipped' });
  });

  it.each([
    [
      'a slow charge',
      { functionTimes: [{ at: HERE, name: 'mem_cgroup_try_charge', seconds: 2 }] },
      'skipped',
    ],
    [
      'a slow read of version 2',
      { timed: [{ ...timed(3), command: 'cat /sys/fs/cgroup/kubepods.slice/memory.stat' }] },
      'skipped',
    ],
    ['a quick read', { facts: old, timed: [timed(0.002)] }, 'clear'],
    ['a profile of something else', { facts: old, profiles: [cpuProfile({ 'main;other': 1 })] }, 'clear'],
    ['cgroup v2', { facts: { cgroupVersion: 2 }, profiles: [hot] } as const, 'notApplicable'],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(memcgStatV1Zombies, given)).toMatchObject({ outcome });
  });
});
