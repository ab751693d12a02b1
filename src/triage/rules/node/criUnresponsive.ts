/** The container runtime answers no call at all: it is stopped, deadlocked, or its socket refuses. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import type { Reading } from '../../reading.js';
import { present } from '../../observations.js';
import { clear, open, refuted, skipped } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, Suspicion } from '../../rule.js';
import { isPlegUnhealthy } from './criCalls.js';
import { ioPressureRival } from './pressureSigns.js';
import { isSilent, runtimeSilence, type RuntimeSilence } from './runtimeSilence.js';

export const criUnresponsive: Rule = {
  id: 'cri-unresponsive',
  title: 'The container runtime answers no call',
  severity: 'high',
  requires: ['kubelet-log', 'runtime-log', 'conditions', 'systemd-log', 'events', 'processes'],
  mechanism:
    'containerd, CRI-O or dockerd has ended, is deadlocked or cannot be reached by its socket, so that every CRI call of the kubelet waits or fails: Status, Version and all lists. After 30 s without a good Status the kubelet says that the runtime is down, after three minutes without a relist that the PLEG is not healthy, and the node is NotReady.',
  confirm:
    'timeout 10 crictl info >/dev/null; echo "exit $?"; systemctl status containerd crio docker --no-pager; journalctl -u containerd --since -15min --no-pager | tail -50',
  mitigation: {
    text: 'Take the goroutines of the runtime first (kill -USR1 makes containerd and dockerd write them, and goes on), then restart it; containers run on under their shims.',
    command: 'systemctl restart containerd',
    risk: 'medium',
  },
  fix: 'What the goroutines and the log of the runtime show decides: a deadlock wants a newer patch release of it, a restart loop what its own log says. containerd 1.4.4 brought such alarms that 1.4.3 did not have (containerd#5274).',
  references: [
    {
      text: 'kubernetes/kubernetes#72533: container runtime is down, PLEG is not healthy',
      url: 'https://github.com/kubernetes/kubernetes/issues/72533',
    },
    {
      text: 'kubernetes/kubernetes#17525: hung daemon, docker version works, docker ps does not',
      url: 'https://github.com/kubernetes/kubernetes/issues/17525',
    },
    { text: 'containerd/containerd#5274', url: 'https://github.com/containerd/containerd/issues/5274' },
  ],
  rivals: ['cri-call-blocked', 'disk-hang', 'disk-io-throttle', 'memory-thrash-readback', 'node-cpu-starved'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const silence = runtimeSilence(evidence, reading);
  const hint = silence.refusedOnce ?? silence.stated;
  if (!isSilent(silence) && (hint === undefined || silence.worked.length > 0))
    return withoutSigns(silence, reading);
  const suspicion = suspect(silence, evidence, reading);
  if (suspicion.isDecisive || silence.timeouts !== undefined) return { kind: 'found', ...suspicion };
  return { kind: 'uncertain', settle: sentence('Ask it: timeout 10 crictl info'), ...suspicion };
}

function withoutSigns(silence: RuntimeSilence, reading: Reading): Judgement {
  if (silence.timeouts !== undefined)
    return clear('Other calls were answered while some ran into their limit.');
  return reading.has('kubelet-log') || reading.has('runtime-log') || reading.has('conditions')
    ? clear('No log, Event or condition says that the runtime as a whole does not answer.')
    : skipped("Needs the kubelet's or the runtime's log.");
}

function suspect(silence: RuntimeSilence, evidence: NodeEvidence, reading: Reading): Suspicion {
  const { refused, refusedOnce, down, dead, timeouts, stated, worked } = silence;
  const hasWorked = worked.length > 0;
  const own = present(refused, dead);
  const isSure = own.length > 0 || (down !== undefined && timeouts !== undefined);
  const isLate = silence.failures.some(({ isOfAll, how }) => isOfAll && how === 'timeout');
  const isFelt = stated !== undefined && (isLate || isPlegUnhealthy(evidence, reading));
  const isHint = hasWorked || (present(...own, down, timeouts).length === 0 && !isFelt);
  return {
    confidence: isHint ? 'low' : isSure ? 'high' : 'medium',
    evidence: present(refused ?? refusedOnce, dead, down, timeouts, stated),
    rivals: rivals(silence, evidence, reading),
    explains: ['pleg-relist', 'cri-call-blocked', 'image-many', 'kubelet-client-throttling'],
    isDecisive: !hasWorked && (own.length > 0 || down !== undefined),
  };
}

function rivals(
  { worked, refused, dead }: RuntimeSilence,
  evidence: NodeEvidence,
  reading: Reading,
): readonly RivalJudgement[] {
  const isGone = refused !== undefined || dead !== undefined;
  return [
    isGone
      ? refuted('cri-call-blocked', 'The runtime refuses or has ended: that is no wait for one container.')
      : worked.length > 0
        ? open('cri-call-blocked', 'The runtime answered {0} other calls meanwhile.', worked.length)
        : open('cri-call-blocked', 'timeout 10 crictl version would be answered where one call alone hangs.'),
    ioPressureRival('disk-io-throttle', evidence),
    reading.has('kernel-log') && reading.said(/blocked for more than/u, 'kernel').length === 0
      ? refuted('disk-hang', 'The kernel log has no task that is blocked for minutes.')
      : open('disk-hang', 'dmesg would show the runtime blocked for more than 120 s.'),
  ];
}
