import { describe, expect, it } from 'vitest';
import { secretConfigmapWatches as rule } from '../../../../../src/triage/rules/kubelet/secretConfigmapWatches.js';
import { goroutines, nodeEvent, podFacts } from '../../../../support/evidencePieces.js';
import { cpuProfile, HERE, judgeBy } from '../../../../support/nodeEvidence.js';

const REFLECTOR = 'k8s.io/client-go/tools/cache.(*Reflector).ListAndWatch';
const watches = (count: number) => [
  goroutines(count, ['k8s.io/client-go/tools/cache.(*Reflector).watchHandler', REFLECTOR], 'select'),
];
const unsynced = nodeEvent(
  'FailedMount',
  'MountVolume.SetUp failed for volume "token" : failed to sync secret cache: timed out waiting for the condition',
  6,
);

describe('secret-configmap-watches', () => {
  it('is found where watches are many and their caches late', () => {
    expect(judgeBy(rule, { goroutines: watches(900), events: [unsynced] })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
      evidence: [{ value: 900 }, { value: 6 }],
    });
  });

  it('is found in its frames', () => {
    const profiles = [cpuProfile({ [`main;${REFLECTOR};watch.Decode`]: 0.4, 'main;other': 0.8 })];
    expect(judgeBy(rule, { profiles, goroutines: watches(400) })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      rivals: [{}, { id: 'apiserver-connection-stuck', state: 'refuted' }, {}, {}],
    });
  });

  it.each([
    ['late caches', { events: [unsynced] }, 'low'],
    [
      'many volumes',
      { pods: Array.from({ length: 90 }, () => podFacts({ secretAndConfigMapVolumes: 4 })) },
      'low',
    ],
    ['many watches', { goroutines: watches(900) }, 'medium'],
  ])('is a suspicion from %s alone', (_, given, confidence) => {
    expect(judgeBy(rule, given)).toMatchObject({ outcome: 'uncertain', confidence });
  });

  it('does not apply where objects are polled', () => {
    const settings = [{ at: HERE, name: 'configMapAndSecretChangeDetectionStrategy', value: 'Cache' }];
    expect(judgeBy(rule, { settings, goroutines: watches(900) })).toMatchObject({ outcome: 'notApplicable' });
  });

  it.each([
    ['the watches of every kubelet', { goroutines: watches(12) }, 'clear'],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(rule, given)).toMatchObject({ outcome });
  });
});
