/**
 * The profile as tables (struct of arrays), as every decoder of this room produces it and every view reads it.
 * Nothing here decodes or draws.
 *
 * Invariants, which decoders establish and no reader checks again:
 * - every index points into its table; string 0 is the empty string;
 * - a sample's frames stand root first, innermost last; inlined callees follow their caller;
 * - values are finite doubles, int64 beyond 2^53 the nearest one (a warning says so), negative ones allowed (delta
 *   profiles);
 * - a location without a function has a frame of its own whose function is named by its module, `[libc.so.6]`, or
 *   `<unknown>`.
 */
import type { Sentence } from '../base/sentence.js';

export type ProfileFormat =
  'pprof' | 'folded' | 'pprof-raw' | 'perf-script' | 'bpftrace' | 'pprof-legacy' | 'goroutines';

/** Index into {@link PackedStrings}. */
export type StringIndex = number;
/** Index into {@link FunctionTable}. */
export type FunctionIndex = number;
/** Index into {@link FrameTable}. */
export type FrameIndex = number;
/** Index into {@link SampleTable}. */
export type SampleIndex = number;
/** Index into a {@link CallTree}; 0 is the root above all stacks. */
export type NodeIndex = number;

/** The name a frame gets that has no function (pprof: no symbol; perf: `[unknown]`). */
export const UNKNOWN_FUNCTION = '<unknown>';

/**
 * Strings as one block of UTF-8 and the place where each begins: string i is bytes[offsets[i], offsets[i + 1]).
 * One transferable block instead of thousands of strings: it crosses to the worker and to the webview without JSON.
 * Bytes that are no UTF-8 stay as they are and read as U+FFFD.
 */
export interface PackedStrings {
  readonly bytes: Uint8Array;
  /** Length: number of strings + 1. */
  readonly offsets: Uint32Array;
}

export interface SampleType {
  /** `cpu`, `samples`, `inuse_space`, `contentions`, … */
  readonly type: string;
  /** `nanoseconds`, `count`, `bytes`, … */
  readonly unit: string;
}

/** Distinct functions: by name, file and module together. */
export interface FunctionTable {
  readonly count: number;
  readonly name: Uint32Array;
  /** Source file as the profile has it, or 0. */
  readonly file: Uint32Array;
  /** The mapping's file (binary, shared object, `[kernel.kallsyms]`), or 0. */
  readonly module: Uint32Array;
  /** First line of the function, or 0 where the profile does not say (Go before 1.21). */
  readonly startLine: Int32Array;
  /** Some addresses of a function without a symbol, as text, or 0. Absent where no function has any. */
  readonly addresses?: Uint32Array | undefined;
}

/** A line of a function where time was spent: one entry of a pprof location's `line` list. */
export interface FrameTable {
  readonly count: number;
  readonly func: Uint32Array;
  /** Line in the file, or 0. */
  readonly line: Int32Array;
  /** 1 where the function was inlined into its caller. */
  readonly inlined: Uint8Array;
}

export interface SampleTable {
  readonly count: number;
  /** Where a sample's frames begin in `frames`; length count + 1. */
  readonly frameStart: Uint32Array;
  /** Frame indexes, root first. */
  readonly frames: Uint32Array;
  /** values[sample * sampleTypes.length + type]. */
  readonly values: Float64Array;
}

export interface Profile {
  readonly format: ProfileFormat;
  readonly sampleTypes: readonly SampleType[];
  /** Index into sampleTypes: the profile's own default where it names one, else the last (as pprof does). */
  readonly defaultSampleType: number;
  readonly strings: PackedStrings;
  readonly functions: FunctionTable;
  readonly frames: FrameTable;
  readonly samples: SampleTable;
  /** When it was taken, Unix epoch in nanoseconds as milliseconds with fraction; 0 unknown. */
  readonly timeMs: number;
  /** How long, in nanoseconds; 0 unknown. */
  readonly durationNanos: number;
  /** Sampling period in periodType.unit; 0 unknown. */
  readonly period: number;
  readonly periodType: SampleType | undefined;
  readonly comments: readonly string[];
  /** What is odd about the file (fileWarnings.ts); the picture is correct all the same. */
  readonly warnings: readonly Sentence[];
}

/**
 * All stacks merged from the root by function: what the flame graph, the tables and the search are computed from.
 * Node 0 is the root (no function, parent -1). Parents stand before their children, so totals are one pass from the end.
 */
export interface CallTree {
  readonly nodeCount: number;
  readonly parent: Int32Array;
  /** Function of the node; meaningless for node 0. */
  readonly func: Uint32Array;
  /** Bits: CALLED where some sample called it, INLINED where some sample had it inlined into the parent. */
  readonly how: Uint8Array;
  /** self[type][node]: value that ends at the node. */
  readonly self: readonly Float64Array[];
}
export const CALLED = 1;
export const INLINED = 2;

/** What is sent to the webview: the merged profile in transferable arrays. Samples, labels and lines stay behind. */
export interface ProfileTables {
  readonly strings: PackedStrings;
  readonly functions: FunctionTable;
  readonly tree: CallTree;
}

/** The small part beside {@link ProfileTables}: plain JSON. */
export interface ProfileSummary {
  readonly format: ProfileFormat;
  readonly sampleTypes: readonly SampleType[];
  readonly defaultSampleType: number;
  /** Sum of all samples, by sample type. */
  readonly totals: readonly number[];
  readonly sampleCount: number;
  readonly timeMs: number;
  readonly durationNanos: number;
  readonly period: number;
  readonly periodType: SampleType | undefined;
  readonly comments: readonly string[];
  readonly warnings: readonly Sentence[];
}
