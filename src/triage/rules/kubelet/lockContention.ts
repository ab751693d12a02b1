/**
 * Locks of Go: of the runtime (futex) and of the program (sync.Mutex). Found from positive evidence alone: frames that
 * spin, goroutines that queue at one place. A large share of futex in `strace -c` is none: threads without work sleep
 * there, and ETIMEDOUT is a timer of an idle process.
 */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { percent, present } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, open, refuted, skipped } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule } from '../../rule.js';
import { lookForBurns, unlessOfOthers, withoutBurn, type Burn } from './kubeletBurn.js';
import { blockedCallRival, garbageRival, memoryStatRival } from './kubeletRivals.js';
import { waitingGoroutines, waitingOfMetrics, waitingOfProfiles } from './lockWaits.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const SPINNING = /^runtime\.(?:lock2|lockWithRank|unlock2|procyield\w{0,5}|osyield\w{0,10})(?:\.abi0)?$/u;
const MUTEX = /^(?:internal\/)?sync\.\(\*(?:RW)?Mutex\)\.(?:lockSlow|unlockSlow|rLockSlow|rUnlockSlow)$/u;
/** Sleeping and waking threads costs CPU, too; on an idle kubelet up to 13 % of almost nothing. */
const FUTEX = /^runtime\.(?:futex|futexsleep|futexwakeup|semasleep|semawakeup)(?:\.abi0)?$/u;
const FUTEX_CALL = /^futex(?:_w\w{2,10})?$/u;

export const lockContention: Rule = {
  id: 'lock-contention',
  title: 'Threads or goroutines of the kubelet contend for a lock',
  severity: 'medium',
  requires: ['cpu-profile', 'goroutines', 'metrics', 'system-calls'],
  mechanism:
    'Threads that want a lock of the Go runtime at once spin and then sleep in futex; goroutines that want one sync.Mutex queue behind the one that holds it. Spinning burns CPU, a queue makes pods wait though the CPU is idle.',
  confirm:
    'kubectl get --raw "/api/v1/nodes/NODE/proxy/debug/pprof/goroutine?debug=2" | grep -cE "^goroutine .*(semacquire|sync\\.)"; kubectl get --raw "/api/v1/nodes/NODE/proxy/metrics" | grep go_sync_mutex_wait_total_seconds_total',
  mitigation: {
    text: 'Find who holds the lock: the one goroutine of the dump with that lock in its callers that does not wait for it. A restart of the kubelet frees a queue that is stuck.',
    command: 'systemctl restart kubelet',
    risk: 'low',
  },
  fix: 'Of no version: by the lock that the stacks name. Too many threads for few CPUs: GOMAXPROCS to the CPU quota.',
  references: [
    {
      text: 'Go: runtime/lock_futex.go, runtime/proc.go (sysmon)',
      url: 'https://github.com/golang/go/blob/go1.22.0/src/runtime/lock_futex.go',
    },
    thread('kubernetes/kubernetes', 18515),
    thread('kubernetes/kubernetes', 15528),
  ],
  rivals: [
    'memcg-stat-v1-zombies',
    'go-timer-spin',
    'cri-call-blocked',
    'go-gc-bound',
    'strace-contaminated',
  ],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const looked = lookForBurns(reading, [
    { pattern: SPINNING, least: 0.2 },
    { pattern: MUTEX, least: 0.1 },
    { pattern: FUTEX, least: 0.3 },
  ]);
  const burn = unlessOfOthers(evidence, looked, /^(?:runtime|(?:internal\/)?sync)\./u);
  const queue = waitingGoroutines(evidence, 'kubelet');
  // Its holder is stuck in a call: the kubelet waits for that, not for a lock of its own.
  const ofRuntime = waitingGoroutines(evidence, 'runtime');
  const profile = waitingOfProfiles(evidence);
  const metric = waitingOfMetrics(reading);
  return judgeSigns(
    { burn, sure: present(queue, profile), hints: present(metric, ofRuntime) },
    {
      what: 'Spinning for locks',
      rivals: rivals(evidence, reading, burn),
      settle: sentence(
        'Dump the goroutines (/debug/pprof/goroutine?debug=2) while it is slow: do many wait at one lock? Take a CPU profile: runtime.lock2, procyield?',
      ),
      isDecisive: burn.kind === 'hot' && present(queue, profile, metric).length > 0,
      confidence: burn.kind === 'hot' && present(queue, profile, metric).length > 0 ? 'high' : 'medium',
      without: waitingTime(evidence) ?? nothing(evidence, reading, burn),
    },
  );
}

function nothing(evidence: NodeEvidence, reading: Reading, burn: Burn): Judgement {
  if (burn.kind !== 'unseen') return withoutBurn(burn, 'Spinning for locks');
  if (evidence.goroutines.length > 0) return clear('No place has many goroutines that wait for a lock.');
  return reading.metric('go_sync_mutex_wait_total_seconds_total').length > 0
    ? clear('By the metrics of Go goroutines hardly wait for locks.')
    : skipped('A CPU profile of the kubelet or a dump of its goroutines would show contention.');
}

/** What a trace of calls says where nothing else is at hand. */
function waitingTime({ calls, profiles, listed }: NodeEvidence): Judgement | undefined {
  if (profiles.length > 0 || listed.length > 0) return undefined;
  const rows = calls.flatMap(call => (call.engine === 'strace' ? call.log.summary : []));
  const seconds = rows.reduce((sum, row) => sum + (row.seconds ?? 0), 0);
  const futex = rows.filter(({ syscall }) => FUTEX_CALL.test(syscall));
  const inFutex = futex.reduce((sum, row) => sum + (row.seconds ?? 0), 0);
  const logged = calls.reduce((sum, call) => sum + call.futex.calls, 0);
  const count = Math.max(
    logged,
    futex.reduce((sum, row) => sum + row.calls, 0),
  );
  if (count === 0) return undefined;
  return seconds > 0
    ? clear(
        'futex has {0} % of the time that strace counted, in {1} calls: that is time in which threads without work slept, no contention. Take a CPU profile.',
        percent(inFutex / seconds),
        count,
      )
    : clear(
        'strace counted {0} calls of futex: threads without work sleep there. Take a CPU profile.',
        count,
      );
}

function rivals(evidence: NodeEvidence, reading: Reading, burn: Burn): readonly RivalJudgement[] {
  const isTraced = evidence.calls.some(({ engine }) => engine === 'strace');
  return [
    memoryStatRival(evidence, reading),
    open('go-timer-spin', 'Polls that come back at once with nothing would show in a trace of epoll_pwait.'),
    blockedCallRival(burn),
    garbageRival(reading),
    isTraced
      ? open('strace-contaminated', 'A trace was taken: strace stops every thread twice a call.')
      : refuted('strace-contaminated', 'No trace by strace is among the files.'),
  ];
}
