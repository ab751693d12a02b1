import { describe, expect, it } from 'vitest';
import { networkStatsPerCgroup as rule } from '../../../../../src/triage/rules/kubelet/networkStatsPerCgroup.js';
import { listing } from '../../../../support/evidencePieces.js';
import { cpuProfile, judgeBy } from '../../../../support/nodeEvidence.js';

const SCAN = 'github.com/google/cadvisor/container/libcontainer.scanInterfaceStats';

describe('network-stats-per-cgroup', () => {
  it('is found in its frames', () => {
    const profiles = [cpuProfile({ [`main;housekeeping;${SCAN}`]: 0.32, 'main;other': 0.68 })];
    expect(judgeBy(rule, { profiles })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      recoverableCores: 0.32,
    });
    expect(judgeBy(rule, { listed: listing({ 'libcontainer.networkStatsFromProc': 0.1 }) })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
    });
  });

  it.each([
    [
      'housekeeping that does something else',
      { profiles: [cpuProfile({ 'main;housekeeping;fs.(*MemoryGroup).GetStats': 1 })] },
      'clear',
    ],
    ['an idle kubelet', { profiles: [cpuProfile({ [`main;${SCAN}`]: 0.04, 'main;other': 0.06 })] }, 'clear'],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(rule, given)).toMatchObject({ outcome });
  });
});
