/**
 * What says that goroutines or threads wait for a lock of the program: a dump of goroutines, a mutex profile, Go's own
 * count. Not time in futex: threads without work sleep there.
 */
import { sentence } from '../../../base/sentence.js';
import type { GoroutineGroup, NodeEvidence } from '../../../material/model.js';
import { StackShares } from '../../../profile/stackShare.js';
import type { Reading } from '../../reading.js';
import { observed, type RuleEvidence } from '../../rule.js';
import { joinGroups, ownFunction } from './goroutineGroups.js';
import { kubeletUptimeSeconds } from './kubeletUptime.js';

const LOCK_STATE = /^(?:semacquire|sync\.(?:RW)?Mutex\.R?Lock)/u;
const LOCK_FRAME =
  /^(?:internal\/)?sync\.(?:runtime_Semacquire(?:RW)?Mutex\w{0,10}|\(\*(?:RW)?Mutex\)\.(?:R?Lock|lockSlow|rLockSlow))$/u;
/** A WaitGroup waits by a semaphore, too, and that is no lock. */
const WAIT_GROUP = /^sync\.\(\*(?:WaitGroup|Cond)\)\.Wait$/u;
const MUTEX =
  /^(?:internal\/)?sync\.\(\*(?:RW)?Mutex\)\.(?:Unlock|unlockSlow|RUnlock|rUnlockSlow|Lock|lockSlow|RLock|rLockSlow)$|^runtime\.unlock\w{0,20}$/u;

/** How many goroutines at one place are many. */
export const MANY_WAITERS = 50;
/** Seconds of waiting for a second of time from which on it is much; idle with 30 pods: 0.012. */
export const MUCH_WAITING = 0.5;
const LONG_WAIT_SECONDS = 60;

export function waitingGoroutines(evidence: NodeEvidence): RuleEvidence | undefined {
  const [group] = joinGroups(evidence, waitsForLock);
  if (group === undefined || group.count < MANY_WAITERS) return undefined;
  const waited = group.waitSeconds;
  // In a dump with states a wait under a minute has no duration: they come and go.
  if (waited !== undefined && waited < LONG_WAIT_SECONDS) return undefined;
  const text =
    waited === undefined
      ? sentence('{0} goroutines wait for one lock, in {1}', group.count, ownFunction(group))
      : sentence(
          '{0} goroutines wait for one lock, in {1}, for {2} s',
          group.count,
          ownFunction(group),
          waited,
        );
  return observed(text, {
    value: group.count,
    unit: 'count',
    threshold: sentence('from {0} at one place on', MANY_WAITERS),
    place: group.at,
  });
}

function waitsForLock({ state, frames }: GoroutineGroup): boolean {
  if (frames.some(frame => WAIT_GROUP.test(frame))) return false;
  return (
    (state !== undefined && LOCK_STATE.test(state)) ||
    frames.slice(0, 6).some(frame => LOCK_FRAME.test(frame))
  );
}

/** Go's own count since the process began, as seconds a second. */
export function waitingOfMetrics(reading: Reading): RuleEvidence | undefined {
  const waited = reading.metricSum('go_sync_mutex_wait_total_seconds_total');
  const uptime = kubeletUptimeSeconds(reading);
  if (waited === undefined || uptime === undefined || waited / uptime < MUCH_WAITING) return undefined;
  return observed(
    sentence(
      'Goroutines waited {0} s a second for locks since the kubelet began',
      Number((waited / uptime).toPrecision(3)),
    ),
    {
      value: waited / uptime,
      unit: 'seconds',
      threshold: sentence('from {0} s a second on; 0.012 with 30 quiet pods', MUCH_WAITING),
    },
  );
}

/** Of a mutex profile: delays below the functions of locks. Block profiles count waits for work, too: those are left out. */
export function waitingOfProfiles({ profiles }: NodeEvidence): RuleEvidence | undefined {
  for (const { profile, at } of profiles) {
    const delay = profile.sampleTypes.findIndex(({ type }) => type === 'delay');
    if (delay === -1 || profile.sampleTypes[delay]?.unit !== 'nanoseconds') continue;
    const { value, name } = new StackShares(profile, delay).find(MUTEX);
    const seconds = value / 1e9;
    if (seconds < LONG_WAIT_SECONDS) continue;
    return observed(
      sentence('The profile of locks counts {0} s of waiting below {1}', Math.round(seconds), name),
      {
        value: seconds,
        unit: 'seconds',
        threshold: sentence('from {0} s on', LONG_WAIT_SECONDS),
        place: at,
      },
    );
  }
  return undefined;
}
