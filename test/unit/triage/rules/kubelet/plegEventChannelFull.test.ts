import { describe, expect, it } from 'vitest';
import { plegEventChannelFull } from '../../../../../src/triage/rules/kubelet/plegEventChannelFull.js';
import { goroutines, repeated } from '../../../../support/evidencePieces.js';
import { judgeBy, logLines } from '../../../../support/nodeEvidence.js';

const RELIST = 'k8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).relist';
const LOOP = ['k8s.io/apimachinery/pkg/util/wait.JitterUntil'];
const stuck = goroutines(1, [RELIST, ...LOOP], 'chan send', 5400);

describe('pleg-event-channel-full', () => {
  it.each([
    ['with states', stuck],
    [
      'with functions of the runtime',
      goroutines(1, ['runtime.gopark', 'runtime.chansend', 'runtime.chansend1', RELIST], 'chan send', 600),
    ],
    ['of debug=1, where relist itself is innermost', goroutines(1, [RELIST, ...LOOP])],
  ])('is found in goroutines %s', (_, group) => {
    expect(judgeBy(plegEventChannelFull, { goroutines: [group] })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      explains: ['pleg-relist'],
      rivals: [{ id: 'pleg-relist', state: 'refuted' }, {}],
    });
  });

  it('takes a relist that asks the runtime for none that sends', () => {
    const asking = goroutines(
      1,
      ['google.golang.org/grpc.invoke', 'kuberuntime.GetPods', RELIST],
      'select',
      200,
    );
    expect(judgeBy(plegEventChannelFull, { goroutines: [asking] })).toMatchObject({ outcome: 'clear' });
  });

  it('suspects it before 1.14 where PLEG is never seen again, and not after', () => {
    const log = logLines('PLEG is not healthy: pleg was last seen active 45h22m7.3s ago; threshold is 3m0s');
    expect(judgeBy(plegEventChannelFull, { log, facts: { kubeletVersion: 'v1.12.4' } })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
    });
    expect(judgeBy(plegEventChannelFull, { log, facts: { kubeletVersion: 'v1.22.1' } })).toMatchObject({
      outcome: 'clear',
    });
  });

  it('does not take a kubelet that has just begun for one that waits', () => {
    const log = logLines(
      'PLEG is not healthy: pleg was last seen active 2562047h47m16.854775807s ago; threshold is 3m0s',
    );
    expect(judgeBy(plegEventChannelFull, { log, facts: { kubeletVersion: 'v1.11.0' } })).toMatchObject({
      outcome: 'skipped',
    });
  });

  it('takes discarded events of a later kubelet for little', () => {
    const log = logLines(repeated('event channel is full, discard this relist() cycle event', 30));
    expect(judgeBy(plegEventChannelFull, { log, facts: { kubeletVersion: 'v1.20.2' } })).toMatchObject({
      outcome: 'uncertain',
      severity: 'low',
      confidence: 'low',
    });
  });

  it.each([
    [
      'a PLEG that is late for some minutes',
      {
        log: logLines('PLEG is not healthy: pleg was last seen active 3m7.3s ago; threshold is 3m0s'),
        facts: { kubeletVersion: 'v1.12.4' },
      },
    ],
    ['nothing', {}],
  ])('is not looked at with %s', (_, given) => {
    expect(judgeBy(plegEventChannelFull, given)).toMatchObject({ outcome: 'skipped' });
  });
});
