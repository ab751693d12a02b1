/**
 * All that is known of one node around one moment, from whatever was captured or brought: types only. Readers of text
 * (logs/, objects/, tools/) and of evidence files make it, collect.ts joins it, src/triage concludes from it.
 *
 * Every piece says where it stands, so that a conclusion can be looked up. What a file does not say is undefined, never 0.
 */
import type { CgroupsEvidence, CallsEvidence, ProfileEvidence, ThreadsEvidence } from '../evidence/model.js';

/** Where a piece was read. */
export interface Place {
  /** Name of the file in its folder. */
  readonly file: string;
  /** From 1; undefined where it is of the whole file. */
  readonly line: number | undefined;
}

export interface Placed {
  readonly at: Place;
}

/** Versions and sizes of the node. The first source that says one wins; collect.ts has their order. */
export interface NodeFacts {
  readonly nodeName: string | undefined;
  /** As the node tells it: `v1.18.8`, `v1.27.4+k3s1`. */
  readonly kubeletVersion: string | undefined;
  /** `go1.13.15`. */
  readonly goVersion: string | undefined;
  /** As `uname -r`. */
  readonly kernelVersion: string | undefined;
  /** PRETTY_NAME of os-release. */
  readonly osImage: string | undefined;
  readonly cgroupVersion: 1 | 2 | undefined;
  readonly cgroupDriver: 'systemd' | 'cgroupfs' | undefined;
  /** With the runtime's name: `containerd://1.6.21`. */
  readonly containerRuntimeVersion: string | undefined;
  readonly runcVersion: string | undefined;
  readonly systemdVersion: string | undefined;
  readonly iptablesVersion: string | undefined;
  readonly architecture: string | undefined;
  readonly cpus: number | undefined;
  readonly memoryBytes: number | undefined;
  /** Pods of the node, running ones where that is told. */
  readonly pods: number | undefined;
  readonly uptimeSeconds: number | undefined;
}

/** Whose log a line is of. */
export type LogOrigin =
  'kubelet' | 'runtime' | 'kernel' | 'systemd' | 'cni' | 'device-plugin' | 'kube-proxy' | 'unknown';

/** One line of any log, without its time stamp, host and process where they could be told apart. */
export interface LogLine extends Placed {
  readonly origin: LogOrigin;
  /** The message, continuation lines not joined; at most 4,096 characters. logfmt's `msg` and `error` are in it as they stand. */
  readonly text: string;
  /** Seconds since the first stamped line of its file, or of the epoch where the stamp has a date; undefined without one. */
  readonly seconds: number | undefined;
  readonly severity: 'info' | 'warning' | 'error' | 'fatal' | undefined;
  /** How often it was said where the log counts repetitions; left out: once. */
  readonly times?: number;
}

/** An Event of the API: `kubectl get events` in any form, or below `describe`. */
export interface NodeEvent extends Placed {
  /** `Node`, `Pod`. */
  readonly objectKind: string | undefined;
  readonly objectName: string | undefined;
  readonly reason: string;
  readonly message: string;
  readonly isWarning: boolean | undefined;
  readonly count: number | undefined;
  /** Between first and last; undefined where unknown. */
  readonly spanSeconds: number | undefined;
}

/** A condition of the node, and whether it is bad: `Ready=False` is, `MemoryPressure=False` is not. */
export interface NodeCondition extends Placed {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly isBad: boolean;
}

/** One row of a pod: from a list of pods, `describe node`, `crictl`. */
export interface PodFacts extends Placed {
  readonly namespace: string | undefined;
  readonly name: string;
  readonly phase: string | undefined;
  readonly restarts: number | undefined;
  /** Exec probes of its containers, with their period in seconds. */
  readonly execProbes: readonly { readonly periodSeconds: number }[];
  readonly httpProbes: number;
  readonly secretAndConfigMapVolumes: number;
  readonly claims: number;
}

/** Counted objects of a node that rules ask for, where a text gives the bare number. */
export type CountedThing =
  | 'pods'
  | 'containers-running'
  | 'containers-exited'
  | 'sandboxes-exited'
  | 'images'
  | 'claims'
  | 'memory-cgroups'
  | 'memory-cgroup-directories'
  | 'dying-cgroups'
  | 'cgroup-directories'
  | 'unpopulated-cgroups'
  | 'systemd-scopes'
  | 'systemd-slices'
  | 'mounts'
  | 'mount-changes-per-second'
  | 'execs-per-second'
  | 'runc-starts-per-second'
  | 'inotify-instances'
  | 'inotify-instances-limit'
  | 'inotify-watches'
  | 'inotify-watches-limit'
  | 'iptables-rules'
  | 'iptables-duplicates'
  | 'ipvs-entries'
  | 'conntrack-entries'
  | 'conntrack-limit'
  | 'dentries'
  | 'dentries-unused'
  | 'goroutines'
  | 'bpf-jit-bytes'
  | 'bpf-jit-limit-bytes'
  | 'block-devices'
  | 'open-files';

