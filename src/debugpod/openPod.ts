/**
 * A debug pod that runs, as its user sees it: commands and jobs by exec, and what arrives checked. Whether the pod
 * still lives, and its end, are podLife.ts's.
 */
import { describeError, throwIfCancelled, TriageError, type TriageErrorCode } from '../base/errors.js';
import type { JobEnd, PodCommand, PodJob } from '../base/podCommand.js';
import type { ExecRequest, ExecResult, PodRunner } from '../cluster/podPorts.js';
import { marksOf, matchesMark } from './checksum.js';
import {
  fetchArgv,
  heartbeat,
  jobEndArgv,
  jobStart,
  jobWaitArgv,
  parseFileMark,
  parseJobEnd,
  STATUS_NO_SETSID,
  STATUS_STILL_RUNNING,
} from './jobScripts.js';
import { CONTAINER_NAME, WORK_FOLDER } from './podSpec.js';
import type { DebugPod, DebugPodInfo, PodClock, PodTool } from './debugPodPorts.js';
import { ownSignal } from './removePod.js';
import { announced } from './strangerScript.js';
import {
  STATUS_DAMAGED,
  STATUS_NO_CHECKSUM,
  STATUS_NO_EXECUTION,
  toolPath,
  uploadArgv,
  uploadCheckArgv,
} from './uploadScripts.js';

const COMMAND_BYTES = 16 * 1024 * 1024;
/** A tmpfs of 128 MiB, and one job's file in it. */
const FILE_BYTES = 128 * 1024 * 1024;
const IDLE_SECONDS = 60;
/** So long a waiting exec stays: shorter than the idle limit of anything between here and there. */
const WAIT_SECONDS = 20;
/** After its limit a job is killed within a second; the rest is for a node that is slow. */
const OVERDUE_SECONDS = 15;
/** So long a broken connection is tried again: an API server that restarts is back by then, the pod still there. */
const PATIENCE_MS = 90_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8000;
/** What arrives damaged so often will not arrive. */
const DAMAGED_TRIES = 3;
const END_SECONDS = 5;
const STDERR_SHOWN = 600;

export class OpenPod implements DebugPod {
  private jobsRunning = 0;

  constructor(
    readonly info: DebugPodInfo,
    private readonly pods: PodRunner,
    private readonly clock: PodClock,
  ) {}

  /** True while nothing may be asked of the pod by itself. */
  get isInJob(): boolean {
    return this.jobsRunning > 0;
  }

  async run<T>(command: PodCommand<T>, signal: AbortSignal): Promise<T> {
    const result = await this.exec(command.argv, { stdin: command.stdin }, signal);
    if (result.exitCode !== 0) throw this.failed(command.argv, result);
    return command.parse(new TextDecoder().decode(result.stdout));
  }

  async runJob(job: PodJob, signal: AbortSignal, onSecondsLeft?: (seconds: number) => void): Promise<JobEnd> {
    throwIfCancelled(signal);
    this.jobsRunning++;
    try {
      await this.start(job, signal);
      await this.sleepThrough(job.seconds, signal, onSecondsLeft);
      return await this.waitForEnd(job, signal);
    } catch (error) {
      // Whether it runs is not always known: what is not there ends at once.
      await this.end(job);
      throw error;
    } finally {
      this.jobsRunning--;
    }
  }

  async fetch(
    job: PodJob,
    file: string,
    signal: AbortSignal,
    onBytes?: (received: number) => void,
  ): Promise<Uint8Array> {
    const argv = fetchArgv(job.name, file);
    return this.patiently(signal, async () => {
      const result = await this.exec(argv, { maxBytes: FILE_BYTES }, signal, onBytes);
      if (result.exitCode !== 0) throw this.failed(argv, result);
      const mark = parseFileMark(result.stderr);
      if (mark !== undefined && matchesMark(result.stdout, mark)) return result.stdout;
      throw new TriageError('transfer-failed', `${file} did not arrive as it was sent`, {
        node: this.info.node,
        facts: { file, received: result.stdout.length, sent: mark?.bytes },
      });
    });
  }

  async upload(tool: PodTool, signal: AbortSignal, onBytes?: (sent: number) => void): Promise<string> {
    await this.patiently(signal, () => this.checkUpload(signal));
    const { name, bytes } = tool;
    const argv = uploadArgv(name, bytes.length, marksOf(bytes));
    await this.patiently(signal, async () => {
      const result = await this.exec(argv, { stdin: bytes, onSent: onBytes }, signal);
      if (result.exitCode !== 0 && result.exitCode !== STATUS_DAMAGED) throw this.failed(argv, result);
      const mark = parseFileMark(new TextDecoder().decode(result.stdout));
      if (result.exitCode === 0 && mark !== undefined && matchesMark(bytes, mark)) return;
      throw new TriageError('transfer-failed', `${name} did not arrive in the pod as it was sent`, {
        node: this.info.node,
        facts: { file: name, way: 'upload', received: mark?.bytes, sent: bytes.length },
      });
    });
    return toolPath(name);
  }

