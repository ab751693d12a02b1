/**
 * Rules of the kernel, of cgroups and of the node's network together: each cause comes first of all, and what is busy for
 * another reason makes none of them sure.
 */
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readProfile } from '../../../../src/profile/readProfile.js';
import { judge } from '../../../../src/triage/judge.js';
import { CGROUP_RULES } from '../../../../src/triage/rules/cgroups/cgroupRules.js';
import { NODE_RULES } from '../../../../src/triage/rules/node/nodeRules.js';
import type { RuleId } from '../../../../src/triage/ruleIds.js';
import { readFixture } from '../../../support/fixtures.js';
import {
  count,
  functionTime,
  goListed,
  listed,
  processRow,
  straceOf,
  timed,
} from '../../../support/kernelEvidence.js';
import {
  cpuProfile,
  HERE,
  logLines,
  nodeEvidence,
  type GivenEvidence,
} from '../../../support/nodeEvidence.js';

const RULES = [...CGROUP_RULES, ...NODE_RULES];
const findings = (given: GivenEvidence) => judge(nodeEvidence(given), RULES).findings;
const times = (line: string, many: number) => logLines(Array.from({ length: many }, () => line).join('\n'));
const event = (reason: string, message: string) => ({
  at: HERE,
  objectKind: 'Pod',
  objectName: 'job-1',
  reason,
  message,
  isWarning: true,
  count: 20,
  spanSeconds: 300,
});
const HOUSEKEEPING = 'github.com/google/cadvisor/manager.(*containerData).housekeeping';
const RAW_STATS = 'github.com/google/cadvisor/container/raw.(*rawContainerHandler).GetStats';
const GET_STATS =
  'k8s.io/kubernetes/vendor/github.com/opencontainers/runc/libcontainer/cgroups/fs.(*MemoryGroup).GetStats';

