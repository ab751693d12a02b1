/**
 * The mark of a living writer: a file in the capture's folder, touched while slices come in. It tells a `running`
 * capture from one whose editor crashed. A time stamp and not a process id, as the folder may be shared between
 * machines and containers.
 */
import { rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from './clock.js';

export const WRITER_FILE = '.writer';
const TOUCH_EVERY_MS = 5_000;
/** A busy or suspended machine may be late with a few touches. */
export const WRITER_SILENT_MS = 30_000;

/** Creates the mark in `folder`. */
export async function markWriter(folder: string): Promise<void> {
  await writeFile(path.join(folder, WRITER_FILE), `node-triage ${process.pid}\n`, { mode: 0o600 });
}

/** Touches the mark of `folder` until the returned function is called. */
export function keepWriterAlive(folder: () => string, clock: Clock): () => void {
  return clock.every(TOUCH_EVERY_MS, () => {
    const now = new Date(clock.nowMs());
    // A missed touch is made up by the next one; a folder deleted under us shows at the next save.
    utimes(path.join(folder(), WRITER_FILE), now, now).catch(() => undefined);
  });
}

export async function unmarkWriter(folder: string): Promise<void> {
  await rm(path.join(folder, WRITER_FILE), { force: true });
}

/** True where somebody touched the mark lately. */
export async function hasLiveWriter(folder: string, nowMs: number): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path.join(folder, WRITER_FILE));
    return nowMs - mtimeMs < WRITER_SILENT_MS;
  } catch {
    return false; // no mark, no writer
  }
}
