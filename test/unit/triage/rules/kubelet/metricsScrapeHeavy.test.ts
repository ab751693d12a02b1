import { describe, expect, it } from 'vitest';
import { metricsScrapeHeavy as rule } from '../../../../../src/triage/rules/kubelet/metricsScrapeHeavy.js';
import { repeated } from '../../../../support/evidencePieces.js';
import { cpuProfile, HERE, judgeBy, logLines } from '../../../../support/nodeEvidence.js';
import { scrapedMetrics } from '../../../../support/scrapedMetrics.js';

const COLLECT = 'github.com/google/cadvisor/metrics.(*PrometheusCollector).Collect';
const SUMMARY = 'k8s.io/kubernetes/pkg/kubelet/server/stats.(*summaryProviderImpl).Get';
const timed = [
  {
    at: HERE,
    command: 'kubectl get --raw /api/v1/nodes/w3/proxy/metrics/cadvisor',
    realSeconds: 11.2,
    userSeconds: 0.1,
    systemSeconds: 0,
  },
];
const requests = (count: number) =>
  scrapedMetrics(
    `process_start_time_seconds 1.7e+09\nkubelet_pleg_last_seen_seconds 1.700001e+09\nkubelet_http_requests_total{method="GET",path="metrics/cadvisor"} ${count}\nkubelet_http_requests_duration_seconds_sum{path="metrics/cadvisor"} ${count * 3}\nkubelet_http_requests_duration_seconds_count{path="metrics/cadvisor"} ${count}`,
  );

describe('metrics-scrape-heavy', () => {
  it('is found in frames of the collector', () => {
    const profiles = [cpuProfile({ [`net/http.(*conn).serve;${COLLECT}`]: 0.5, 'main;other': 0.7 })];
    expect(judgeBy(rule, { profiles })).toMatchObject({ outcome: 'found', confidence: 'medium' });
    expect(judgeBy(rule, { profiles, metrics: requests(900) })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
    });
  });

  it('counts the summary only where a request asked for it', () => {
    const asked = cpuProfile({ [`net/http.(*conn).serve;${SUMMARY}`]: 0.5, 'main;other': 0.5 });
    const own = cpuProfile({ [`main;eviction.synchronize;${SUMMARY}`]: 0.5, 'main;other': 0.5 });
    expect(judgeBy(rule, { profiles: [asked] })).toMatchObject({ outcome: 'found' });
    expect(judgeBy(rule, { profiles: [own] })).toMatchObject({ outcome: 'clear' });
  });

  it('is found in metrics that count many slow answers', () => {
    expect(judgeBy(rule, { metrics: requests(900) })).toMatchObject({
      outcome: 'found',
      evidence: [
        { value: 0.9, unit: 'perSecond' },
        { value: 3, unit: 'seconds' },
      ],
    });
    expect(judgeBy(rule, { metrics: requests(90) })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
    });
  });

  it('takes a slow answer, or a scrape that timed out, for a weak suspicion', () => {
    expect(judgeBy(rule, { timed })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
      evidence: [{ value: 11.2 }],
    });
    const line =
      'Failed to scrape node" err="Get \\"https://192.0.2.7:10250/metrics/resource\\": context deadline exceeded" node="w{n}"';
    expect(judgeBy(rule, { log: logLines(repeated(line, 4), 'unknown') })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
    });
  });

  it.each([
    [
      'an idle kubelet',
      { profiles: [cpuProfile({ [`net/http.(*conn).serve;${COLLECT}`]: 0.05, 'main;other': 0.1 })] },
      'clear',
    ],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(rule, given)).toMatchObject({ outcome });
  });
});