describe('the cause that comes first', () => {
  it.each<readonly [RuleId, GivenEvidence]>([
    [
      'memcg-stat-v1-zombies',
      {
        facts: { kernelVersion: '4.4.227-1.el7.elrepo.x86_64' },
        timed: [timed('cat /sys/fs/cgroup/memory/memory.stat', 9.06)],
        counted: [count('memory-cgroups', 41_000), count('memory-cgroup-directories', 300)],
        profiles: [
          cpuProfile({ [`${HOUSEKEEPING};${RAW_STATS};${GET_STATS};syscall.Syscall`]: 0.9, other: 0.1 }),
        ],
      },
    ],
    [
      'memcg-stat-v1-zombies',
      {
        facts: { kernelVersion: '4.15.0-74-generic' },
        functionTimes: [functionTime('memcg_stat_show', 0.16), functionTime('estimation_timer', 0.0002)],
        processes: [processRow('ksoftirqd/3', 0.4), processRow('cadvisor', 0.6)],
      },
    ],
    [
      'cgroup-cleanup-loop-v2',
      {
        facts: { kernelVersion: '5.15.0-46-generic', cgroupVersion: 2 },
        log: times(
          '"Failed to delete cgroup paths" cgroupName=[kubepods burstable pod1] err="unable to destroy cgroup paths for cgroup [kubepods burstable pod1] : timed out waiting for the condition"',
          30,
        ),
        profiles: [
          cpuProfile({
            'k8s.io/kubernetes/pkg/kubelet/cm.(*podContainerManagerImpl).Destroy;os.ReadDir': 0.5,
            x: 0.5,
          }),
        ],
      },
    ],
    [
      'systemd-slice-leak',
      {
        facts: { systemdVersion: 'systemd 229', kernelVersion: '4.4.0-1069-aws' },
        counted: [count('systemd-scopes', 103_910), count('cgroup-directories', 104_000)],
        listed: [goListed('github.com/google/cadvisor/container/raw.(*rawContainerHandler).GetStats', 0.4)],
      },
    ],
    [
      'kmem-accounting-el7',
      {
        facts: { kernelVersion: '3.10.0-1160.el7.x86_64' },
        events: [
          event(
            'FailedCreatePodContainer',
            'unable to ensure pod container exists: failed to create container for [kubepods besteffort podb] : mkdir /sys/fs/cgroup/memory/kubepods/besteffort/podb: cannot allocate memory',
          ),
        ],
      },
    ],
    [
      'kmem-accounting-el7',
      {
        facts: { kernelVersion: '3.10.0-862.el7.x86_64' },
        events: [
          event(
            'FailedCreatePodContainer',
            'mkdir /sys/fs/cgroup/memory/kubepods/besteffort/podc: no space left on device',
          ),
        ],
        counted: [count('memory-cgroups', 65_534)],
      },
    ],
    [
      'cgroup-count-ceiling',
      {
        facts: { kernelVersion: '4.15.0-112-generic' },
        events: [
          event(
            'Failed',
            'oci runtime error: mkdir /sys/fs/cgroup/memory/docker/406c: no space left on device',
          ),
        ],
        counted: [count('memory-cgroups', 65_535), count('memory-cgroup-directories', 64_900)],
      },
    ],
    [
      'cgroup-writeback-switch-storm',
      {
        facts: { kernelVersion: '6.12.30' },
        log: logLines(
          'workqueue: inode_switch_wbs_work_fn hogged CPU for >10000us 4 times, consider switching to WQ_UNBOUND',
          'kernel',
        ),
      },
    ],
    [
      'memcg-rstat-flush-v2',
      {
        facts: { kernelVersion: '6.1.66-91.160.amzn2023.x86_64', cgroupVersion: 2 },
        listed: [listed('native_queued_spin_lock_slowpath', 0.5), listed('cgroup_rstat_flush_locked', 0.2)],
      },
    ],
    [
      'slab-cache-reap',
      {
        facts: { kernelVersion: '4.9.0-9-amd64' },
        listed: [listed('cache_reap', 0.4)],
        processes: [processRow('kworker/1:2', 0.8)],
      },
    ],
    ['kernfs-lock-contention', { listed: [listed('osq_lock', 0.4), listed('kernfs_iop_permission', 0.12)] }],
    [
      'bpf-jit-limit',
      {
        facts: { kernelVersion: '5.10.167-147.601.amzn2.x86_64' },
        events: [
          event(
            'Unhealthy',
            'Liveness probe errored: OCI runtime exec failed: unable to init seccomp: error loading seccomp filter into kernel: error loading seccomp filter: errno 524: unknown',
          ),
        ],
      },
    ],
    [
      'known-bad-kernel',
      {
        facts: { kernelVersion: '5.4.217-126.408.amzn2.x86_64' },
        events: [
          event(
            'NodeNotReady',
            'container runtime is down, PLEG is not healthy: pleg was last seen active 12m ago',
          ),
        ],
      },
    ],
    [
      'runc-init-memfd-loop',
      {
        facts: { kernelVersion: '3.10.0-957.5.1.el7.x86_64' },
        processes: [processRow('runc init', 0.99), processRow('runc init', 0.98)],
        calls: [
          straceOf(
            'memfd_create("runc_cloned:/proc/self/exe", MFD_CLOEXEC|MFD_ALLOW_SEALING) = 5\nsendfile(5, 6, NULL, 2147479552) = 9000000\nfcntl(5, F_GET_SEALS) = -1 EINVAL (Invalid argument)\n'.repeat(
              5,
            ),
          ),
        ],
      },
    ],
    [
      'iptables-duplicate-rules',
      {
        counted: [count('iptables-duplicates', 2_258), count('iptables-rules', 60_000)],
        processes: [processRow('ksoftirqd/0', 1)],
      },
    ],
    [
      'ipvs-estimation-timer',
      {
        facts: { kernelVersion: '4.19.91-22.al7.x86_64' },
        functionTimes: [functionTime('estimation_timer', 0.07)],
      },
    ],
  ])('%s', (id, given) => {
    const [first] = findings(given);
    expect(first?.rule.id).toBe(id);
    expect(first?.outcome).toBe('found');
  });
});

