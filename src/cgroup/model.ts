/**
 * The health of a node's memory cgroups: how long a read of memory.stat takes, how many cgroups there are and how many
 * of them are dead, what they hold. Types only. command.ts measures, parseHealth.ts reads, assess.ts judges.
 *
 * Sources: Documentation/admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst of Linux, proc(5).
 */
import type { Finding } from '../base/finding.js';
import type { Sentence } from '../base/sentence.js';

export type CgroupLayout =
  /** memory.stat of the v1 memory controller. */
  | 'v1'
  /** The unified hierarchy. */
  | 'v2'
  /** Neither was found, or memory is switched off. */
  | 'none';

/** What the times are measured with, best first. */
export type ReadClock =
  /** $EPOCHREALTIME of the shell: 1 µs. */
  | 'shell'
  /** /proc/timer_list: 1 ns. */
  | 'timer-list'
  /** `date +%s%N` of GNU: 1 ns, and a process started for each reading. */
  | 'date'
  /** /proc/uptime: 10 ms, many reads timed together. */
  | 'uptime';

/** Reads of one cgroup's memory.stat, by the shell itself: the whole cost of the kernel's show function. */
export interface StatRead {
  /** Relative to the hierarchy's root, which is `/`. */
  readonly cgroup: string;
  readonly role: 'root' | 'kubepods' | 'other';
  /** Of the file, from 1. */
  readonly line: number;
  /** Timed rounds; each of `readsPerRound` reads. */
  readonly rounds: number;
  readonly readsPerRound: number;
  /** Of one read, in seconds, the cost of looking at the clock taken off. */
  readonly medianSeconds: number;
  readonly minSeconds: number;
  readonly maxSeconds: number;
  /** CPU seconds in the kernel for all reads together, in ticks of 10 ms. */
  readonly systemSeconds: number;
  /** A slow read ended the measurement early. */
  readonly isStoppedEarly: boolean;
}

export interface CgroupHealth {
  readonly layout: CgroupLayout;
  /** Where the hierarchy was read: `/host/sys/fs/cgroup/memory`. */
  readonly root: string | undefined;
  readonly kernelRelease: string | undefined;
  readonly machine: string | undefined;
  /** PRETTY_NAME of the node's os-release. */
  readonly osName: string | undefined;
  /** `cgroup.memory=nokmem` and the like, from the kernel's command line. */
  readonly bootOptions: readonly string[];
  readonly cpus: number | undefined;
  readonly uptimeSeconds: number | undefined;
  readonly clock: ReadClock | undefined;
  /** Root and kubepods, as many as were found. */
  readonly reads: readonly StatRead[];
  /** Slowest first, 20 at most: one read each of all the cgroups that were gone through. */
  readonly slowest: readonly { readonly cgroup: string; readonly seconds: number }[];
  /** The scan behind `slowest`; undefined where it did not take place (clock too coarse, no time left). */
  readonly scan:
    | {
        readonly cgroups: number;
        /** One read of each of them, in seconds. */
        readonly totalSeconds: number;
        /** Not all: the bound on number or time was reached. */
        readonly isPartial: boolean;
      }
    | undefined;
  readonly counts: {
    /** Memory cgroups the kernel has, dead ones too (/proc/cgroups, num_cgroups). */
    readonly kernel: number | undefined;
    /** Directories in the hierarchy: the living. */
    readonly directories: number | undefined;
    /** v2: nr_dying_descendants of the root's cgroup.stat; v1: `kernel` less `directories`, never below 0. */
    readonly dying: number | undefined;
    /** Below the root, of pods (`pod<uid>`, `kubepods-…-pod<uid>.slice`). */
    readonly pods: number | undefined;
    /** `directories` was cut at the bound. */
    readonly isPartial: boolean;
  };
  /** Bytes. Of the whole node: /proc/meminfo. */
  readonly memory: {
    readonly total: number | undefined;
    readonly available: number | undefined;
    readonly pageCache: number | undefined;
    readonly slab: number | undefined;
    readonly slabReclaimable: number | undefined;
    readonly slabUnreclaimable: number | undefined;
    readonly percpu: number | undefined;
  };
  /** /proc/sys/fs/dentry-state: directory entries in memory, and those not in use. */
  readonly dentries: { readonly count: number; readonly unused: number } | undefined;
  /** What the check itself cost, in CPU seconds, and how long it took. */
  readonly checkCpuSeconds: number | undefined;
  readonly checkSeconds: number | undefined;
  /** Files that could not be read, a cut file, bounds that were reached. */
  readonly warnings: readonly Sentence[];
}

/** CPU of the kubelet's process, as something beside the check measured it. */
export interface KubeletCpu {
  readonly cores: number;
  /** For how long it was measured; undefined where that is not known. */
  readonly seconds: number | undefined;
  /** Which file of the case says so. */
  readonly file: string;
}

/** A verdict of the health alone is assess.ts's; with the kernel's fixes it is kernelfix/cgroupVerdict.ts's. */
export interface CgroupAssessment {
  readonly health: CgroupHealth;
  /** Whether the reads explain the kubelet's CPU, and what to do next. */
  readonly answer: Finding;
  /** What matters more first. */
  readonly verdict: readonly Finding[];
  /** The kubelet's own, from elsewhere in the case; undefined where nothing tells it. */
  readonly kubeletCpu: KubeletCpu | undefined;
  /**
   * Cores of CPU the kubelet's cAdvisor spends on these reads when it goes through all cgroups every 10 s: an estimate from
   * `scan`, undefined without it.
   */
  readonly estimatedCores: number | undefined;
}
