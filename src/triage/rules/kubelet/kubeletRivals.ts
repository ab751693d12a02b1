/** What refutes the rivals that several rules of this folder have in common. */
import type { NodeEvidence } from '../../../material/model.js';
import { milliseconds, percent } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { open, refuted, type RivalJudgement } from '../../rule.js';
import type { RuleId } from '../../ruleIds.js';
import { findMemoryStatReads } from '../cgroups/memoryStatReads.js';
import { HOT_CORES, roundedCores, type Burn } from './kubeletBurn.js';

const MEMORY_STATS = /\bfs2?\.\(\*MemoryGroup\)\.GetStats\b|\bfs2\.statMemory\b/u;
/** From here on a read of memory.stat is slow by itself. */
const SLOW_READ_SECONDS = 0.1;

/**
 * Refuted where its functions have less than `least` of the CPU profile.
 * @param what the rival's work, as the subject of a sentence
 */
export function shareRival(
  reading: Reading,
  id: RuleId,
  look: { readonly pattern: RegExp; readonly least: number; readonly what: string },
): RivalJudgement {
  const found = reading.cpuShare(look.pattern);
  if (found === undefined) return open(id, '{0} would show in a CPU profile of the kubelet.', look.what);
  const say = found.share < look.least ? refuted : open;
  return say(id, '{0} has {1} % of the CPU profile.', look.what, percent(found.share));
}

/** Each read of memory.stat is slow, whatever reads it. */
export function memoryStatRival(evidence: NodeEvidence, reading: Reading): RivalJudgement {
  const id = 'memcg-stat-v1-zombies';
  if (evidence.facts.cgroupVersion === 2) return refuted(id, 'The node has cgroup v2.');
  const [slowest] = findMemoryStatReads(evidence);
  if (slowest !== undefined) {
    const say = slowest.seconds < SLOW_READ_SECONDS ? refuted : open;
    return say(id, 'The slowest read of memory.stat took {0} ms.', milliseconds(slowest.seconds));
  }
  const share = reading.cpuShare(MEMORY_STATS)?.share;
  return share !== undefined && share < 0.1
    ? refuted(id, 'Reading memory.stat has {0} % of the CPU profile.', percent(share))
    : open(id, 'Time one read of memory.stat: a healthy one takes under 5 ms.');
}

export function housekeepingRival(reading: Reading): RivalJudgement {
  return shareRival(reading, 'cadvisor-housekeeping-density', {
    pattern: /\bmanager\.\(\*containerData\)\.housekeeping\b/u,
    least: 0.2,
    what: "cAdvisor's housekeeping",
  });
}

export function duWalkRival(reading: Reading): RivalJudgement {
  return shareRival(reading, 'cadvisor-du-walk', {
    pattern: /\bfilepath\.(?:Walk|walk|WalkDir|walkDir)\b|\bfs\.\S{0,40}GetDir\w{0,10}Usage\b/u,
    least: 0.1,
    what: 'Walking directories',
  });
}

export function relistRival(reading: Reading): RivalJudgement {
  return shareRival(reading, 'pleg-relist', {
    pattern: /\bpleg\.\(\*GenericPLEG\)\.[rR]elist\b/u,
    least: 0.1,
    what: "PLEG's relist",
  });
}

export function garbageRival(reading: Reading): RivalJudgement {
  return shareRival(reading, 'go-gc-bound', {
    pattern: /^runtime\.(?:gcBgMarkWorker|gcDrain\w*|scanobject|gcAssistAlloc\w*)\b/u,
    least: 0.2,
    what: 'The garbage collector',
  });
}

/** A call that hangs burns nothing: one that burns is none that hangs, and the other way round. */
export function blockedCallRival(burn: Burn): RivalJudgement {
  const id = 'cri-call-blocked';
  return burn.kind === 'hot'
    ? refuted(id, 'A call that hangs burns no CPU: this has {0} % of the profile.', percent(burn.share))
    : open(
        id,
        'The period of the PLEG messages and the age of CNI processes tell: a hung call repeats each 2 x runtimeRequestTimeout.',
      );
}

/** Pressure of I/O, where the node says it. */
export function diskRival(evidence: NodeEvidence): RivalJudgement {
  const id = 'disk-io-throttle';
  const pressure = evidence.pressure
    .filter(({ resource, kind, cgroup }) => resource === 'io' && kind === 'full' && cgroup === undefined)
    .map(({ avg60 }) => avg60);
  const [first] = pressure;
  if (first === undefined) return open(id, 'cat /proc/pressure/io and iostat -x 1 5 would tell.');
  const most = pressure.reduce((a, b) => Math.max(a, b), first);
  const say = most < 0.1 ? refuted : open;
  return say(id, 'All tasks waited for the disk in {0} % of the last minute.', percent(most));
}

/** A lock, a timer, a dead connection cost no more than the process uses. */
export function idleKubeletRival(reading: Reading, id: RuleId, burns: string): RivalJudgement {
  const cores = reading.kubeletCores;
  if (cores === undefined) return open(id, '{0} would show as CPU of the kubelet: top -H tells.', burns);
  return cores < HOT_CORES
    ? refuted(id, 'The kubelet uses {0} cores: {1} would burn CPU.', roundedCores(cores), burns)
    : open(id, 'The kubelet uses {0} cores: take a CPU profile.', roundedCores(cores));
}
