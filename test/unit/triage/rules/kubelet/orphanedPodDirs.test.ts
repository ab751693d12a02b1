import { describe, expect, it } from 'vitest';
import { orphanedPodDirs as rule } from '../../../../../src/triage/rules/kubelet/orphanedPodDirs.js';
import { repeated } from '../../../../support/evidencePieces.js';
import { cpuProfile, judgeBy, logLines } from '../../../../support/nodeEvidence.js';

const UID = '0e1f7c11-6008-45b9-89cd-1aa60f896e2';
const total = (count: number) =>
  `Orphaned pod "${UID}4" found, but volume paths are still present on disk : There were a total of ${count} errors similar to this. Turn up verbosity to see them.`;
const NEW =
  '"There were many similar errors. Turn up verbosity to see them." err="orphaned pod \\"0e1f7c11-6008-45b9-89cd-1aa60f896e24\\" found, but error occurred when trying to remove the volumes dir: not a directory" numErrs=2398';

describe('orphaned-pod-dirs', () => {
  it.each([
    ['the words up to 1.19', total(8549), 8549],
    ['the words of structured logs', NEW, 2398],
  ])('is found by thousands, in %s', (_, line, count) => {
    expect(judgeBy(rule, { log: logLines(line) })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      severity: 'medium',
      evidence: [{ value: count }],
    });
  });

  it('counts pods that older kubelets name one by one', () => {
    const log = logLines(
      Array.from(
        { length: 120 },
        (_, index) =>
          `Orphaned pod "${UID.slice(0, -3)}${String(index).padStart(4, '0')}" found, but error not empty occured during reading volume dir`,
      ).join('\n'),
    );
    expect(judgeBy(rule, { log })).toMatchObject({ outcome: 'found', evidence: [{ value: 120 }] });
  });

  it('makes little of a few, which make no node slow', () => {
    expect(judgeBy(rule, { log: logLines(total(2)) })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
      severity: 'low',
    });
    expect(judgeBy(rule, { log: logLines(repeated(total(2), 30)) })).toMatchObject({
      outcome: 'found',
      severity: 'low',
    });
  });

  it('is found in its frames, with the cores', () => {
    const profiles = [
      cpuProfile({
        'main;k8s.io/kubernetes/pkg/kubelet.(*Kubelet).cleanupOrphanedPodDirs;os.ReadDir': 0.4,
        'main;other': 0.6,
      }),
    ];
    expect(judgeBy(rule, { profiles })).toMatchObject({
      outcome: 'found',
      recoverableCores: expect.closeTo(0.4) as number,
      severity: 'medium',
    });
  });

  it.each([
    [
      'a pod that is removed as it should',
      { log: logLines('Cleaned up orphaned pod volumes dir podUID="77"') },
      'clear',
    ],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(rule, given)).toMatchObject({ outcome });
  });
});
