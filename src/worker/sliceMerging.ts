/**
 * The caller's half of merging: hands each slice to the thread that holds what was merged before it (mergeStore.ts). Where
 * the thread does not hold it any more, because another job was cancelled in it, it was idle for long, or memory was short,
 * the last file and the slices since then are merged anew: no slice is lost with a thread.
 */
import { TriageError } from '../base/errors.js';
import type { DecodeLimits, MergedSlices, SliceMerger } from './workerPorts.js';
import type { MergeAnswer, MergeJob, MergeResult } from './workerMessages.js';

/** Runs a job in the thread. What it is given stays the caller's. Rejects with TriageError. */
export interface MergeThread {
  merge(job: MergeJob, signal: AbortSignal): Promise<MergeAnswer>;
  /** Never rejects. */
  end(session: number): void;
}

export class SliceMerging implements SliceMerger {
  #count = 0;
  #isHeld = false;
  #file: Uint8Array | undefined;
  /** Those that are not in the file. */
  #slices: Uint8Array[] = [];

  /** `session`: another number for each merging in the thread. */
  constructor(
    private readonly thread: MergeThread,
    private readonly session: number,
    private readonly limits: DecodeLimits,
  ) {}

  async add(slice: Uint8Array, signal: AbortSignal): Promise<MergedSlices> {
    const merged = await this.#run([slice], false, signal);
    this.#slices.push(slice);
    this.#count++;
    return merged;
  }

  async encode(signal: AbortSignal): Promise<Uint8Array> {
    const { bytes } = await this.#run([], true, signal);
    if (bytes === undefined) throw new TriageError('internal', 'The merged file was not made.');
    this.#file = bytes;
    this.#slices = [];
    return bytes;
  }

  dispose(): void {
    if (this.#isHeld) this.thread.end(this.session);
    this.#isHeld = false;
  }

  async #run(
    slices: readonly Uint8Array[],
    isFileWanted: boolean,
    signal: AbortSignal,
  ): Promise<MergeResult> {
    const { session, limits } = this;
    const countAfter = this.#count + slices.length;
    const job = { kind: 'merge', session, limits, countAfter, isFileWanted } as const;
    if (this.#isHeld) {
      // A job that fails leaves no state behind.
      this.#isHeld = false;
      const merged = await this.thread.merge({ ...job, countBefore: this.#count, slices }, signal);
      this.#isHeld = merged !== 'lost';
      if (merged !== 'lost') return merged;
    }
    const before = this.#file === undefined ? this.#slices : [this.#file, ...this.#slices];
    const merged = await this.thread.merge(
      { ...job, countBefore: 0, slices: [...before, ...slices] },
      signal,
    );
    if (merged === 'lost') throw new TriageError('internal', 'The thread lost what it was given.');
    this.#isHeld = true;
    return merged;
  }
}
