/**
 * What is in a folder that others may have filled: read an entry at a time and not beyond a limit, as a list of a
 * million names costs seconds and hundreds of megabytes before the first is looked at.
 */
import type { Dirent } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';

export interface FolderEntries {
  /** In the order of the file system. A link is a link here, whatever it leads to. */
  readonly entries: readonly Dirent[];
  /** There are more than were read. */
  readonly isCut: boolean;
}

/**
 * At most `maxEntries` entries of `folder`. Where the folder itself is a link it is followed: ask {@link isRealFolder}
 * first where it may not be. Rejects with the system's error.
 */
export async function readFolderEntries(folder: string, maxEntries: number): Promise<FolderEntries> {
  const entries: Dirent[] = [];
  // Leaving the loop closes the folder.
  for await (const entry of await opendir(folder)) {
    if (entries.length === maxEntries) return { entries, isCut: true };
    entries.push(entry);
  }
  return { entries, isCut: false };
}

/** True for a folder, false for a link to one and for what cannot be looked at. */
export async function isRealFolder(folder: string): Promise<boolean> {
  try {
    return (await lstat(folder)).isDirectory();
  } catch {
    return false; // gone, or not ours to look at
  }
}