describe('no cause of these', () => {
  it.each<readonly [string, GivenEvidence]>([
    [
      'a kubelet with many containers',
      {
        facts: { kernelVersion: '5.15.0-91-generic', cgroupVersion: 1 },
        profiles: [
          cpuProfile({
            [`${HOUSEKEEPING};${RAW_STATS};io/ioutil.ReadFile`]: 1.4,
            'runtime.mcall;runtime.findRunnable': 0.6,
          }),
        ],
        timed: [timed('cat /sys/fs/cgroup/memory/memory.stat', 0.002)],
        processes: [processRow('kubelet', 2)],
      },
    ],
    [
      'a kubelet at rest, whose little CPU is for cgroups',
      {
        facts: { kernelVersion: '4.15.0-112-generic' },
        profiles: [
          cpuProfile({
            [`${HOUSEKEEPING};${GET_STATS};syscall.Syscall`]: 0.01,
            'k8s.io/kubernetes/pkg/kubelet.(*Kubelet).HandlePodCleanups;k8s.io/kubernetes/pkg/kubelet/cm.(*podContainerManagerImpl).GetAllPodsFromCgroups;os.ReadDir': 0.01,
            'runtime.findRunnable': 0.02,
          }),
        ],
      },
    ],
    [
      'a node whose disk is at its limit',
      {
        facts: { kernelVersion: '4.15.0-112-generic' },
        log: [
          ...logLines('INFO: task dockerd:1 blocked for more than 120 seconds.', 'kernel'),
          ...times('PLEG is not healthy: pleg was last seen active 4m ago', 20),
        ],
        listed: [listed('rwsem_down_write_failed', 0.3), listed('native_queued_spin_lock_slowpath', 0.2)],
      },
    ],
    [
      'a full disk',
      {
        log: times('write /var/lib/kubelet/x: no space left on device', 50),
        events: [event('EvictionThresholdMet', 'no space left on device')],
      },
    ],
    [
      'inotify that has no instance left',
      {
        log: times('failed to create fsnotify watcher: too many open files', 5),
        counted: [count('inotify-instances', 127)],
      },
    ],
    [
      'a strace table full of futex',
      {
        calls: [
          straceOf(
            '% time     seconds  usecs/call     calls    errors syscall\n------ ----------- ----------- --------- --------- ----------------\n 99.99   25.451882      519426        49        12 futex\n------ ----------- ----------- --------- --------- ----------------\n100.00   25.451882                    49        12 total',
          ),
        ],
      },
    ],
    [
      'a busy ksoftirqd',
      { facts: { kernelVersion: '5.4.0-42-generic' }, processes: [processRow('ksoftirqd/3', 1)] },
    ],
    [
      'an old kernel alone',
      {
        facts: { kernelVersion: '3.10.0-957.el7.x86_64', cgroupVersion: 1 },
        processes: [processRow('kubelet', 1.8)],
      },
    ],
  ])('%s', (_, given) => {
    expect(findings(given).map(({ rule, outcome }) => `${rule.id} ${outcome}`)).toEqual([]);
  });
});

describe('recorded kubelets that are well', () => {
  const profiles = (...files: readonly string[]) =>
    files.map(file => ({
      kind: 'profile' as const,
      profile: readProfile(gunzipSync(readFixture(`profiles/${file}`))),
      at: { file, line: undefined },
    }));

  it.each([
    'cpu-30pods-30s.pb.gz',
    'cpu-idle-30s.pb.gz',
    'cpu-cgroupload-30s.pb.gz',
    'cpu-v1.32-runc-30s.pb.gz',
    'cpu-v1.37-idle-30s.pb.gz',
    'cpu-memcg-zombies-30s.pb.gz',
  ])('%s gives no cause', file => {
    const facts = { kernelVersion: '4.15.0-112-generic', cgroupVersion: 1 } as const;
    expect(findings({ facts, profiles: profiles(file) }).map(({ rule }) => rule.id)).toEqual([]);
  });

  it('a trace with its futex times gives none', () => {
    const calls = [straceOf(new TextDecoder().decode(readFixture('strace/strace-futex.30pods.file.txt')))];
    expect(findings({ calls })).toEqual([]);
  });
});
