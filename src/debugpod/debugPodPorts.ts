/**
 * A debug pod as captures see it: commands, jobs and files on one node, for as long as `withPod` lasts; and what this
 * folder needs of others to keep it. Types only; implemented by this folder, and by test/support's fake.
 */
import type { JobEnd, PodCommand, PodJob } from '../base/podCommand.js';

/**
 * How much a pod may do. Shown in the consent; the least that serves a command is asked for. podSpec.ts has what each is
 * made of. All but `read` are root on the node for every user who gets into the pod.
 */
export type PodLevel =
  /** The node's cgroups, read-only; no capability, no process but its own. */
  | 'read'
  /** The node's processes, with their kernel stacks. */
  | 'sample'
  /** As `sample`, and the kernel's log and programs of the node's own root: its journal, versions. */
  | 'facts'
  /** Tracing the node's processes, by the node's own strace where the image has none. */
  | 'ptrace'
  /** `privileged: true`: the kernel's tracing. */
  | 'privileged';

export interface DebugPodInfo {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly image: string;
  readonly level: PodLevel;
}

/** A program of the user's, for the pod. */
export interface PodTool {
  /** A plain word; its name in the pod. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface DebugPod {
  readonly info: DebugPodInfo;
  /** Runs it now, by exec. Rejects with `command-failed` where it exits with another status than 0. */
  run<T>(command: PodCommand<T>, signal: AbortSignal): Promise<T>;
  /**
   * Starts it, asks nothing of the pod until `job.seconds` are over, then waits for its end. Abort ends the job (by its
   * own exec) before it rejects with `cancelled`. `onSecondsLeft` once a second.
   */
  runJob(job: PodJob, signal: AbortSignal, onSecondsLeft?: (seconds: number) => void): Promise<JobEnd>;
  /** A file of the last run of a job, whole: its length and checksum are compared. */
  fetch(
    job: PodJob,
    file: string,
    signal: AbortSignal,
    onBytes?: (received: number) => void,
  ): Promise<Uint8Array>;
  /**
   * Puts a program into the pod's memory, in place of one of that name, and resolves with its path. It becomes
   * executable once length and checksum were compared, and goes with the pod. Rejects with `exec-refused` where nothing
   * can be executed there, `tool-missing` where the image has nothing to make a checksum with, `transfer-failed` where
   * it did not arrive as it was sent; then there is none. `onBytes`: sent so far; after a broken connection from 0 again.
   */
  upload(tool: PodTool, signal: AbortSignal, onBytes?: (sent: number) => void): Promise<string>;
}

/** Which image a debug pod runs, and why: the consent shows it. */
export interface ImageChoice {
  /** As it is written into the pod. */
  readonly reference: string;
  /** As a person knows it, with its tag: `docker.io/library/busybox:1.36`. May be the reference. */
  readonly name: string;
  /** `Never` where the node has it already. */
  readonly pullPolicy: 'Never' | 'IfNotPresent';
  /** `setting`: the user named it; `on-node`: the node's status lists it; `default`: it will be pulled. */
  readonly origin: 'setting' | 'on-node' | 'default';
  /** Size on the node where it is there already. */
  readonly bytes: number | undefined;
  /** Where strace comes from; undefined: not needed, or not known before the pod runs. */
  readonly strace: 'image' | 'host' | undefined;
}

export interface DebugPodRequest {
  readonly node: string;
  /** Of the node, `v1.32.5`: decides how AppArmor is asked to stand aside. */
  readonly kubeletVersion: string;
  readonly namespace: string;
  readonly level: PodLevel;
  readonly image: ImageChoice;
  /** The pod ends by itself after so many seconds, whatever happens. */
  readonly lifetimeSeconds: number;
  readonly pullSecret?: string | undefined;
  readonly serviceAccount?: string | undefined;
  /** The kubelet reports nothing at the moment: it is given less time to take the pod. */
  readonly isKubeletSilent?: boolean | undefined;
  /**
   * Runs it as `system-node-critical`, for a node under disk or PID pressure or with no pod slot left: the kubelet may
   * evict another pod for it. Only where the user agreed.
   */
  readonly isCritical?: boolean | undefined;
}

