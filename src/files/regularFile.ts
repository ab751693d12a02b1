/**
 * The one door to files that others may have put there: those of a workspace, of a colleague's capture, of a path
 * in a setting. A file is looked at before it is opened: opening a FIFO waits for its writer for as long as that takes
 * and holds one of Node's four file threads meanwhile, and opening a device may do something. Only regular files are
 * read, to a limit.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  statSync,
  type Stats,
} from 'node:fs';
import { lstat, open, stat, type FileHandle } from 'node:fs/promises';
import { throwIfCancelled, TriageError } from '../base/errors.js';
import { type FileProblem, fileProblemOf, fileProblemWords } from '../base/fileProblem.js';

/**
 * `refuse` for what lies in a folder that others fill: a link there leads to wherever they want. `follow` for paths that
 * the user wrote (`~/.kube/config` is often a link); what it leads to has to be a regular file, too.
 */
export type LinkRule = 'follow' | 'refuse';

export interface RegularFileRules {
  /** More than so many bytes are refused; not a byte beyond is read. */
  readonly maxBytes: number;
  readonly links: LinkRule;
}

const FIRST_BLOCK = 64 * 1024;
// Not there on Windows, which has no FIFOs in its file system.
const NONBLOCK = (constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0;
const NOFOLLOW = (constants as { readonly O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;

/**
 * All bytes of a regular file. Rejects with `file-unreadable` (`facts.reason`: what it is instead, or why not, and
 * `facts.problem` as a code; `cause` has the system's code), `file-too-large`, or `cancelled`.
 */
export async function readRegularFile(
  file: string,
  rules: RegularFileRules,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { handle, stats } = await openRegularFile(file, rules, signal);
  try {
    const content = new Content(file, stats.size, rules.maxBytes);
    while (content.take((await handle.read(content.room())).bytesRead))
      if (signal !== undefined) throwIfCancelled(signal);
    return content.bytes;
  } catch (error) {
    throw unreadableBy(file, error);
  } finally {
    await handle.close();
  }
}

export interface OpenRegularFile {
  /** The caller closes it. */
  readonly handle: FileHandle;
  /** Of what is open. */
  readonly stats: Stats;
}

/**
 * A regular file, open for reading: for files that are read in pieces. Rejects as {@link readRegularFile} does; nothing is
 * left open then.
 */
export async function openRegularFile(
  file: string,
  rules: RegularFileRules,
  signal?: AbortSignal,
): Promise<OpenRegularFile> {
  try {
    requireRegular(file, await (rules.links === 'refuse' ? lstat(file) : stat(file)), rules);
    if (signal !== undefined) throwIfCancelled(signal);
    const handle = await open(file, openFlags(rules));
    try {
      // What was looked at may have been replaced since: what is open decides.
      return { handle, stats: requireRegular(file, await handle.stat(), rules) };
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    throw unreadableBy(file, error);
  }
}

/** The same at once, for threads that have nothing else to do. */
export function readRegularFileSync(file: string, rules: RegularFileRules): Uint8Array {
  return withOpenFile(file, rules, (descriptor, size) => {
    const content = new Content(file, size, rules.maxBytes);
    while (content.take(readSync(descriptor, content.room()))) continue;
    return content.bytes;
  });
}

function withOpenFile<T>(
  file: string,
  rules: RegularFileRules,
  use: (descriptor: number, size: number) => T,
): T {
  let descriptor: number | undefined;
  try {
    requireRegular(file, rules.links === 'refuse' ? lstatSync(file) : statSync(file), rules);
    descriptor = openSync(file, openFlags(rules));
    const { size } = requireRegular(file, fstatSync(descriptor), rules);
    return use(descriptor, size);
  } catch (error) {
    throw unreadableBy(file, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The bytes of a regular file as UTF-8 text, as {@link readRegularFile} has them; a byte order mark is dropped. */
export async function readRegularText(
  file: string,
  rules: RegularFileRules,
  signal?: AbortSignal,
): Promise<string> {
  return new TextDecoder().decode(await readRegularFile(file, rules, signal));
}

/** The first bytes of a regular file of any size, at most `count`, at once. Throws `file-unreadable`. */
export function readRegularHeadSync(file: string, count: number, links: LinkRule): Uint8Array {
  const head = new Uint8Array(count);
  return withOpenFile(file, { maxBytes: Number.POSITIVE_INFINITY, links }, descriptor => {
    let length = 0;
    for (let got = 1; got > 0 && length < count; length += got)
      got = readSync(descriptor, head, length, count - length, null);
    return head.subarray(0, length);
  });
}

/**
 * The size in bytes of a regular file, for a file that another program is to read or to copy. Rejects with
 * `file-unreadable`. What lies there may be another file a moment later.
 */
export async function requireRegularFile(file: string, links: LinkRule): Promise<number> {
  try {
    const stats = await (links === 'refuse' ? lstat(file) : stat(file));
    return requireRegular(file, stats, { maxBytes: Number.POSITIVE_INFINITY, links }).size;
  } catch (error) {
    throw unreadableBy(file, error);
  }
}

/** `file-unreadable` in the words of all file doors. */
export function unreadableFile(file: string, problem: FileProblem, cause?: unknown): TriageError {
  const reason = fileProblemWords(problem);
  return new TriageError('file-unreadable', `${file} cannot be read: ${reason}.`, {
    facts: { file, reason, problem },
    cause,
  });
}

/** A system error as `file-unreadable`, in its own words where we have none; a TriageError as it is. */
export function unreadableBy(file: string, error: unknown): TriageError {
  if (error instanceof TriageError) return error;
  const problem = fileProblemOf(error);
  if (problem !== undefined) return unreadableFile(file, problem, error);
  const reason = error instanceof Error ? error.message : String(error);
  return new TriageError('file-unreadable', `${file} cannot be read: ${reason}.`, {
    facts: { file, reason },
    cause: error,
  });
}

function openFlags({ links }: RegularFileRules): number {
  return constants.O_RDONLY | NONBLOCK | (links === 'refuse' ? NOFOLLOW : 0);
}

function requireRegular(file: string, stats: Stats, { maxBytes }: RegularFileRules): Stats {
  if (!stats.isFile()) throw unreadableFile(file, kindOf(stats));
  if (stats.size > maxBytes) throw tooLarge(file, maxBytes);
  return stats;
}

function kindOf(stats: Stats): FileProblem {
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isDirectory()) return 'folder';
  if (stats.isFIFO()) return 'pipe';
  if (stats.isSocket()) return 'socket';
  return 'device';
}

/** A file that grows, and those of /proc whose size is 0, end where nothing more comes. */
class Content {
  private block: Uint8Array;
  private length = 0;

  constructor(
    private readonly file: string,
    size: number,
    private readonly maxBytes: number,
  ) {
    // One byte more than there is, so that the last read meets the end.
    this.block = new Uint8Array(Math.min(Math.max(size, FIRST_BLOCK), maxBytes) + 1);
  }

  get bytes(): Uint8Array {
    return this.block.subarray(0, this.length);
  }

  room(): Uint8Array {
    if (this.length === this.block.length) {
      const longer = new Uint8Array(Math.min(this.length * 2, this.maxBytes + 1));
      longer.set(this.block);
      this.block = longer;
    }
    return this.block.subarray(this.length);
  }

  /** False at the end. */
  take(count: number): boolean {
    this.length += count;
    if (this.length > this.maxBytes) throw tooLarge(this.file, this.maxBytes);
    return count > 0;
  }
}

function tooLarge(file: string, limitBytes: number): TriageError {
  return new TriageError('file-too-large', `${file} is larger than ${limitBytes} bytes.`, {
    facts: { file, limitBytes },
  });
}
