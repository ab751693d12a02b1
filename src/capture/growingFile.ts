/**
 * The one file of a capture: takes slices, and writes all there are when that is due. Writing costs what the whole file is,
 * so that after each slice it would come to the square of their number.
 */
import type { MergedSlices, SliceMerger } from '../worker/workerPorts.js';
import type { Clock } from './clock.js';
import { isGzip } from './profileBytes.js';

/** Writing takes one part in so many of what is captured, at most. */
const WRITING_SHARE = 50;
/** So much of the profile a crash costs, at most, besides the slice under way: then it is written, whatever that takes. */
const MOST_UNSAVED_SECONDS = 60;
/** Slices that wait in memory for the file, in bytes as they came. */
const MOST_UNSAVED_BYTES = 32 * 1024 * 1024;

/** Writes the file with `slices` slices in it. Rejects with TriageError; the file before stays whole then. */
export type WriteSlices = (bytes: Uint8Array, slices: number) => Promise<void>;

export class GrowingFile {
  /** A single slice is kept as the kubelet sent it, unless a proxy unpacked it on the way. */
  private first: Uint8Array | undefined;
  private count = 0;
  private saved = 0;
  private unsavedBytes = 0;
  private unsavedSeconds = 0;
  private writingSeconds = 0;

  constructor(
    private readonly merger: SliceMerger,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly write: WriteSlices,
  ) {}

  /** Slices in the file on the disk. */
  get slicesSaved(): number {
    return this.saved;
  }

  /** `seconds`: what it was taken over. Rejects as {@link SliceMerger.add} does; the slices before it stay. */
  async add(slice: Uint8Array, seconds: number, signal: AbortSignal): Promise<MergedSlices> {
    const merged = await this.merger.add(slice, signal);
    this.count++;
    this.first = this.count === 1 && isGzip(slice) ? slice : undefined;
    this.unsavedBytes += slice.length;
    this.unsavedSeconds += seconds;
    return merged;
  }

  /** The first slice at once, then as often as writing is cheap. Rejects as {@link save} does. */
  async saveIfDue(signal: AbortSignal): Promise<void> {
    const isDue =
      this.saved === 0 ||
      this.unsavedSeconds >= Math.min(MOST_UNSAVED_SECONDS, WRITING_SHARE * this.writingSeconds) ||
      this.unsavedBytes > MOST_UNSAVED_BYTES;
    if (isDue) await this.save(signal);
  }

  /** All slices that there are. Rejects with TriageError of merging or of `write`. */
  async save(signal: AbortSignal): Promise<void> {
    if (this.saved === this.count) return;
    const startMs = this.clock.monotonicMs();
    const { count } = this;
    await this.write(this.first ?? (await this.merger.encode(signal)), count);
    this.saved = count;
    this.unsavedBytes = 0;
    this.unsavedSeconds = 0;
    this.writingSeconds = (this.clock.monotonicMs() - startMs) / 1000;
  }

  dispose(): void {
    this.merger.dispose();
  }
}
