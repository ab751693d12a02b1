/** Exec probes: each one is a runc that starts, joins cgroups and namespaces, and ends. The kubelet itself pays least. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { countFrom, present, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, refuted } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import { findExecRate } from './execRate.js';
import { lookForBurns, roundedCores, type Burn } from './kubeletBurn.js';
import { blockedCallRival, memoryStatRival } from './kubeletRivals.js';
import { busyInit, sumProcesses } from './nodeProcesses.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const PROBE = /\bprober\.\(\*worker\)\.doProbe\b/u;
const EXEC = /\(\*remoteRuntimeService\)\.(?:ExecSync|execSync\w{0,20})\b/u;
const RUNC = /(?:^|\/)(?:docker-)?(?:runc|crun)(?:$|[\s:[])|^runc:\[/u;
/** A hundred pods with two probes each 10 s are 20 a second. */
const MANY_A_SECOND = 10;
const VERY_MANY_A_SECOND = 30;
/** Of runc itself: an exec is two runs, and some of `runc state` with shims of old. */
const MANY_STARTS = 20;
const RUNC_CORES = 0.5;
const RUNC_PROCESSES = 5;
/** The run of a probe is over in a tenth of a second: one that burns a core is stuck, and is another's cause. */
const STUCK_RUNC_CORES = 0.8;
const FAILED =
  /ExecSync\b.{0,200}failed|(?:[Ll]iveness|[Rr]eadiness|[Ss]tartup) probe (?:errored|failed).{0,300}(?:" timed out|rpc error: code = (?:DeadlineExceeded|Unknown))/u;

export const execProbes: Rule = {
  id: 'exec-probes',
  title: 'Exec probes start runc very often',
  severity: 'high',
  requires: ['metrics', 'pods', 'processes', 'cpu-profile', 'kubelet-log', 'events', 'counts'],
  mechanism:
    'Each exec probe is a round trip through the CRI and a runc that starts twice, joins namespaces and cgroups and compiles a seccomp filter. At some ten a second shim, runc and systemd use whole cores; the kubelet is second.',
  confirm:
    "kubectl get pods -A --field-selector spec.nodeName=NODE -o json | jq '[.items[].spec.containers[]|(.livenessProbe,.readinessProbe,.startupProbe)|select(.exec)|1/(.periodSeconds//10)]|add'",
  mitigation: {
    text: 'Probes by httpGet, grpc or tcpSocket, or a longer periodSeconds.',
    risk: 'low',
  },
  fix: 'A change of the workload, of no version. What each exec costs is less with runc 1.1.15 and 1.2.0, and with cgroup v2.',
  references: [
    thread('kubernetes/kubernetes', 82440),
    thread('kubernetes/kubernetes', 10659),
    thread('longhorn/longhorn', 10851),
    thread('cri-o/cri-o', 9979),
  ],
  rivals: ['runc-bindfd-mount-storm', 'systemd-dbus-storm', 'cri-call-blocked', 'memcg-stat-v1-zombies'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const burn = lookForBurns(reading, [
    { pattern: PROBE, least: 0.2 },
    { pattern: EXEC, least: 0.1 },
  ]);
  const found = findExecRate(evidence, reading, MANY_A_SECOND);
  const runc = busyRunc(reading);
  const { rate, isMany, isSure, isRare } = weigh(found?.perSecond, runc !== undefined);
  const starts = countFrom(reading, 'runc-starts-per-second', MANY_STARTS);
  const both = present(isMany ? found?.evidence : undefined, runc, starts);
  // A probe that fails is as often that of an application that is down.
  const failed = isRare ? undefined : saidFrom(reading, FAILED, 5, 'kubelet');
  const init = isSure || burn.kind === 'hot' ? busyInit(evidence, 0.5) : undefined;
  return judgeSigns(
    { burn, sure: isSure ? both : [], hints: [...(isSure ? [] : both), ...present(failed, init)] },
    {
      what: 'Running exec probes',
      rivals: rivals(evidence, reading, burn),
      settle: sentence(
        'Count the runs of runc: execsnoop-bpfcc -n runc, or perf trace -e execve, for ten seconds; and the exec probes of the pods by their period.',
      ),
      isDecisive: both.length > 1,
      hintConfidence: both.length > 0 && !isRare ? 'medium' : 'low',
      explains: ['systemd-dbus-storm'],
      ...(rate === undefined
        ? {}
        : { without: clear('{0} exec probes a second are usual.', Number(rate.toPrecision(2))) }),
    },
  );
}

function weigh(rate: number | undefined, isRuncBusy: boolean) {
  const isMany = rate !== undefined && rate >= MANY_A_SECOND;
  return {
    rate,
    isMany,
    isSure: isMany && (isRuncBusy || rate >= VERY_MANY_A_SECOND),
    isRare: rate !== undefined && rate < 1,
  };
}

function busyRunc(reading: Reading): RuleEvidence | undefined {
  const rows = sumProcesses(reading, RUNC).rows.filter(row => (row.cores ?? 0) < STUCK_RUNC_CORES);
  const cores = rows.reduce((sum, row) => sum + (row.cores ?? 0), 0);
  const count = rows.length;
  const [first] = rows;
  if (first === undefined || (count < RUNC_PROCESSES && cores < RUNC_CORES)) return undefined;
  return observed(sentence('{0} processes of runc use {1} cores', count, roundedCores(cores)), {
    value: cores,
    unit: 'cores',
    threshold: sentence('from {0} processes at once or {1} cores on', RUNC_PROCESSES, RUNC_CORES),
    place: first.at,
  });
}

function rivals(evidence: NodeEvidence, reading: Reading, burn: Burn): readonly RivalJudgement[] {
  return [
    reading.runcAtLeast(1, 1, 15) === true
      ? refuted(
          'runc-bindfd-mount-storm',
          'runc {0} does not mount its own binary.',
          evidence.facts.runcVersion ?? '',
        )
      : open('runc-bindfd-mount-storm', 'findmnt --poll shows whether each exec changes the mount table.'),
    open('systemd-dbus-storm', 'busctl monitor org.freedesktop.systemd1 shows what PID 1 is asked for.'),
    blockedCallRival(burn),
    memoryStatRival(evidence, reading),
  ];
}
