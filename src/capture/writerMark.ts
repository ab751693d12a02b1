/**
 * The mark of a living writer: a file in the capture's folder, touched while slices come in. It tells a `running`
 * capture from one whose editor crashed. A time stamp and not a process id, as the folder may be shared between
 * machines and containers.
 */
import { lstat, lutimes, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readRegularText } from '../files/regularFile.js';
import type { Clock } from './clock.js';

export const WRITER_FILE = '.writer';
const TOUCH_EVERY_MS = 5_000;
/** A busy or suspended machine may be late with a few touches. */
export const WRITER_SILENT_MS = 30_000;

const MARK = 'node-triage ';
/** The mark and a process id. */
const MARK_BYTES = 64;

/** Creates the mark in `folder`, which has none. */
export async function markWriter(folder: string): Promise<void> {
  const text = `${MARK}${process.pid}\n`;
  await writeFile(path.join(folder, WRITER_FILE), text, { mode: 0o600, flag: 'wx' });
}

/** True where what is called like the mark is one of ours: `.writer` is a name that others may use, too. Never rejects. */
export async function isWriterMark(folder: string): Promise<boolean> {
  try {
    const rules = { maxBytes: MARK_BYTES, links: 'refuse' } as const;
    return (await readRegularText(path.join(folder, WRITER_FILE), rules)).startsWith(MARK);
  } catch {
    return false; // no file, or no mark
  }
}

/** Touches the mark of `folder` until the returned function is called. */
export function keepWriterAlive(folder: () => string, clock: Clock): () => void {
  return clock.every(TOUCH_EVERY_MS, () => {
    const now = new Date(clock.nowMs());
    // A missed touch is made up by the next one; a folder deleted under us shows at the next save.
    lutimes(path.join(folder(), WRITER_FILE), now, now).catch(() => undefined);
  });
}

export async function unmarkWriter(folder: string): Promise<void> {
  await rm(path.join(folder, WRITER_FILE), { force: true });
}

/** True where a process touched the mark lately. */
export async function hasLiveWriter(folder: string, nowMs: number): Promise<boolean> {
  try {
    const mark = await lstat(path.join(folder, WRITER_FILE));
    return mark.isFile() && nowMs - mark.mtimeMs < WRITER_SILENT_MS;
  } catch {
    return false; // no mark, no writer
  }
}
