/**
 * What sampling a process's threads in /proc says: who waits in which system call, who was on a CPU and for how long,
 * which files were open, and what each process of the node used meanwhile. Types only. command.ts takes the samples,
 * parseSamples.ts reads them, analyse.ts counts.
 *
 * A sample is a look at one thread in one moment: shares of samples are shares of time, as far as there are enough.
 * Sources: proc(5), Documentation/filesystems/proc.rst and Documentation/scheduler/sched-stats.rst of Linux.
 */
import type { Finding } from '../base/finding.js';
import type { Sentence } from '../base/sentence.js';

/** Where the samples come from. Times are of the node. */
export interface SamplingFacts {
  /** The sampled process; its number in the PID namespace of the node. */
  readonly pid: number;
  /** Its name (15 characters at most), undefined where it was never seen. */
  readonly command: string | undefined;
  /** As `uname -r` and `uname -m` say it; undefined where the file is silent. */
  readonly kernelRelease: string | undefined;
  readonly machine: string | undefined;
  readonly cpus: number | undefined;
  /** Rounds of samples, and between the first and the last of them, in seconds. */
  readonly rounds: number;
  readonly seconds: number;
  /** Seconds and rounds that were asked for. */
  readonly secondsAsked: number | undefined;
  readonly roundsAsked: number | undefined;
  /** Kernel stacks want CAP_SYS_ADMIN. */
  readonly hasStacks: boolean;
  /** What the sampling itself cost, in CPU seconds; undefined where the file ends before it says so. */
  readonly samplerCpuSeconds: number | undefined;
  /** CPU shares by the node's own counters exist only where the file is whole. */
  readonly isWhole: boolean;
}

/**
 * Where a thread was in one moment. `kernel` and `user`: on a CPU, told apart by which tick counter of the thread grew
 * since the round before; `cpu`: on a CPU or waiting for one, and no tick fell in between.
 */
export type ThreadPlace = 'kernel' | 'user' | 'cpu' | 'waiting' | 'disk' | 'stopped' | 'other';

/** How often a thread was found in one system call with the same file. */
export interface CallShare {
  /** `read`, `futex`; `syscall_600` for a number newer than the table. */
  readonly syscall: string;
  /** First arguments of its last sample as the call names them: `fd 12`, `FUTEX_WAIT_PRIVATE val 0`. May be empty. */
  readonly detail: string;
  /** What its file descriptor was open on in the same round: a path, `socket`, `pipe`, `anon_inode:inotify`. */
  readonly file: string | undefined;
  /** Innermost kernel function seen in it (`futex_do_wait`), the most frequent one. */
  readonly waitsIn: string | undefined;
  readonly samples: number;
}

export interface ThreadRow {
  readonly tid: number;
  readonly command: string;
  /** Rounds in which it was there. */
  readonly samples: number;
  /** Sums up to `samples`. */
  readonly places: Readonly<Record<ThreadPlace, number>>;
  /** Of the rounds in which the kernel named its call (it does not for a thread on a CPU); most frequent first. */
  readonly calls: readonly CallShare[];
  /** CPU seconds between its first and its last sample, in ticks of 10 ms. */
  readonly userSeconds: number;
  readonly systemSeconds: number;
  /** Both over the seconds between those samples. */
  readonly cores: number;
  /** Seconds it waited for a CPU (schedstat); undefined where the kernel does not count. */
  readonly runDelaySeconds: number | undefined;
  /** It came after the first round; it was gone before the last. */
  readonly isNew: boolean;
  readonly isGone: boolean;
}

/** A file that the process had open in some rounds; sockets, pipes and the like are left out. */
export interface OpenFile {
  readonly path: string;
  readonly rounds: number;
  /** Rounds in which a thread waited in a system call on it. */
  readonly waitedRounds: number;
  /**
   * Rounds of them in which at least one thread was in the kernel on a CPU. Many, with a file that is open for a short
   * time only, is how what burns is inferred.
   */
  readonly burningRounds: number;
  /** Open in every round and no file of /proc or /sys: a log, a database. Says nothing about what burns. */
  readonly isAlwaysOpen: boolean;
}

/**
 * How often the memory.stat of some cgroup was open. A read that takes 0.2 ms is hardly ever met; it is on a CPU, so that
 * /proc does not name it.
 */
export interface MemoryStatUse {
  /** Looks at the open files, those of the rounds among them. */
  readonly looks: number;
  /** Of them with a memory.stat open. */
  readonly open: number;
  readonly cgroups: number;
  /** Which ones, most looks first; 20 at most. */
  readonly paths: readonly { readonly path: string; readonly looks: number }[];
  /** Between the first and the last of consecutive looks that found the same one open; 0: never two. */
  readonly longestSeconds: number;
  /** Rounds with one open and a thread in the kernel on a CPU. */
  readonly burningRounds: number;
}

/** One process of the node between the first and the last look at all of them: what pidstat shows. */
export interface ProcessCpu {
  readonly pid: number;
  readonly command: string;
  /** Cores: CPU seconds of all its threads over the seconds between the two looks. */
  readonly userCores: number;
  readonly systemCores: number;
  /** Cores it would have used had it not waited for a CPU (its main thread alone, as pidstat's %wait); undefined where unknown. */
  readonly waitCores: number | undefined;
  /** Seconds it waited for block devices (needs delay accounting, mostly off: 0 then). */
  readonly diskWaitSeconds: number;
  /** It started between the two looks: counted from its start. */
  readonly isNew: boolean;
}

/** All CPUs of the node between the two looks, in cores. */
export interface NodeCpu {
  readonly seconds: number;
  readonly user: number;
  readonly system: number;
  readonly idle: number;
  readonly ioWait: number;
  readonly irq: number;
  readonly steal: number;
}

/** One distinct stack, root first, with the number of samples that had it. */
export interface SampledStack {
  /** Command, group of the thread, `on CPU …` or the system call, then kernel functions down to the innermost. */
  readonly frames: readonly SampledFrame[];
  readonly samples: number;
}

export interface SampledFrame {
  readonly name: string;
  /** `inferred`: made from ticks and open files, not read from a stack. */
  readonly kind: 'thread' | 'syscall' | 'file' | 'kernel' | 'inferred';
}

export interface ThreadReport {
  readonly facts: SamplingFacts;
  /** Most CPU first, then those most often inside a call. */
  readonly threads: readonly ThreadRow[];
  /** All threads together. */
  readonly total: {
    readonly userSeconds: number;
    readonly systemSeconds: number;
    readonly cores: number;
    readonly places: Readonly<Record<ThreadPlace, number>>;
    readonly samples: number;
  };
  /** By system call and file, over all threads; most frequent first. */
  readonly calls: readonly CallShare[];
  /** The same of samples in state D (a disk, a network file system, a lock of the kernel). */
  readonly diskCalls: readonly CallShare[];
  /** Files by `burningRounds`, then `waitedRounds`; those always open last. */
  readonly files: readonly OpenFile[];
  readonly memoryStat: MemoryStatUse;
  /** Most CPU first; those without any left out. Empty where the file ends before the second look. */
  readonly processes: readonly ProcessCpu[];
  readonly node: NodeCpu | undefined;
  readonly stacks: readonly SampledStack[];
  /** What matters more first. */
  readonly verdict: readonly Finding[];
  /** Cut file, process gone, no stacks. */
  readonly warnings: readonly Sentence[];
}
