/**
 * What keeps a file from being read or written, as a code with its English words: errors carry the code
 * (`facts.problem`) beside the words (`facts.reason`), and src/ui says it in the user's language.
 */

const WORDS = {
  link: 'it is a symbolic link',
  folder: 'it is a folder',
  pipe: 'it is a named pipe',
  socket: 'it is a socket',
  device: 'it is a device',
  'no-file': 'it is no file',
  'no-folder': 'a part of its path is no folder',
  'not-absolute': 'it is no absolute path',
  'name-too-long': 'its name is too long',
  missing: 'there is no such file',
  gone: 'it was deleted or renamed',
  denied: 'permission denied',
  'read-only': 'the file system is read-only',
  'disk-full': 'no space left on the disk',
  'too-many-open': 'too many files are open',
  'disk-fault': 'the disk reports a fault',
} as const;

export type FileProblem = keyof typeof WORDS;
export const FILE_PROBLEMS = Object.keys(WORDS) as readonly FileProblem[];

/** By the system's code. Not here: what has no words of ours stays as the system says it, in English. */
const OF_CODE: ReadonlyMap<unknown, FileProblem> = new Map([
  ['ENOENT', 'missing'],
  ['EACCES', 'denied'],
  ['EPERM', 'denied'],
  ['EISDIR', 'folder'],
  ['ELOOP', 'link'],
  ['ENOTDIR', 'no-folder'],
  ['ENAMETOOLONG', 'name-too-long'],
  ['EROFS', 'read-only'],
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EMFILE', 'too-many-open'],
  ['ENFILE', 'too-many-open'],
  ['EIO', 'disk-fault'],
]);

/** English, without a full stop. */
export function fileProblemWords(problem: FileProblem): string {
  return WORDS[problem];
}

export function isFileProblem(value: unknown): value is FileProblem {
  return typeof value === 'string' && Object.hasOwn(WORDS, value);
}

/** Of a system error; undefined where its code says nothing that we have words for. */
export function fileProblemOf(error: unknown): FileProblem | undefined {
  return OF_CODE.get((error as { readonly code?: unknown } | null)?.code);
}
