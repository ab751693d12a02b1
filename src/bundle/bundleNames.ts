/**
 * Names in a bundle, which any system may have written and any may read: what leads out of its folder, is no name on
 * Windows, or hides something, is none. Knows no file system.
 */
import { captureFolderName } from '../capture/folderName.js';
import { isPathBelow } from '../files/insideFolder.js';

/** Of a path's part in bytes: what ext4, APFS and NTFS take is 255 bytes or units. */
const MAX_PART = 255;
/** Windows limits a whole path to 260 characters. */
const MAX_FOLDER = 150;
const NOT_ON_WINDOWS = /[<>:"|?*]|[ .]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** The parts of an entry's name; undefined where it is no path below a folder on every system. */
export function entryParts(name: string): readonly string[] | undefined {
  if (!isPathBelow(name)) return undefined;
  const parts = name.split('/');
  return parts.every(isFitName) ? parts : undefined;
}

/** A file's name that every system takes. */
export function isFitName(name: string): boolean {
  return Buffer.byteLength(name) <= MAX_PART && !NOT_ON_WINDOWS.test(name);
}

/** What the desktop adds by itself: `.DS_Store`, `__MACOSX`; a writer's mark. */
export function isHidden(parts: readonly string[]): boolean {
  return parts.some(part => part.startsWith('.') || part === '__MACOSX');
}

/** The same for names that a system holds for one: by case, by the way in which letters are composed. */
export function sameNameKey(parts: readonly string[]): string {
  return parts.join('/').normalize('NFC').toLowerCase();
}

/** A folder's name that every system takes and the Captures view shows. */
export function safeFolderName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, MAX_FOLDER);
  const shown = plain.replace(/^\./, '_').replace(/\.$/, '_');
  return shown === '' || NOT_ON_WINDOWS.test(shown) ? `capture-${shown}` : shown;
}

/** What the name of a bundle is made of. */
export interface BundledCapture {
  /** Absolute path. */
  readonly folder: string;
  /** '' where it is not known. */
  readonly node: string;
  /** RFC 3339. */
  readonly startedAt: string;
  /** Name of the folder alone. */
  readonly name: string;
}

/** `2026-11-23T08-39-10Z-node1-cpu.zip` of one; of several the first one's time, the node or their number, and how many. */
export function bundleFileName(captures: readonly BundledCapture[]): string {
  const [first] = captures;
  if (captures.length === 1 && first !== undefined) return `${safeFolderName(first.name)}.zip`;
  const nodes = new Set(captures.map(({ node }) => node));
  const [node = ''] = nodes;
  const of = nodes.size === 1 && node !== '' ? node : `${nodes.size}-nodes`;
  const startedMs = Math.min(...captures.map(({ startedAt }) => Date.parse(startedAt)));
  const known = Number.isFinite(startedMs) ? startedMs : 0;
  return `${captureFolderName(known, of, `${captures.length}-captures`)}.zip`;
}
