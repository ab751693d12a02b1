/** Lines of logs in the forms that posts have, and lines of other tools, which are none. */
import { describe, expect, it } from 'vitest';
import { logLinesReader } from '../../../../src/material/logs/logLines.js';
import type { LogLine } from '../../../../src/material/model.js';
import { materialText } from '../../../support/materialText.js';

function logOf(text: string): readonly LogLine[] {
  return logLinesReader.read(materialText(text)).log ?? [];
}

/** `origin severity text` of each. */
function said(text: string): readonly string[] {
  return logOf(text).map(({ origin, severity, text: message }) => `${origin} ${severity ?? '-'} ${message}`);
}

describe('log lines', () => {
  it('are read of a journal with klog within', () => {
    const text = `
Nov 27 06:51:40 worker-3 kubelet[1234]: E1127 06:51:40.123456    1234 remote_runtime.go:222] RunPodSandbox from runtime service failed: rpc error: code = DeadlineExceeded
Nov 27 06:51:42 worker-3 kernel: [84629.739949] nvme nvme0: I/O 12 QID 4 timeout, aborting
Nov 27 06:51:43 worker-3 containerd[801]: time="2026-11-27T06:51:43.5Z" level=error msg="StopPodSandbox failed" error="context deadline exceeded"
Nov 27 06:51:44 worker-3 systemd[1]: run-r1f.scope: Succeeded.
Nov 27 06:52:40 worker-3 sshd[77]: Accepted publickey for core`;
    expect(said(text)).toEqual([
      'kubelet error RunPodSandbox from runtime service failed: rpc error: code = DeadlineExceeded',
      'kernel - nvme nvme0: I/O 12 QID 4 timeout, aborting',
      'runtime error msg="StopPodSandbox failed" error="context deadline exceeded"',
      'systemd - run-r1f.scope: Succeeded.',
      'unknown - Accepted publickey for core',
    ]);
    expect(logOf(text).map(({ seconds }) => seconds)).toEqual([0, 2, 3, 4, 60]);
  });

  it('are read of a bare klog, its pid telling what a file does not', () => {
    const text = `
I0131 15:43:35.158465    3072 request.go:668] Waited for 1.04s due to client-side throttling, not priority and fairness
I0131 15:43:35.414429    3072 kubelet.go:1953] SyncLoop (PLEG): "web_default(70a6)"
E0131 15:43:36.1    3072 controller.go:144] failed to ensure lease exists
W0131 15:43:37.000001       1 proxier.go:661] Failed to load kernel module
I0131 15:43:38.000001      77 leaderelection.go:278] successfully renewed lease`;
    expect(logOf(text).map(({ origin }) => origin)).toEqual([
      'kubelet',
      'kubelet',
      'kubelet',
      'kube-proxy',
      'unknown',
    ]);
  });

  it('are read within frames, quotations and prefixes', () => {
    const text = `
> E1126 17:29:38.193412    2098 generic.go:205] GenericPLEG: Unable to retrieve pods
│ E1126 17:29:39.193412    2098 kubelet.go:2183] "Skipping pod synchronization" err="PLEG is not healthy"                    │
kubelet.err.log:21065:I1126 17:29:40.184664    4712 kubelet.go:2039] "SyncLoop ADD" source="api"
[pod/kube-proxy-x2x9k/kube-proxy] I1126 17:29:41.184664    1 bounded_frequency_runner.go:296] sync-runner Ran
2023-12-25T19:46:19.742244330Z level=info msg="Waited for 1.09s due to client-side throttling" subsys=klog
2024-04-17T06:25:01.123456+00:00 node-b kubelet[877]: E0417 06:25:01.1 877 pod_workers.go:1301] "Error syncing pod"
2024-04-17T06:25:02+0200 node-b dockerd[12]: time="2024-04-17T06:25:02" level=warning msg="Health check for container timed out"
2024-04-17T06:25:03.1Z stderr F W0417 06:25:03.000001 1 iptables.go:261] xtables lock held
{"log":"E0417 06:25:04.000001 1 kubelet.go:1 ] odd\\n","stream":"stderr","time":"2024-04-17T06:25:04.1Z"}`;
    expect(said(text)).toEqual([
      'kubelet error GenericPLEG: Unable to retrieve pods',
      'kubelet error "Skipping pod synchronization" err="PLEG is not healthy"',
      'kubelet info "SyncLoop ADD" source="api"',
      'kube-proxy info sync-runner Ran',
      'cni info msg="Waited for 1.09s due to client-side throttling" subsys=klog',
      'kubelet error "Error syncing pod"',
      'runtime warning msg="Health check for container timed out"',
      'kube-proxy warning xtables lock held',
      'unknown - E0417 06:25:04.000001 1 kubelet.go:1 ] odd',
    ]);
  });

  it('are read of units of another name, and of talosctl', () => {
    expect(
      said(`
Jun 26 20:25:06 node03 env[1167]: time="2019-06-26T20:25:06.48Z" level=error msg="Handler for POST returned error"
Jan 10 20:02:13 localhost sh[1464]: E0110 20:02:13.103643    1465 kubelet_volumes.go:110] Orphaned pod "0cea" found
* Jan 04 12:00:00 minikube kubelet[123]: E0104 12:00:00.000001 123 pod_workers.go:191] Error syncing pod
**Dec  5 12:42:03  kubelet: E1205 12:42:03.527763   23059 summary.go:92] Failed to get system container stats
10.200.1.3: {"ts":1753121331919.7622,"caller":"pleg/generic.go:256","msg":"GenericPLEG: it is late","v":0}`),
    ).toEqual([
      'runtime error msg="Handler for POST returned error"',
      'kubelet error Orphaned pod "0cea" found',
      'kubelet error Error syncing pod',
      'kubelet error Failed to get system container stats',
      'kubelet - GenericPLEG: it is late',
    ]);
  });

  it('are read of JSON, with the fields that say why', () => {
    const text = `
{"ts":1745319662553.8606,"caller":"pleg/generic.go:256","msg":"GenericPLEG: Unable to retrieve pods","err":"rpc error: code = ResourceExhausted desc = grpc: trying to send message larger than max (16791221 vs. 16777216)"}
{"level":"error","ts":"2026-03-01T10:00:00.123Z","caller":"ipamd/ipamd.go:707","msg":"Failed to increase pool"}
{"_COMM":"kubelet","__REALTIME_TIMESTAMP":"1745319663000000","MESSAGE":"E0422 11:01:03.000001 900 kubelet.go:2183] skipping pod synchronization"}
{"kind":"Event","message":"Back-off","reason":"BackOff"}`;
    expect(logOf(text)).toMatchObject([
      {
        origin: 'kubelet',
        seconds: 1745319662.5538606,
        text: '"GenericPLEG: Unable to retrieve pods" err="rpc error: code = ResourceExhausted desc = grpc: trying to send message larger than max (16791221 vs. 16777216)"',
      },
      { origin: 'unknown', severity: 'error', text: 'Failed to increase pool' },
      { origin: 'kubelet', seconds: 1745319663, severity: 'error', text: 'skipping pod synchronization' },
    ]);
  });

  it('are read of dmesg, plain and with dates', () => {
    const text = `
[235387.507463] INFO: task kubelet:4012 blocked for more than 120 seconds.
[235387.759223]  schedule+0x2c/0x80
[235388.000001] nvme nvme0: I/O 12 QID 4 timeout, aborting
[Fri Nov 27 06:51:41 2026] usb 1-1: new high-speed device
[   12.345678] node1 kubelet[123]: E1127 06:51:40.1 123 kubelet.go:2183] late
[Fri Nov 27 06:51:40 2026] Memory cgroup out of memory: Killed process 77 (java)
<4>[  12.500000] SLUB: Unable to allocate memory on node -1`;
    expect(logOf(text)).toMatchObject([
      { origin: 'kernel', seconds: 0, text: 'INFO: task kubelet:4012 blocked for more than 120 seconds.' },
      { origin: 'kernel', text: 'schedule+0x2c/0x80' },
      { origin: 'kernel', text: 'nvme nvme0: I/O 12 QID 4 timeout, aborting' },
      { origin: 'kernel', text: 'usb 1-1: new high-speed device' },
      { origin: 'kubelet', text: 'late' },
      { origin: 'kernel', seconds: Date.UTC(2026, 10, 27, 6, 51, 40) / 1000 },
      { origin: 'kernel', text: 'SLUB: Unable to allocate memory on node -1' },
    ]);
  });

  it('are read of plugins: zap, Calico, the Go log', () => {
    const text = `
2024-01-02T03:04:05.678Z\tERROR\tcni-plugin\tcni/main.go:12\tfailed to add pod\t{"err":"timeout"}
2021-03-01 12:00:00.123 [WARNING][71] felix/int_dataplane.go 1234: Dataplane is slow duration=12s
2021/03/01 12:00:01 Failed to start device plugin server
INFO[2021-03-01T12:00:02Z] starting containerd revision=abc`;
    expect(said(text)).toEqual([
      'cni error cni-plugin cni/main.go:12 failed to add pod {"err":"timeout"}',
      'cni warning Dataplane is slow duration=12s',
      'unknown - Failed to start device plugin server',
      'runtime info starting containerd revision=abc',
    ]);
  });

  it('have months of other languages, and go on over New Year', () => {
    const text = `
déc. 31 23:59:59 erebos kubelet[1]: one thing
janv. 1 00:00:01 erebos kubelet[1]: another thing
sept. 20 16:41:05 erebos kubelet[1]: a third thing`;
    expect(logOf(text).map(({ seconds }) => seconds)).toEqual([0, 2, 2 + 263 * 86_400 + 60_064]);
  });

  it('count what rsyslog folded', () => {
    expect(
      logOf('Nov 27 06:51:40 n1 kubelet[12]: message repeated 12 times: [ http: TLS handshake error]'),
    ).toMatchObject([{ text: 'http: TLS handshake error', times: 12 }]);
  });

  it('are told where a post quotes a message alone', () => {
    const text = `
The node goes NotReady with:
PLEG is not healthy: pleg was last seen active 3m7.6s ago; threshold is 3m0s
- \`rpc error: code = ResourceExhausted desc = grpc: trying to send message larger than max (16779959 vs. 16777216)\`
INFO: task kubelet:1 blocked for more than 120 seconds.
Waited for 192.9ms due to client-side throttling, not priority and fairness, request: GET:https://API:443/api/v1/pvc
tail: inotify resources exhausted
We no longer see "context deadline exceeded" there.
journalctl -u kubelet | grep -c 'failed to delete cgroup paths'
We also saw PLEG is not healthy in other clusters.`;
    expect(said(text)).toEqual([
      'kubelet - PLEG is not healthy: pleg was last seen active 3m7.6s ago; threshold is 3m0s',
      'unknown - rpc error: code = ResourceExhausted desc = grpc: trying to send message larger than max (16779959 vs. 16777216)',
      'kernel - INFO: task kubelet:1 blocked for more than 120 seconds.',
      'unknown - Waited for 192.9ms due to client-side throttling, not priority and fairness, request: GET:https://API:443/api/v1/pvc',
      'unknown - tail: inotify resources exhausted',
    ]);
  });

  it('are read of talosctl dmesg, with its facility and level', () => {
    const text = `
k8s-d: kern:     err: [2026-07-10T20:29:01.11Z]: nvme nvme0: I/O 212 QID 4 timeout, reset controller
10.0.7.5: kern: warning: [2026-07-10T20:30:06.21Z]: XFS (nvme0n1p6): log I/O error -5`;
    expect(said(text)).toEqual([
      'kernel - nvme nvme0: I/O 212 QID 4 timeout, reset controller',
      'kernel - XFS (nvme0n1p6): log I/O error -5',
    ]);
  });

  it('are told of a title that is a message', () => {
    expect(
      logOf('# mkdir /sys/fs/cgroup/memory/kubepods/pod1: no space left on device\n# cat /proc/cgroups'),
    ).toMatchObject([{ text: 'mkdir /sys/fs/cgroup/memory/kubepods/pod1: no space left on device' }]);
  });

  it('go on below where a post wrapped them', () => {
    const text = `
E1126 17:29:38.193412    2098 remote_runtime.go:1] StopPodSandbox "30d" from
runtime service failed: rpc error: code = DeadlineExceeded desc = context deadline exceeded`;
    expect(logOf(text).map(({ origin }) => origin)).toEqual(['kubelet', 'kubelet']);
  });

  it('go on with the functions of a hung task without stamps', () => {
    const text = `
INFO: task kubelet:4012 blocked for more than 120 seconds.
      Not tainted 5.15.0-1053-azure #61-Ubuntu
Call Trace:
 <TASK>
 __schedule+0x243/0x5f0
 [<ffffffff8168ca69>] ? rq_qos_wait+0xb9/0x130

rq_qos_wait+0xb9/0x130 of another text`;
    expect(said(text).map(line => line.slice(0, 22))).toEqual([
      'kernel - INFO: task ku',
      'kernel - Not tainted 5',
      'kernel - Call Trace:',
      'kernel - <TASK>',
      'kernel - __schedule+0x',
      'kernel - [<ffffffff816',
    ]);
  });

  it.each([
    'failed to delete cgroup paths for [kubepods burstable]',
    'E: mkdir /sys/fs/cgroup/memory/kubepods/pod1: no space left on device',
    'rpc error: code = 4 desc = context deadline exceeded',
    'ContainerGCFailed and ImageGCFailed over and over',
    'Failed to activate service org.freedesktop.systemd1: timed out',
    'fcntl(5, F_GET_SEALS) = -1 EINVAL (Invalid argument)',
    'iptables.go:556] Could not set up iptables canary mangle: xtables lock',
    'Unable to attach or mount volumes: unmounted volumes=[data]',
    'failed to create FS watcher: too many open files',
    'goroutine profile says event channel is full, discard this relist() cycle event',
  ])('are one where a post quotes %j', text => {
    expect(said(text)).toHaveLength(1);
  });

  it('are none of other tools', () => {
    const text = `
kubelet_runtime_operations_errors_total{operation_type="exec_sync"} 12
18453 09:10:42.103330 futex(0x53092e0, FUTEX_WAIT_PRIVATE, 0, {tv_sec=0}) = -1 ETIMEDOUT (Connection timed out) <0.02>
[pid 11598] 08:38:03.547488 <... futex resumed>) = -1 ETIMEDOUT (Connection timed out) <0.004055>
[pid  1234] 06:51:40.123456 read(12, "context", 4096) = 12 <0.000012>
1234 06:51:40.123456 futex(0xc000, FUTEX_WAIT_PRIVATE, 0, NULL) = 0
 3002 root      20   0  177m  85m  20m S  20.3  5.0 315:19.21 kubelet
avg-cpu:  %user   %nice %system %iowait  %steal   %idle
goroutine 75 [chan receive, 5442 minutes]:
k8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).relist(0xc000)
\t/go/src/k8s.io/kubernetes/pkg/kubelet/pleg/generic.go:205 +0x1
     1.20s  4.10%  9.30%      3.11s 10.64%  runtime.findRunnable
  Warning  ContainerGCFailed  3m3s (x139 over 142m)  kubelet  rpc error: code = ResourceExhausted
NAME     STATUS     ROLES    AGE    VERSION
node-1   NotReady   worker   212d   v1.18.8
drwxr-xr-x 2 root root 4096 Nov 27 06:51 pods
Linux 5.4.0-77-generic (node-1) 	11/27/2026 	_x86_64_	(8 CPU)
06:51:40 AM   UID       PID    %usr %system  %guest    %CPU   CPU  Command
Fri Nov 27 07:03:30 UTC 2026
2026-11-27 06:51:40 12 34 56
{"kind":"Node","status":{}}`;
    expect(said(text)).toEqual([]);
  });

  it('are given up where they are cut, not invented', () => {
    expect(said('E1127 06:51\nNov 27 06\n{"ts":174531,"msg":"cut\ntime="2024-01')).toEqual([]);
  });

  it('stay bounded, and keep what rules ask for', () => {
    const info = 'I0131 15:43:35.158465    3072 kubelet.go:1953] SyncLoop (PLEG): "web_default(70a6)"\n';
    const log = logOf(
      `${info.repeat(50_010)}E0131 15:43:36.1 3072 kubelet.go:1] PLEG is not healthy: pleg was last seen active 3m1s ago`,
    );
    expect(log).toHaveLength(50_001);
  });
});
