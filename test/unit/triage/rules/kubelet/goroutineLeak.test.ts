import { describe, expect, it } from 'vitest';
import { goroutineLeak as rule } from '../../../../../src/triage/rules/kubelet/goroutineLeak.js';
import { counted, goroutines, processRow } from '../../../../support/evidencePieces.js';
import { judgeBy } from '../../../../support/nodeEvidence.js';
import { scrapedMetrics } from '../../../../support/scrapedMetrics.js';

const HOUSEKEEPING = [
  'github.com/google/cadvisor/manager.(*containerData).housekeepingTick',
  'github.com/google/cadvisor/manager.(*containerData).housekeeping',
];
const rest = [goroutines(300, ['net/http.(*conn).serve'])];

describe('goroutine-leak', () => {
  it('is sure where one stack has most of very many, and names it', () => {
    expect(
      judgeBy(rule, { goroutines: [goroutines(14_000, HOUSEKEEPING, 'select', 86_000), ...rest] }),
    ).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 14_300 }, { value: 14_000, text: { values: [14_000, 97.9, HOUSEKEEPING[0]] } }],
      rivals: [{ id: 'secret-configmap-watches', state: 'refuted' }, {}, {}, {}, {}],
    });
  });

  it('adds up single goroutines of one stack', () => {
    const single = Array.from({ length: 6000 }, () => goroutines(1, HOUSEKEEPING, 'select', 60));
    expect(judgeBy(rule, { goroutines: single })).toMatchObject({ outcome: 'found', confidence: 'high' });
  });

  it('leaves a call of the runtime open where that is what they wait for', () => {
    const waiting = goroutines(15_000, ['google.golang.org/grpc/internal/transport.(*Stream).waitOnHeader']);
    expect(judgeBy(rule, { goroutines: [waiting] })).toMatchObject({
      rivals: [
        {},
        {
          id: 'cri-call-blocked',
          state: 'open',
          because: { template: expect.stringContaining('wait') as string },
        },
        {},
        {},
        {},
      ],
    });
  });

  it('takes a queue behind a lock for no leak', () => {
    const queue = goroutines(
      9000,
      ['sync.runtime_SemacquireMutex', 'sync.(*Mutex).lockSlow', 'kubelet.(*x).y'],
      'semacquire',
      3600,
    );
    expect(judgeBy(rule, { goroutines: [queue] })).toMatchObject({ outcome: 'uncertain', confidence: 'low' });
  });

  it('does not take a dump of an API server for the kubelet’s', () => {
    const watcher = goroutines(36_000, ['k8s.io/apiserver/pkg/storage/cacher.(*cacheWatcher).process']);
    const waiting = goroutines(36_500, ['golang.org/x/net/http2.closeWaiter.Wait']);
    expect(judgeBy(rule, { goroutines: [waiting, watcher] })).toMatchObject({ outcome: 'clear' });
  });

  it('takes a dump of the API server for none of the kubelet', () => {
    const watches = goroutines(9000, [
      'runtime.gopark',
      'k8s.io/apiserver/pkg/endpoints/handlers.(*WatchServer).ServeHTTP',
      'net/http.(*conn).serve',
    ]);
    expect(judgeBy(rule, { goroutines: [watches] })).toMatchObject({ outcome: 'clear' });
  });

  it('is less sure of the number alone', () => {
    expect(judgeBy(rule, { counted: [counted('goroutines', 15_939)] })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
    });
    const processes = [processRow('kubelet', { residentBytes: 13e9 })];
    expect(judgeBy(rule, { counted: [counted('goroutines', 15_939)], processes })).toMatchObject({
      evidence: [{ value: 15_939 }, { value: 13e9 }],
    });
  });

  it('goes by the pods of the node', () => {
    const metrics = scrapedMetrics('go_goroutines 2600');
    expect(judgeBy(rule, { metrics, facts: { pods: 20 } })).toMatchObject({ outcome: 'found' });
    expect(judgeBy(rule, { metrics, facts: { pods: 110 } })).toMatchObject({ outcome: 'clear' });
    expect(judgeBy(rule, { metrics })).toMatchObject({ outcome: 'clear' });
  });

  it('is not looked at without a number', () => {
    expect(judgeBy(rule, { counted: [counted('mounts', 9)] })).toMatchObject({ outcome: 'skipped' });
  });
});
