/** Go's scheduler polls without a pause: a timer that never comes due keeps it looking. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { present } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, refuted } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import {
  HOT_CORES,
  lookForBurn,
  lookForBurns,
  roundedCores,
  unlessOfOthers,
  type Burn,
} from './kubeletBurn.js';
import { garbageRival, memoryStatRival } from './kubeletRivals.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const SEARCH = /^runtime\.(?:findRunnable|findrunnable|schedule|park_m)\b/u;
const TIMERS =
  /^runtime\.(?:checkTimers|runtimer|runOneTimer|adjusttimers|timerproc|stealWork|\(\*timers\)\.(?:check|run|adjust|siftDown))\b/u;
const POLL = /^epoll_p?wait2?$/u;
/** A wait that is over at once and brought nothing. */
const NO_WAIT_SECONDS = 0.0005;
const POLLS_A_SECOND = 1000;
const EMPTY_SHARE = 0.5;

export const goTimerSpin: Rule = {
  id: 'go-timer-spin',
  title: "Go's scheduler spins: it polls for a timer that does not come due",
  severity: 'medium',
  requires: ['cpu-profile', 'system-calls'],
  mechanism:
    'A timer that was changed on another processor leaves a stale time behind that is always over; idle threads then poll the network with time-out 0 instead of sleeping, and wake each other. Whole cores go into findRunnable, epoll_wait and futex, while nothing of the program runs.',
  confirm: 'timeout 5 strace -f -c -p "$(pidof kubelet)"; top -H -b -n 1 -p "$(pidof kubelet)" | head -20',
  mitigation: {
    text: 'Restart the kubelet: the stale timer is gone, for days or weeks.',
    command: 'systemctl restart kubelet',
    risk: 'low',
  },
  fix: 'A kubelet built with a newer Go: golang/go#51654 is of 1.17, timers were written anew in 1.23.',
  references: [
    thread('golang/go', 51654),
    thread('golang/go', 41699),
    thread('kubernetes/kubernetes', 57626),
  ],
  rivals: ['lock-contention', 'cfs-quota-throttle', 'go-gc-bound', 'memcg-stat-v1-zombies'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const looked = lookForBurns(reading, [
    { pattern: SEARCH, least: 0.5 },
    { pattern: TIMERS, least: 0.25 },
  ]);
  const burn = unlessOfOthers(evidence, looked, /^runtime\./u);
  const polls = emptyPolls(evidence);
  const cores = reading.kubeletCores;
  const isIdle = cores !== undefined && cores < HOT_CORES;
  return judgeSigns(
    { burn, sure: isIdle ? [] : present(polls), hints: [] },
    {
      what: 'Looking for work and for timers',
      rivals: rivals(evidence, reading, burn),
      settle: sentence(
        'Trace five seconds without any load: strace -f -e trace=epoll_pwait,futex; are polls empty?',
      ),
      isDecisive: burn.kind === 'hot' && polls !== undefined,
      ...(burn.kind === 'unseen'
        ? { without: clear('Few polls in the trace came back at once with nothing.') }
        : {}),
    },
  );
}

function emptyPolls({ calls }: NodeEvidence): RuleEvidence | undefined {
  for (const { log, at } of calls) {
    const polls = log.calls.filter(({ syscall, result }) => POLL.test(syscall) && result !== undefined);
    const empty = polls.filter(
      ({ result, durationSeconds }) =>
        result === '0' && durationSeconds !== undefined && durationSeconds < NO_WAIT_SECONDS,
    );
    const first = empty[0];
    const seconds = log.spanSeconds;
    if (first === undefined || seconds === undefined || seconds <= 0) continue;
    const rate = empty.length / seconds;
    if (rate < POLLS_A_SECOND || empty.length < polls.length * EMPTY_SHARE) continue;
    return observed(
      sentence(
        '{0} polls a second came back at once with nothing, of {1} polls in all',
        roundedCores(rate),
        polls.length,
      ),
      {
        value: rate,
        unit: 'perSecond',
        threshold: sentence('from {0} a second on', POLLS_A_SECOND),
        place: { ...at, line: first.line },
      },
    );
  }
  return undefined;
}

function rivals(evidence: NodeEvidence, reading: Reading, burn: Burn): readonly RivalJudgement[] {
  const locks = lookForBurn(reading, { pattern: /^runtime\.(?:lock2|procyield|osyield)\b/u, least: 0.1 });
  const throttled = evidence.throttling.some(({ throttledPeriods }) => throttledPeriods > 0);
  return [
    locks.kind === 'below'
      ? refuted(
          'lock-contention',
          'Spinning for locks has {0} % of the CPU profile.',
          Math.round(locks.share * 100),
        )
      : open('lock-contention', 'A CPU profile would show runtime.lock2 and procyield.'),
    evidence.throttling.length > 0 && !throttled
      ? refuted('cfs-quota-throttle', 'cpu.stat counts no throttled period.')
      : open(
          'cfs-quota-throttle',
          'Too many threads for a CPU quota look alike: GOMAXPROCS against cpu.max.',
        ),
    garbageRival(reading),
    burn.kind === 'hot' && burn.share > 0.7
      ? refuted('memcg-stat-v1-zombies', 'Nothing of the kubelet itself runs.')
      : memoryStatRival(evidence, reading),
  ];
}
