/** Triages for the page: the founding case by its published numbers, and nodes of which little or nothing is known. */
import { collectMaterial, type MaterialFile } from '../../src/material/collect.js';
import type { TriageReport } from '../../src/report/model.js';
import { reportTriage } from '../../src/report/triageReport.js';
import { judge } from '../../src/triage/judge.js';
import { RULES } from '../../src/triage/ruleTable.js';

const file = (name: string, text: string): MaterialFile => ({ name, bytes: new TextEncoder().encode(text) });

export function triageOf(files: readonly MaterialFile[]): TriageReport {
  const evidence = collectMaterial(files);
  const steps = [
    { step: 'node', outcome: 'taken', file: 'node.json', reason: undefined },
    { step: 'cpu', outcome: 'skipped', file: undefined, reason: '<img src=x onerror=alert(1)>' },
  ] as const;
  return reportTriage({ steps }, evidence, judge(evidence, RULES));
}

/** A file whose name a page must not take for markup is part of it. */
export function foundingTriage(): TriageReport {
  return triageOf([
    file(
      'capture.json',
      JSON.stringify({
        node: {
          name: 'worker-3',
          kubeletVersion: 'v1.18.8',
          kernelVersion: '4.4.227-1.el7.elrepo.x86_64',
          osImage: 'CentOS Linux 7 (Core)',
        },
        processCpu: { cpuSeconds: 61.2, windowSeconds: 60 },
      }),
    ),
    file(
      '<b>times</b>.txt',
      '# time cat /sys/fs/cgroup/memory/memory.stat >/dev/null\n\nreal\t0m9.061s\nuser\t0m0.000s\nsys\t0m9.058s\n',
    ),
    file(
      'cpu.folded',
      [
        'kubelet;housekeeping;github.com/opencontainers/runc/libcontainer/cgroups/fs.(*MemoryGroup).GetStats;syscall.Syscall 81',
        'kubelet;runtime.gcBgMarkWorker 10',
        'kubelet;k8s.io/kubernetes/pkg/kubelet.(*Kubelet).syncLoop 9',
        '',
      ].join('\n'),
    ),
    file('holiday.txt', 'The sea was calm.\n'),
  ]);
}
