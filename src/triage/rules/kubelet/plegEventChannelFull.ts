/** Before 1.14: relist waits to send an event that the kubelet does not take, since PLEG is unhealthy; it never ends. */
import { sentence } from '../../../base/sentence.js';
import type { GoroutineGroup, NodeEvidence } from '../../../material/model.js';
import { present, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, refuted, skipped } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import { joinGroups } from './goroutineGroups.js';
import { blockedCallRival, relistRival } from './kubeletRivals.js';
import { findPlegTrouble, type PlegTrouble } from './plegReads.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const RELIST = /\bpleg\.\(\*GenericPLEG\)\.[rR]elist\b/u;
const CHANNEL = /^runtime\.(?:chansend|gopark|goparkunlock)/u;
const DISCARDED = /[Ee]vent channel is full, discard this relist\(\) cycle event/u;
/** A relist that only was slow has ended by then; one that waits on the channel has not. */
const NEVER_ENDS_SECONDS = 1800;
const LONG_SEND_SECONDS = 60;

export const plegEventChannelFull: Rule = {
  id: 'pleg-event-channel-full',
  title: "PLEG waits on its full event channel, and the kubelet's loop waits for PLEG",
  severity: 'high',
  requires: ['goroutines', 'kubelet-log', 'events', 'conditions', 'metrics'],
  mechanism:
    'Before 1.14 relist sent its events into a channel of 1,000 and waited where it was full. The loop that empties it pauses while PLEG is unhealthy, so that both wait for each other until the kubelet is restarted.',
  confirm:
    'kubectl get --raw "/api/v1/nodes/NODE/proxy/debug/pprof/goroutine?debug=2" | grep -B 2 -A 6 "GenericPLEG"',
  mitigation: {
    text: 'Restart the kubelet; pods keep running.',
    command: 'systemctl restart kubelet',
    risk: 'low',
  },
  fix: 'Kubernetes 1.14 (kubernetes#72709): events that do not fit are discarded and counted in kubelet_pleg_discard_events.',
  references: [
    thread('kubernetes/kubernetes', 72482),
    thread('kubernetes/kubernetes', 72709),
    thread('kubernetes/kubernetes', 103732),
  ],
  rivals: ['pleg-relist', 'cri-call-blocked'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const [group] = joinGroups(evidence, waitsToSend);
  const sure = present(group === undefined ? undefined : blockedSend(group));
  const isFixed = reading.kubeletAtLeast(1, 14);
  const hints = present(
    saidFrom(reading, DISCARDED, 1, 'kubelet'),
    isFixed === false ? neverEnds(findPlegTrouble(evidence, reading)) : undefined,
  );
  return judgeSigns(
    { burn: { kind: 'unseen' }, sure, hints },
    {
      what: 'A blocked relist',
      rivals: rivals(reading, sure.length > 0),
      settle: sentence(
        'Dump the goroutines of the kubelet (/debug/pprof/goroutine?debug=2): does relist wait in "chan send"?',
      ),
      isDecisive: sure.length > 0,
      explains: ['pleg-relist'],
      // Where events are discarded no loop is blocked: pods are seen late, that is all.
      ...(sure.length === 0 && isFixed !== false ? { severity: 'low' as const } : {}),
      without: nothing(evidence, isFixed),
    },
  );
}

function nothing({ goroutines }: NodeEvidence, isFixed: boolean | undefined): Judgement {
  if (goroutines.length > 0) return clear('No goroutine waits in relist to send an event.');
  return isFixed === true
    ? clear(
        'From 1.14 on a full channel blocks PLEG no more, and the log does not say that events were discarded.',
      )
    : skipped('A dump of goroutines would show relist in "chan send".');
}

/** `debug=2` says `chan send`; `debug=1` leaves out the runtime's functions: relist itself is innermost then. */
function waitsToSend({ state, frames }: GoroutineGroup): boolean {
  const at = frames.findIndex(frame => RELIST.test(frame));
  if (at === -1) return false;
  if (state !== undefined) return state.startsWith('chan send') && frames.slice(0, at).every(isOfRuntime);
  return frames.slice(0, at).every(frame => CHANNEL.test(frame));
}

function isOfRuntime(frame: string): boolean {
  return frame.startsWith('runtime.');
}

function blockedSend({ waitSeconds, at }: GoroutineGroup): RuleEvidence {
  return observed(
    waitSeconds === undefined
      ? sentence('relist waits to send an event')
      : sentence('relist has waited for {0} s to send an event', waitSeconds),
    {
      value: waitSeconds,
      unit: 'seconds',
      threshold: sentence(
        'a send takes no time where the channel is read; telling from {0} s on',
        LONG_SEND_SECONDS,
      ),
      place: at,
    },
  );
}

function neverEnds(trouble: PlegTrouble | undefined): RuleEvidence | undefined {
  if (trouble === undefined || trouble.longestSeconds < NEVER_ENDS_SECONDS) return undefined;
  return observed(
    sentence(
      'PLEG was last seen {0} s ago, and the kubelet is before 1.14',
      Math.round(trouble.longestSeconds),
    ),
    {
      value: trouble.longestSeconds,
      unit: 'seconds',
      threshold: sentence('from {0} s on: a relist that is only slow ends before', NEVER_ENDS_SECONDS),
      place: trouble.place,
    },
  );
}

function rivals(reading: Reading, isBlocked: boolean): readonly RivalJudgement[] {
  if (!isBlocked) return [relistRival(reading), blockedCallRival({ kind: 'unseen' })];
  return [
    refuted('pleg-relist', 'relist does not list: it waits to send.'),
    open(
      'cri-call-blocked',
      'A call that hung first may have made PLEG unhealthy: look for what the log said before.',
    ),
  ];
}
