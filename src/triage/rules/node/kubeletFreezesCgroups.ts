/** The kubelet of some releases freezes pods for a moment, or for good, each time it updates their slices. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, notApplicable, observed, open, refuted, skipped } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';

/** `grep -R FROZEN` below freezer/kubepods: one frozen pod may have been paused by a person. */
const SAID_FROZEN = /freezer\/kubepods\S{0,400}freezer\.state:?\s*FROZEN/u;
const REFRIGERATOR = /^(?:__)?refrigerator$/u;
const AGAIN = 2;

export const kubeletFreezesCgroups: Rule = {
  id: 'kubelet-freezes-cgroups',
  title: 'Updating the slices of pods through systemd freezes the pods',
  severity: 'high',
  requires: ['freezers', 'kubelet-log', 'processes', 'threads'],
  mechanism:
    'runc 1.0.0 and 1.0.1, also inside the kubelet (1.22.0 and 1.22.1, some 1.21), freeze a cgroup of version 1 while systemd sets its devices, and the kubelet does that to slices of pods again and again. Pods pause, system calls end with EINTR, and with two updates at once they stay frozen.',
  confirm:
    'for i in $(seq 60); do grep -rs FROZEN /sys/fs/cgroup/freezer/kubepods* ; sleep 0.2; done | sort | uniq -c; runc --version; kubelet --version',
  mitigation: {
    text: 'Thaw a pod that stays frozen, unless it was paused on purpose (crictl then does not call it running).',
    command: 'echo THAWED > /sys/fs/cgroup/freezer/kubepods.slice/…/freezer.state',
    risk: 'low',
  },
  fix: 'runc 1.0.2; Kubernetes 1.22.2 or newer; or cgroup v2.',
  references: [
    { text: 'kubernetes/kubernetes#104280', url: 'https://github.com/kubernetes/kubernetes/issues/104280' },
    { text: 'kubernetes/kubernetes#104529', url: 'https://github.com/kubernetes/kubernetes/pull/104529' },
    { text: 'opencontainers/runc#3081', url: 'https://github.com/opencontainers/runc/pull/3081' },
    { text: 'kubernetes/kubernetes#111540', url: 'https://github.com/kubernetes/kubernetes/issues/111540' },
  ],
  rivals: ['cfs-quota-throttle', 'disk-hang'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  if (evidence.facts.cgroupVersion === 2)
    return notApplicable('The node has cgroup v2, which is not frozen for an update.');
  const frozen = frozenReadings(evidence);
  const said = saidFrom(reading, SAID_FROZEN, 1);
  const isAgain = (frozen?.value ?? 0) + (said?.value ?? 0) >= AGAIN;
  const isFixed = reading.runcAtLeast(1, 0, 2) === true && reading.kubeletAtLeast(1, 22, 2) === true;
  const found = conclude({
    decisive: isAgain ? [frozen, said] : [],
    hints: [...(isAgain ? [] : [frozen, said]), inRefrigerator(evidence)],
    enoughHints: 2,
    context: [affectedRunc(evidence, reading)],
    // Guaranteed pods were still frozen by later releases (kubernetes#111540).
    confidence: isFixed ? 'medium' : 'high',
    settle: sentence('Watch it for some seconds: grep -rs FROZEN /sys/fs/cgroup/freezer/kubepods*'),
    explains: ['exec-probes', 'cri-call-blocked'],
    rivals: [
      throttleRival(evidence),
      open('disk-hang', 'Threads that wait for a disk are in D, too: their wchan is none of __refrigerator.'),
    ],
  });
  if (found !== undefined) return found;
  return evidence.freezers.length > 0
    ? clear('No cgroup of a pod was frozen when it was looked at.')
    : skipped('Needs freezer.state of the cgroups below kubepods.');
}

function frozenReadings({ freezers }: NodeEvidence): RuleEvidence | undefined {
  const frozen = freezers.filter(
    ({ state, cgroup }) => state !== 'THAWED' && (cgroup === undefined || /kubepods|\/pod/u.test(cgroup)),
  );
  const [first] = frozen;
  if (first === undefined) return undefined;
  return observed(
    sentence('A cgroup was found frozen {0} times: {1}', frozen.length, (first.cgroup ?? '').slice(-160)),
    {
      value: frozen.length,
      unit: 'count',
      threshold: sentence('sure from {0} times on', AGAIN),
      place: first.at,
    },
  );
}

function inRefrigerator({ processes, threads }: NodeEvidence): RuleEvidence | undefined {
  const row = processes.find(({ waitsIn }) => waitsIn !== undefined && REFRIGERATOR.test(waitsIn));
  if (row !== undefined)
    return observed(sentence('{0} waits in the freezer', row.command.slice(0, 80)), { place: row.at });
  for (const { report, at } of threads) {
    const call = report.diskCalls.find(({ waitsIn }) => waitsIn !== undefined && REFRIGERATOR.test(waitsIn));
    if (call !== undefined) return observed(sentence('A thread waits in the freezer'), { place: at });
  }
  return undefined;
}

function affectedRunc({ facts }: NodeEvidence, reading: Reading): RuleEvidence | undefined {
  if (reading.runcAtLeast(1, 0, 0) === true && reading.runcAtLeast(1, 0, 2) === false)
    return observed(sentence('runc {0} freezes what it updates', facts.runcVersion ?? ''));
  return reading.kubeletAtLeast(1, 22) === true && reading.kubeletAtLeast(1, 22, 2) === false
    ? observed(sentence('Kubelet {0} has runc 1.0.1 inside', facts.kubeletVersion ?? ''))
    : undefined;
}

function throttleRival({ throttling }: NodeEvidence): RivalJudgement {
  const isClean = throttling.every(
    ({ periods, throttledPeriods }) => throttledPeriods < periods * 0.01 || throttledPeriods === 0,
  );
  return throttling.length > 0 && isClean
    ? refuted('cfs-quota-throttle', 'cpu.stat counts no throttled periods.')
    : open('cfs-quota-throttle', 'cpu.stat of the pod counts throttled periods where a limit is the reason.');
}
