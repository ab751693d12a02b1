/**
 * What the process used by its own count against what the profile shows. The kernel's part of a busy kubelet is
 * under-sampled (a timer signal is not delivered inside a system call): a picture that hides a third must say so.
 */
import { toNanoseconds } from '../../src/profile/format.js';
import type { ProfileSummary } from '../../src/profile/model.js';
import type { CaptureFacts } from '../../src/protocol/messages.js';

export interface Accounting {
  readonly kind: 'missing' | 'complete' | 'more';
  /** Cores by the process's own count. */
  readonly processCores: number;
  /** Cores in the profile. */
  readonly shownCores: number;
  /** Share 0…1 of the process's CPU that the profile does not show; 0 unless `missing`. */
  readonly missing: number;
}

/** Differences below this are the two clocks'. */
const NOTABLE = 0.05;
const NANOS = 1e9;

/** Undefined where the capture did not measure the process, or the profile is not of CPU time. */
export function accountForProcess(
  summary: ProfileSummary,
  capture: CaptureFacts | undefined,
): Accounting | undefined {
  const shownNanos = sumCpuNanos(summary);
  const processSeconds = capture?.processCpuSeconds ?? 0;
  if (shownNanos === undefined || processSeconds <= 0 || summary.durationNanos <= 0) return undefined;
  // Rates and not seconds: the process is read before and after, so its window is longer by the gaps between slices.
  const processCores = capture?.processCores ?? (processSeconds * NANOS) / summary.durationNanos;
  const shownCores = shownNanos / summary.durationNanos;
  const missing = 1 - shownCores / processCores;
  const kind = missing > NOTABLE ? 'missing' : missing < -NOTABLE ? 'more' : 'complete';
  return {
    kind,
    processCores,
    shownCores,
    missing: kind === 'missing' ? missing : 0,
  };
}

/** CPU time of all samples; undefined for a profile of something else. */
function sumCpuNanos({ sampleTypes, totals }: ProfileSummary): number | undefined {
  const at = sampleTypes.findIndex(
    ({ type, unit }) => /cpu/iu.test(type) && toNanoseconds(1, unit) !== undefined,
  );
  return at === -1 ? undefined : toNanoseconds(totals[at] ?? 0, sampleTypes[at]?.unit ?? '');
}
