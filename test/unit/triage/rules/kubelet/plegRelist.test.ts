import { describe, expect, it } from 'vitest';
import { plegRelist } from '../../../../../src/triage/rules/kubelet/plegRelist.js';
import { counted, goroutines, listing, nodeEvent, repeated } from '../../../../support/evidencePieces.js';
import { cpuProfile, HERE, judgeBy, logLines } from '../../../../support/nodeEvidence.js';
import { scrapedMetrics } from '../../../../support/scrapedMetrics.js';

const RELIST = 'k8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).relist';
const hot = cpuProfile({ [`main;wait.JitterUntil;${RELIST};grpc.Invoke`]: 0.9, 'main;other': 0.6 });
const UNHEALTHY =
  'skipping pod synchronization - [PLEG is not healthy: pleg was last seen active 3m{n}.300154s ago; threshold is 3m0s]';
const unhealthy = logLines(repeated(UNHEALTHY, 12));
const slowMetrics = scrapedMetrics(
  'kubelet_pleg_relist_duration_seconds_sum 5200\nkubelet_pleg_relist_duration_seconds_count 1300',
);

describe('pleg-relist', () => {
  it('is found where relist burns, and says how many cores', () => {
    const found = judgeBy(plegRelist, { profiles: [hot], log: unhealthy });
    expect(found).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      recoverableCores: expect.closeTo(0.9) as number,
    });
    expect(found).toMatchObject({
      evidence: [{ value: 0.6, unit: 'share', text: { values: [RELIST, 60, 0.9] } }, { value: 191.300154 }],
      rivals: [{ id: 'cri-call-blocked', state: 'refuted' }, {}, {}, {}],
    });
  });

  it('is found, less sure, by thousands of exited containers and a PLEG that is slow', () => {
    const given = { counted: [counted('containers-exited', 5400)], metrics: slowMetrics };
    expect(judgeBy(plegRelist, given)).toMatchObject({ outcome: 'found', confidence: 'medium' });
  });

  it('takes a listing whose names are shortened', () => {
    const given = {
      listed: listing({ 'pleg.(*GenericPLEG).Relist': 0.45, 'runtime.mcall': 0.2 }),
      log: unhealthy,
    };
    expect(judgeBy(plegRelist, given)).toMatchObject({ outcome: 'found' });
  });

  it('is no more than a weak suspicion from the words alone, and says what settles it', () => {
    expect(judgeBy(plegRelist, { log: unhealthy })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
      settle: { template: expect.stringContaining('CPU profile') as string },
      rivals: [{ id: 'cri-call-blocked', state: 'open' }, {}, {}, {}],
    });
  });

  it('hears Events and conditions', () => {
    const message = 'PLEG is not healthy: pleg was last seen active 5m1.2s ago; threshold is 3m0s';
    const conditions = [
      { at: HERE, type: 'Ready', status: 'False', reason: 'KubeletNotReady', message, isBad: true },
    ] as const;
    expect(judgeBy(plegRelist, { conditions })).toMatchObject({ outcome: 'uncertain', confidence: 'low' });
    expect(judgeBy(plegRelist, { events: [nodeEvent('NodeNotReady', message)] })).toMatchObject({
      evidence: [{ value: 301.2 }],
    });
  });

  it('reads a line that a terminal broke, and one without a duration', () => {
    const broken =
      'PLEG is not healthy: pleg was last seen active 3m0.32           2579259s ago; threshold is 3m0s';
    expect(judgeBy(plegRelist, { log: logLines(broken), facts: { pods: 360 } })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'medium',
      evidence: [{ value: 180.322579259 }, { value: 360 }],
    });
    expect(
      judgeBy(plegRelist, { log: logLines('Node became not ready: PLEG is not healthy') }),
    ).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
    });
  });

  it('stays weak where a dump shows that relist waits for the runtime', () => {
    const frames = [
      'google.golang.org/grpc.(*clientStream).RecvMsg',
      'remote.(*RemoteRuntimeService).PodSandboxStatus',
      RELIST,
    ];
    expect(
      judgeBy(plegRelist, {
        log: unhealthy,
        goroutines: [goroutines(1, frames)],
        counted: [counted('containers-exited', 5400)],
      }),
    ).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
      rivals: [{ id: 'cri-call-blocked', state: 'open' }, {}, {}, {}],
    });
  });

  it('stays weak where calls for the state of containers time out, however many there are', () => {
    const log = [
      ...unhealthy,
      ...logLines(
        'ContainerStatus "9a1" from runtime service failed: rpc error: code = DeadlineExceeded desc = context deadline exceeded',
      ),
    ];
    expect(judgeBy(plegRelist, { log, counted: [counted('containers-exited', 5400)] })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
    });
  });

  it.each([
    [
      'a relist that is quick',
      {
        metrics: scrapedMetrics(
          'kubelet_pleg_relist_duration_seconds_sum 2.1\nkubelet_pleg_relist_duration_seconds_count 156',
        ),
      },
      'clear',
    ],
    [
      'the words of a kubelet that starts',
      { log: logLines('skipping pod synchronization - PLEG is not healthy: pleg has yet to be successful') },
      'skipped',
    ],
    [
      'many containers and a PLEG of which nothing is said',
      { counted: [counted('containers-exited', 5400)] },
      'clear',
    ],
    [
      'an idle kubelet with the same share',
      { profiles: [cpuProfile({ [`main;${RELIST}`]: 0.03, 'main;other': 0.02 })] },
      'clear',
    ],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(plegRelist, given)).toMatchObject({ outcome });
  });
});
