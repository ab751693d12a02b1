import { describe, expect, it } from 'vitest';
import { imageMany as rule } from '../../../../../src/triage/rules/kubelet/imageMany.js';
import { counted, nodeEvent } from '../../../../support/evidencePieces.js';
import { cpuProfile, HERE, judgeBy, logLines } from '../../../../support/nodeEvidence.js';

const timed = (realSeconds: number) => [
  { at: HERE, command: 'crictl imagefsinfo', realSeconds, userSeconds: 0, systemSeconds: 0 },
];
const FAILED =
  '"ImageFsInfo from image service failed" err="rpc error: code = DeadlineExceeded desc = context deadline exceeded"';

describe('image-many', () => {
  it('is sure of many images and a slow look at them', () => {
    expect(
      judgeBy(rule, { counted: [counted('images', 1800)], timed: timed(6.5), log: logLines(FAILED) }),
    ).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 1800 }, { value: 6.5 }, {}],
    });
  });

  it.each([
    ['many images', { counted: [counted('images', 1800)] }, 'low'],
    ['a slow look', { timed: timed(6.5) }, 'low'],
    ['failures', { log: logLines(FAILED) }, 'low'],
    ['failures and many images', { log: logLines(FAILED), counted: [counted('images', 1800)] }, 'medium'],
    [
      'Events',
      { events: [nodeEvent('ImageGCFailed', 'failed to get imageFs stats: context deadline exceeded')] },
      'low',
    ],
  ])('is a suspicion from %s alone, with the disk as rival', (_, given, confidence) => {
    expect(judgeBy(rule, given)).toMatchObject({
      outcome: 'uncertain',
      confidence,
      rivals: [{ id: 'disk-io-throttle', state: 'open' }, {}, {}],
    });
  });

  it('is found in its frames', () => {
    const profiles = [
      cpuProfile({
        'main;k8s.io/kubernetes/pkg/kubelet/images.(*realImageGCManager).detectImages': 0.1,
        'main;other': 0.9,
      }),
    ];
    expect(judgeBy(rule, { profiles })).toMatchObject({ outcome: 'found', confidence: 'medium' });
  });

  it('knows pressure that excludes the disk', () => {
    const pressure = [
      { at: HERE, resource: 'io', kind: 'full', avg10: 0, avg60: 0.001, avg300: 0, cgroup: undefined },
    ] as const;
    expect(judgeBy(rule, { counted: [counted('images', 1800)], timed: timed(6), pressure })).toMatchObject({
      rivals: [{ id: 'disk-io-throttle', state: 'refuted' }, {}, {}],
    });
  });

  it.each([
    [
      'what each kubelet says at its start',
      {
        log: logLines(
          'Image garbage collection failed once. Stats initialization may not have completed yet: failed to get imageFs info: unable to find data in memory cache',
        ),
      },
      'clear',
    ],
    ['some images', { counted: [counted('images', 60)], timed: timed(0.05) }, 'clear'],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(rule, given)).toMatchObject({ outcome });
  });
});
