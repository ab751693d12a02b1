/** Name of a capture's folder: sorts by time, says what is in it, and is allowed on every file system. */

/** Windows limits a whole path to 260 characters; a node's name may have 253. */
const MAX_TARGET = 80;

/** A folder goes by what a person calls its contents; capture.json keeps the shorter name of its first version. */
const FOLDER_WORDS: ReadonlyMap<string, string> = new Map([['futex', 'system-calls']]);

/** `2026-11-23T08-39-10Z-node1-cpu`. `target`: its name (profileTarget.ts). `attempt` from 2 on tells captures of the same second apart. */
export function captureFolderName(startedMs: number, target: string, profile: string, attempt = 1): string {
  const time = new Date(startedMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  const name = `${time}-${safe(target).slice(0, MAX_TARGET)}-${safe(FOLDER_WORDS.get(profile) ?? profile)}`;
  return attempt === 1 ? name : `${name}-${attempt}`;
}

function safe(part: string): string {
  return part.replace(/[^A-Za-z0-9._-]/g, '_');
}
