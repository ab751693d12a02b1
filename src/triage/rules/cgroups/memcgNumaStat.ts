/** memory.numa_stat: a second file with the cost of memory.stat, read since runc 1.0.0-rc91. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { burnsFrom, kernelFix, lacksFix } from '../../kernelObservations.js';
import { milliseconds, percent } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, notApplicable, open, refuted, skipped, type Judgement, type Rule } from '../../rule.js';
import { findMemoryStatReads, findStatReads, slowReadEvidence, type StatFile } from './memoryStatReads.js';

const NUMA_STAT: StatFile = { path: /\bmemory\.numa_stat\b/u, functions: /^memcg_numa_stat_show/u };
const BY_NUMA =
  /(?:^|\/)opencontainers\/(?:runc\/libcontainer\/)?cgroups\/fs\.getPageUsageByNUMA$|^memcg_numa_stat_show/u;
const SHARE = 0.08;

export const memcgNumaStat: Rule = {
  id: 'memcg-numa-stat',
  title: 'Reads of memory.numa_stat walk all memory cgroups once for each NUMA node',
  severity: 'high',
  requires: ['timed-reads', 'kernel-functions', 'cpu-profile', 'system-calls'],
  mechanism:
    'runc from 1.0.0-rc91 on (kubelet 1.19) reads memory.numa_stat of every cgroup, too, and cgroup v1 before Linux 5.2 walks all memory cgroups below for each of its lines. On machines with several sockets it can cost more than memory.stat.',
  confirm: 'time cat /sys/fs/cgroup/memory/memory.numa_stat >/dev/null',
  mitigation: {
    text: 'Drop directory entries and inodes: dead cgroups that only these keep are freed, for hours or days. It can take minutes of system time.',
    command: 'echo 2 > /proc/sys/vm/drop_caches',
    risk: 'medium',
  },
  fix: 'Linux 5.2, as for memory.stat; runc 1.0.0-rc93 parses the file with less CPU. Or cgroup v2.',
  references: [
    { text: 'opencontainers/runc@7fe0a98e7', url: 'https://github.com/opencontainers/runc/commit/7fe0a98e7' },
    { text: 'opencontainers/runc@63c44e27f', url: 'https://github.com/opencontainers/runc/commit/63c44e27f' },
  ],
  rivals: ['memcg-stat-v1-zombies', 'cadvisor-housekeeping-density'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  if (evidence.facts.cgroupVersion === 2)
    return notApplicable('The node has cgroup v2: nothing reads memory.numa_stat there.');
  const [slowest] = findStatReads(evidence, NUMA_STAT);
  const slow = slowReadEvidence(slowest);
  const [memoryStat] = findMemoryStatReads(evidence);
  const found = conclude({
    decisive: [slow, burnsFrom(reading, BY_NUMA, SHARE)],
    context: [lacksFix(kernelFix(reading, 'memcg-stat-5.2'))],
    settle: sentence('Time one read: time cat /sys/fs/cgroup/memory/memory.numa_stat'),
    recoverableCores: reading.cpuShare(BY_NUMA)?.cores,
    rivals: [
      memoryStat === undefined
        ? open('memcg-stat-v1-zombies', 'The same walk makes memory.stat slow: time both files.')
        : open(
            'memcg-stat-v1-zombies',
            'A read of memory.stat took {0} ms: the same walk, and most of the cost where it is slow, too.',
            milliseconds(memoryStat.seconds),
          ),
      slow === undefined
        ? open('cadvisor-housekeeping-density', 'Many containers cost as much where each read is quick.')
        : refuted(
            'cadvisor-housekeeping-density',
            'A single read is slow, however many containers there are.',
          ),
    ],
  });
  if (found !== undefined) return found;
  if (slowest !== undefined)
    return clear('The slowest read of memory.numa_stat took {0} ms.', milliseconds(slowest.seconds));
  const share = reading.cpuShare(BY_NUMA);
  return share === undefined
    ? skipped('No evidence at hand measures a read of memory.numa_stat.')
    : clear('Reading memory.numa_stat is {0} % of the CPU profile.', percent(share.share));
}
