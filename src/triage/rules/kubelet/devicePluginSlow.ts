/** A device plugin answers slowly or not at all: pods with devices wait, and with them those that are admitted behind. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { present, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import { joinGroups } from './goroutineGroups.js';
import { idleKubeletRival } from './kubeletRivals.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const SLOW_SECONDS = 2;
const FRAME =
  /\bdevicemanager\.\(\*\w{1,40}\)\.(?:[aA]llocate\w{0,40}|getPreferredAllocation|callGetPreferredAllocationIfAvailable|callPreStartContainerIfNeeded|preStartContainer)\b/u;
const LONG_WAIT_SECONDS = 60;
const ASKED =
  /Issuing a (?:GetPreferredAllocation|PreStartContainer|n Allocate) call|Making allocation request for device plugin/u;
const LATE =
  /(?:Allocate failed|GetPreferredAllocation|PreStartContainer|device ?plugin)\b.{0,300}(?:DeadlineExceeded|deadline exceeded)/u;

export const devicePluginSlow: Rule = {
  id: 'device-plugin-slow',
  title: 'A device plugin takes seconds to hand out devices, or does not answer',
  severity: 'medium',
  requires: ['metrics', 'kubelet-log', 'events', 'goroutines', 'processes'],
  mechanism:
    'To admit a pod with devices the kubelet calls the plugin (GetPreferredAllocation, Allocate, PreStartContainer), mostly without a time limit, and admits other pods only afterwards. A plugin that takes half a minute, or is stopped, holds up every pod of the node while the kubelet is idle.',
  confirm:
    'kubectl get --raw "/api/v1/nodes/NODE/proxy/metrics" | grep kubelet_device_plugin_alloc_duration_seconds; ls /var/lib/kubelet/device-plugins; ps -eo pid,stat,args | grep -i device-plugin',
  mitigation: {
    text: "Restart the plugin's pod; running containers keep their devices.",
    risk: 'low',
  },
  fix: 'That of the plugin (NVIDIA/k8s-device-plugin#774: newer releases choose devices faster). A time limit in the kubelet is proposed (kubernetes#129655, #127717).',
  references: [
    thread('NVIDIA/k8s-device-plugin', 774),
    thread('kubernetes/kubernetes', 117435),
    thread('kubernetes/kubernetes', 129249),
    thread('kubernetes/kubernetes', 130855),
    thread('kubernetes/kubernetes', 129655),
  ],
  rivals: ['kubelet-client-throttling', 'cri-call-blocked', 'lock-contention'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const sure = present(slowMetric(reading), stuckCall(evidence), slowPair(reading), stoppedPlugin(reading));
  const late = saidFrom(reading, LATE, 1);
  return judgeSigns(
    {
      burn: { kind: 'unseen' },
      sure,
      hints: present(late, sure.length > 0 ? undefined : currentCall(evidence)),
    },
    {
      what: 'A slow device plugin',
      rivals: rivals(reading),
      settle: sentence(
        'Time between "Issuing a GetPreferredAllocation call" and "Making allocation request" in the log of the kubelet (-v=4).',
      ),
      isDecisive: sure.length > 0,
      hintConfidence: 'medium',
      explains: ['lock-contention'],
      without: clear('Nothing at hand says that a device plugin is slow.'),
    },
  );
}

function slowMetric(reading: Reading): RuleEvidence | undefined {
  const micros = reading.metricMean('kubelet_device_plugin_alloc_latency_microseconds');
  const mean =
    reading.metricMean('kubelet_device_plugin_alloc_duration_seconds') ??
    (micros === undefined ? undefined : micros / 1e6);
  if (mean === undefined || mean < SLOW_SECONDS) return undefined;
  return observed(
    sentence('Allocate of a device plugin takes {0} s on average', Number(mean.toPrecision(3))),
    {
      value: mean,
      unit: 'seconds',
      threshold: sentence('from {0} s on', SLOW_SECONDS),
    },
  );
}

function stuckCall(evidence: NodeEvidence): RuleEvidence | undefined {
  const [group] = joinGroups(
    evidence,
    ({ frames, waitSeconds }) =>
      (waitSeconds ?? 0) >= LONG_WAIT_SECONDS && frames.some(frame => FRAME.test(frame)),
  );
  if (group === undefined) return undefined;
  return observed(sentence('A call of a device plugin has waited for {0} s', group.waitSeconds ?? 0), {
    value: group.waitSeconds,
    unit: 'seconds',
    threshold: sentence('from {0} s on', LONG_WAIT_SECONDS),
    place: group.at,
  });
}

/** A dump without states does not tell for how long; a call that is over in milliseconds is hardly ever met in one. */
function currentCall(evidence: NodeEvidence): RuleEvidence | undefined {
  const [group] = joinGroups(
    evidence,
    ({ frames, state }) =>
      state === undefined &&
      frames.some(frame => FRAME.test(frame)) &&
      frames.some(frame => /\bgrpc\.|\btransport\./u.test(frame)),
  );
  if (group === undefined) return undefined;
  return observed(sentence('At the time of the dump a call of a device plugin was under way'), {
    place: group.at,
  });
}

function stoppedPlugin(reading: Reading): RuleEvidence | undefined {
  const stopped = reading.processes(/device-?plugin/u).find(({ state }) => state?.startsWith('T') === true);
  if (stopped === undefined) return undefined;
  return observed(
    sentence(
      '{0} is stopped (state {1}): it answers nothing',
      stopped.command.slice(0, 80),
      stopped.state ?? '',
    ),
    { place: stopped.at },
  );
}

/** The kubelet says (-v=3, 4) when it asks and when it goes on: what lies between is the plugin's. */
function slowPair(reading: Reading): RuleEvidence | undefined {
  const asked = reading.said(ASKED, 'kubelet');
  for (const [index, one] of asked.entries()) {
    const next = asked[index + 1];
    if (!one.text.includes('Issuing') || next?.text.includes('Making') !== true) continue;
    if (next.at.file !== one.at.file || one.seconds === undefined || next.seconds === undefined) continue;
    const seconds = next.seconds - one.seconds;
    if (seconds < SLOW_SECONDS) continue;
    return observed(
      sentence(
        'Between the question which devices to prefer and the next step lie {0} s',
        Number(seconds.toPrecision(3)),
      ),
      {
        value: seconds,
        unit: 'seconds',
        threshold: sentence('from {0} s on', SLOW_SECONDS),
        place: one.at,
      },
    );
  }
  return undefined;
}

function rivals(reading: Reading): readonly RivalJudgement[] {
  return [
    open(
      'kubelet-client-throttling',
      'The log would say "client-side throttling"; pods without devices are late, too.',
    ),
    open('cri-call-blocked', 'With a hung call of the runtime PLEG would be unhealthy.'),
    idleKubeletRival(reading, 'lock-contention', 'spinning for locks'),
  ];
}
