/** Requests for metrics are most of the kubelet's work: many scrapers, short intervals, large answers. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { present, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import { lookForBurns } from './kubeletBurn.js';
import { duWalkRival, garbageRival, housekeepingRival, memoryStatRival } from './kubeletRivals.js';
import { kubeletUptimeSeconds } from './kubeletUptime.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const COLLECTOR = /\bmetrics\.\(\*PrometheusCollector\)\.(?:Collect|collectContainersInfo)\b/u;
const SUMMARY = /\bstats\.\(\*summaryProviderImpl\)\.(?:Get|GetCPUAndMemoryStats)\b/u;
const TEXT = /\b(?:expfmt|promhttp|prometheus)\.|^compress\/(?:gzip|flate)\./u;
/** The kubelet asks for its own summary each 10 s for evictions: only one that a request called counts. */
const SERVER = /\bhttp\.\(\*conn\)\.serve\b|\bhttp2?\.\(\*(?:http2)?serverConn\)\.runHandler\b/u;
const PATHS = ['metrics', 'metrics/cadvisor', 'metrics/resource', 'metrics/probes', 'stats', 'stats/summary'];
const REQUESTS_A_SECOND = 0.5;
const SLOW_ANSWER_SECONDS = 2;
const TIMED_OUT =
  /:(?:10250|10255|4194)\/(?:metrics|stats)\S{0,60}.{0,200}(?:context deadline exceeded|Client\.Timeout exceeded|request canceled)|unable to (?:fully )?(?:scrape|collect) metrics.{0,300}(?:context deadline exceeded|Client\.Timeout)|"?Failed to scrape node"?.{0,300}deadline exceeded/u;

export const metricsScrapeHeavy: Rule = {
  id: 'metrics-scrape-heavy',
  title: 'Scrapes of the kubelet’s metrics are much of its work',
  severity: 'medium',
  requires: ['cpu-profile', 'metrics', 'timed-reads', 'kubelet-log', 'events'],
  mechanism:
    'Each scrape of /metrics/cadvisor walks all containers, sorts their labels and compresses megabytes of text; each of /stats/summary reads their statistics. Several agents at 10 to 15 s multiply it, and answers that come too late are asked for again.',
  confirm:
    "ss -Htnp state established '( sport = :10250 )' | awk '{print $4}' | cut -d: -f1 | sort | uniq -c | sort -rn; time kubectl get --raw \"/api/v1/nodes/NODE/proxy/metrics/cadvisor\" | wc -c",
  mitigation: {
    text: 'A longer scrape_interval, one scraper instead of several, /metrics/resource instead of /stats/summary.',
    risk: 'low',
  },
  fix: 'Of no version. Fewer agents that ask.',
  references: [
    thread('google/cadvisor', 1644),
    thread('kubernetes/kubernetes', 93007),
    thread('kubernetes/kubernetes', 51798),
  ],
  rivals: ['memcg-stat-v1-zombies', 'cadvisor-housekeeping-density', 'cadvisor-du-walk', 'go-gc-bound'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const burn = lookForBurns(reading, [
    { pattern: COLLECTOR, least: 0.15 },
    { pattern: SUMMARY, least: 0.15, outer: SERVER },
    { pattern: TEXT, least: 0.15, outer: SERVER },
  ]);
  const often = manyRequests(reading);
  const slow = present(slowAnswers(reading), slowCommand(evidence));
  const late = saidFrom(reading, TIMED_OUT, 2);
  const isSure = often !== undefined && slow.length > 0;
  return judgeSigns(
    {
      burn,
      sure: isSure ? present(often, ...slow) : [],
      // A slow answer is what any slow kubelet gives.
      hints: isSure ? present(late) : present(often, ...slow, late),
    },
    {
      what: 'Answering scrapes',
      rivals: rivals(evidence, reading),
      settle: sentence('Stop the scrapers for a minute: does the CPU of the kubelet fall?'),
      isDecisive: burn.kind === 'hot' && often !== undefined,
      ...(burn.kind === 'unseen' && reading.has('metrics')
        ? { without: clear('By its metrics the kubelet is not asked often for metrics.') }
        : {}),
    },
  );
}

function manyRequests(reading: Reading): RuleEvidence | undefined {
  const uptime = kubeletUptimeSeconds(reading);
  if (uptime === undefined) return undefined;
  const count = PATHS.reduce(
    (sum, path) => sum + (reading.metricSum('kubelet_http_requests_total', { path }) ?? 0),
    0,
  );
  if (count / uptime < REQUESTS_A_SECOND) return undefined;
  return observed(
    sentence('The kubelet is asked for metrics {0} times a second', Number((count / uptime).toPrecision(3))),
    {
      value: count / uptime,
      unit: 'perSecond',
      threshold: sentence('from {0} a second on; one Prometheus makes 0.1', REQUESTS_A_SECOND),
    },
  );
}

function slowAnswers(reading: Reading): RuleEvidence | undefined {
  for (const path of PATHS) {
    const mean = reading.metricMean('kubelet_http_requests_duration_seconds', { path });
    if (mean !== undefined && mean >= SLOW_ANSWER_SECONDS)
      return observed(
        sentence('An answer of /{0} takes {1} s on average', path, Number(mean.toPrecision(3))),
        {
          value: mean,
          unit: 'seconds',
          threshold: sentence('from {0} s on', SLOW_ANSWER_SECONDS),
        },
      );
  }
  return undefined;
}

function slowCommand({ timed }: NodeEvidence): RuleEvidence | undefined {
  const found = timed.find(
    ({ command, realSeconds }) =>
      /(?:curl|kubectl|wget)\b.{0,400}\/(?:metrics|stats\/summary)\b/u.test(command) &&
      realSeconds >= SLOW_ANSWER_SECONDS,
  );
  if (found === undefined) return undefined;
  return observed(
    sentence('{0} took {1} s', found.command.slice(0, 120), Number(found.realSeconds.toPrecision(3))),
    {
      value: found.realSeconds,
      unit: 'seconds',
      threshold: sentence('from {0} s on', SLOW_ANSWER_SECONDS),
      place: found.at,
    },
  );
}

function rivals(evidence: NodeEvidence, reading: Reading): readonly RivalJudgement[] {
  const reads = memoryStatRival(evidence, reading);
  return [
    reads.state === 'open'
      ? open(reads.id, 'A scrape reads memory.stat, too: time one read before the scrapers are blamed.')
      : reads,
    housekeepingRival(reading),
    duWalkRival(reading),
    garbageRival(reading),
  ];
}
