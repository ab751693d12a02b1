/**
 * The thread's half of merging: what was merged so far of each capture under way, so that a new slice costs what it is and
 * not what came before it. A state may be dropped at any time, for memory or with the thread: sliceMerging.ts, the
 * caller's half, begins anew then.
 */
import { isTriageError, TriageError } from '../base/errors.js';
import { decodePprof } from '../profile/codec/decodePprof.js';
import { PprofMerger } from '../profile/codec/pprofMerger.js';
import { tooLargeFile } from '../profile/fileErrors.js';
import type { JobHost } from './jobHost.js';
import type { MergeAnswer, MergeJob } from './workerMessages.js';

/** All states between two jobs, roughly; a quarter of the thread's heap. 50,000 different stacks hold 45 MB. */
const MAX_HELD_BYTES = 512 * 1024 * 1024;

interface MergeState {
  readonly merger: PprofMerger;
  /** Slices in it, by the caller's count. */
  readonly count: number;
}

export class MergeStore {
  /** By session, the one used last at the end. */
  readonly #states = new Map<number, MergeState>();

  /** `maxHeldBytes` for tests. */
  constructor(
    private readonly host: Pick<JobHost, 'inflate' | 'gzip'>,
    private readonly maxHeldBytes = MAX_HELD_BYTES,
  ) {}

  /** Rejects as the slice at fault gives it, with its number (from 1) in the message; the state is dropped then. */
  async run(job: MergeJob): Promise<MergeAnswer> {
    const merger = this.#take(job);
    if (merger === undefined) return 'lost';
    const firstNumber = job.countAfter - job.slices.length + 1;
    for (const [index, slice] of job.slices.entries())
      await this.#add(merger, slice, firstNumber + index, job);
    const bytes = job.isFileWanted ? await this.#encode(merger, job) : undefined;
    this.#states.set(job.session, { merger, count: job.countAfter });
    this.#dropOldest();
    return { sampleCount: merger.sampleCount, timeMs: merger.timeMs, bytes };
  }

  end(session: number): void {
    this.#states.delete(session);
  }

  /** Out of the store until the job has gone well. */
  #take({ session, countBefore }: MergeJob): PprofMerger | undefined {
    const state = this.#states.get(session);
    this.#states.delete(session);
    if (countBefore === 0) return new PprofMerger();
    return state?.count === countBefore ? state.merger : undefined;
  }

  async #add(merger: PprofMerger, slice: Uint8Array, number: number, { limits }: MergeJob): Promise<void> {
    try {
      merger.add(await this.host.inflate(slice, limits.maxBytes));
    } catch (error) {
      if (!isTriageError(error)) throw error;
      throw new TriageError(error.code, `Slice ${number}: ${error.message}`, {
        facts: { ...error.facts, slice: number },
        cause: error,
      });
    }
  }

  async #encode(merger: PprofMerger, { countAfter, limits }: MergeJob): Promise<Uint8Array> {
    if (countAfter === 0) throw new TriageError('internal', 'There is no slice to merge.');
    const merged = merger.encode();
    if (merged.length > limits.maxBytes) throw tooLargeFile(limits.maxBytes);
    // The merged file is checked like any other.
    decodePprof(merged);
    return this.host.gzip(merged);
  }

  #dropOldest(): void {
    let held = 0;
    for (const { merger } of this.#states.values()) held += merger.heldBytes;
    for (const [session, { merger }] of this.#states) {
      if (held <= this.maxHeldBytes) return;
      held -= merger.heldBytes;
      this.#states.delete(session);
    }
  }
}
