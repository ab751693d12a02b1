import { describe, expect, it } from 'vitest';
import type { Found } from '../../../../src/material/model.js';
import { TOOL_READERS } from '../../../../src/material/tools/toolReaders.js';
import { materialText } from '../../../support/materialText.js';

/** Kinds of evidence with something in them. */
function kindsOf(found: Found): readonly string[] {
  return Object.entries(found)
    .filter(([, value]) => (Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0))
    .map(([kind]) => kind);
}

const OTHERS = {
  'a log of the kubelet': `
Nov 27 07:03:30 n1 kubelet[2211]: E1127 07:03:30.123456    2211 pod_workers.go:191] Error syncing pod 8c7b ("web-1_default(8c7b)"), skipping: timeout
I1127 07:03:31.000000    2211 kubelet.go:1758] skipping pod synchronization - [PLEG is not healthy: pleg was last seen active 3m0.6s ago; threshold is 3m0s]
time="2026-11-27T07:03:30Z" level=error msg="Handler for POST /v1.31/containers/6410/start returned error: 100% full"`,
  'a kernel log': `
[  243.123456] INFO: task kubelet:2211 blocked for more than 120 seconds.
[  243.123460] task:kubelet         state:D stack:    0 pid: 2211 ppid:     1 flags:0x00000000
[  243.123470] Call Trace:
[  243.123480]  [<ffffffff811e1a2b>] ? schedule+0x29/0x70`,
  'objects of the API': `
NAME                 READY   STATUS    RESTARTS   AGE   IP           NODE
web-7d9c5f6b8-abcde  1/1     Running   412        3d    10.42.0.6    n1
Conditions:
  Type                 Status  LastHeartbeatTime   Reason
  MemoryPressure       False   Fri, 27 Nov 2026    KubeletHasSufficientMemory
Allocated resources:
  cpu                750m (18%)  100m (2%)`,
  'metrics and YAML': `
kubelet_running_pods 110
process_cpu_seconds_total{job="kubelet"} 6.5e+06
apiVersion: v1
kind: Pod
spec: { containers: [{ name: c, image: "a:1" }] }`,
  goroutines: `
goroutine profile: total 4312
1200 @ 0x43a1c5 0x44a0d6 0x7be5a6
#	0x7be5a5	k8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).relist+0x1	/go/src/x.go:190
goroutine 1 [chan send, 12 minutes]:`,
  prose: `
The mount table is long, and top shows that the kubelet uses 300% of a CPU. We have 1,058 mounts.
1. Restart the kubelet   2. Wait 60 seconds
> It took 9.1 s | then it was fine |`,
} as const;

describe('readers of tools', () => {
  it.each(Object.entries(OTHERS))('find nothing in %s', (_, text) => {
    const found = TOOL_READERS.map(reader => [reader.name, ...kindsOf(reader.read(materialText(text)))]);
    expect(found.filter(([, ...kinds]) => kinds.length > 0)).toEqual([]);
  });

  it.each(['', '\0', '|', '> > |', '$ ', '`', '\uD800', '  1)', '==>  <==', '%Cpu(s):', 'cpu  1 2'])(
    'take %j without throwing',
    text => {
      for (const reader of TOOL_READERS) expect(kindsOf(reader.read(materialText(text)))).toEqual([]);
    },
  );

  it('each have a name of their own', () => {
    expect(new Set(TOOL_READERS.map(({ name }) => name)).size).toBe(TOOL_READERS.length);
  });
});
