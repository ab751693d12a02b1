import { describe, expect, it } from 'vitest';
import { Reading } from '../../../../../src/triage/reading.js';
import { busyInit, sumProcesses } from '../../../../../src/triage/rules/kubelet/nodeProcesses.js';
import { processRow } from '../../../../support/evidencePieces.js';
import { nodeEvidence } from '../../../../support/nodeEvidence.js';

const evidence = nodeEvidence({
  processes: [
    processRow('du', { pid: 7, cores: 0.2 }),
    processRow('du', { pid: 7, cores: 0.4 }),
    processRow('du', { pid: 8, cores: 0.1 }),
    processRow('du'),
    processRow('dump', { pid: 9, cores: 5 }),
  ],
});

describe('sumProcesses', () => {
  it('counts a process once that top shows several times, at its most', () => {
    const sum = sumProcesses(new Reading(evidence), /^du$/u);
    expect(sum.count).toBe(3);
    expect(sum.cores).toBeCloseTo(0.5);
  });
});

describe('busyInit', () => {
  it.each([
    ['PID 1 by its number', processRow('init', { pid: 1, cores: 0.9 }), true],
    [
      'systemd without a number',
      processRow('/usr/lib/systemd/systemd --switched-root', { cores: 0.9 }),
      true,
    ],
    ['a systemd of a user', processRow('systemd --user', { pid: 900, cores: 0.9 }), false],
    ['the first process of a container', processRow('java', { pid: 1, cores: 3.9 }), false],
    ['systemd-journald', processRow('systemd-journald', { cores: 0.9 }), false],
    ['a quiet one', processRow('systemd', { pid: 1, cores: 0.1 }), false],
    ['one whose cores are not known', processRow('systemd', { pid: 1 }), false],
  ])('knows %s', (_, row, isBusy) => {
    expect(busyInit(nodeEvidence({ processes: [row] }), 0.5) !== undefined).toBe(isBusy);
  });
});
