/** Many iptables rules: each change copies all of them and holds the xtables lock that kubelet, kube-proxy and CNI share. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { burnsFrom, processesFrom, timedFrom } from '../../kernelObservations.js';
import { countFrom, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, skipped, type Judgement, type Rule, type RuleEvidence } from '../../rule.js';

const LOCK =
  /Another app is currently holding the xtables lock|xtables lock[^\n]{0,80}(?:timed? ?out|not obtained|retry)|failed to acquire (?:new |old )?iptables lock/iu;
const SLOW_SYNC =
  /(?:sync(?:ing)?_?proxy_?rules|syncProxyRules|iptables-restore|iptables-save)[^\n]{0,80}\b(?:took|elapsed|duration)\D{0,10}(?:\d{1,4}m)?[1-9]\d{0,4}(?:\.\d{1,12})?s\b/iu;
const GO =
  /(?:^|\/)k8s\.io\/kubernetes\/pkg\/(?:util\/iptables\.\(\*runner\)\.\w|kubelet\.\(\*Kubelet\)\.(?:syncIPTablesRules|syncNetworkUtil|initNetworkUtil))/u;
const KERNEL =
  /^(?:__do_replace|do_replace|xt_replace_table|get_counters|ip6?t_alloc_initial_table|translate_table|nft_do_chain|ip6?t_do_table)/u;
const SHARE = 0.05;
const MANY_RULES = 50_000;
const LOCK_TIMES = 5;
const SLOW_SECONDS = 1;
const CORES = 0.5;
const COMMAND = /\b(?:ip6?tables(?:-legacy|-nft)?(?:-save|-restore)?|nft list)\b/u;
/** kube-proxy's own, in seconds; quick ones take well under one. */
const SYNC_METRIC = 'kubeproxy_sync_proxy_rules_duration_seconds';

export const iptablesUtil: Rule = {
  id: 'iptables-util',
  title: 'iptables has so many rules that every change of them is slow',
  severity: 'medium',
  requires: ['iptables', 'timed-reads', 'kubelet-log', 'network-log', 'cpu-profile', 'processes', 'metrics'],
  mechanism:
    'iptables hands over whole tables: with 10^5 rules each call takes seconds (get_counters costs rules times CPUs) and holds the xtables lock. Kubelet, kube-proxy and CNI wait for it in turn, and pods get their network late.',
  confirm:
    'time iptables-save | wc -l; time nft list ruleset | wc -l; ps -eo pcpu,etimes,args | grep "[i]ptables"',
  mitigation: {
    text: 'A longer minSyncPeriod of kube-proxy (30s); fewer Services and endpoints a cluster.',
    risk: 'medium',
  },
  fix: 'nftables, IPVS or eBPF instead of iptables for Services; Kubernetes with IPTablesOwnershipCleanup leaves most chains to kube-proxy.',
  references: [
    { text: 'kubernetes/kubernetes#45385', url: 'https://github.com/kubernetes/kubernetes/issues/45385' },
    { text: 'kubernetes/kubernetes#48107', url: 'https://github.com/kubernetes/kubernetes/issues/48107' },
    { text: 'kubernetes/kubernetes#96018', url: 'https://github.com/kubernetes/kubernetes/issues/96018' },
  ],
  rivals: ['iptables-duplicate-rules', 'proxy-endpoints-churn', 'ipvs-estimation-timer'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const many = countFrom(reading, 'iptables-rules', MANY_RULES);
  const slow = timedFrom(evidence, COMMAND, SLOW_SECONDS);
  const found = conclude({
    decisive: [slow, burnsFrom(reading, GO, SHARE)],
    hints: [
      many,
      saidFrom(reading, LOCK, LOCK_TIMES),
      saidFrom(reading, SLOW_SYNC, LOCK_TIMES),
      burnsFrom(reading, KERNEL, SHARE),
      processesFrom(reading, COMMAND, CORES),
      slowSync(reading),
    ],
    enoughHints: 2,
    confidence: many === undefined ? 'medium' : 'high',
    settle: sentence('Time it: time iptables-save | wc -l'),
    rivals: [
      duplicatesRival(reading),
      open('proxy-endpoints-churn', 'A proxy that computes all endpoints anew is busy itself: profile it.'),
      open('ipvs-estimation-timer', 'With IPVS the rules are few, and ipvsadm -Ln has the entries.'),
    ],
  });
  if (found !== undefined) return found;
  const counted = reading.counted('iptables-rules');
  return counted === undefined
    ? skipped('Needs a count of rules: iptables-save | wc -l')
    : clear('{0} rules are not many.', counted.value);
}

function slowSync(reading: Reading): RuleEvidence | undefined {
  const mean = reading.metricMean(SYNC_METRIC);
  if (mean === undefined || mean < SLOW_SECONDS) return undefined;
  return observed(
    sentence('kube-proxy needs {0} s on average to sync its rules', Number(mean.toPrecision(3))),
    {
      value: mean,
      unit: 'seconds',
      threshold: sentence('from {0} s on', SLOW_SECONDS),
      place: reading.metric(`${SYNC_METRIC}_sum`)[0]?.at,
    },
  );
}

function duplicatesRival(reading: Reading): ReturnType<typeof open> {
  const duplicates = reading.counted('iptables-duplicates');
  return duplicates === undefined
    ? open(
        'iptables-duplicate-rules',
        'iptables-save | sort | uniq -d tells whether rules stand there again.',
      )
    : open('iptables-duplicate-rules', '{0} rules stand there more than once.', duplicates.value);
}
