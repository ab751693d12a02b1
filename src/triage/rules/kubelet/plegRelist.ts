/**
 * PLEG's relist itself is the work. That PLEG is not healthy says little: most relists that take minutes wait for one
 * call of the runtime and burn nothing, so the words alone are a suspicion and no more.
 */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { countFrom, present } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, refuted } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import { lookForBurns, withoutBurn, type Burn } from './kubeletBurn.js';
import { blockedCallRival, diskRival } from './kubeletRivals.js';
import { findPlegTrouble, meanRelistSeconds, type PlegTrouble } from './plegReads.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const RELIST = /\bpleg\.\(\*GenericPLEG\)\.[rR]elist\b/u;
const STATUS = /\bkuberuntime\.\(\*kubeGenericRuntimeManager\)\.(?:GetPods|GetPodStatus)\b/u;
const RELIST_SHARE = 0.2;
const STATUS_SHARE = 0.3;
/** Exited ones: worth a look, and enough to explain a slow relist. */
const MANY_EXITED = 300;
const VERY_MANY_EXITED = 1000;
const MANY_RUNNING = 500;
const MANY_PODS = 200;
/** A healthy one takes under 0.05 s; the kubelet relists each second. */
const SLOW_RELIST_SECONDS = 1;
const BLOCKED =
  /failed reinspection|(?:[Pp]od[Ss]and[Bb]ox|[Cc]ontainer)Status.{0,400}(?:DeadlineExceeded|context deadline exceeded)|get state.{0,200}deadline exceeded/u;

