/** The slices of a capture, gzipped as they came, to one gzipped pprof and its facts. */
import { isTriageError, TriageError } from '../base/errors.js';
import { decodePprof } from '../profile/codec/decodePprof.js';
import { PprofMerger } from '../profile/codec/pprofMerger.js';
import { summarizeProfile } from '../profile/summary.js';
import type { JobHost } from './jobHost.js';
import type { DecodeLimits, MergedSlices } from './ports.js';

/** Rejects as the slice at fault gives it, with its number (from 1) in the message and in facts.slice. */
export async function mergeSlices(
  slices: readonly Uint8Array[],
  limits: DecodeLimits,
  host: JobHost,
): Promise<MergedSlices> {
  if (slices.length === 0) throw new TriageError('internal', 'There is no slice to merge.');
  const merger = new PprofMerger();
  for (const [index, slice] of slices.entries()) {
    try {
      merger.add(await host.inflate(slice, limits.maxBytes));
    } catch (error) {
      throw named(error, index + 1);
    }
  }
  const merged = merger.encode();
  // The merged file is checked like any other.
  const summary = summarizeProfile(decodePprof(merged));
  return {
    bytes: await host.gzip(merged),
    sampleCount: summary.sampleCount,
    totals: summary.totals,
    timeMs: summary.timeMs,
    durationNanos: summary.durationNanos,
  };
}

function named(error: unknown, number: number): unknown {
  if (!isTriageError(error)) return error;
  return new TriageError(error.code, `Slice ${number}: ${error.message}`, {
    facts: { ...error.facts, slice: number },
    cause: error,
  });
}
