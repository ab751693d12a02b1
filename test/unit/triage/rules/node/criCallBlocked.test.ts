import { describe, expect, it } from 'vitest';
import { criCallBlocked } from '../../../../../src/triage/rules/node/criCallBlocked.js';
import { judgeBy, logLines } from '../../../../support/nodeEvidence.js';
import {
  cpuRow,
  eventRow,
  goroutineRow,
  logAt,
  notReady,
  pressureRow,
  processRow,
} from '../../../../support/nodeRows.js';

const PLEG = notReady('PLEG is not healthy: pleg was last seen active 3m41.12s ago; threshold is 3m0s');
const kubelet = (cores: number) =>
  processRow('/usr/bin/kubelet --config=/etc/k.yaml', { cores, tool: 'top' });
const REINSPECTION =
  'PLEG: pod failed reinspection pod="shop/cart-0" err="rpc error: code = DeadlineExceeded desc = context deadline exceeded"';
const atPace = (pace: readonly number[]) => logAt(pace.map(second => [second, REINSPECTION] as const));

describe('cri-call-blocked', () => {
  it('computes the pace of failed reinspections and says which limit it is', () => {
    const found = judgeBy(criCallBlocked, { log: atPace([100, 341, 582, 823]) });
    expect(found).toMatchObject({ outcome: 'found', confidence: 'high', isDecisive: true });
    expect(found).toMatchObject({
      evidence: [
        { value: 241, unit: 'seconds', text: { values: [241, 3, '2 x runtimeRequestTimeout'] } },
        { value: 4 },
      ],
    });
  });

  it('takes the limit from the settings', () => {
    const settings = [{ at: PLEG.at, name: 'runtimeRequestTimeout', value: '15m0s' }];
    const found = judgeBy(criCallBlocked, { settings, log: atPace([0, 1805, 3607]) });
    expect(found).toMatchObject({
      evidence: [{ text: { values: [1805, 2, '2 x runtimeRequestTimeout'] } }, {}],
    });
  });

  it('is less sure of reinspections without a steady pace', () => {
    expect(judgeBy(criCallBlocked, { log: atPace([0, 40, 300, 310, 900]) })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
      isDecisive: false,
    });
  });

  it.each([
    ['/opt/cni/bin/multus-shim', 2400, 'found'],
    ['calico', 700, 'found'],
    ['/opt/cni/bin/install-cni.sh', 90_000, 'skipped'],
    ['/opt/cni/bin/calico', 3, 'skipped'],
    ['calico-node -felix', 90_000, 'skipped'],
    ['cilium-agent --config-dir=/tmp', 90_000, 'skipped'],
  ])('knows a CNI plugin that does not end: %s of %d s', (command, ageSeconds, outcome) => {
    const processes = [processRow(command, { ageSeconds })];
    expect(judgeBy(criCallBlocked, { processes, conditions: [PLEG] })).toMatchObject({ outcome });
  });

  it('takes an OCI runtime that hangs for a sign where the PLEG waits, and asks where it does not', () => {
    const processes = [
      processRow('runc --root /run/containerd/runc/k8s.io delete --force 3f2', { ageSeconds: 4e3 }),
    ];
    expect(judgeBy(criCallBlocked, { processes, conditions: [PLEG] })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
    });
    expect(judgeBy(criCallBlocked, { processes })).toMatchObject({ outcome: 'uncertain', confidence: 'low' });
  });

  it('tells an idle kubelet with an unhealthy PLEG from a relist that burns', () => {
    const idle = judgeBy(criCallBlocked, { conditions: [PLEG], processes: [kubelet(0.08)] });
    expect(idle).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
      rivals: [{ id: 'pleg-relist', state: 'refuted' }, {}, {}, {}],
    });
    expect(judgeBy(criCallBlocked, { conditions: [PLEG], processes: [kubelet(1.7)] })).toMatchObject({
      outcome: 'skipped',
    });
  });

  it('names the NFS server behind a PLEG that waits, unless it came back', () => {
    const silent = 'nfs: server 10.20.0.7 not responding, still trying';
    const conditions = [PLEG];
    expect(judgeBy(criCallBlocked, { conditions, log: logLines(silent, 'kernel') })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ text: { values: ['10.20.0.7'] } }, {}],
    });
    const back = logLines(`${silent}\nnfs: server 10.20.0.7 OK`, 'kernel');
    expect(judgeBy(criCallBlocked, { conditions, log: back })).toMatchObject({ outcome: 'skipped' });
  });

  it('sees a relist that waits for one status in goroutines, and dockerd’s lock of a container', () => {
    const relist = goroutineRow(
      900,
      'google.golang.org/grpc.(*ClientConn).Invoke',
      'k8s.io/kubernetes/pkg/kubelet/cri/remote.(*remoteRuntimeService).PodSandboxStatus',
      'k8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).relist',
    );
    const docker = goroutineRow(
      31_680,
      'sync.(*Mutex).Lock',
      'github.com/docker/docker/daemon.(*Daemon).ContainerInspectCurrent',
    );
    for (const goroutine of [relist, docker])
      expect(judgeBy(criCallBlocked, { goroutines: [goroutine] })).toMatchObject({
        outcome: 'found',
        confidence: 'high',
      });
    const channel = goroutineRow(900, 'k8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).relist');
    expect(judgeBy(criCallBlocked, { goroutines: [channel] })).toMatchObject({ outcome: 'clear' });
  });

  it('counts those that queue for the lock of a container where a dump tells no times', () => {
    const queue = (count: number) => ({
      ...goroutineRow(
        0,
        'sync.(*Mutex).Lock',
        'github.com/docker/docker/daemon.(*Daemon).ContainerInspectCurrent',
      ),
      count,
      state: undefined,
      waitSeconds: undefined,
    });
    expect(judgeBy(criCallBlocked, { goroutines: [queue(71_759)] })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 71_759 }],
    });
    expect(judgeBy(criCallBlocked, { goroutines: [queue(3)] })).toMatchObject({ outcome: 'clear' });
  });

  it('asks for times where a dump without them has the relist in one call', () => {
    const dumped = {
      ...goroutineRow(
        0,
        'google.golang.org/grpc.(*ClientConn).Invoke',
        'k8s.io/kubernetes/pkg/kubelet/remote.(*RemoteRuntimeService).PodSandboxStatus',
        'k8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).relist',
      ),
      state: undefined,
      waitSeconds: undefined,
    };
    expect(judgeBy(criCallBlocked, { goroutines: [dumped], conditions: [PLEG] })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'medium',
    });
    expect(judgeBy(criCallBlocked, { goroutines: [dumped] })).toMatchObject({ outcome: 'clear' });
  });

  it('takes the word of a post for a sign, and an old OCI process with it for the cause', () => {
    const log = logLines('`docker ps` works fine, but docker inspect of that one hangs.', 'unknown');
    expect(judgeBy(criCallBlocked, { log })).toMatchObject({ outcome: 'uncertain', confidence: 'low' });
    expect(judgeBy(criCallBlocked, { log, conditions: [PLEG] })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'medium',
    });
    const processes = [processRow('runc --root /run/runc start 77ab', { ageSeconds: 86_400 })];
    expect(judgeBy(criCallBlocked, { log, processes })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
    });
    const all = logLines('docker inspect hangs\ndocker ps hangs', 'unknown');
    expect(judgeBy(criCallBlocked, { log: all, conditions: [PLEG] })).toMatchObject({ outcome: 'skipped' });
  });

  it('holds the plugin, not the silent runtime, to be the cause, unless the runtime has ended', () => {
    const processes = [processRow('/opt/cni/bin/calico', { ageSeconds: 86_400 })];
    const conditions = [notReady('container runtime is down')];
    expect(judgeBy(criCallBlocked, { processes, conditions })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      explains: ['pleg-relist', 'image-many', 'orphaned-pod-dirs', 'cri-unresponsive'],
    });
    const log = logLines("containerd.service: Failed with result 'signal'.", 'systemd');
    expect(judgeBy(criCallBlocked, { processes, conditions, log })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
    });
  });

  it('reads the sandbox that the relist of an older kubelet asks for in vain', () => {
    const asked = `PodSandboxStatus of sandbox "${'1'.repeat(64)}" for pod "ci-0_ci(4c1a)" error: rpc error: code = DeadlineExceeded desc = context deadline exceeded`;
    const log = logAt([
      [0, asked],
      [97, asked],
    ]);
    expect(judgeBy(criCallBlocked, { log, conditions: [PLEG] })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
    });
  });

  it('is likely where goroutines pile up in one call that takes milliseconds', () => {
    const waiting = (call: string, count: number, waitSeconds: number) =>
      Array.from({ length: count }, () =>
        goroutineRow(
          waitSeconds,
          'google.golang.org/grpc/internal/transport.(*Stream).waitOnHeader',
          `k8s.io/kubernetes/pkg/kubelet/cri/remote.(*remoteRuntimeService).${call}`,
        ),
      );
    expect(judgeBy(criCallBlocked, { goroutines: waiting('ListContainerStats', 40, 1200) })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
      evidence: [{ value: 40, text: { values: [40, 'ListContainerStats'] } }],
    });
    for (const few of [
      waiting('ListContainerStats', 8, 1200),
      waiting('ListContainerStats', 40, 30),
      waiting('ExecSync', 40, 1200),
      waiting('PullImage', 40, 1200),
    ])
      expect(judgeBy(criCallBlocked, { goroutines: few })).toMatchObject({ outcome: 'clear' });
  });

  it('reads one container of which containerd gets no state, not many', () => {
    const state = (id: string) =>
      `level=error msg="get state for ${id}" error="context deadline exceeded: unknown"`;
    const one = 'a'.repeat(64);
    const log = logLines(Array.from({ length: 5 }, () => state(one)).join('\n'), 'runtime');
    expect(judgeBy(criCallBlocked, { log, conditions: [PLEG] })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
    });
    const ids = Array.from({ length: 20 }, (_, at) => `${at + 10}`.padEnd(64, 'b'));
    const many = logLines(ids.map(state).join('\n'), 'runtime');
    expect(judgeBy(criCallBlocked, { log: [...many, ...many], conditions: [PLEG] })).toMatchObject({
      outcome: 'skipped',
    });
  });

  it('asks where one sandbox alone could not be stopped once, and is surer where it was twice', () => {
    const text = `Failed to stop sandbox "${'4e'.repeat(32)}" before removing: rpc error: code = 4 desc = context deadline exceeded`;
    expect(judgeBy(criCallBlocked, { log: logLines(text), conditions: [PLEG] })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
    });
    expect(judgeBy(criCallBlocked, { log: logLines(`${text}\n${text}`), conditions: [PLEG] })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
    });
    expect(judgeBy(criCallBlocked, { log: logLines(text) })).toMatchObject({ outcome: 'clear' });
  });

  it('reads a network of one pod that cannot be taken down in time', () => {
    const text =
      'failed to "KillPodSandbox" for "9c1f" with KillPodSandboxError: "rpc error: code = Unknown desc = failed to destroy network for sandbox \\"' +
      '7b'.repeat(32) +
      '\\": context deadline exceeded"';
    expect(judgeBy(criCallBlocked, { log: logLines(`${text}\n${text}`), conditions: [PLEG] })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
      evidence: [{ value: 2 }, {}],
    });
  });

  it.each([
    '"ExecSync cmd from runtime service failed" err="rpc error: code = DeadlineExceeded desc = timeout 1s exceeded" containerID="7b7b7b7b7b7b"',
    'failed to "StartContainer" for "web" with ErrImagePull: "context deadline exceeded" pod="shop/web-0"',
    '"PullImage from image service failed" err="rpc error: code = DeadlineExceeded" pod="shop/web-0"',
  ])('takes no probe and no registry for it: %s', text => {
    expect(
      judgeBy(criCallBlocked, { log: logLines(`${text}\n${text}\n${text}`), conditions: [PLEG] }),
    ).toMatchObject({
      outcome: 'skipped',
    });
  });

  it('does not conclude from an idle kubelet where CPUs or disks have all to do', () => {
    const given = { conditions: [PLEG], processes: [kubelet(0.08)] };
    const pressure = [pressureRow('io', 'full', 0.5)];
    for (const busy of [{ pressure }, { cpu: [cpuRow({ idle: 0.01 })] }])
      expect(judgeBy(criCallBlocked, { ...given, ...busy })).toMatchObject({ outcome: 'uncertain' });
  });

  it('steps back where the runtime as a whole is down', () => {
    const conditions = [
      notReady('[container runtime is down, PLEG is not healthy: pleg was last seen active 9m1s ago]'),
    ];
    expect(judgeBy(criCallBlocked, { conditions, processes: [kubelet(0.05)] })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
    });
  });

  it('keeps the disk as a rival, open or refuted by pressure', () => {
    const rivalOf = (share: number) =>
      judgeBy(criCallBlocked, {
        conditions: [PLEG],
        processes: [kubelet(0.1)],
        pressure: [pressureRow('io', 'full', share)],
      });
    expect(rivalOf(0.01)).toMatchObject({
      rivals: [{}, {}, { id: 'disk-io-throttle', state: 'refuted' }, {}],
    });
    expect(rivalOf(0.4)).toMatchObject({ rivals: [{}, {}, { state: 'open' }, {}] });
  });

  it.each([
    ['an unhealthy PLEG alone', { conditions: [PLEG] }, 'skipped'],
    [
      'a kubelet that starts',
      { conditions: [notReady('PLEG is not healthy: pleg has yet to be successful')] },
      'clear',
    ],
    ['an ordinary log', { log: logLines('SyncLoop (PLEG): event for pod\nStarted container web') }, 'clear'],
    ['an ordinary Event', { events: [eventRow('Pulled: image is there')] }, 'clear'],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(criCallBlocked, given)).toMatchObject({ outcome });
  });
});
