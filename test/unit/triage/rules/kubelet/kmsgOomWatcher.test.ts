import { describe, expect, it } from 'vitest';
import { kmsgOomWatcher as rule } from '../../../../../src/triage/rules/kubelet/kmsgOomWatcher.js';
import { listing, processRow } from '../../../../support/evidencePieces.js';
import { cpuProfile, HERE, judgeBy } from '../../../../support/nodeEvidence.js';

const follower = (pid: number) => processRow('journalctl -k -f', { pid, cores: 0.01 });
/** Lines of a firewall, from the 1000th second on. */
const flood = (count: number, seconds: number, from = 1000) =>
  Array.from({ length: count }, (_, index) => ({
    at: { ...HERE, line: index + 1 },
    origin: 'kernel' as const,
    text: 'IPTABLES-DROP IN=eth0 OUT= SRC=192.0.2.9',
    seconds: from + (index / count) * seconds,
    severity: undefined,
  }));

describe('kmsg-oom-watcher', () => {
  it.each([
    'github.com/euank/go-kmsg-parser/kmsgparser.(*parser).readLine',
    'github.com/google/cadvisor/utils/oomparser.getContainerName',
  ])('is found in frames: %s', name => {
    const profiles = [cpuProfile({ [`main;${name}`]: 0.2, 'main;other': 0.6 })];
    expect(judgeBy(rule, { profiles })).toMatchObject({
      outcome: 'found',
      severity: 'low',
      recoverableCores: 0.2,
    });
  });

  it('is found in children that were left', () => {
    expect(judgeBy(rule, { processes: [1, 2, 3, 4].map(follower) })).toMatchObject({
      outcome: 'found',
      evidence: [{ value: 4 }],
    });
    expect(judgeBy(rule, { processes: [follower(1)] })).toMatchObject({ outcome: 'clear' });
  });

  it('suspects it from a flood, which a boot is not', () => {
    expect(judgeBy(rule, { log: flood(5000, 10) })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
    });
    expect(judgeBy(rule, { log: flood(5000, 10, 0) })).toMatchObject({ outcome: 'clear' });
    expect(judgeBy(rule, { log: flood(5000, 5000) })).toMatchObject({ outcome: 'clear' });
  });

  it('suspects it where a kubelet matches expressions, as old profiles show no more', () => {
    const listed = listing({
      'regexp.(*machine).step': 0.324,
      'regexp.(*machine).add': 0.262,
      'syscall.Syscall': 0.09,
    });
    expect(judgeBy(rule, { listed })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
      evidence: [{ value: 0.324 }],
    });
  });

  it('is not looked at without evidence', () => {
    expect(judgeBy(rule, {})).toMatchObject({ outcome: 'skipped' });
  });
});
