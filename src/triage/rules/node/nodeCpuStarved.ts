/** Other processes, or the hypervisor, have the CPUs, and the kubelet waits for one. Not a kubelet that burns itself. */
import { sentence } from '../../../base/sentence.js';
import type { NodeCpuReading, NodeEvidence, ProcessRow } from '../../../material/model.js';
import type { Reading } from '../../reading.js';
import { percent, present } from '../../observations.js';
import { clear, observed, open, refuted, skipped } from '../../rule.js';
import type { Judgement, Level, RivalJudgement, Rule, RuleEvidence, Suspicion } from '../../rule.js';
import { pressureFrom } from './pressureSigns.js';

const LITTLE_IDLE = 0.05;
const MUCH_IDLE = 0.2;
const LITTLE_IO_WAIT = 0.1;
const MUCH_STEAL = 0.1;
const QUEUE_PER_CPU = 2;
const LOAD_PER_CPU = 3;
const CPU_PRESSURE = 0.5;
const WAIT_CORES = 0.3;
const WORKLOAD_SHARE = 0.6;
const MUCH_KERNEL = 0.5;
const KUBELET = /(?:^|\/)(?:kubelet|hyperkube|k3s|rke2|kubelite)\b/u;
/** Daemons and kernel threads of the node: on top they are the symptom of another cause, and no workload. */
const DAEMON =
  /^\[?(?:kworker|ksoftirqd|kswapd|migration|rcu_|kcompactd|khugepaged|watchdog|jbd2)|(?:^|\/)(?:kubelet|hyperkube|k3s|rke2|kubelite|systemd(?:-\w+)?|init|dbus-daemon|dbus-broker|containerd(?:-shim\S*)?|dockerd|crio|conmon|runc|crun|runc:\[\S+|iptables\S*|kube-proxy|xtables\S*|ps|top|pidstat|strace|perf|du|find)(?:\s|$)/u;

export const nodeCpuStarved: Rule = {
  id: 'node-cpu-starved',
  title: 'Other processes have all CPUs, and the kubelet waits for one',
  severity: 'high',
  requires: ['node-cpu', 'processes', 'pressure', 'threads'],
  mechanism:
    'Pods without limits, or a hypervisor that gives the machine less than it sells, leave no idle CPU; kubelet and runtime are runnable and wait in the run queue. Lease, probes and relist come late, and the node flaps without a fault of its own.',
  confirm:
    'cat /proc/pressure/cpu; vmstat 2 5; pidstat -u 5 1 | sort -k9 -rn | head -15; pidstat -u -p $(pgrep -o kubelet) 5 1',
  mitigation: {
    text: 'Limit or move the pod that uses most (kubectl top pods, pidstat); where steal is high, move the node to another host or size.',
    risk: 'low',
  },
  fix: 'kube-reserved and system-reserved CPU with cgroups of their own (cpu.weight protects them), CPU requests that say what pods use; no burstable machine types (T2/T3, B-series) under load.',
  references: [
    {
      text: 'canonical/microk8s#4406: a pod takes the CPUs, the node turns NotReady',
      url: 'https://github.com/canonical/microk8s/issues/4406',
    },
    {
      text: 'awslabs/amazon-eks-ami#79: NotReady without a reserve for the kubelet',
      url: 'https://github.com/awslabs/amazon-eks-ami/issues/79',
    },
    {
      text: 'Kernel: PSI, Documentation/accounting/psi.rst',
      url: 'https://docs.kernel.org/accounting/psi.html',
    },
  ],
  rivals: ['memory-thrash-readback', 'disk-io-throttle', 'cfs-quota-throttle', 'pleg-relist'],
  judge,
};

interface Signs {
  readonly waits: RuleEvidence | undefined;
  readonly pressure: RuleEvidence | undefined;
  readonly full: RuleEvidence | undefined;
  readonly steal: RuleEvidence | undefined;
  readonly queue: RuleEvidence | undefined;
  readonly workload: RuleEvidence | undefined;
  /** The process with most CPU. */
  readonly top: ProcessRow | undefined;
  /** More than half of the CPU time is the kernel's. */
  readonly isKernel: boolean;
}

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const signs = signsOf(evidence, reading);
  const all = present(signs.waits, signs.pressure, signs.full, signs.steal, signs.queue);
  if (all.length === 0) return withoutSigns(evidence, reading);
  if (signs.steal === undefined && isKubeletOnTop(signs.top, evidence))
    return clear('The kubelet itself uses most CPU of all processes.');
  const idle = median(evidence.cpu.flatMap(one => one.idle ?? []));
  if (all.length === 1 && signs.waits !== undefined && idle !== undefined && idle >= MUCH_IDLE)
    return clear(
      'The kubelet waits although CPUs are idle {0} % of the time: a quota holds it back.',
      percent(idle),
    );
  const confidence = confidenceOf(signs, all.length);
  const suspicion: Suspicion = {
    confidence,
    evidence: present(signs.waits, signs.workload, signs.full, signs.steal, signs.pressure, signs.queue),
    rivals: rivals(signs, evidence, reading),
    explains: ['cri-unresponsive', 'cri-call-blocked', 'pleg-relist'],
    isDecisive: confidence === 'high',
  };
  if (confidence !== 'low') return { kind: 'found', ...suspicion };
  return {
    kind: 'uncertain',
    settle: sentence('pidstat -u -p $(pgrep -o kubelet) 5 1: its %wait is the time it waits for a CPU.'),
    ...suspicion,
  };
}

/** Sixty pods with a fifth of a core each stand below the kubelet in top, and have more than it. */
function isKubeletOnTop(top: ProcessRow | undefined, evidence: NodeEvidence): boolean {
  if (top?.cores === undefined || !KUBELET.test(top.command)) return false;
  return workloads(evidence).reduce((sum, { cores }) => sum + cores, 0) < 2 * top.cores;
}

/** A workload or the hypervisor that was seen to take the CPUs; else it may be any daemon's own fault. */
function confidenceOf(signs: Signs, count: number): Level {
  const { waits, steal, top, isKernel } = signs;
  if (steal !== undefined) return count >= 2 ? 'high' : 'medium';
  if (isKernel || (top !== undefined && DAEMON.test(top.command))) return 'low';
  const taken = present(signs.workload, signs.full, signs.pressure, signs.queue).length;
  if (waits !== undefined) return taken > 0 ? 'high' : 'medium';
  if (signs.workload !== undefined) return taken > 1 ? 'high' : 'medium';
  return taken > 1 ? 'medium' : 'low';
}

function withoutSigns(evidence: NodeEvidence, reading: Reading): Judgement {
  const idle = median(evidence.cpu.flatMap(one => one.idle ?? []));
  const ioWait = median(evidence.cpu.flatMap(one => one.ioWait ?? [])) ?? 0;
  if (ioWait > LITTLE_IO_WAIT) return clear('CPUs wait for I/O {0} % of the time.', percent(ioWait));
  if (idle !== undefined) return clear('CPUs are idle {0} % of the time.', percent(idle));
  return reading.has('pressure') || evidence.threads.length > 0
    ? clear('Neither pressure nor run queues are high.')
    : skipped("Needs the node's CPU (top, vmstat, mpstat) or /proc/pressure/cpu.");
}

function signsOf(evidence: NodeEvidence, reading: Reading): Signs {
  const [top] = [...evidence.processes].sort((a, b) => (b.cores ?? 0) - (a.cores ?? 0));
  const system = median(evidence.cpu.flatMap(one => one.system ?? []));
  return {
    waits: waitsFrom(evidence, reading),
    pressure: pressureFrom(evidence, 'cpu', 'some', CPU_PRESSURE),
    full: fullFrom(evidence),
    steal: stealFrom(evidence),
    queue: queueFrom(evidence),
    workload: workloadFrom(evidence),
    top: top?.cores === undefined ? undefined : top,
    isKernel: (system ?? 0) >= MUCH_KERNEL,
  };
}

function waitsFrom(evidence: NodeEvidence, reading: Reading): RuleEvidence | undefined {
  const rows = reading.processes(KUBELET).map(row => ({ cores: row.waitCores ?? 0, at: row.at }));
  const sampled = evidence.threads
    .filter(({ report }) => KUBELET.test(report.facts.command ?? '') && report.facts.seconds > 0)
    .map(({ report, at }) => ({
      cores: report.threads.reduce((sum, one) => sum + (one.runDelaySeconds ?? 0), 0) / report.facts.seconds,
      at,
    }));
  const [most] = [...rows, ...sampled].sort((a, b) => b.cores - a.cores);
  if (most === undefined || most.cores < WAIT_CORES) return undefined;
  return observed(
    sentence(
      'The kubelet waits for a CPU: {0} cores more it would have used',
      Number(most.cores.toPrecision(3)),
    ),
    {
      value: most.cores,
      unit: 'cores',
      threshold: sentence('from {0} cores on (%wait of pidstat, run delay of schedstat)', WAIT_CORES),
      place: most.at,
    },
  );
}

function fullFrom({ cpu }: NodeEvidence): RuleEvidence | undefined {
  const known = cpu.filter(({ idle }) => idle !== undefined);
  const idle = median(known.map(one => one.idle ?? 1));
  const ioWait = median(known.map(one => one.ioWait ?? 0)) ?? 0;
  if (idle === undefined || idle > LITTLE_IDLE || ioWait > LITTLE_IO_WAIT) return undefined;
  return observed(sentence('CPUs are idle {0} % of the time', percent(idle)), {
    value: idle,
    unit: 'share',
    threshold: sentence('{0} % and less, without waits for I/O', percent(LITTLE_IDLE)),
    place: known[0]?.at,
  });
}

function stealFrom({ cpu }: NodeEvidence): RuleEvidence | undefined {
  const steal = median(cpu.flatMap(one => one.steal ?? []));
  if (steal === undefined || steal < MUCH_STEAL) return undefined;
  return observed(sentence('The hypervisor takes {0} % of the CPU time (steal)', percent(steal)), {
    value: steal,
    unit: 'share',
    threshold: sentence('from {0} % on', percent(MUCH_STEAL)),
    place: cpu.find(one => one.steal !== undefined)?.at,
  });
}

function queueFrom({ cpu, facts }: NodeEvidence): RuleEvidence | undefined {
  const { cpus } = facts;
  if (cpus === undefined || cpus <= 0) return undefined;
  const runnable = median(cpu.flatMap(one => one.runnable ?? []));
  if (runnable !== undefined && runnable >= QUEUE_PER_CPU * cpus)
    return observed(sentence('{0} threads are runnable on {1} CPUs', runnable, cpus), {
      value: runnable,
      unit: 'count',
      threshold: sentence('from {0} on', QUEUE_PER_CPU * cpus),
      place: cpu.find(one => one.runnable !== undefined)?.at,
    });
  // The load counts tasks in state D, too: where CPUs wait for I/O it says nothing of CPUs.
  const busy = cpu.find(one => isLoaded(one, cpus));
  if (busy?.loadAverage === undefined) return undefined;
  return observed(sentence('The load is {0} on {1} CPUs, without waits for I/O', busy.loadAverage, cpus), {
    value: busy.loadAverage,
    unit: 'count',
    threshold: sentence('from {0} on', LOAD_PER_CPU * cpus),
    place: busy.at,
  });
}

function isLoaded({ loadAverage, ioWait, idle }: NodeCpuReading, cpus: number): boolean {
  if (loadAverage === undefined || ioWait === undefined || ioWait > LITTLE_IO_WAIT) return false;
  return loadAverage >= LOAD_PER_CPU * cpus && (idle ?? 0) <= LITTLE_IO_WAIT;
}

/** All that is no daemon of the node, most CPU first. A process that several tables list counts once, with its most. */
function workloads({
  processes,
}: NodeEvidence): readonly { readonly row: ProcessRow; readonly cores: number }[] {
  const most = new Map<string, { readonly row: ProcessRow; readonly cores: number }>();
  for (const row of processes) {
    const key = row.pid?.toString() ?? row.command;
    const cores = row.cores ?? 0;
    if (!DAEMON.test(row.command) && cores > (most.get(key)?.cores ?? 0)) most.set(key, { row, cores });
  }
  return [...most.values()].sort((a, b) => b.cores - a.cores);
}

function workloadFrom(evidence: NodeEvidence): RuleEvidence | undefined {
  const { cpus } = evidence.facts;
  const all = workloads(evidence);
  const sum = all.reduce((cores, one) => cores + one.cores, 0);
  const [first] = all;
  if (cpus === undefined || first === undefined || sum < cpus * WORKLOAD_SHARE) return undefined;
  return observed(
    sentence(
      'Processes of pods and users use {0} of {1} cores, {2} of them {3}',
      Number(sum.toPrecision(3)),
      cpus,
      Number(first.cores.toPrecision(3)),
      first.row.command.slice(0, 80),
    ),
    {
      value: sum,
      unit: 'cores',
      threshold: sentence('from {0} % of all cores on', percent(WORKLOAD_SHARE)),
      place: first.row.at,
    },
  );
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function rivals(signs: Signs, evidence: NodeEvidence, reading: Reading): readonly RivalJudgement[] {
  const ioWait = median(evidence.cpu.flatMap(one => one.ioWait ?? []));
  const cores = reading.kubeletCores;
  return [
    ioWait === undefined
      ? open('disk-io-throttle', 'vmstat 2 5 tells waits for I/O (wa) from waits for a CPU (r).')
      : ioWait <= LITTLE_IO_WAIT
        ? refuted('disk-io-throttle', 'CPUs wait for I/O {0} % of the time.', percent(ioWait))
        : open('disk-io-throttle', 'CPUs wait for I/O {0} % of the time.', percent(ioWait)),
    signs.top !== undefined && /kswapd/u.test(signs.top.command)
      ? open('memory-thrash-readback', 'kswapd is on top.')
      : open('memory-thrash-readback', 'cat /proc/pressure/memory tells.'),
    evidence.throttling.some(({ throttledPeriods }) => throttledPeriods > 0)
      ? open('cfs-quota-throttle', 'A cgroup is throttled by its quota.')
      : open('cfs-quota-throttle', "cpu.stat of the kubelet's cgroup tells whether a quota holds it back."),
    cores === undefined
      ? open('pleg-relist', "The kubelet's own CPU tells.")
      : refuted('pleg-relist', 'The kubelet uses {0} cores, less than others.', Number(cores.toPrecision(2))),
  ];
}
