/** Readers of logs and objects on whatever may come: cut, repeated, hostile text. None throws, each takes linear time. */
import { describe, expect, it } from 'vitest';
import { LOG_READERS } from '../../../src/material/logs/logReaders.js';
import type { Found, TextReader } from '../../../src/material/model.js';
import { OBJECT_READERS } from '../../../src/material/objects/objectReaders.js';

const READERS: readonly TextReader[] = [...LOG_READERS, ...OBJECT_READERS];
/** Lines are cut there before they are read. */
const LONGEST_LINE = 16_384;
/** Quadratic in a line of that length takes many times as long on any machine. */
const SOON_MS = 150;

const LINES = [
  'Nov 27 06:51:40 node1 kubelet[1234]: E1127 06:51:40.123456    1234 kubelet.go:2183] "x" err="rpc error: code = Unknown"',
  'time="2024-01-02T03:04:05Z" level=error msg="StopPodSandbox" error="context deadline exceeded"',
  '{"ts":1745319662553.86,"caller":"pleg/generic.go:256","msg":"PLEG","err":"x"}',
  '[235387.507463] INFO: task kubelet:4012 blocked for more than 120 seconds.',
  'message repeated 12 times: [ text ]',
  '  Warning  ContainerGCFailed  3m32s (x8567 over 6d3h)  kubelet  rpc error: code = ResourceExhausted',
  '5m   Warning   Unhealthy   pod/web-1   spec.containers{web}   kubelet, n   failed   3h   88   web-1.17a3b5c2d1e0f9a8',
  '22m 2m 14 kubelet, node-a Normal NodeNotReady {kubelet n} status',
  'Ready  False  Mon, 03 Jun 2019 13:54:18 +0000  Sun, 02 Jun 2019 21:39:37 +0000  KubeletNotReady  PLEG',
  'node-1  NotReady,SchedulingDisabled  <none>  212d  v1.18.6  10.0.0.2  <none>  Ubuntu 18.04 LTS  4.15.0-99-generic  docker://19.3.12',
  'Linux kube-m3 6.5.4-1.el7.elrepo.x86_64 #1 SMP x86_64 GNU/Linux',
  '- **Kernel** (e.g. `uname -a`): 4.9.24-coreos and Kubernetes v1.19.3 on CentOS 7.6, containerd 1.6.2, cgroup v2',
  'kubelet_runtime_operations_total{operation_type="exec_sync",x="a\\"b"} 1.2e+06 1795422731034',
  'goroutine 7 gp=0x1 m=2 [chan send, 5 minutes, locked to thread]:',
  'k8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).relist(0xc420a5e000)',
  '5000 @ 0x49124a 0x41c96e',
  '#\t0x1aec6ad\tgoogle.golang.org/grpc.(*X).run+0xed\tx.go:88',
  '89fec9b1cad4f       efdec82af25a7       About an hour ago   Running             web   0   99d779b9d65b9',
  '/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --kube-api-qps 20 -v=4 \\',
  'kube-system   calico-node-8wdrk      1/1     Running             5 (3m ago)     13m   10.0.0.1  node-1',
  '{',
  '"conditions": [',
  '  { "type": "Ready", "status": "False", "lastHeartbeatTime": "x" },',
  'status:',
  '  conditions:',
  "  - message: 'it goes on",
  '      here',
  '- - - -',
  '> │ | ` **',
];

function found(reader: TextReader, lines: readonly string[]): Found {
  return reader.read({ file: 'x', lines });
}

describe.each(READERS.map(reader => [reader.name, reader] as const))('%s', (_, reader) => {
  it('reads cut lines in any order without an error', () => {
    const cut = LINES.flatMap(line =>
      [0, 0.2, 0.5, 0.8].map(part => line.slice(0, Math.ceil(line.length * part))),
    );
    const shuffled = [...cut, ...LINES].map((__, index, all) => all[(index * 37) % all.length] ?? '');
    expect(() => found(reader, [...LINES, ...cut, ...shuffled, '\0', '\u{1F600}'])).not.toThrow();
  });

  it.each(LINES)('takes one long line of %j soon', line => {
    const parts = [line, ...new Set(line.split(/(?<=\W)/u).slice(0, 12)), ' ', '0', 'a ', '\t'];
    for (const part of parts) {
      const text = (line + part.repeat(Math.ceil(LONGEST_LINE / part.length))).slice(0, LONGEST_LINE);
      const times = [1, 2, 3].map(() => {
        const startedMs = performance.now();
        found(reader, [text]);
        return performance.now() - startedMs;
      });
      expect(Math.min(...times), JSON.stringify(part)).toBeLessThan(SOON_MS);
    }
  });

  it('takes many lines in proportion', () => {
    const timeOf = (count: number): number => {
      const lines = Array.from({ length: count }, (__, index) => LINES[(index * 7) % LINES.length] ?? '');
      const startedMs = performance.now();
      found(reader, lines);
      return performance.now() - startedMs;
    };
    // The best of three: a machine that does other things makes each look worse, none better.
    const best = (count: number): number => Math.min(timeOf(count), timeOf(count), timeOf(count));
    best(1_000);
    // Eight times as many lines; quadratic is 64 times as long.
    expect(best(16_000)).toBeLessThan(Math.max(500, best(2_000) * 30));
  });

  it('takes openings without an end in proportion', () => {
    for (const line of ['{', '[', '"items": [', 'status:', '- kind: x', 'goroutine 1 [select]:', '  - a:']) {
      const startedMs = performance.now();
      found(
        reader,
        Array.from({ length: 30_000 }, () => line),
      );
      expect(performance.now() - startedMs, line).toBeLessThan(3_000);
    }
  });
});