export const plegRelist: Rule = {
  id: 'pleg-relist',
  title: "PLEG's relist itself is the work: too many pods and containers",
  severity: 'high',
  requires: ['cpu-profile', 'kubelet-log', 'events', 'conditions', 'metrics', 'goroutines', 'counts'],
  mechanism:
    'Every second the kubelet lists all sandboxes and containers of the runtime, exited ones too, and inspects each pod that changed, one after the other. With thousands of them a relist takes longer than the 3 minutes after which PLEG counts as unhealthy and the node becomes NotReady.',
  confirm:
    'crictl ps -a -q | wc -l; crictl ps -q | wc -l; crictl pods -q | wc -l; kubectl get --raw "/api/v1/nodes/NODE/proxy/metrics" | grep pleg_relist_duration_seconds',
  mitigation: {
    text: 'Remove exited containers (their logs go with them), and keep fewer: terminated-pod-gc-threshold, ttlSecondsAfterFinished, maximum-dead-containers.',
    command: 'crictl rm $(crictl ps -a --state Exited -q)',
    risk: 'medium',
  },
  fix: 'No version. Fewer pods on the node, less debris of jobs. The feature gate EventedPLEG is alpha in 1.36 and no fix for production.',
  references: [
    thread('kubernetes/kubernetes', 45419),
    thread('kubernetes/kubernetes', 95750),
    thread('kubernetes/kubernetes', 61117),
    thread('opencontainers/runc', 2551),
  ],
  rivals: ['cri-call-blocked', 'disk-io-throttle', 'pleg-event-channel-full', 'cri-grpc-message-limit'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const burn = lookForBurns(reading, [
    { pattern: RELIST, least: RELIST_SHARE },
    { pattern: STATUS, least: STATUS_SHARE },
  ]);
  const symptoms = present(slowRelist(reading), unhealthy(findPlegTrouble(evidence, reading)));
  const isBlocked = reading.said(BLOCKED).length > 0 || isRelistWaiting(evidence);
  const many = manyObjects(reading, evidence.facts.pods);
  const isEnough = symptoms.length > 0 && !isBlocked && many.isVeryMany;
  const isBurning = burn.kind === 'hot';
  // Many containers alone are a node that is full, not one that is slow.
  const besides = isEnough || (symptoms.length === 0 && !isBurning) ? [] : many.evidence;
  return judgeSigns(
    {
      burn,
      sure: isEnough ? many.evidence : [],
      hints: [...symptoms, ...besides],
    },
    {
      what: "PLEG's relist",
      rivals: rivals(evidence, reading, burn, isBlocked),
      settle: sentence(
        'Take a CPU profile of the kubelet while PLEG is unhealthy, and count: crictl ps -a -q | wc -l. A relist that waits burns nothing.',
      ),
      isDecisive: isBurning && symptoms.length > 0,
      hintConfidence: many.evidence.length > 0 && !isBlocked ? 'medium' : 'low',
      without: without(reading, burn, many.evidence),
    },
  );
}

function without(reading: Reading, burn: Burn, many: readonly RuleEvidence[]): Judgement {
  const mean = meanRelistSeconds(reading);
  if (mean !== undefined)
    return clear(
      'A relist takes {0} s on average: a healthy one takes under 0.05 s.',
      Number(mean.toPrecision(2)),
    );
  return many.length > 0
    ? clear('There are many containers, but nothing says that PLEG is slow.')
    : withoutBurn(burn, "PLEG's relist");
}

/** A dump shows relist in a call of the runtime: that call is what it waits for. */
function isRelistWaiting({ goroutines }: NodeEvidence): boolean {
  return goroutines.some(
    ({ frames, state }) =>
      state?.startsWith('run') !== true &&
      frames.some(frame => RELIST.test(frame)) &&
      frames.some(frame => /\bgrpc\.|\blibdocker\.|\bhttp\./u.test(frame)),
  );
}

function slowRelist(reading: Reading): RuleEvidence | undefined {
  const mean = meanRelistSeconds(reading);
  if (mean === undefined || mean < SLOW_RELIST_SECONDS) return undefined;
  return observed(sentence('A relist of PLEG takes {0} s on average', Number(mean.toPrecision(3))), {
    value: mean,
    unit: 'seconds',
    threshold: sentence('from {0} s on; a healthy one takes under 0.05 s', SLOW_RELIST_SECONDS),
  });
}

function unhealthy(trouble: PlegTrouble | undefined): RuleEvidence | undefined {
  if (trouble === undefined) return undefined;
  const { text, times, longestSeconds, place } = trouble;
  const said =
    times === 1
      ? sentence('The kubelet says: {0}', text)
      : sentence('The kubelet says {0} times: {1}', times, text);
  return observed(said, {
    value: longestSeconds > 0 ? longestSeconds : undefined,
    unit: 'seconds',
    threshold: sentence('unhealthy after 180 s without a finished relist'),
    place,
  });
}

function podsOfNode(pods: number | undefined): RuleEvidence | undefined {
  if (pods === undefined || pods < MANY_PODS) return undefined;
  return observed(sentence('The node runs {0} pods', pods), {
    value: pods,
    unit: 'count',
    threshold: sentence('from {0} on', MANY_PODS),
  });
}

function manyObjects(
  reading: Reading,
  pods: number | undefined,
): {
  readonly evidence: readonly RuleEvidence[];
  readonly isVeryMany: boolean;
} {
  const exited = reading.metricSum('kubelet_running_containers', { container_state: 'exited' });
  const ofMetrics =
    exited === undefined || exited < MANY_EXITED
      ? undefined
      : observed(sentence('The node has {0} exited containers', exited), {
          value: exited,
          unit: 'count',
          threshold: sentence('from {0} on', MANY_EXITED),
        });
  const debris = present(
    countFrom(reading, 'containers-exited', MANY_EXITED) ?? ofMetrics,
    countFrom(reading, 'sandboxes-exited', MANY_EXITED),
  );
  const live = present(
    countFrom(reading, 'containers-running', MANY_RUNNING),
    countFrom(reading, 'pods', MANY_PODS) ?? podsOfNode(pods),
  );
  return {
    evidence: [...debris, ...live],
    isVeryMany: debris.some(({ value }) => (value ?? 0) >= VERY_MANY_EXITED),
  };
}

function rivals(
  evidence: NodeEvidence,
  reading: Reading,
  burn: Burn,
  isBlocked: boolean,
): readonly RivalJudgement[] {
  return [
    isBlocked
      ? open(
          'cri-call-blocked',
          'Calls for the state of a container run into their deadline, or relist waits for one.',
        )
      : blockedCallRival(burn),
    diskRival(evidence),
    reading.kubeletAtLeast(1, 14) === true
      ? refuted('pleg-event-channel-full', 'From 1.14 on a full channel blocks PLEG no more.')
      : open('pleg-event-channel-full', 'A dump of goroutines shows relist in "chan send" for minutes.'),
    open('cri-grpc-message-limit', 'The log would say ResourceExhausted with "larger than max".'),
  ];
}
