/**
 * A remedy that was applied to a node: what was measured before, what was done, what was measured after and again later.
 * The file is node.remedy.json (remedyJson.ts); judgeRemedy.ts says whether it helped.
 */
/** Ids of rules whose finding dropping caches can help, each for a reason of its own. */
export const REMEDIED_RULES = [
  // Dead cgroups that page cache and directory entries keep alive.
  'memcg-stat-v1-zombies',
  // The entries themselves.
  'dcache-negative-bloat',
  // Slab caches of dead cgroups.
  'slab-cache-reap',
] as const;
export type RemediedRule = (typeof REMEDIED_RULES)[number];

export function isRemedied(rule: string): rule is RemediedRule {
  return REMEDIED_RULES.some(known => known === rule);
}

/** One measurement of what the remedy is to change. Undefined: it could not be had. */
export interface RemedyReading {
  /** RFC 3339. */
  readonly at: string;
  /** Median of reads of the root's memory.stat, in seconds. */
  readonly readSeconds: number | undefined;
  /** Memory cgroups of the kernel, dead ones too; of them dead. */
  readonly cgroups: number | undefined;
  readonly dying: number | undefined;
  /** Directory entries in memory. */
  readonly dentries: number | undefined;
  /** Bytes. */
  readonly slab: number | undefined;
  readonly pageCache: number | undefined;
  readonly available: number | undefined;
  /** CPU of the kubelet's process, in cores. */
  readonly kubeletCores: number | undefined;
}

/** What is written to /proc/sys/vm/drop_caches: 2 directory entries and inodes, 3 page cache besides. */
export type DropValue = 2 | 3;

export interface RemedyDrop {
  readonly value: DropValue;
  /** RFC 3339. */
  readonly at: string;
  /** How long the write took; undefined where its end is not known. */
  readonly seconds: number | undefined;
  /** `stopped`: ended before the kernel was through; what it had freed stays freed. */
  readonly outcome: 'done' | 'stopped' | 'failed';
  /** English, one line. */
  readonly reason: string | undefined;
}

/** The node's Ready condition as it was seen meanwhile, with each change. */
export interface SeenReadiness {
  readonly at: string;
  readonly status: 'True' | 'False' | 'Unknown' | 'not-known';
  readonly reason: string | undefined;
}

export type RemedyEnd =
  | 'running'
  | 'complete'
  /** What the finding goes by was not there any more: nothing was done. */
  | 'not-needed'
  /** By the person. */
  | 'stopped'
  /** The node was not ready any more: nothing more was done. */
  | 'not-ready'
  | 'failed';

export interface Remedy {
  readonly node: string;
  readonly rule: RemediedRule;
  readonly ended: RemedyEnd;
  readonly before: RemedyReading;
  readonly drops: readonly RemedyDrop[];
  readonly after: RemedyReading | undefined;
  /** Later re-checks, oldest first. */
  readonly again: readonly RemedyReading[];
  readonly readiness: readonly SeenReadiness[];
  /** Whether an Event about the node says what was done. */
  readonly event: 'recorded' | 'forbidden' | 'failed' | 'none';
}
