/**
 * capture.json: what one capture is. Written beside the profile it describes; docs/capture-format.md is its
 * specification, for people and for shell scripts. Types and constants only.
 */
import type { KubeletProfileName } from '../cluster/clusterPorts.js';
import type { ProfileTarget } from './profileTarget.js';

/** Raised when an old reader would misunderstand a new file. Unknown fields are kept and ignored. */
export const CAPTURE_SCHEMA = 1;
export const CAPTURE_FILE = 'capture.json';

/** `profile` of what was done to a node; after it a new case begins. */
export const REMEDY_PROFILE = 'remedy';

export type CaptureState =
  /** Slices still come in. A `running` capture whose writer is gone is shown as stopped. */
  | 'running'
  | 'complete'
  /** Ended early by Stop and Keep. */
  | 'stopped'
  /** Ended by a fault after at least one slice; `issues` says which. */
  | 'failed';

export interface CapturedNode {
  readonly name: string;
  readonly kubeletVersion?: string | undefined;
  readonly kernelVersion?: string | undefined;
  readonly osImage?: string | undefined;
  readonly containerRuntimeVersion?: string | undefined;
  readonly architecture?: string | undefined;
  readonly operatingSystem?: string | undefined;
  /** go_info of the kubelet, e.g. `go1.24.1`. */
  readonly goVersion?: string | undefined;
}

export interface CapturedFile {
  /** Name inside the folder: no slash. */
  readonly name: string;
  /** What is in it: a profile name, or `folded`, `strace`, … for files put there by hand. */
  readonly kind: KubeletProfileName | (string & {});
}

/** The kubelet's process CPU around the profile, from two readings of its /metrics. */
export interface CapturedProcessCpu {
  /** CPU seconds used between the two readings. */
  readonly cpuSeconds: number;
  /** Time between the two readings, in seconds. */
  readonly windowSeconds: number;
}

/** How a trace of system calls was made. */
export interface CapturedTrace {
  readonly engine: 'kernel' | 'strace';
  /** `6.1`; undefined for the kernel's tracing. */
  readonly straceVersion?: string | undefined;
  /** Where that strace came from: uploaded from the user's machine, of the pod's image, or the node's own. */
  readonly straceOrigin?: 'uploaded' | 'image' | 'node' | undefined;
  /** Of the uploaded one: 64 digits. */
  readonly straceSha256?: string | undefined;
  /** Threads of the kubelet, and those of them that were traced. */
  readonly threadsExisting?: number | undefined;
  readonly threadsTraced?: number | undefined;
  /** Events that the kernel's buffer could not keep. */
  readonly lostEvents?: number | undefined;
}

/** What the trace cost the kubelet. CPU is of its process, in cores. */
export interface CapturedTraceCost {
  readonly cpuBefore: number;
  readonly cpuDuring: number;
  readonly cpuAfter: number;
  /** Mean of its pod relist (kubelet_pleg_relist_duration_seconds) since its start, and during the trace. */
  readonly relistSecondsUsual?: number | undefined;
  readonly relistSecondsDuring?: number | undefined;
  /** Mean of its cgroup operations (kubelet_cgroup_manager_duration_seconds), likewise. */
  readonly cgroupSecondsUsual?: number | undefined;
  readonly cgroupSecondsDuring?: number | undefined;
}

/** What was captured of one target around one moment carries one case; see captureCases.ts. */
export interface CapturedCase {
  /** Letters and digits, another for each case. */
  readonly id: string;
  readonly title?: string | undefined;
}

/** What a check found, for telling captures apart without opening them. */
export interface CapturedFindings {
  /** Cgroup health: the slowest median of reading one memory.stat, in seconds. */
  readonly slowestReadSeconds?: number | undefined;
}

/** That a capture came from elsewhere, in a bundle. */
export interface CapturedImport {
  /** RFC 3339; our clock. */
  readonly at?: string | undefined;
  /** Name of the bundle's file. */
  readonly from?: string | undefined;
}

export interface CaptureRecord {
  readonly schema: number;
  /** Name a person gave it; the default is made from profile and node. */
  readonly title?: string | undefined;
  readonly state: CaptureState;
  readonly profile: KubeletProfileName | (string & {});
  readonly context?: string | undefined;
  readonly node: CapturedNode;
  readonly target?: ProfileTarget | undefined;
  readonly case?: CapturedCase | undefined;
  /** RFC 3339, UTC, our clock. */
  readonly startedAt: string;
  readonly endedAt?: string | undefined;
  /** Seconds asked for, and of them captured. */
  readonly secondsPlanned?: number | undefined;
  readonly secondsCaptured?: number | undefined;
  readonly slicesPlanned?: number | undefined;
  readonly slicesDone?: number | undefined;
  readonly processCpu?: CapturedProcessCpu | undefined;
  readonly trace?: CapturedTrace | undefined;
  readonly traceCost?: CapturedTraceCost | undefined;
  readonly findings?: CapturedFindings | undefined;
  readonly imported?: CapturedImport | undefined;
  /** Node's clock minus ours in seconds, from the profile's own time stamp; undefined where unknown. */
  readonly clockSkewSeconds?: number | undefined;
  /** The first is what opens. */
  readonly files: readonly CapturedFile[];
  /** English sentences: what went wrong on the way. */
  readonly issues: readonly string[];
  /** `node-triage 0.1.0`, or the script's own name. */
  readonly writtenBy?: string | undefined;
}
