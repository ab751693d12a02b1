/**
 * Removes what a crashed writer left in the folder of all captures. The folder may be any that a setting names, and what
 * is in it may be of any origin: only names and marks of our own count, links are never followed, and a folder goes only when
 * nothing but files was in it.
 */
import { lstat, realpath, rmdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { CAPTURE_ENTRIES } from '../base/limits.js';
import { isTemporaryName } from '../files/atomicWrite.js';
import { isRealFolder, readFolderEntries } from '../files/folderEntries.js';
import { hasLiveWriter, isWriterMark, WRITER_FILE, WRITER_SILENT_MS } from './writerMark.js';

/**
 * Removes temporary files in captures without a living writer, half-made folders, old marks. Touches nothing under a name
 * that this extension does not make. Never rejects; the number removed.
 */
export async function sweepCaptures(root: string, nowMs: number): Promise<number> {
  let removed = 0;
  for (const name of await namesIn(root, CAPTURE_ENTRIES.root)) {
    const folder = path.join(root, name);
    if (!(await isFolderOf(root, folder)) || (await hasLiveWriter(folder, nowMs))) continue;
    if (isTemporaryName(name)) {
      if ((await isOld(folder, nowMs)) && (await removeFlatFolder(folder))) removed++;
      continue;
    }
    for (const file of await namesIn(folder, CAPTURE_ENTRIES.folder))
      if (await removeOldFile(folder, file, nowMs)) removed++;
  }
  return removed;
}

/** A folder that really lies in `root`, by no link. */
async function isFolderOf(root: string, folder: string): Promise<boolean> {
  if (!(await isRealFolder(folder))) return false;
  try {
    return path.dirname(await realpath(folder)) === (await realpath(root));
  } catch {
    return false; // it went away
  }
}

async function removeOldFile(folder: string, name: string, nowMs: number): Promise<boolean> {
  const file = path.join(folder, name);
  const isOurs = isTemporaryName(name) || (name === WRITER_FILE && (await isWriterMark(folder)));
  if (!isOurs || !(await isOld(file, nowMs))) return false;
  return removeFile(file);
}

/** A young one may belong to a writer that has not set its mark yet, or to a rename under way. */
async function isOld(entry: string, nowMs: number): Promise<boolean> {
  try {
    return nowMs - (await lstat(entry)).mtimeMs >= WRITER_SILENT_MS;
  } catch {
    return false; // it went away
  }
}

/** Half-made folders hold files alone: one with a link or a folder in it is not ours, and stays as it is. */
async function removeFlatFolder(folder: string): Promise<boolean> {
  try {
    const { entries, isCut } = await readFolderEntries(folder, CAPTURE_ENTRIES.folder);
    if (isCut || !entries.every(entry => entry.isFile())) return false;
    for (const { name } of entries) await unlink(path.join(folder, name));
    await rmdir(folder);
    return true;
  } catch {
    return false; // not ours to remove: the next sweep tries again
  }
}

async function removeFile(file: string): Promise<boolean> {
  try {
    if (!(await lstat(file)).isFile()) return false;
    await unlink(file);
    return true;
  } catch {
    return false; // gone, or not ours to remove: the next sweep tries again
  }
}

async function namesIn(folder: string, maxEntries: number): Promise<readonly string[]> {
  try {
    return (await readFolderEntries(folder, maxEntries)).entries.map(({ name }) => name);
  } catch {
    return []; // a file, gone, or not ours to read: nothing to sweep
  }
}
