/** The whole mount table is read and parsed for each question about a mount; PID 1 does it at each change of the table. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { processesFrom } from '../../kernelObservations.js';
import { countFrom, milliseconds, present } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { observed, open, refuted } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import { lookForBurns, type Burn } from './kubeletBurn.js';
import { memoryStatRival } from './kubeletRivals.js';
import { busyInit } from './nodeProcesses.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const MOUNTER =
  /\b(?:mount|mountutils|mount-utils)\.(?:ParseMountInfo|parseProcMounts|ListProcMounts|[iI]sNotMountPoint|IsNotMountPoint|SearchMountPoints|\(\*Mounter\)\.(?:List|IsLikelyNotMountPoint|GetMountRefs|IsMountPoint))\b/u;
const MOUNTINFO = /\bmountinfo\.(?:parseMountTable|parseInfoFile|GetMountsFromReader|GetMounts|getMounts)\b/u;
const CGROUP_MOUNTS =
  /\bcgroups\.(?:FindCgroupMountpoint\w{0,20}|findCgroupMountpoint\w{0,40}|getCgroupMountsHelper|getCgroupMountsV1|readCgroupMountinfo|GetCgroupMounts)\b/u;
const KERNEL = /^(?:show_mountinfo|show_vfsmnt|m_next|m_show|m_start|seq_path_root)$/u;
const FILE = /\/proc\/(?:self|thread-self|\d{1,8})\/mount(?:info|s)\b/u;
const MANY_MOUNTS = 3000;
const SOME_MOUNTS = 1000;
const SLOW_READ_SECONDS = 0.05;
/** Each run of runc looks its cgroups up in the table: with so long a one that is most of what it does. */
const VERY_MANY_MOUNTS = 10_000;
const RUNC = /(?:^|\/)(?:docker-)?runc(?:$|[\s:[])|^runc:\[/u;
const RUNC_CORES = 1;
const BUSY_INIT_CORES = 0.5;

export const mountinfoParse: Rule = {
  id: 'mountinfo-parse',
  title: 'A mount table with thousands of lines is read and parsed again and again',
  severity: 'high',
  requires: ['cpu-profile', 'mounts', 'timed-reads', 'system-calls', 'processes'],
  mechanism:
    'To ask about one mount the kubelet, runc and the runtime read and parse the whole of /proc/self/mountinfo, and PID 1 reads it anew at each change. Mounts that leak (shm, CSI, bind mounts) make each question cost milliseconds.',
  confirm:
    "wc -l < /proc/1/mountinfo; awk '{print $5}' /proc/1/mountinfo | sed 's#[0-9a-f]\\{8,\\}#*#g' | sort | uniq -c | sort -rn | head",
  mitigation: {
    text: 'The most frequent pattern of mount points names what leaks. Drain and reboot the node, or unmount verified orphans one by one.',
    risk: 'high',
  },
  fix: 'runc 1.0.0-rc93 keeps the cgroup mounts it found. Else the fix is that of the driver or agent whose mounts leak.',
  references: [
    thread('containerd/containerd', 5113),
    thread('systemd/systemd', 16728),
    thread('systemd/systemd', 37642),
    thread('kubernetes/kubernetes', 31272),
  ],
  rivals: ['runc-bindfd-mount-storm', 'memcg-stat-v1-zombies', 'systemd-dbus-storm', 'orphaned-pod-dirs'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const burn = lookForBurns(reading, [
    { pattern: MOUNTER, least: 0.1 },
    { pattern: MOUNTINFO, least: 0.08 },
    { pattern: CGROUP_MOUNTS, least: 0.08 },
    { pattern: KERNEL, least: 0.05, isOfNode: true },
  ]);
  const many = countFrom(reading, 'mounts', MANY_MOUNTS);
  const init = busyInit(evidence, BUSY_INIT_CORES);
  const slow = slowRead(evidence);
  // A busy PID 1 has other causes: it counts beside a table that is long.
  const hasLongTable = countFrom(reading, 'mounts', SOME_MOUNTS) !== undefined;
  const isVeryLong = countFrom(reading, 'mounts', VERY_MANY_MOUNTS) !== undefined;
  const runc = isVeryLong ? processesFrom(reading, RUNC, RUNC_CORES) : undefined;
  const isSure = slow !== undefined || (many !== undefined && present(init, runc).length > 0);
  return judgeSigns(
    {
      burn,
      sure: isSure ? present(slow, many, runc) : [],
      hints: present(isSure ? undefined : many, hasLongTable ? init : undefined),
    },
    {
      what: 'Parsing the mount table',
      rivals: rivals(evidence, reading, burn),
      settle: sentence(
        'Time it, and see who reads it: time cat /proc/1/mountinfo >/dev/null; perf top -g for show_mountinfo.',
      ),
      isDecisive: burn.kind === 'hot' || slow !== undefined,
      hintConfidence: init !== undefined ? 'medium' : 'low',
      explains: ['systemd-dbus-storm', 'exec-probes', 'runc-init-memfd-loop'],
    },
  );
}

function slowRead({ timed, calls }: NodeEvidence): RuleEvidence | undefined {
  const reads = [
    ...timed.flatMap(({ command, realSeconds, at }) =>
      FILE.test(command) ? [{ seconds: realSeconds, place: at }] : [],
    ),
    ...calls.flatMap(({ log, at }) =>
      log.calls.flatMap(call =>
        call.syscall === 'read' && call.durationSeconds !== undefined && FILE.test(call.file?.path ?? '')
          ? [{ seconds: call.durationSeconds, place: { ...at, line: call.line } }]
          : [],
      ),
    ),
  ];
  const slowest = reads.reduce<(typeof reads)[number] | undefined>(
    (most, read) => (most !== undefined && most.seconds >= read.seconds ? most : read),
    undefined,
  );
  if (slowest === undefined || slowest.seconds < SLOW_READ_SECONDS) return undefined;
  return observed(sentence('Reading the mount table took {0} ms', milliseconds(slowest.seconds)), {
    value: slowest.seconds,
    unit: 'seconds',
    threshold: sentence(
      'from {0} ms on; a table of 100 lines takes under 1 ms',
      milliseconds(SLOW_READ_SECONDS),
    ),
    place: slowest.place,
  });
}

function rivals(evidence: NodeEvidence, reading: Reading, burn: Burn): readonly RivalJudgement[] {
  const mounts = reading.counted('mounts');
  return [
    reading.runcAtLeast(1, 1, 15) === true
      ? refuted(
          'runc-bindfd-mount-storm',
          'runc {0} does not mount its own binary.',
          evidence.facts.runcVersion ?? '',
        )
      : open(
          'runc-bindfd-mount-storm',
          mounts === undefined || mounts.value < MANY_MOUNTS
            ? 'For PID 1 changes count, not lines: runc before 1.1.15 makes three with each exec.'
            : 'The table is long; how often it changes, findmnt --poll tells.',
        ),
    memoryStatRival(evidence, reading),
    burn.kind === 'hot'
      ? refuted('systemd-dbus-storm', 'The CPU goes into reading mounts, not into messages.')
      : open('systemd-dbus-storm', 'busctl monitor shows what PID 1 is asked for.'),
    open('orphaned-pod-dirs', 'The log would say "orphaned pod" with volumes that are still there.'),
  ];
}
