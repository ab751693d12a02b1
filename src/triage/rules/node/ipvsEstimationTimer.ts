/** The timer of IPVS that adds up statistics of all its entries in softirq: packets wait meanwhile. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { burnsFrom, functionFrom, kernelFix, lacksFix, processesFrom } from '../../kernelObservations.js';
import { countFrom, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, open, skipped, type Judgement, type Rule } from '../../rule.js';

const TIMER = /^(?:estimation_timer|ip_vs_read_cpu_stats|ip_vs_estimator|ip_vs_est_)/u;
const TIMER_SECONDS = 0.01;
const TIMER_SHARE = 0.03;
const MANY_ENTRIES = 30_000;
const KSOFTIRQD_CORES = 0.3;

export const ipvsEstimationTimer: Rule = {
  id: 'ipvs-estimation-timer',
  title: 'A timer of IPVS goes through all its entries, and packets wait meanwhile',
  severity: 'medium',
  requires: ['ipvs', 'kernel-functions', 'cpu-profile', 'kernel-log'],
  mechanism:
    'Before Linux 6.2 IPVS adds up the counters of every service and endpoint over all CPUs each 2 s, in one timer softirq that nothing interrupts. With tens of thousands of entries that takes 65 to 130 ms, and every packet on that CPU is as late.',
  confirm: 'ipvsadm -Ln | wc -l; uname -r; nproc; sysctl net.ipv4.vs.run_estimation',
  mitigation: {
    text: 'Switch the estimation off where the kernel has the setting (sysctl tells; Alibaba Cloud Linux from 4.19.91-22 on): ipvsadm then shows no rates.',
    command: 'sysctl -w net.ipv4.vs.run_estimation=0',
    risk: 'low',
  },
  fix: 'Linux 6.2 (kernel threads instead of the timer); fewer entries a node.',
  references: [
    {
      text: 'Alibaba Cloud: disable the IPVS estimation feature',
      url: 'https://alibabacloud.com/help/en/alinux/user-guide/disable-the-estimation-feature-of-ipvs',
    },
    {
      text: 'Kubernetes IPVS estimation_timer: root cause of network jitter',
      url: 'https://www.besthub.dev/articles/kubernetes-ipvs-estimation-timer-root-cause-of-network-jitter-and-livepatch-fix-7ecc06fa7750',
    },
  ],
  rivals: ['memcg-stat-v1-zombies', 'iptables-duplicate-rules', 'sched-leaf-cfs-rq'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const fix = kernelFix(reading, 'ipvs-estimation');
  const many = countFrom(reading, 'ipvs-entries', MANY_ENTRIES);
  const timer = functionFrom(evidence, TIMER, TIMER_SECONDS) ?? burnsFrom(reading, TIMER, TIMER_SHARE);
  if (timer === undefined && fix?.state === 'fixed')
    return clear('Kernel {0} does it in threads.', reading.kernel?.release ?? '');
  const found = conclude({
    decisive: [timer],
    hints: [many, saidFrom(reading, /\bestimation_timer\b/u, 1)],
    enoughHints: 2,
    context: [processesFrom(reading, /^\[?ksoftirqd\//u, KSOFTIRQD_CORES), lacksFix(fix)],
    confidence: fix?.state === 'fixed' ? 'medium' : 'high',
    settle: sentence('Time it: funcgraph or bpftrace on estimation_timer'),
    rivals: [
      open('memcg-stat-v1-zombies', 'A slow read of memory.stat makes packets late, too: time one.'),
      open(
        'iptables-duplicate-rules',
        'So do thousands of copies of a rule: iptables-save | sort | uniq -d.',
      ),
      open('sched-leaf-cfs-rq', 'perf shows update_blocked_averages there.'),
    ],
  });
  if (found !== undefined) return found;
  const counted = reading.counted('ipvs-entries');
  return counted === undefined
    ? skipped('Needs a count of IPVS entries: ipvsadm -Ln | wc -l')
    : clear('{0} IPVS entries are not many.', counted.value);
}
