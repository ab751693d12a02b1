/**
 * Paths that others wrote, kept inside a folder: a profile names source files, a checkout names its references.
 * First the text is looked at, so that no name reaches the disk that could mean another place (a Windows share would be
 * asked for credentials by the very look); then where the path really leads is compared with where the folder really is.
 */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { PATH_TEXT } from '../base/limits.js';
import { readRegularText } from './regularFile.js';

/** What is between the slashes of a path below a folder; a colon makes drives and streams on Windows. */
const UNFIT = /[\u0000-\u001f\u007f\\:]/;

/** True for `a/b/c`: relative, forward slashes, no `.` and `..`, no drive, no control characters, of reasonable length. */
export function isPathBelow(text: string): boolean {
  if (text === '' || text.length > PATH_TEXT.below || UNFIT.test(text)) return false;
  return text.split('/').every(part => part !== '' && part !== '.' && part !== '..');
}

/**
 * The absolute path of `below` in `folder`, all links in it resolved: as the folder is spelled, and never outside of it.
 * Undefined where there is none, it leads out, or `below` is no path of {@link isPathBelow}. Never rejects.
 */
export async function findInside(folder: string, below: string): Promise<string | undefined> {
  if (!isPathBelow(below)) return undefined;
  try {
    const root = await realpath(folder);
    const inside = path.relative(root, await realpath(path.join(folder, below)));
    const leaves = inside === '' || inside.split(path.sep)[0] === '..' || path.isAbsolute(inside);
    return leaves ? undefined : path.join(folder, inside);
  } catch {
    return undefined; // not there, or not ours to look at
  }
}

/**
 * The text of a regular file below a folder; undefined for one that is not there, leads out of it, is no regular file, or
 * has more than `maxBytes`. Never rejects.
 */
export async function readTextInside(
  folder: string,
  below: string,
  maxBytes: number,
): Promise<string | undefined> {
  const file = await findInside(folder, below);
  if (file === undefined) return undefined;
  try {
    return await readRegularText(file, { maxBytes, links: 'refuse' });
  } catch {
    return undefined; // it cannot be read: it says nothing
  }
}
