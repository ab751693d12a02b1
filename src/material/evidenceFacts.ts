/** What files that the editors open say of the node besides their own matter, in the form of all other material. */
import { assertNever } from '../base/assertNever.js';
import type { Evidence } from '../evidence/model.js';
import { cpuReading, memoryReading, processRow } from './emptyReadings.js';
import { foundInNodeFacts } from './nodeFactsFound.js';
import type { Counted, CountedThing, Found, NodeFacts, Place } from './model.js';
import type { CgroupHealth } from '../cgroup/model.js';
import type { ThreadReport } from '../threads/model.js';

/** Facts, counts, processes; nothing for logs of system calls and profiles, which name no node. */
export function factsOfEvidence(evidence: Evidence, at: Place): Found {
  switch (evidence.kind) {
    case 'threads':
      return ofThreads(evidence.report, at);
    case 'cgroups':
      return ofHealth(evidence.assessment.health, at);
    case 'nodeFacts':
      return foundInNodeFacts(evidence.facts, at.file);
    case 'profile':
    case 'calls':
      return {};
    default:
      return assertNever(evidence);
  }
}

function ofThreads({ facts, processes, node, total }: ThreadReport, at: Place): Found {
  const cpus = facts.cpus ?? 0;
  const share = (cores: number): number | undefined => (cpus > 0 ? cores / cpus : undefined);
  return {
    facts: { kernelVersion: facts.kernelRelease, architecture: facts.machine, cpus: facts.cpus },
    kubeletCores: facts.seconds > 0 ? [{ at, cores: total.cores, seconds: facts.seconds }] : [],
    processes: processes.map(({ pid, command, userCores, systemCores, waitCores }) =>
      processRow(at, 'threads', command, {
        pid,
        cores: userCores + systemCores,
        ...{ userCores, systemCores, waitCores },
      }),
    ),
    cpu:
      node === undefined || cpus === 0
        ? []
        : [
            cpuReading(at, {
              user: share(node.user),
              system: share(node.system),
              idle: share(node.idle),
              ioWait: share(node.ioWait),
              irq: share(node.irq),
              steal: share(node.steal),
            }),
          ],
  };
}

function ofHealth(health: CgroupHealth, at: Place): Found {
  const facts: Partial<NodeFacts> = {
    kernelVersion: health.kernelRelease,
    architecture: health.machine,
    osImage: health.osName,
    cgroupVersion: health.layout === 'v1' ? 1 : health.layout === 'v2' ? 2 : undefined,
    cpus: health.cpus,
    memoryBytes: health.memory.total,
    uptimeSeconds: health.uptimeSeconds,
  };
  const counts: readonly (readonly [CountedThing, number | undefined])[] = [
    ['memory-cgroups', health.counts.kernel],
    ['memory-cgroup-directories', health.counts.directories],
    ['dying-cgroups', health.counts.dying],
    ['dentries', health.dentries?.count],
    ['dentries-unused', health.dentries?.unused],
  ];
  const counted: readonly Counted[] = counts.flatMap(([thing, value]) =>
    value === undefined ? [] : [{ at, thing, value, note: undefined }],
  );
  const { total, available, pageCache, slab, slabReclaimable, slabUnreclaimable, percpu } = health.memory;
  return {
    facts,
    counted,
    memory: [
      memoryReading(at, { total, available, pageCache, slab, slabReclaimable, slabUnreclaimable, percpu }),
    ],
  };
}
