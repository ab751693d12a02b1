/** Causes of one node that look alike: which comes first, and what is not found beside it. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readEvidence } from '../../../../../src/evidence/readEvidence.js';
import { judge, type Triage } from '../../../../../src/triage/judge.js';
import { criCallBlocked } from '../../../../../src/triage/rules/node/criCallBlocked.js';
import { criGrpcMessageLimit } from '../../../../../src/triage/rules/node/criGrpcMessageLimit.js';
import { criUnresponsive } from '../../../../../src/triage/rules/node/criUnresponsive.js';
import { diskHang } from '../../../../../src/triage/rules/node/diskHang.js';
import { diskIoThrottle } from '../../../../../src/triage/rules/node/diskIoThrottle.js';
import { memoryThrashReadback } from '../../../../../src/triage/rules/node/memoryThrashReadback.js';
import { nodeCpuStarved } from '../../../../../src/triage/rules/node/nodeCpuStarved.js';
import { runcBindfdMountStorm } from '../../../../../src/triage/rules/node/runcBindfdMountStorm.js';
import { readFixture } from '../../../../support/fixtures.js';
import { HERE, logLines, nodeEvidence, type GivenEvidence } from '../../../../support/nodeEvidence.js';
import {
  cpuRow,
  diskRow,
  eventRow,
  logAt,
  memoryRow,
  notReady,
  pressureRow,
  processRow,
} from '../../../../support/nodeRows.js';

const RULES = [
  criCallBlocked,
  criUnresponsive,
  criGrpcMessageLimit,
  diskIoThrottle,
  diskHang,
  memoryThrashReadback,
  nodeCpuStarved,
  runcBindfdMountStorm,
];
const triage = (given: GivenEvidence): Triage => judge(nodeEvidence(given), RULES);
const namesOf = ({ findings }: Triage): readonly string[] => findings.map(({ rule }) => rule.id);

const down = notReady(
  '[container runtime is down, PLEG is not healthy: pleg was last seen active 7m12s ago; threshold is 3m0s]',
);
const flapping = notReady('PLEG is not healthy: pleg was last seen active 3m8.2s ago; threshold is 3m0s');
const late = (call: string) =>
  `"${call} from runtime service failed" err="rpc error: code = DeadlineExceeded desc = context deadline exceeded"`;
const allLate = logAt([
  [0, late('ListPodSandbox with filter')],
  [90, late('Status')],
  [200, late('ListContainers with filter')],
]);
const idle = processRow('/usr/bin/kubelet', { cores: 0.06, tool: 'top' });
const slow = diskRow({
  readsPerSecond: 20,
  writesPerSecond: 480,
  writeWaitSeconds: 0.31,
  queue: 150,
  busyShare: 1,
});
const still = diskRow({ readsPerSecond: 0, writesPerSecond: 0, queue: 64, busyShare: 1 });
const reads = diskRow({
  readsPerSecond: 4000,
  writesPerSecond: 4,
  readBytesPerSecond: 120e6,
  readWaitSeconds: 0.13,
  queue: 90,
  busyShare: 1,
});

const SCENARIOS: readonly (readonly [
  what: string,
  given: GivenEvidence,
  first: string,
  absent: readonly string[],
])[] = [
  [
    'a disk at its limit, under a runtime that seems down',
    {
      disks: [slow],
      conditions: [down],
      log: allLate,
      pressure: [pressureRow('io', 'full', 0.62)],
      processes: [idle],
    },
    'disk-io-throttle',
    ['disk-hang', 'memory-thrash-readback', 'node-cpu-starved'],
  ],
  [
    'a disk that hangs, under a runtime that seems down',
    {
      disks: [still, still, still],
      conditions: [down],
      log: allLate,
      pressure: [pressureRow('io', 'full', 0.97)],
      processes: [idle],
    },
    'disk-hang',
    ['memory-thrash-readback', 'node-cpu-starved'],
  ],
  [
    'memory without a reserve, with a disk full of reads',
    {
      disks: [reads],
      pressure: [pressureRow('memory', 'full', 0.5), pressureRow('io', 'full', 0.7)],
      conditions: [down],
      cpu: [cpuRow({ idle: 0.01, ioWait: 0.88 })],
      processes: [processRow('[kswapd0]', { cores: 0.99 }), idle],
      memory: [memoryRow({ total: 16e9, available: 0.3e9 })],
    },
    'memory-thrash-readback',
    ['disk-hang', 'node-cpu-starved'],
  ],
  [
    'pods that have all CPUs, and calls that come late',
    {
      facts: { cpus: 4 },
      cpu: [cpuRow({ user: 0.95, idle: 0.01, ioWait: 0, runnable: 37 })],
      processes: [processRow('java', { pid: 9, cores: 3.6 }), idle],
      log: allLate,
      conditions: [flapping],
    },
    'node-cpu-starved',
    ['disk-io-throttle', 'disk-hang', 'memory-thrash-readback'],
  ],
  [
    'one sandbox whose plugin hangs, while others start',
    {
      conditions: [flapping],
      processes: [processRow('/opt/cni/bin/calico', { ageSeconds: 5400, state: 'S' }), idle],
      log: logAt([
        [0, late('StopPodSandbox')],
        [130, 'SyncLoop (PLEG): "event for pod" pod="shop/web-1"'],
        [240, late('StopPodSandbox')],
      ]),
      cpu: [cpuRow({ idle: 0.93, ioWait: 0.01 })],
    },
    'cri-call-blocked',
    ['cri-unresponsive', 'disk-io-throttle', 'disk-hang', 'node-cpu-starved'],
  ],
  [
    'containerd that is stopped, on an idle node',
    {
      conditions: [down],
      processes: [processRow('/usr/bin/containerd', { state: 'Tsl' }), idle],
      cpu: [cpuRow({ idle: 0.97, ioWait: 0 })],
      pressure: [pressureRow('io', 'full', 0)],
      log: allLate,
    },
    'cri-unresponsive',
    ['disk-io-throttle', 'disk-hang', 'node-cpu-starved'],
  ],
  [
    'a list beyond the limit, whose collection fails',
    {
      events: [
        eventRow(
          'ContainerGCFailed: rpc error: code = ResourceExhausted desc = grpc: trying to send message larger than max (17000000 vs. 16777216)',
        ),
      ],
      conditions: [flapping],
      processes: [idle],
    },
    'cri-grpc-message-limit',
    ['cri-unresponsive', 'disk-io-throttle'],
  ],
];

describe.each(SCENARIOS)('%s', (_, given, first, absent) => {
  it(`is ${first}`, () => {
    const names = namesOf(triage(given));
    expect(names[0]).toBe(first);
    for (const name of absent) expect(names).not.toContain(name);
  });
});

describe('an NFS server that does not respond', () => {
  it('is one blocked call, no disk', () => {
    const log = logLines(
      `nfs: server 10.1.1.9 not responding, still trying
       INFO: task umount:4121 blocked for more than 245 seconds.
       Call Trace:
       __schedule+0x2eb/0x8d0
       rpc_wait_bit_killable+0x1e/0x90 [sunrpc]
       nfs4_call_sync_sequence+0x9a/0x100 [nfsv4]`,
      'kernel',
    );
    expect(namesOf(triage({ log, conditions: [flapping] }))).toEqual(['cri-call-blocked']);
  });
});

describe('what names no cause', () => {
  it.each([
    ['an unhealthy PLEG alone', { conditions: [flapping] }],
    [
      'an unhealthy PLEG and a kubelet that burns',
      { conditions: [flapping], processes: [processRow('kubelet', { cores: 1.9 })] },
    ],
    [
      'NotReady Events',
      { events: [eventRow('NodeNotReady: Node is not ready'), eventRow('Rebooted: Node has been rebooted')] },
    ],
    [
      'a network that is not ready',
      { conditions: [notReady('container runtime network not ready: NetworkReady=false')] },
    ],
  ])('%s', (_, given: GivenEvidence) => {
    expect(namesOf(triage(given))).toEqual([]);
  });

  it('a healthy node, as it was recorded', () => {
    const given = sampled('threads/idle-node.samples.txt.gz');
    expect(given.processes?.length).toBeGreaterThan(0);
    const log = logLines('Started container web\nSyncLoop (PLEG): event for pod');
    expect(namesOf(triage({ ...given, log, profiles: [recordedProfile] }))).toEqual([]);
  });
});

describe('a node whose CPUs others had, as it was recorded', () => {
  it('is starved: no CPU idle, and the kubelet waits', () => {
    const { findings } = triage(sampled('pod/jobs/threads/files/threads.samples.txt.gz'));
    expect(findings).toMatchObject([
      {
        rule: { id: 'node-cpu-starved' },
        outcome: 'found',
        evidence: [{ unit: 'cores' }, { unit: 'share' }],
      },
    ]);
  });
});

const at = { ...HERE, line: undefined };
const inflated = (file: string) => new Uint8Array(gunzipSync(readFixture(file)));
const recordedProfile = { ...readEvidence(inflated('profiles/cpu-30pods-30s.pb.gz'), 'profile'), at };

/** What samples of threads say of processes and CPUs, as joined evidence has it. */
function sampled(file: string): GivenEvidence {
  const threads = readEvidence(inflated(file), 'threads');
  if (threads.kind !== 'threads') throw new Error(`${file} has no samples of threads`);
  const { node, processes, facts } = threads.report;
  if (node === undefined || facts.cpus === undefined) throw new Error(`${file} does not tell of CPUs`);
  const { cpus } = facts;
  return {
    threads: [{ ...threads, at }],
    facts: { cpus },
    processes: processes.map(({ pid, command, userCores, systemCores, waitCores }) =>
      processRow(command, { tool: 'threads', pid, cores: userCores + systemCores, waitCores }),
    ),
    cpu: [
      cpuRow({
        user: node.user / cpus,
        system: node.system / cpus,
        idle: node.idle / cpus,
        ioWait: node.ioWait / cpus,
        steal: node.steal / cpus,
      }),
    ],
  };
}
