/**
 * What `inspect` says of files that jobs left on a real node (test/fixtures/pod). The numbers were taken from the files
 * by other means: `grep -c`, `wc -l`, `sort -n` of the five read times, the table strace printed itself.
 */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runInspect } from '../../../src/cli/runInspect.js';
import { FIXTURES } from '../../support/fixtures.js';

function inspect(job: string, file: string): unknown {
  return runInspect(['--json', path.join(FIXTURES, 'pod', 'jobs', job, 'files', file)]).output;
}

describe('inspect of what jobs left on a node', () => {
  it('thread samples: rounds, threads, who has the CPUs; three looks of 300 that met a memory.stat say nothing', () => {
    expect(inspect('threads', 'threads.samples.txt.gz')).toMatchObject({
      format: 'thread-samples',
      facts: { pid: 114, command: 'kubelet', rounds: 50, isWhole: true },
      total: { samples: 15 * 50 },
      memoryStat: { looks: 300, open: 3 },
      verdict: [
        {
          id: 'node-cpu-short',
          text: 'Its threads wait for a CPU 77 % of the time that they want one: the node is short of CPUs.',
          evidence: [
            { text: '5.69 s of waiting for a CPU in 10.0 s, all threads together' },
            { text: 'CPU of the node that was idle: 0.00 of 2 cores' },
            {
              text: 'who has the CPUs: hotCgroups (45629) 0.44, kube-apiserver (27) 0.21, containerd-shim (46982) 0.12, containerd (38) 0.10',
            },
            {
              text: 'CPU of no process that was there at both looks: 0.82 cores, of programs that started and ended in between (probes, runc) or of interrupts',
            },
          ],
          confirm: [{ command: 'top -b -d 1 -n 5' }],
        },
      ],
    });
  });

  it('cgroup health: medians of five reads, dead cgroups, the kernel', () => {
    expect(inspect('cgroups', 'cgroups.health.txt')).toMatchObject({
      format: 'cgroup-health',
      health: {
        layout: 'v1',
        counts: { kernel: 10_386, directories: 24, dying: 10_386 - 24, pods: 2 },
        reads: [
          { cgroup: '/', medianSeconds: 0.034811, minSeconds: 0.019805, maxSeconds: 0.046246 },
          { cgroup: '/node-triage/node1/kubepods', medianSeconds: 0.033413 },
          { cgroup: '/node-triage/node2/kubepods', medianSeconds: 0.000062 },
        ],
      },
      answer: { id: 'explains-unknown', confirm: [{ capture: 'profile' }] },
      verdict: [{ id: 'slow-memory-stat' }, { id: 'many-dead-cgroups' }, { id: 'kernel-fixed' }],
    });
  });

  it('a futex log of strace: lines, results, time-outs', () => {
    expect(inspect('strace-futex', 'futex.strace.txt')).toMatchObject({
      format: 'strace',
      lines: 2872,
      calls: [{ syscall: 'futex', calls: 1643 }],
      futex: { timeouts: 8 },
      warnings: [],
    });
  });

  it('a table of strace -c: its own rows', () => {
    const { calls } = inspect('strace-summary', 'summary.strace.txt') as {
      readonly calls: readonly { readonly syscall: string; readonly calls: number }[];
    };
    expect(calls).toContainEqual(expect.objectContaining({ syscall: 'futex', calls: 1436, errors: 76 }));
    expect(calls).toContainEqual(expect.objectContaining({ syscall: 'nanosleep', calls: 3685 }));
  });

  it('a trace by the kernel: names the memory.stat that was slow to read', () => {
    expect(inspect('kernel-trace', 'syscalls.ktrace.txt.gz')).toMatchObject({
      format: 'ktrace',
      lost: 0,
      verdict: [{ id: 'slow-memory-stat', weight: 'look', isInferred: true }, {}, {}, {}, {}],
    });
  });
});