  /** Before anything is sent: what cannot be run there, or not be checked, is not worth the way. */
  private async checkUpload(signal: AbortSignal): Promise<void> {
    const argv = uploadCheckArgv();
    const result = await this.exec(argv, {}, signal);
    if (result.exitCode === STATUS_NO_CHECKSUM) throw this.missing('sha256sum');
    if (result.exitCode === STATUS_NO_EXECUTION) {
      const reason = `nothing can be executed in the pod's memory: ${result.stderr.trim().slice(0, STDERR_SHOWN)}`;
      throw new TriageError('exec-refused', reason, { node: this.info.node, facts: { reason } });
    }
    if (result.exitCode !== 0) throw this.failed(argv, result);
  }

  /** A heartbeat: the client is still there. Without it the pod ends by itself. */
  async beat(signal: AbortSignal): Promise<void> {
    await this.run(heartbeat, signal);
  }

  private async start(job: PodJob, signal: AbortSignal): Promise<void> {
    const { argv, stdin } = jobStart(job);
    const result = await this.exec(argv, { stdin }, signal);
    if (result.exitCode === STATUS_NO_SETSID) throw this.missing('setsid');
    if (result.exitCode !== 0) throw this.failed(argv, result);
  }

  private async sleepThrough(
    seconds: number,
    signal: AbortSignal,
    onSecondsLeft: ((seconds: number) => void) | undefined,
  ): Promise<void> {
    const end = this.clock.monotonicMs() + seconds * 1000;
    for (;;) {
      const leftMs = end - this.clock.monotonicMs();
      if (leftMs <= 0) return;
      onSecondsLeft?.(Math.ceil(leftMs / 1000));
      await this.clock.sleep(Math.min(1000, leftMs), signal);
    }
  }

  private async waitForEnd(job: PodJob, signal: AbortSignal): Promise<JobEnd> {
    const argv = jobWaitArgv(job.name, WAIT_SECONDS);
    const patienceMs = (job.limitSeconds - job.seconds + OVERDUE_SECONDS) * 1000;
    const giveUpAt = this.clock.monotonicMs() + patienceMs;
    for (;;) {
      const end = await this.patiently(signal, async () => {
        const result = await this.exec(argv, {}, signal);
        if (result.exitCode === STATUS_STILL_RUNNING) return undefined;
        if (result.exitCode !== 0) throw this.failed(argv, result);
        return parseJobEnd(result.stdout);
      });
      if (end !== undefined) return end;
      if (this.clock.monotonicMs() > giveUpAt)
        throw new TriageError('timed-out', `the job ${job.name} runs on after ${job.limitSeconds} s`, {
          node: this.info.node,
          facts: { seconds: job.limitSeconds },
        });
    }
  }

  /** By its own signal: the caller's is aborted. That it could not be asked is no news: the pod's end ends it, too. */
  private async end(job: PodJob): Promise<void> {
    const argv = jobEndArgv(job.name, END_SECONDS);
    await this.exec(argv, {}, ownSignal((END_SECONDS + 2) * 1000)).catch(() => undefined);
  }

  /** For what may be asked twice: tries again while connections break, and not when the answer is no. */
  private async patiently<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
    const giveUpAt = this.clock.monotonicMs() + PATIENCE_MS;
    let damaged = 0;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        return await ask();
      } catch (error) {
        const { code } = describeError(error);
        if (!BROKEN.has(code) || this.clock.monotonicMs() > giveUpAt) throw error;
        if (code === 'transfer-failed' && ++damaged === DAMAGED_TRIES) throw error;
      }
      await this.clock.sleep(pauseMs, signal);
    }
  }

  private async exec(
    argv: readonly string[],
    part: Partial<ExecRequest>,
    signal: AbortSignal,
    onBytes?: (received: number) => void,
  ): Promise<ExecResult> {
    const usual = { container: CONTAINER_NAME, maxBytes: COMMAND_BYTES, idleSeconds: IDLE_SECONDS };
    const request = { ...usual, argv: announced(argv, WORK_FOLDER), ...part };
    try {
      return await this.pods.exec(this.info, request, signal, onBytes);
    } catch (error) {
      throw this.aboutNode(error);
    }
  }

  /** Errors of the door know pods, not what node they are about. */
  private aboutNode(error: unknown): TriageError {
    const { code, message, node, facts } = describeError(error);
    return new TriageError(code, message, { node: node ?? this.info.node, facts, cause: error });
  }

  private missing(tool: string): TriageError {
    const { image, node } = this.info;
    return new TriageError('tool-missing', `there is no ${tool} in ${image}`, {
      node,
      facts: { tool, image },
    });
  }

  private failed(argv: readonly string[], { exitCode, stderr }: ExecResult): TriageError {
    const [program = '', option, , name] = argv;
    const command = program === 'sh' && option === '-c' && name !== undefined ? name : program;
    const shown = stderr.trim().slice(0, STDERR_SHOWN);
    return new TriageError('command-failed', `${command} failed with status ${exitCode}: ${shown}`, {
      node: this.info.node,
      facts: { command, exitCode, stderr: shown },
    });
  }
}

/** Codes after which nothing is known of what was asked, and asking again does no harm. */
const BROKEN: ReadonlySet<TriageErrorCode> = new Set<TriageErrorCode>([
  'exec-lost',
  'connection-lost',
  'unreachable',
  'timed-out',
  'transfer-failed',
  'kubelet-unreachable',
  'kubelet-hangs',
]);
