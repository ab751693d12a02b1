/**
 * The captures of one folder, for a view that asks often: a capture is read again only where its folder or its record
 * has changed since. Looking costs two `lstat` a capture, and one listing at a time.
 */
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import {
  listCaptures,
  readCapture,
  type CaptureList,
  type RecordBudget,
  type StoredCapture,
} from './captureFolder.js';
import { CAPTURE_FILE } from './captureRecord.js';

interface Kept {
  readonly stamp: string;
  readonly capture: StoredCapture;
  /** Of its record, counted against what one listing may read. */
  readonly bytes: number;
}

export class CaptureIndex {
  private kept = new Map<string, Kept>();
  private listing: Promise<CaptureList> | undefined;

  constructor(
    /** Absolute path of the folder of all captures, as the settings say now. */
    private readonly root: () => string,
    /** Unix epoch, milliseconds. */
    private readonly nowMs: () => number,
  ) {}

  /** As {@link listCaptures}. Who asks while it is listed waits for a listing that began after the question. */
  async list(): Promise<CaptureList> {
    await this.listing?.catch(() => undefined);
    this.listing ??= this.listOnce();
    return this.listing;
  }

  private async listOnce(): Promise<CaptureList> {
    const seen = new Map<string, Kept>();
    try {
      return await listCaptures(this.root(), this.nowMs(), (folder, nowMs, budget) =>
        this.read(folder, nowMs, budget, seen),
      );
    } finally {
      this.kept = seen;
      this.listing = undefined;
    }
  }

  private async read(
    folder: string,
    nowMs: number,
    budget: RecordBudget,
    seen: Map<string, Kept>,
  ): Promise<StoredCapture | undefined> {
    const found = await stampOf(folder);
    const known = this.kept.get(folder);
    if (found !== undefined && known?.stamp === found.stamp && known.bytes <= budget.bytes) {
      budget.bytes -= known.bytes;
      seen.set(folder, known);
      return known.capture;
    }
    const capture = await readCapture(folder, nowMs, budget);
    if (capture !== undefined && found !== undefined && isSettled(capture))
      seen.set(folder, { stamp: found.stamp, capture, bytes: found.bytes });
    return capture;
  }
}

/** Whether a writer lives is told by the time, not by its files: what is running, or was when it was last written. */
function isSettled(capture: StoredCapture): boolean {
  if (capture.kind === 'invalid') return false;
  const { state, endedAt } = capture.record;
  return endedAt !== undefined || state === 'complete' || state === 'failed';
}

/** Undefined where there is no record: such folders are small, and change without one. */
async function stampOf(
  folder: string,
): Promise<{ readonly stamp: string; readonly bytes: number } | undefined> {
  try {
    const [own, record] = await Promise.all([lstat(folder), lstat(path.join(folder, CAPTURE_FILE))]);
    const parts = [own, record].flatMap(({ ino, mtimeMs, ctimeMs, size }) => [ino, mtimeMs, ctimeMs, size]);
    return { stamp: parts.join(' '), bytes: record.size };
  } catch {
    return undefined; // the reader says what is wrong with it
  }
}
