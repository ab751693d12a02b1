/** The slices of a capture, gzipped as they came, to one gzipped pprof and its facts. */
import { gzipSync } from 'node:zlib';
import { isTriageError, TriageError } from '../base/errors.js';
import { decodePprof } from '../profile/codec/decodePprof.js';
import { PprofMerger } from '../profile/codec/pprofMerger.js';
import { summarizeProfile } from '../profile/summary.js';
import { inflateProfile } from './readFile.js';
import type { DecodeLimits, MergedSlices } from './ports.js';

/** @throws TriageError as the slice at fault gives it, with its number (from 1) in the message and in facts.slice */
export function mergeSlices(slices: readonly Uint8Array[], limits: DecodeLimits): MergedSlices {
  if (slices.length === 0) throw new TriageError('internal', 'There is no slice to merge.');
  const merger = new PprofMerger();
  slices.forEach((slice, index) => addNamed(merger, slice, index + 1, limits));
  const merged = merger.encode();
  // The merged file is checked like any other.
  const summary = summarizeProfile(decodePprof(merged));
  return {
    bytes: new Uint8Array(gzipSync(merged)),
    sampleCount: summary.sampleCount,
    totals: summary.totals,
    timeMs: summary.timeMs,
    durationNanos: summary.durationNanos,
  };
}

function addNamed(merger: PprofMerger, slice: Uint8Array, number: number, limits: DecodeLimits): void {
  try {
    merger.add(inflateProfile(slice, limits.maxBytes));
  } catch (error) {
    if (!isTriageError(error)) throw error;
    throw new TriageError(error.code, `Slice ${number}: ${error.message}`, {
      facts: { ...error.facts, slice: number },
      cause: error,
    });
  }
}
