/** Statistics of /proc for each cgroup: network tables, open files, smaps, of kinds that cAdvisor can be told to read. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import type { Reading } from '../../reading.js';
import type { Judgement, Rule } from '../../rule.js';
import { lookForBurn } from './kubeletBurn.js';
import { duWalkRival, housekeepingRival, memoryStatRival } from './kubeletRivals.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const PROC =
  /\blibcontainer\.(?:networkStatsFromProc|tcpStatsFromProc|tcpAdvancedStatsFromProc|udpStatsFromProc|scanInterfaceStats|scanTCPStats|scanUDPStats|processStatsFromProcs|processRootProcUlimits|schedulerStatsFromProcs|referencedBytesStat|clearReferencedBytes|getReferencedKBytes)\b/u;

export const networkStatsPerCgroup: Rule = {
  id: 'network-stats-per-cgroup',
  title: 'cAdvisor reads network or process statistics of /proc for each cgroup',
  severity: 'low',
  requires: ['cpu-profile'],
  mechanism:
    'Reading /proc/PID/net of each cgroup, or kinds of metrics that are off by default (tcp, udp, process, sched, referenced_memory), multiplies the work of procfs by the number of cgroups; referenced_memory even clears and walks page tables. An early bug read the same network table for every cgroup of systemd.',
  confirm:
    'ps -o args= -C cadvisor,kubelet | tr " " "\\n" | grep -E "disable_metrics|enable_metrics|referenced"',
  mitigation: {
    text: 'Leave out the kinds of metrics that no consumer reads: --disable_metrics of a standalone cAdvisor.',
    risk: 'low',
  },
  fix: 'The bug was fixed in 2016 (google/cadvisor#1158). Kinds of metrics that are switched on cost what they cost.',
  references: [
    thread('kubernetes/kubernetes', 23008),
    thread('kubernetes/kubernetes', 16296),
    thread('google/cadvisor', 898),
  ],
  rivals: ['cadvisor-housekeeping-density', 'memcg-stat-v1-zombies', 'cadvisor-du-walk'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const burn = lookForBurn(reading, { pattern: PROC, least: 0.08 });
  return judgeSigns(
    { burn, sure: [], hints: [] },
    {
      what: 'Reading statistics of /proc for each cgroup',
      rivals: [housekeepingRival(reading), memoryStatRival(evidence, reading), duWalkRival(reading)],
      settle: sentence('Look at the flags of cAdvisor: which kinds of metrics are on?'),
      isDecisive: burn.kind === 'hot' && burn.share >= 0.16,
      explains: ['cadvisor-housekeeping-density'],
    },
  );
}
