/**
 * Sampling a process's threads in a hostPID pod, as data: what runs and what it leaves. sampleScript.ts is what it runs
 * and says what the file holds; parseSamples.ts reads it. No ptrace, no stop of a thread.
 */
import type { PodJob } from '../base/podCommand.js';
import { SAMPLE_SCRIPT } from './sampleScript.js';

/** What the job leaves in its folder; with {@link GZIP_SUFFIX} where the pod has gzip. */
export const SAMPLES_FILE = 'threads.samples.txt';
export const GZIP_SUFFIX = '.gz';

/** Enough for shares of 5 %, few enough for 2 % of a core. */
export const DEFAULT_SECONDS = 10;
export const DEFAULT_ROUNDS = 50;
/** Two looks at all processes and gzip, on a slow node. */
const LIMIT_BEYOND_SECONDS = 30;

export interface SampleRequest {
  readonly pid: number;
  /** Clock ticks from boot to the start of the process: another process of the same number is not sampled. */
  readonly startTicks?: number | undefined;
  /** Whole; from 1. */
  readonly seconds: number;
  /** Rounds of looks at all threads in those seconds; the script takes fewer where they cost too much. */
  readonly rounds: number;
  /** Where proc is mounted; another place is for tests. */
  readonly proc?: string | undefined;
}

/** Exit status 3: there is no such process. Any user may list threads; system calls and stacks want the pod's `ptrace`. */
export function sampleThreads(request: SampleRequest): PodJob {
  const { pid, startTicks, seconds, rounds, proc = '/proc' } = request;
  const values = [pid, seconds, rounds, startTicks ?? '', proc].map(String);
  return {
    name: 'threads',
    argv: ['sh', '-c', SAMPLE_SCRIPT, 'node-triage-threads', ...values],
    seconds,
    limitSeconds: seconds + LIMIT_BEYOND_SECONDS,
  };
}
