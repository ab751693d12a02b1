/**
 * A debug pod as captures see it: commands, jobs and files on one node, for as long as `withDebugPod` lasts. Types only;
 * implemented by this folder, and by test/support's fake.
 */
import type { JobEnd, PodCommand, PodJob } from '../base/podCommand.js';

/** How much a pod may do. Shown in the consent; the least that serves a command is asked for. */
export type PodLevel =
  /** hostPID, root, SYS_PTRACE and SYS_ADMIN (kernel stacks), unconfined by seccomp, AppArmor and SELinux. */
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
}