export interface Counted extends Placed {
  readonly thing: CountedThing;
  readonly value: number;
  /** The same thing counted later in the same file stands behind: its order says how it grew. */
  readonly note: string | undefined;
}

/** One process, from ps, top, pidstat or our own sampler. */
export interface ProcessRow extends Placed {
  readonly tool: 'ps' | 'top' | 'pidstat' | 'threads' | 'facts';
  readonly pid: number | undefined;
  /** Its name, or the whole command line where the tool shows it. */
  readonly command: string;
  /** Cores: 1 is one CPU for all the time. `ps` averages over the life of the process. */
  readonly cores: number | undefined;
  readonly userCores: number | undefined;
  readonly systemCores: number | undefined;
  /** Cores it would have used had it not waited for a CPU (pidstat's %wait). */
  readonly waitCores: number | undefined;
  readonly residentBytes: number | undefined;
  /** `R`, `S`, `D`, `Z`, `T`. */
  readonly state: string | undefined;
  /** What it sleeps in (`wchan`), where it is shown. */
  readonly waitsIn: string | undefined;
  readonly ageSeconds: number | undefined;
  readonly cpuSeconds: number | undefined;
  readonly majorFaultsPerSecond: number | undefined;
  readonly readBytesPerSecond: number | undefined;
  readonly writeBytesPerSecond: number | undefined;
}

/** The node's CPUs, as shares of all of them (0 to 1): top's second lines, vmstat, mpstat, iostat, /proc/stat twice. */
export interface NodeCpuReading extends Placed {
  readonly user: number | undefined;
  readonly system: number | undefined;
  readonly idle: number | undefined;
  readonly ioWait: number | undefined;
  readonly irq: number | undefined;
  readonly softIrq: number | undefined;
  readonly steal: number | undefined;
  /** vmstat's `r` and `b`: runnable, and in uninterruptible sleep. */
  readonly runnable: number | undefined;
  readonly blocked: number | undefined;
  readonly loadAverage: number | undefined;
}

/** One device in one interval: iostat -x, /proc/diskstats twice. */
export interface DiskReading extends Placed {
  readonly device: string;
  readonly readsPerSecond: number | undefined;
  readonly writesPerSecond: number | undefined;
  readonly readBytesPerSecond: number | undefined;
  readonly writeBytesPerSecond: number | undefined;
  readonly readWaitSeconds: number | undefined;
  readonly writeWaitSeconds: number | undefined;
  /** iostat's `await`, where reads and writes are one column. */
  readonly waitSeconds: number | undefined;
  readonly queue: number | undefined;
  /** 0 to 1. */
  readonly busyShare: number | undefined;
}

/** A line of a pressure file: /proc/pressure, a cgroup's, stats/summary. Shares from 0 to 1. */
export interface PressureReading extends Placed {
  readonly resource: 'cpu' | 'memory' | 'io';
  readonly kind: 'some' | 'full';
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
  /** Of a cgroup, by its path (`/kubepods`); undefined: the node. */
  readonly cgroup: string | undefined;
}

/** Values of /proc/meminfo, free, vmstat's memory columns, stats/summary. Bytes. */
export interface MemoryReading extends Placed {
  readonly total: number | undefined;
  readonly free: number | undefined;
  readonly available: number | undefined;
  readonly pageCache: number | undefined;
  readonly slab: number | undefined;
  readonly slabReclaimable: number | undefined;
  readonly slabUnreclaimable: number | undefined;
  readonly percpu: number | undefined;
  /** Swap and block input and output per second, in bytes: vmstat's si, so, bi, bo. */
  readonly blockInBytesPerSecond: number | undefined;
  readonly blockOutBytesPerSecond: number | undefined;
}

/** A row of /proc/slabinfo or slabtop. */
export interface SlabRow extends Placed {
  readonly cache: string;
  readonly objects: number;
  readonly bytes: number | undefined;
}

/** `time cat FILE`, or any command that was timed by a shell. */
export interface TimedCommand extends Placed {
  readonly command: string;
  readonly realSeconds: number;
  readonly userSeconds: number | undefined;
  readonly systemSeconds: number | undefined;
}

/** How long one call of a kernel function took: funcgraph, ftrace's function_graph, perf trace, bpftrace's histogram. */
export interface KernelFunctionTime extends Placed {
  readonly name: string;
  readonly seconds: number;
}

