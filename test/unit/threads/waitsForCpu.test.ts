/** Who has the CPUs that the sampled process waits for, on numbers made up; recorded ones are in inspectRecorded.test.ts. */
import { describe, expect, it } from 'vitest';
import { formatSentence } from '../../../src/base/sentence.js';
import type { NodeCpu, ProcessCpu, ThreadReport } from '../../../src/threads/model.js';
import { waitsForCpu } from '../../../src/threads/waitsForCpu.js';

type Report = Parameters<typeof waitsForCpu>[0];

const process = (pid: number, command: string, userCores: number): ProcessCpu => ({
  ...{ pid, command, userCores, systemCores: 0 },
  ...{ waitCores: undefined, diskWaitSeconds: 0, isNew: false },
});

const busyNode: NodeCpu = { seconds: 10, user: 3.5, system: 0.4, idle: 0.05, ioWait: 0, irq: 0.05, steal: 0 };

function reportOf({
  delay = 6,
  used = 4,
  node = busyNode,
  processes = [process(7, 'stress', 3.3), process(1, 'kubelet', 0.4), process(9, 'containerd', 0.2)],
}: {
  readonly delay?: number;
  readonly used?: number;
  readonly node?: NodeCpu | undefined;
  readonly processes?: readonly ProcessCpu[];
} = {}): Report {
  const thread = { runDelaySeconds: delay } as ThreadReport['threads'][number];
  return {
    facts: { pid: 1, seconds: 10, cpus: 4 } as ThreadReport['facts'],
    threads: [thread],
    total: { userSeconds: used, systemSeconds: 0 } as ThreadReport['total'],
    node,
    processes,
  };
}

const textsOf = (report: Report): readonly string[] =>
  (waitsForCpu(report)?.evidence ?? []).map(({ sentence }) => formatSentence(sentence));

describe('waiting for a CPU', () => {
  it('names who has the CPUs of a node that is short of them, without the kubelet itself', () => {
    const found = waitsForCpu(reportOf());
    expect(found).toMatchObject({ id: 'node-cpu-short', weight: 'look', doubt: [] });
    expect(found?.sentence.values).toEqual(['60 %']);
    expect(textsOf(reportOf())).toEqual([
      '6.00 s of waiting for a CPU in 10.0 s, all threads together',
      'CPU of the node that was idle: 0.05 of 4 cores',
      'who has the CPUs: stress (7) 3.30, containerd (9) 0.20',
    ]);
    expect(found?.confirm).toMatchObject([{ kind: 'capture', capture: 'triage' }]);
  });

  it('says how much is of no process that is listed, and what would show it', () => {
    const report = reportOf({ processes: [process(1, 'kubelet', 0.4)] });
    expect(textsOf(report).at(-1)).toMatch(/^CPU of no process that was there at both looks: 3\.55 cores/);
    expect(waitsForCpu(report)?.confirm).toEqual([{ kind: 'command', command: 'top -b -d 1 -n 5' }]);
  });

  it('says what the hypervisor took', () => {
    const node = { ...busyNode, user: 1.5, steal: 2 };
    const processes = [process(7, 'stress', 1.9)];
    expect(textsOf(reportOf({ node, processes }))).toContain(
      'CPU that the hypervisor gave to other machines: 2.00 cores',
    );
  });

  it('beside idle CPUs is a limit of its own', () => {
    expect(waitsForCpu(reportOf({ node: { ...busyNode, user: 0.5, idle: 3 } }))?.id).toBe('cpu-limited');
  });

  it('without a second look says that it does not know who', () => {
    const report = { ...reportOf({ processes: [] }), node: undefined };
    const found = waitsForCpu(report);
    expect(found?.id).toBe('waits-for-cpu');
    expect(found?.doubt.map(formatSentence)[0]).toMatch(/^Who has the CPUs this sample does not know/);
  });

  it.each([
    ['little of it', { delay: 1.9, used: 0.1 }],
    ['little beside what it used', { delay: 2.5, used: 40 }],
  ])('is not said of %s', (_, parts) => {
    expect(waitsForCpu(reportOf(parts))).toBeUndefined();
  });
});