export type DebugPodProgress =
  | { readonly phase: 'checking' }
  | { readonly phase: 'creating'; readonly namespace: string; readonly name: string }
  /** `reason`: what its container waits for, in Kubernetes' words (`ContainerCreating`). */
  | { readonly phase: 'starting'; readonly reason: string | undefined; readonly secondsLeft: number }
  | { readonly phase: 'running'; readonly pod: DebugPodInfo; readonly warnings: readonly string[] }
  | { readonly phase: 'removing'; readonly namespace: string; readonly name: string };

/** A pod of this window, from before its POST until it is known to be gone. */
export interface LiveDebugPod {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
}

/** Makes debug pods on one cluster, and takes every one of them away. */
export interface DebugPodMaker {
  /**
   * Checks, makes a pod, waits until it runs, lends it to `body`, and removes it, whatever happens. Resolves with what
   * the body gave once the pod is gone, or at the latest 20 s after the body; rejects with its error, `forbidden`,
   * `pod-refused`, `pod-not-started` or `pod-ended`. Abort rejects with `cancelled` within a second, and in the
   * removal lets go of waiting for it; the removal itself goes on: {@link settled}.
   */
  withPod<T>(
    request: DebugPodRequest,
    body: (pod: DebugPod, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
    onProgress?: (progress: DebugPodProgress) => void,
  ): Promise<T>;
  /** Resolves when nothing of this maker is left to be removed, or nothing more can be done about it. Never rejects. */
  settled(): Promise<void>;
  living(): readonly LiveDebugPod[];
}

/** Who wrote an intent: a second window must not remove a living pod of the first. */
export interface IntentOwner {
  /** Of the window: a UUID, also a label of its pods. */
  readonly session: string;
  readonly host: string;
  readonly pid: number;
  /** When the owner last said that it lives, RFC 3339. */
  readonly aliveAt: string;
}

/** A debug pod written down before it is asked for, so that it is found when its window is gone. */
export interface PodIntent {
  /** Context and API server it was made on: removal goes there, whatever the context's name means by then. */
  readonly context: string;
  readonly server: string;
  readonly namespace: string;
  readonly name: string;
  /** Undefined until the API server has answered. */
  readonly uid: string | undefined;
  readonly node: string;
  /** RFC 3339: by then the pod has ended by itself. */
  readonly expiresAt: string;
  readonly owner: IntentOwner;
}

/** Where intents survive this process: shared by all windows of a machine. Implemented by src/capture. */
export interface IntentStore {
  /** Puts it there under its name, replacing what is there, on the disk when it resolves. */
  write(intent: PodIntent): Promise<void>;
  /** Nothing happens where there is none of that name. */
  forget(name: string): Promise<void>;
  /** Those that can be read; others are left alone. */
  list(): Promise<readonly PodIntent[]>;
}

/** One change on a cluster, as the output channel lists it. */
export interface AuditEntry {
  /** `end`: it ended before its time. `drop-…`: what its job wrote to the node's vm.drop_caches, 2 and 3. */
  readonly verb: 'create' | 'delete' | 'end' | 'drop-entries' | 'drop-caches';
  /** What was made, changed or taken away; a pod where it is not given. */
  readonly kind?: 'event';
  /** URL of the API server. */
  readonly server: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string | undefined;
  readonly node: string | undefined;
  /** RFC 3339. */
  readonly at: string;
  /** `unknown`: no answer came. `gone`: it was not there any more. `alarm`: a foreign process was in it. */
  readonly outcome: 'done' | 'gone' | 'failed' | 'unknown' | 'alarm';
  /** Where it is not `done`: why. */
  readonly reason?: string | undefined;
}

export type Audit = (entry: AuditEntry) => void;

/** Time as a pod's life uses it, so that a test can turn the hands. */
export interface PodClock {
  /** Unix epoch, milliseconds. */
  nowMs(): number;
  /** Milliseconds that never jump; only differences mean something. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with `cancelled` as soon as the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
