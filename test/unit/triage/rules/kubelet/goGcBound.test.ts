import { describe, expect, it } from 'vitest';
import { goGcBound as rule } from '../../../../../src/triage/rules/kubelet/goGcBound.js';
import { counted, listing } from '../../../../support/evidencePieces.js';
import { cpuProfile, judgeBy } from '../../../../support/nodeEvidence.js';
import { scrapedMetrics } from '../../../../support/scrapedMetrics.js';

const metrics = (parts: { cpu: number; assist: number; heap?: number; limit?: number }) =>
  scrapedMetrics(
    [
      'process_start_time_seconds 1.7e+09',
      'kubelet_pleg_last_seen_seconds 1.700001e+09',
      `process_cpu_seconds_total ${parts.cpu}`,
      `go_cpu_classes_gc_mark_assist_cpu_seconds_total ${parts.assist}`,
      'go_cpu_classes_gc_mark_dedicated_cpu_seconds_total 10',
      'go_cpu_classes_gc_mark_idle_cpu_seconds_total 99999',
      `go_memstats_heap_inuse_bytes ${parts.heap ?? 3e7}`,
      `go_gc_gomemlimit_bytes ${parts.limit ?? 9.2e18}`,
    ].join('\n'),
  );

describe('go-gc-bound', () => {
  it('is found in frames of the collector, and knows a limit that is reached', () => {
    const profiles = [
      cpuProfile({ 'runtime.gcBgMarkWorker;runtime.gcDrain;runtime.scanobject': 3.2, 'main;work': 0.8 }),
    ];
    const at = metrics({ cpu: 100, assist: 1, heap: 342_401_024, limit: 335_544_320 });
    expect(judgeBy(rule, { profiles, metrics: at })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      recoverableCores: 3.2,
      evidence: [{ value: 0.8 }, { text: { values: [327, 320] } }],
    });
    expect(judgeBy(rule, { profiles })).toMatchObject({ outcome: 'found', confidence: 'medium' });
  });

  it('takes a listing of pprof', () => {
    const listed = listing({ 'runtime.gcDrain': 0.95, 'runtime.scanobject': 0.75 });
    expect(judgeBy(rule, { listed, counted: [counted('goroutines', 400)] })).toMatchObject({
      outcome: 'found',
      rivals: [{ id: 'goroutine-leak', state: 'refuted' }, {}, {}, {}],
    });
  });

  it('does not take the collector of another process in perf for that of the kubelet', () => {
    const rows = (command: string) =>
      listing({ 'runtime.scanobject': 0.4, 'runtime.greyobject': 0.1 }, 'perf').map(row => ({
        ...row,
        command,
      }));
    expect(judgeBy(rule, { listed: rows('dockerd') })).toMatchObject({ outcome: 'skipped' });
    expect(judgeBy(rule, { listed: rows('kubelet') })).toMatchObject({
      outcome: 'found',
      evidence: [{ value: 0.5 }],
    });
  });

  it('is found in metrics of a kubelet that is busy, not in those of an idle one', () => {
    expect(judgeBy(rule, { metrics: metrics({ cpu: 900, assist: 400 }) })).toMatchObject({
      outcome: 'found',
      evidence: [{ value: 410 / 900, unit: 'share' }],
    });
    expect(judgeBy(rule, { metrics: metrics({ cpu: 90, assist: 40 }) })).toMatchObject({ outcome: 'clear' });
  });

  it.each([
    [
      'an idle kubelet',
      { profiles: [cpuProfile({ 'runtime.gcBgMarkWorker': 0.1, 'main;work': 0.05 })] },
      'clear',
    ],
    [
      'a usual share',
      { profiles: [cpuProfile({ 'runtime.gcBgMarkWorker': 0.1, 'main;work': 0.9 })] },
      'clear',
    ],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(rule, given)).toMatchObject({ outcome });
  });
});
