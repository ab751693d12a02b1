/** PID 1 is asked for more than it can do over D-Bus: one thread for all units, all scopes of pods and of each exec. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { present, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, refuted } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import { lookForBurns } from './kubeletBurn.js';
import { shareRival } from './kubeletRivals.js';
import { busyInit, sumProcesses } from './nodeProcesses.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const DBUS = /\bgo-systemd(?:\/v\d{1,3})?\/dbus\.|\bgodbus\/dbus(?:\/v\d{1,3})?\./u;
const CGROUPS = /\bcgroups\/systemd\.|\bcgroups\/manager\.\S{0,40}[sS]ystemd/u;
const BUSY_CORES = 0.5;
const DBUS_CORES = 0.3;
const NO_ANSWER =
  /Failed to activate service '?org\.freedesktop\.systemd1'?: timed out|Activation of org\.freedesktop\.systemd1 timed out|dbus: connection closed by user|(?:Failed to get properties|Failed to (?:list units|connect to bus|abandon session scope|start session scope)).{0,200}(?:[Cc]onnection timed out|timed out)|Timeout waiting for systemd to (?:create|delete)|Timed out while waiting for (?:StartTransientUnit|StopUnit)|org\.freedesktop\.DBus\.Error\.(?:NoReply|LimitsExceeded|Timeout)|The maximum number of (?:active connections|pending replies)|Looping too fast\. Throttling execution/u;

export const systemdDbusStorm: Rule = {
  id: 'systemd-dbus-storm',
  title: 'systemd (PID 1) is asked for more over D-Bus than it can do',
  severity: 'high',
  requires: ['processes', 'systemd-log', 'cpu-profile', 'kubelet-log', 'runtime-log', 'events'],
  mechanism:
    'With the systemd cgroup driver each pod and container, with some runtimes each exec, is a unit that PID 1 makes and removes over D-Bus in its one thread. On cgroup v1 a call can walk all cgroups of all units; then pods start late, and systemctl itself times out.',
  confirm:
    'top -b -n 1 -p 1 | tail -1; time systemctl list-units --no-legend | wc -l; timeout 10 busctl monitor org.freedesktop.systemd1 2>/dev/null | grep -c Member=',
  mitigation: {
    text: 'Fewer units: stop leaked scopes that have no process, fewer exec probes; daemon-reexec gives PID 1 a short rest and pauses it for that.',
    command: 'systemctl daemon-reexec',
    risk: 'medium',
  },
  fix: 'cgroup v2. CRI-O 1.34 calls systemd for each exec on cgroup v1 (cri-o#9979). systemd from 237 on does not leave scopes behind.',
  references: [
    thread('cri-o/cri-o', 9979),
    thread('cri-o/cri-o', 3808),
    thread('opencontainers/runc', 4853),
    thread('systemd/systemd', 31240),
    thread('kubernetes/kubernetes', 100328),
  ],
  rivals: [
    'runc-bindfd-mount-storm',
    'mountinfo-parse',
    'systemd-slice-leak',
    'exec-probes',
    'kubelet-freezes-cgroups',
  ],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const burn = lookForBurns(reading, [
    { pattern: DBUS, least: 0.08 },
    { pattern: CGROUPS, least: 0.1 },
  ]);
  const init = busyInit(evidence, BUSY_CORES);
  const bus = busyBus(reading);
  const text = saidFrom(reading, NO_ANSWER, 1);
  const signs = present(text, init, bus);
  // PID 1 is busy with mounts, too; that it does not answer says why it is, only together.
  const isSure = text !== undefined && (init ?? bus) !== undefined;
  return judgeSigns(
    { burn, sure: isSure ? signs : [], hints: isSure ? [] : signs },
    {
      what: 'Talking to systemd over D-Bus',
      rivals: rivals(evidence, reading),
      settle: sentence(
        'See what PID 1 does: perf top -p 1 (mountinfo, cgroup walks, messages?), busctl monitor org.freedesktop.systemd1 for what it is asked.',
      ),
      isDecisive: burn.kind === 'hot',
      hintConfidence: text !== undefined || signs.length > 1 ? 'medium' : 'low',
      ...(signs.length === 0 && burn.kind === 'unseen' && reading.has('processes')
        ? { without: clear('PID 1 is not among the processes that use much CPU.') }
        : {}),
    },
  );
}

function busyBus(reading: Reading): RuleEvidence | undefined {
  const { cores, rows } = sumProcesses(reading, /(?:^|\/)dbus-(?:daemon|broker)/u);
  const [first] = rows;
  if (first === undefined || cores < DBUS_CORES) return undefined;
  return observed(sentence('The message bus (dbus-daemon) uses {0} cores', Number(cores.toPrecision(3))), {
    value: cores,
    unit: 'cores',
    threshold: sentence('from {0} cores on', DBUS_CORES),
    place: first.at,
  });
}

function rivals(evidence: NodeEvidence, reading: Reading): readonly RivalJudgement[] {
  const mounts = reading.counted('mount-changes-per-second');
  return [
    mounts !== undefined && mounts.value < 1
      ? refuted('runc-bindfd-mount-storm', 'The mount table changes {0} times a second.', mounts.value)
      : open('runc-bindfd-mount-storm', 'findmnt --poll: PID 1 reads the mount table anew at each change.'),
    shareRival(reading, 'mountinfo-parse', {
      pattern: /\bmountinfo\.|^show_mountinfo$|\bmount\.ParseMountInfo\b/u,
      least: 0.05,
      what: 'Parsing the mount table',
    }),
    open('systemd-slice-leak', 'systemctl list-units --type=scope --no-legend | wc -l: over 500 are leaked.'),
    open('exec-probes', 'Each exec may be a call to systemd: count the exec probes.'),
    evidence.facts.cgroupVersion === 2
      ? refuted('kubelet-freezes-cgroups', 'The node has cgroup v2.')
      : open('kubelet-freezes-cgroups', 'freezer.state below kubepods would be FROZEN again and again.'),
  ];
}
