/**
 * What says that goroutines or threads wait for a lock of the program: a dump of goroutines, a mutex profile, Go's own
 * count. Not time in futex: threads without work sleep there.
 */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { StackShares } from '../../../profile/stackShare.js';
import type { Reading } from '../../reading.js';
import { observed, type RuleEvidence } from '../../rule.js';
import { isOfRuntime, joinGroups, ownFunction, waitsForLock } from './goroutineGroups.js';
import { kubeletUptimeSeconds } from './kubeletUptime.js';

const MUTEX =
  /^(?:internal\/)?sync\.\(\*(?:RW)?Mutex\)\.(?:Unlock|unlockSlow|RUnlock|rUnlockSlow|Lock|lockSlow|RLock|rLockSlow)$|^runtime\.unlock\w{0,20}$/u;

/** How many goroutines at one place are many. */
export const MANY_WAITERS = 50;
/** Seconds of waiting for a second of time from which on it is much; idle with 30 pods: 0.012. */
export const MUCH_WAITING = 0.5;
const LONG_WAIT_SECONDS = 60;

/** @param whose goroutines of the kubelet, or of a container runtime whose dump is among the files */
export function waitingGoroutines(
  evidence: NodeEvidence,
  whose: 'kubelet' | 'runtime',
): RuleEvidence | undefined {
  const [group] = joinGroups(
    evidence,
    one => waitsForLock(one) && isOfRuntime(one) === (whose === 'runtime'),
  );
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
