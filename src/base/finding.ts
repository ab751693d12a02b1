/**
 * What evidence of any kind comes to: a sentence with what was counted for it, what speaks against it, and what would
 * make it sure. Data without a language: pages and the command line say it by report/sayFinding.ts. A finding names what
 * was seen in one file; causes, their rivals and remedies are for rules that join several.
 */
import type { Sentence } from './sentence.js';

/**
 * Stable: they stand in what `inspect` prints, and rules go by them. What several kinds of evidence can show has one
 * name (`slow-memory-stat`).
 */
export const FINDING_IDS = [
  // of any evidence
  'slow-memory-stat',
  'too-little',
  // of system calls
  'timeouts-are-usual',
  'parked-threads',
  'wake-churn',
  'lost-races',
  'lock-contention',
  'stop-the-world',
  'inside-system-calls',
  'few-slow-calls',
  'short-of-cpu',
  'nothing-unusual',
  'counts-only',
  // of sampled threads
  'kernel-cpu',
  'waits-for-disk',
  'waits-for-cpu',
  'node-cpu-short',
  'cpu-limited',
  'stopped',
  'user-cpu',
  'other-process',
  'idle',
  // of memory cgroups: whether their reads explain the kubelet's CPU
  'explains-cpu',
  'explains-part',
  'explains-little',
  'explains-unknown',
  'explains-unmeasured',
  // of memory cgroups
  'many-dead-cgroups',
  'cgroup-ids-run-out',
  'many-live-cgroups',
  'percpu-memory',
  'slab-memory',
  'kernel-not-fixed',
  'kernel-fixed',
  'kernel-unclear',
  'healthy',
  'not-measured',
  // of facts of the node
  'io-pressure',
  'memory-pressure',
  'cpu-pressure',
  'tasks-blocked',
  'disk-slow',
  'disk-still',
  'cpus-full',
  'memory-short',
  'inotify-full',
  'conntrack-full',
  'many-mounts',
  'mounts-change',
  'task-numbers',
  'files-full',
  'bpf-full',
] as const;

export type FindingId = (typeof FINDING_IDS)[number];

/**
 * How much a finding matters, least first. `usual`: a healthy node shows it, too, or there was nothing to see. `look`: no
 * healthy node shows it, and it is worth following up; how much of the CPU it explains, one file does not tell.
 */
export const FINDING_WEIGHTS = ['usual', 'look'] as const;

export type FindingWeight = (typeof FINDING_WEIGHTS)[number];

/** Cores, seconds and bytes as they are; a share from 0 to 1. */
export type MeasureUnit = 'cores' | 'seconds' | 'bytes' | 'count' | 'perSecond' | 'share';

export interface Measure {
  readonly value: number;
  readonly unit: MeasureUnit;
  /** From which on it counts for the finding, in the same unit; undefined where no bound is set on it alone. */
  readonly threshold: number | undefined;
}

/** Where in the file an observation stands. */
export type EvidencePlace =
  /** Of the text, from 1; of a call in two halves that of its end. */
  | { readonly kind: 'line'; readonly line: number }
  /** All lines that begin with it: `meminfo`, `# kernel`. */
  | { readonly kind: 'key'; readonly key: string };

/** One thing that was counted or read. */
export interface Observation {
  readonly sentence: Sentence;
  /** The number of the sentence that the finding goes by; undefined where it has none. */
  readonly measure: Measure | undefined;
  /** Undefined where it is counted over the whole file. */
  readonly place: EvidencePlace | undefined;
}

/** Captures of this extension that a next step may be. */
export type CaptureStep = 'profile' | 'threads' | 'cgroups' | 'calls' | 'triage';

/** What to measure next to be sure. Nothing here changes the node. */
export type Confirmation =
  /** For the node's shell; it only reads. */
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'capture'; readonly capture: CaptureStep; readonly sentence: Sentence };

export interface Finding {
  readonly id: FindingId;
  readonly weight: FindingWeight;
  readonly sentence: Sentence;
  /** What was counted, the most telling first. */
  readonly evidence: readonly Observation[];
  /** What speaks against it, or was not seen; empty where nothing is known. */
  readonly doubt: readonly Sentence[];
  /** Empty where nothing is known that would make it surer. */
  readonly confirm: readonly Confirmation[];
  /** Concluded from what lies beside it (ticks, open files), not seen itself. */
  readonly isInferred: boolean;
}

/** A finding of `parts`; what is not given is empty, and seen. */
export function finding(
  parts: Pick<Finding, 'id' | 'weight' | 'sentence'> & Partial<Omit<Finding, 'id' | 'weight' | 'sentence'>>,
): Finding {
  return { evidence: [], doubt: [], confirm: [], isInferred: false, ...parts };
}

/** @param measure its `threshold` may be left out */
export function observe(
  sentence: Sentence,
  measure?: Omit<Measure, 'threshold'> & { readonly threshold?: number | undefined },
  place?: EvidencePlace,
): Observation {
  return {
    sentence,
    measure: measure === undefined ? undefined : { threshold: undefined, ...measure },
    place,
  };
}

export function atLine(line: number): EvidencePlace {
  return { kind: 'line', line };
}

export function atKey(key: string): EvidencePlace {
  return { kind: 'key', key };
}

/** What matters more first; those of one weight keep their order. */
export function byWeight(findings: readonly Finding[]): readonly Finding[] {
  const rank = ({ weight }: Finding): number => FINDING_WEIGHTS.indexOf(weight);
  return [...findings].sort((a, b) => rank(b) - rank(a));
}
