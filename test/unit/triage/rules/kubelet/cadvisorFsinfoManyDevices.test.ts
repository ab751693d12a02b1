import { describe, expect, it } from 'vitest';
import { cadvisorFsinfoManyDevices as rule } from '../../../../../src/triage/rules/kubelet/cadvisorFsinfoManyDevices.js';
import { counted } from '../../../../support/evidencePieces.js';
import { cpuProfile, judgeBy } from '../../../../support/nodeEvidence.js';

const HOUSEKEEPING = 'github.com/google/cadvisor/manager.(*containerData).housekeeping';
const FS_INFO = 'github.com/google/cadvisor/fs.(*RealFsInfo).GetFsInfoForPath';
const hot = cpuProfile({ [`main;${HOUSEKEEPING};${FS_INFO};syscall.Statfs`]: 0.6, 'main;other': 0.6 });

describe('cadvisor-fsinfo-many-devices', () => {
  it('is found in its frames, above housekeeping that it explains', () => {
    const found = judgeBy(rule, { profiles: [hot], counted: [counted('block-devices', 202)] });
    expect(found).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      recoverableCores: expect.closeTo(0.6) as number,
    });
    expect(found).toMatchObject({
      evidence: [{ value: 0.5 }, { value: 202 }],
      explains: ['cadvisor-housekeeping-density'],
    });
  });

  it.each([
    [
      'housekeeping without it',
      { profiles: [cpuProfile({ [`main;${HOUSEKEEPING};cgroups.Read`]: 1 })] },
      'clear',
    ],
    ['many devices alone', { counted: [counted('block-devices', 202)] }, 'skipped'],
    ['an idle kubelet', { profiles: [cpuProfile({ [`main;${FS_INFO}`]: 0.1 })] }, 'clear'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(rule, given)).toMatchObject({ outcome });
  });
});
