/** `inspect` for facts of a node, as one JSON object. Reading is src/evidence, printing inspect.ts. */
import { formatSentence } from '../base/sentence.js';
import type { NodeFactsEvidence } from '../evidence/model.js';
import type { Counter, NodeFactsReading } from '../nodefacts/model.js';
import type { SaidFinding } from '../report/sayFinding.js';
import { inspectFindings } from './inspectFindings.js';

const ROWS = 20;

/** Lists have their first rows; logs are left out, as the file has them. */
type Told = Omit<
  NodeFactsReading,
  | 'memory'
  | 'vmstat'
  | 'states'
  | 'network'
  | 'versions'
  | 'kernelLog'
  | 'journal'
  | 'diskIntervals'
  | 'warnings'
>;

export interface NodeFactsReport extends Told {
  readonly format: 'node-facts';
  readonly memory: Readonly<Record<string, number>>;
  readonly network: Readonly<Record<string, number>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly logLines: { readonly kernel: number; readonly journal: number };
  readonly verdict: readonly SaidFinding[];
  readonly warnings: readonly string[];
}

export function inspectNodeFacts({ facts, verdict }: NodeFactsEvidence): NodeFactsReport {
  return {
    format: 'node-facts',
    ...told(facts),
    memory: numbers(facts.memory),
    network: numbers(facts.network),
    versions: Object.fromEntries(facts.versions),
    logLines: { kernel: facts.kernelLog.length, journal: facts.journal.length },
    verdict: inspectFindings(verdict),
    warnings: facts.warnings.map(formatSentence),
  };
}

function told(facts: NodeFactsReading): Told {
  const { kernelRelease, machine, cpus, seconds, uptimeSeconds, missing, cut, costSeconds } = facts;
  const { pressure, cpu, loadAverage, disks, softirqs, slabs, blocked, inotify, mounts, cgroups } = facts;
  const { tasks, pidMax, openFiles, openFilesMax, dentries, dentriesUnused, bpfLimit, bpfUsed } = facts;
  return {
    ...{ kernelRelease, machine, cpus, seconds, uptimeSeconds, missing, cut, costSeconds },
    ...{ pressure, cpu, loadAverage, disks, softirqs, slabs, blocked, inotify, mounts, cgroups },
    ...{ tasks, pidMax, openFiles, openFilesMax, dentries, dentriesUnused, bpfLimit, bpfUsed },
    processCount: facts.processCount,
    processes: facts.processes.slice(0, ROWS),
    named: facts.named.slice(0, ROWS),
  };
}

function numbers(counters: ReadonlyMap<string, Counter>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counters].map(([name, { value }]) => [name, value]));
}
