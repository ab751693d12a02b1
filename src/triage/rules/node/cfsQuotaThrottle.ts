/** A CPU limit that throttles: a cgroup waits for its next period of 100 ms although the node has CPUs to spare. */
import { sentence } from '../../../base/sentence.js';
import type { CpuThrottling, MetricSample, NodeEvidence, Place } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { burnsFrom, kernelFix, lacksFix } from '../../kernelObservations.js';
import { percent, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, refuted, skipped } from '../../rule.js';
import type { Judgement, Rule, RuleEvidence } from '../../rule.js';

const KERNEL =
  /^(?:throttle_cfs_rq|unthrottle_cfs_rq|sched_cfs_period_timer|tg_(?:un)?throttle|distribute_cfs_runtime)/u;
const KERNEL_SHARE = 0.01;
const PERIOD_TOO_SHORT = /cfs_period_timer\[cpu\d+\]: period too short/u;
const ALERT = /\bCPUThrottlingHigh\b/u;
/** Of all periods in which the cgroup wanted CPU. Some are usual under any limit. */
const SHARE = 0.05;
const MUCH = 0.25;
/** Fewer periods are seconds: nothing to judge by. */
const ENOUGH_PERIODS = 100;

export const cfsQuotaThrottle: Rule = {
  id: 'cfs-quota-throttle',
  title: 'A CPU limit throttles the kubelet, the runtime or a pod',
  severity: 'medium',
  requires: ['cpu-throttling', 'metrics', 'cpu-profile', 'kernel-log', 'events'],
  mechanism:
    'Threads of a cgroup with a CPU limit wait for the next 100 ms period once the quota is used up: wall time grows while CPU stays flat. Kernels 4.14.95 to 4.14.153 and 4.18 to 5.3 (4.19 up to .83) throttle even below the limit, as unused slices expire.',
  confirm:
    'grep -H . /sys/fs/cgroup/cpu/system.slice/kubelet.service/cpu.stat /sys/fs/cgroup/system.slice/kubelet.service/cpu.stat 2>/dev/null; systemctl show kubelet containerd -p CPUQuotaPerSecUSec; uname -r',
  mitigation: {
    text: 'Take the limit from the kubelet or the runtime; raise or drop the limits of pods that must answer quickly.',
    command: 'systemctl set-property --runtime kubelet.service CPUQuota=',
    risk: 'low',
  },
  fix: 'Linux 5.4, 4.19.84 or 4.14.154 (de53fd7aedb1). On those short bursts against a limit are throttled by design: the limit is too small.',
  references: [
    { text: 'kubernetes/kubernetes#67577', url: 'https://github.com/kubernetes/kubernetes/issues/67577' },
    { text: 'awslabs/amazon-eks-ami#372', url: 'https://github.com/awslabs/amazon-eks-ami/issues/372' },
    { text: 'kubernetes/kubernetes#97445', url: 'https://github.com/kubernetes/kubernetes/issues/97445' },
  ],
  rivals: ['node-cpu-starved', 'kubelet-freezes-cgroups'],
  judge,
};

/** One cgroup, or one container of cAdvisor's metrics. */
interface Throttled {
  readonly cgroup: string;
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly at: Place;
}

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const [worst] = throttledCgroups(evidence, reading);
  const measured = worst === undefined ? undefined : throttleEvidence(worst);
  const fix = kernelFix(reading, 'cfs-quota');
  const isByFault = lacksFix(fix) !== undefined;
  const found = conclude({
    decisive: [measured],
    hints: [
      saidFrom(reading, PERIOD_TOO_SHORT, 1),
      saidFrom(reading, ALERT, 1),
      burnsFrom(reading, KERNEL, KERNEL_SHARE),
    ],
    enoughHints: 2,
    context: [lacksFix(fix)],
    confidence: isByFault || (measured?.value ?? 0) >= MUCH ? 'high' : 'medium',
    settle: sentence('See whether nr_throttled grows: cat cpu.stat of the cgroup twice'),
    rivals: [
      open(
        'node-cpu-starved',
        'A node without CPU to spare makes all wait: look at the idle time of the CPUs.',
      ),
      measured === undefined
        ? open(
            'kubelet-freezes-cgroups',
            'A frozen cgroup waits as well: grep FROZEN freezer.state below kubepods.',
          )
        : refuted('kubelet-freezes-cgroups', 'cpu.stat counts throttled periods: freezing adds none.'),
    ],
  });
  if (found !== undefined) return found;
  return worst === undefined
    ? skipped('Needs cpu.stat of the cgroup that is slow.')
    : clear('At most {0} % of the periods of a cgroup were throttled.', percent(shareOf(worst)));
}

function shareOf({ periods, throttledPeriods }: Throttled): number {
  return throttledPeriods / periods;
}

/** Worst first; only those with enough periods. */
function throttledCgroups({ throttling }: NodeEvidence, reading: Reading): readonly Throttled[] {
  return [...throttling.map(ofCpuStat), ...ofMetrics(reading)]
    .filter(({ periods }) => periods >= ENOUGH_PERIODS)
    .sort((a, b) => shareOf(b) - shareOf(a));
}

function ofCpuStat({ cgroup, periods, throttledPeriods, at }: CpuThrottling): Throttled {
  return { cgroup: cgroup ?? 'a cgroup', periods, throttledPeriods, at };
}

function ofMetrics(reading: Reading): readonly Throttled[] {
  const all = new Map(
    reading.metric('container_cpu_cfs_periods_total').map(sample => [keyOf(sample), sample.value]),
  );
  return reading.metric('container_cpu_cfs_throttled_periods_total').flatMap(sample => {
    const periods = all.get(keyOf(sample));
    const { pod, container, id } = sample.labels;
    const cgroup = [pod, container].filter(part => part !== undefined && part !== '').join('/');
    return periods === undefined
      ? []
      : [
          {
            cgroup: cgroup === '' ? (id ?? '/') : cgroup,
            periods,
            throttledPeriods: sample.value,
            at: sample.at,
          },
        ];
  });
}

function keyOf({ labels, scrape }: MetricSample): string {
  return JSON.stringify([scrape, ...Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function throttleEvidence(worst: Throttled): RuleEvidence | undefined {
  const share = shareOf(worst);
  if (!(share >= SHARE)) return undefined;
  return observed(
    sentence(
      '{0} was throttled in {1} of {2} periods, {3} %',
      worst.cgroup.slice(-120),
      worst.throttledPeriods,
      worst.periods,
      percent(share),
    ),
    { value: share, unit: 'share', threshold: sentence('from {0} % on', percent(SHARE)), place: worst.at },
  );
}
