/**
 * What the extension host asks of the decoding worker. Nothing of this work runs on the host's main thread.
 * Implemented by node/profileDecoder.ts (Node worker threads); every method rejects with TriageError only.
 */
import type { HotFunctions } from '../profile/hotFunctions.js';
import type { ProfileSummary, ProfileTables } from '../profile/model.js';
import type { Report } from '../report/model.js';
import type { ThreadReport } from '../threads/model.js';

export type ProfileSource =
  /** Read by the worker itself. */
  | { readonly kind: 'file'; readonly path: string }
  /** For file systems that only the editor reaches. The bytes are copied, not taken. */
  | { readonly kind: 'bytes'; readonly name: string; readonly bytes: Uint8Array };

export type DecodePhase = 'reading' | 'inflating' | 'decoding' | 'merging';
export type ReportPhase = 'reading' | 'inflating' | 'parsing' | 'counting';

export interface DecodedProfile {
  readonly summary: ProfileSummary;
  readonly tables: ProfileTables;
}

export interface DecodeLimits {
  /** Raw bytes, after inflating: a gzip that would give more is stopped while inflating. */
  readonly maxBytes: number;
}

/** What the slices that were added so far are together. */
export interface MergedSlices {
  /** Different stacks. */
  readonly sampleCount: number;
  /** Of the earliest slice, since 1970; 0 where they do not say. */
  readonly timeMs: number;
}

/** Merges the slices of one capture as they come. One call at a time. */
export interface SliceMerger {
  /**
   * Checks a slice (gzipped, or as it is) and adds it; costs what the slice is, whatever came before. A truncated or
   * foreign one is an error naming its number, and nothing of it is added.
   */
  add(slice: Uint8Array, signal: AbortSignal): Promise<MergedSlices>;
  /**
   * One gzipped pprof: the samples of all slices, their durations added, the time stamp of the first. Costs what all of it
   * is. The caller does not write into the bytes: what comes later may be built on them.
   */
  encode(signal: AbortSignal): Promise<Uint8Array>;
  /** Frees what is held for it. */
  dispose(): void;
}

/** What the functions of a profile cost, in its default sample type. */
export interface HotProfile {
  readonly summary: ProfileSummary;
  readonly functions: HotFunctions;
}

export interface ProfileDecoder {
  /** Abort ends the work within 100 ms (the thread is replaced where it does not listen). */
  decode(
    source: ProfileSource,
    limits: DecodeLimits,
    signal: AbortSignal,
    onPhase?: (phase: DecodePhase) => void,
  ): Promise<DecodedProfile>;
  /** For the slices of one capture. */
  mergeSlices(limits: DecodeLimits): SliceMerger;
  /** Folded stacks of one sample type, as stackcollapse writes them: `root;…;leaf value`, UTF-8. */
  exportFolded(
    source: ProfileSource,
    sampleType: number,
    limits: DecodeLimits,
    signal: AbortSignal,
  ): Promise<Uint8Array>;
  /** The `maxRows` hottest functions with their lines: for documents and sources, not for the page. */
  listHot(
    source: ProfileSource,
    maxRows: number,
    limits: DecodeLimits,
    signal: AbortSignal,
  ): Promise<HotProfile>;
  dispose(): void;
}

/** A file of thread samples, and what a capture keeps beside it. */
export interface FoldedSamples {
  /** The file, inflated. */
  readonly raw: Uint8Array;
  /** Its stacks as stackcollapse writes them, UTF-8. */
  readonly folded: Uint8Array;
  readonly report: ThreadReport;
}

/** What the same thread does for *Sample Threads*: a busy node's samples take seconds to read. */
export interface SampleReader {
  foldSamples(source: ProfileSource, limits: DecodeLimits, signal: AbortSignal): Promise<FoldedSamples>;
}

/** The editor that shows a file, by its content. */
export type EditorKind = 'profile' | 'report';
/** `bundle`: captures in a zip file, which no editor opens. */
export type FileKind = EditorKind | 'bundle';

/** What else the same thread does: logs and samples, for report pages. */
export interface ReportReader {
  /** Recognises, parses and counts. Abort ends it as it ends a decoding. */
  readReport(
    source: ProfileSource,
    limits: DecodeLimits,
    signal: AbortSignal,
    onPhase?: (phase: ReportPhase) => void,
  ): Promise<Report>;
  /** Looks at the beginning only; an unknown file is the profile editor's to refuse. */
  recognise(source: ProfileSource, limits: DecodeLimits, signal: AbortSignal): Promise<FileKind>;
}