/** A function in a table of `perf top`, `perf report`, `go tool pprof -top`: shares of all samples, 0 to 1. */
export interface ListedFunction extends Placed {
  readonly tool: 'perf' | 'pprof';
  readonly name: string;
  /** Of the function itself; undefined where the table has no such column. */
  readonly flat: number | undefined;
  /** With all it calls; `perf report --children` and pprof only. */
  readonly cum: number | undefined;
  /** perf: the process that the row is of. */
  readonly command: string | undefined;
  readonly isKernel: boolean | undefined;
}

/** cpu.stat of a cgroup. */
export interface CpuThrottling extends Placed {
  readonly cgroup: string | undefined;
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly throttledSeconds: number | undefined;
}

/** freezer.state, cgroup.freeze. */
export interface FreezerReading extends Placed {
  readonly cgroup: string | undefined;
  readonly state: 'FROZEN' | 'FREEZING' | 'THAWED';
}

/** A mount that came or went (mountsnoop, findmnt --poll). */
export interface MountChange extends Placed {
  readonly command: string;
  readonly call: 'mount' | 'umount';
  readonly source: string | undefined;
  readonly target: string | undefined;
}

/** Softirqs by kind and CPU seconds or counts, /proc/softirqs twice or once. */
export interface SoftirqReading extends Placed {
  readonly kind: string;
  readonly count: number;
}

/** One goroutine state and stack with its number, from `debug=1`, `debug=2` or a panic. */
export interface GoroutineGroup extends Placed {
  readonly count: number;
  /** `chan send`, `select`, `semacquire`; undefined in `debug=1`. */
  readonly state: string | undefined;
  /** The longest wait of the group. */
  readonly waitSeconds: number | undefined;
  /** Function names, innermost first. */
  readonly frames: readonly string[];
}

/** One sample of the Prometheus text format. */
export interface MetricSample extends Placed {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Which scrape, from 0: the same file may hold one, two files are two. */
  readonly scrape: number;
}

/** A setting of /configz, of a KubeletConfiguration, or of a command line. */
export interface KubeletSetting extends Placed {
  /** In the config's words: `kubeAPIQPS`, `runtimeRequestTimeout`, `cgroupDriver`. */
  readonly name: string;
  readonly value: string;
}

/** What was brought and could not be used. */
export interface Unread {
  readonly file: string;
  readonly reason: string;
}

/** Everything of one node. Lists keep the order of the files, and of lines in them. */
export interface NodeEvidence {
  readonly facts: NodeFacts;
  readonly profiles: readonly (ProfileEvidence & Placed)[];
  readonly calls: readonly (CallsEvidence & Placed)[];
  readonly threads: readonly (ThreadsEvidence & Placed)[];
  readonly cgroups: readonly (CgroupsEvidence & Placed)[];
  readonly log: readonly LogLine[];
  readonly events: readonly NodeEvent[];
  readonly conditions: readonly NodeCondition[];
  readonly pods: readonly PodFacts[];
  readonly counted: readonly Counted[];
  readonly processes: readonly ProcessRow[];
  readonly cpu: readonly NodeCpuReading[];
  readonly disks: readonly DiskReading[];
  readonly pressure: readonly PressureReading[];
  readonly memory: readonly MemoryReading[];
  readonly slabs: readonly SlabRow[];
  readonly timed: readonly TimedCommand[];
  readonly functionTimes: readonly KernelFunctionTime[];
  readonly listed: readonly ListedFunction[];
  readonly throttling: readonly CpuThrottling[];
  readonly freezers: readonly FreezerReading[];
  readonly mountChanges: readonly MountChange[];
  readonly softirqs: readonly SoftirqReading[];
  readonly goroutines: readonly GoroutineGroup[];
  readonly metrics: readonly MetricSample[];
  readonly settings: readonly KubeletSetting[];
  /** CPU of the kubelet's process in cores, as a capture's record or a scrape pair tells it. */
  readonly kubeletCores: readonly (Placed & {
    readonly cores: number;
    readonly seconds: number | undefined;
  })[];
  readonly unread: readonly Unread[];
}

/** What one reader found in one text: facts as far as it knows them, lists that are not named are empty. */
export type Found = {
  readonly [K in Exclude<keyof NodeEvidence, 'facts' | 'unread'>]?: NodeEvidence[K];
} & { readonly facts?: Partial<NodeFacts> };

/**
 * Finds what it knows anywhere in a text: posts are terminals copied whole, a few lines of each tool. A reader passes over
 * what is another's, never throws, and takes time linear in the text.
 */
export interface TextReader {
  /** For tests and for what is shown of a file: `klog`, `iostat`. */
  readonly name: string;
  readonly read: (text: MaterialText) => Found;
}

export interface MaterialText {
  /** Name of the file, for places; a name may lie, content decides. */
  readonly file: string;
  /** Without carriage returns and terminal colours; lines longer than 16,384 characters are cut. */
  readonly lines: readonly string[];
}
