/** A folder on the disk as a table of texts. */
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { START_MS, temporaryFolder } from './captureFakes.js';

/** Writes files, given by path below a new folder; their age in milliseconds at START_MS is `ageMs`. */
export async function folderWith(
  files: Readonly<Record<string, string>>,
  ageMs = 3_600_000,
): Promise<string> {
  const root = await temporaryFolder();
  const time = new Date(START_MS - ageMs);
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
    await utimes(file, time, time);
    await utimes(path.dirname(file), time, time);
  }
  return root;
}
