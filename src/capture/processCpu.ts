/**
 * The kubelet's own CPU around a profile: one reading of its metrics before, one after. A reading that cannot be had
 * is an issue of the capture, never its end.
 */
import { describeError, TriageError } from '../base/errors.js';
import type { KubeletMetrics, KubeletProcessReading } from '../cluster/clusterPorts.js';
import { captureIssue } from './captureIssues.js';
import type { CapturedProcessCpu } from './captureRecord.js';
import { withLimit, type Clock } from './clock.js';

const READING_LIMIT_MS = 5_000;

export class ProcessCpuMeter {
  private before: KubeletProcessReading | undefined;

  constructor(
    private readonly metrics: KubeletMetrics,
    private readonly clock: Clock,
    private readonly node: string,
  ) {}

  /** Of the first reading: `go1.24.1`. */
  get goVersion(): string | undefined {
    return this.before?.goVersion;
  }

  /** Takes the first reading. The issues it met; none where the signal was aborted. */
  async readBefore(signal: AbortSignal): Promise<readonly string[]> {
    try {
      this.before = await this.read(signal);
      return [];
    } catch (error) {
      return signal.aborted ? [] : [captureIssue('noCpuBefore', describeError(error).message)];
    }
  }

  /** Takes the second reading, where there was a first, and the difference. */
  async measure(
    signal: AbortSignal,
  ): Promise<{ readonly cpu: CapturedProcessCpu | undefined; readonly issues: readonly string[] }> {
    const before = this.before;
    if (before === undefined) return { cpu: undefined, issues: [] };
    let after: KubeletProcessReading;
    try {
      after = await this.read(signal);
    } catch (error) {
      const issues = signal.aborted ? [] : [captureIssue('noCpuAfter', describeError(error).message)];
      return { cpu: undefined, issues };
    }
    // The counter begins at 0 with each process: a difference across a restart means nothing.
    if (after.startTimeSeconds !== before.startTimeSeconds)
      return { cpu: undefined, issues: [captureIssue('restarted')] };
    const windowSeconds = round((after.atMs - before.atMs) / 1000);
    if (windowSeconds <= 0) return { cpu: undefined, issues: [] };
    return { cpu: { cpuSeconds: round(after.cpuSeconds - before.cpuSeconds), windowSeconds }, issues: [] };
  }

  private read(signal: AbortSignal): Promise<KubeletProcessReading> {
    const limit = {
      ms: READING_LIMIT_MS,
      error: () => lateAnswer(this.node, READING_LIMIT_MS / 1000),
    };
    return withLimit(this.clock, limit, signal, inner => this.metrics.readProcess(this.node, inner));
  }
}

/** The `timed-out` error of our own limits. */
export function lateAnswer(node: string, seconds: number): TriageError {
  return new TriageError('timed-out', `${node}: no answer within ${seconds} s.`, {
    node,
    facts: { seconds },
  });
}

/** To milliseconds: more than the readings tell. */
function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
