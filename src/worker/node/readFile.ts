/** Bytes of a profile file: read whole and inflated, neither beyond the limit. Does not look at what they mean. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { isTriageError } from '../../base/errors.js';
import { readRegularFileSync, readRegularHeadSync, unreadableBy } from '../../files/regularFile.js';
import { corruptFile, emptyFile, tooLargeFile, truncatedFile } from '../../profile/fileErrors.js';
import { isZstd, unzstd } from '../unzstd.js';

/** A profile gzipped twice is met in practice (a server's Content-Encoding saved as it came); more is malice. */
const MAX_GZIP_LAYERS = 2;
const MIN_BLOCK = 1 << 16;

/**
 * Reads a regular file at once: for threads that have nothing else to do. A link is followed, as it was a person who chose
 * the file; what it leads to is looked at before it is opened.
 * @throws TriageError `file-unreadable`, `file-empty`, `file-too-large`
 */
export function readWholeFile(path: string, maxBytes: number): Uint8Array {
  try {
    return notEmpty(readRegularFileSync(path, { maxBytes, links: 'follow' }));
  } catch (error) {
    throw isTriageError(error) && error.code === 'file-too-large' ? tooLargeFile(maxBytes) : error;
  }
}

/**
 * Reads what a person at a command line names, a pipe to its end, too (`inspect <(kubectl get --raw …)`): waits for
 * its writer, and so is for processes that serve no other request.
 * @throws TriageError `file-unreadable`, `file-empty`, `file-too-large`
 */
export function readFileOrPipe(path: string, maxBytes: number): Uint8Array {
  if (!isPipe(path)) return readWholeFile(path, maxBytes);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    return notEmpty(readToEnd(descriptor, maxBytes));
  } catch (error) {
    throw unreadableBy(path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** A shell's `<(…)` and `/dev/stdin` are FIFOs, or sockets where the parent made them so. */
function isPipe(path: string): boolean {
  try {
    const stats = statSync(path);
    return stats.isFIFO() || stats.isSocket();
  } catch {
    return false; // its reader says why
  }
}

function notEmpty(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) throw emptyFile();
  return bytes;
}

/** The end of a pipe is where nothing more comes. */
function readToEnd(descriptor: number, maxBytes: number): Uint8Array {
  let bytes = new Uint8Array(MIN_BLOCK);
  let length = 0;
  for (;;) {
    const count = readSync(descriptor, bytes, length, bytes.length - length, null);
    if (count === 0) return bytes.subarray(0, length);
    length += count;
    if (length > maxBytes) throw tooLargeFile(maxBytes);
    if (length === bytes.length) {
      const longer = new Uint8Array(length * 2);
      longer.set(bytes);
      bytes = longer;
    }
  }
}

/** Enough stored bytes to tell a format by, inflated or not. */
const HEAD_STORED = 1 << 16;
/** A head that inflates to more is a bomb; deflate gives at most a thousandfold. */
const HEAD_MOST = HEAD_STORED * 1100;

/**
 * The beginning of a regular file.
 * @throws TriageError `file-unreadable`, `file-empty`
 */
export function readFileHead(path: string): Uint8Array {
  return notEmpty(readRegularHeadSync(path, HEAD_STORED, 'follow'));
}

/**
 * As much as the beginning of a gzip inflates to; bytes that are no gzip as they are.
 * @throws TriageError `file-corrupt`
 */
export function inflateHead(head: Uint8Array): Uint8Array {
  let inflated = head;
  for (let layer = 0; isCompressed(inflated) && layer < MAX_GZIP_LAYERS; layer++)
    try {
      if (isZstd(inflated)) {
        inflated = unzstd(inflated, { maxBytes: HEAD_MOST, whole: false });
        continue;
      }
      // The stream ends in the middle: a flush gives what has come so far.
      inflated = gunzipSync(inflated, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: HEAD_MOST });
    } catch (error) {
      if (isTriageError(error)) throw error;
      throw corruptFile(`the gzip stream is broken: ${reasonOf(error)}`);
    }
  return inflated;
}

function isCompressed(bytes: Uint8Array): boolean {
  return isGzip(bytes) || isZstd(bytes);
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The bytes inside a gzip of one or more members, or a Zstandard stream; other bytes as they are. Inflating stops at the limit, so a
 * gzip bomb costs no more memory than that.
 * @throws TriageError `file-empty`, `file-too-large`, `file-truncated`, `file-corrupt`
 */
export function inflateProfile(bytes: Uint8Array, maxBytes: number): Uint8Array {
  let inflated = bytes;
  for (let layer = 0; isCompressed(inflated); layer++) {
    if (layer === MAX_GZIP_LAYERS) throw corruptFile('it is a gzip within a gzip within a gzip');
    inflated = isZstd(inflated) ? unzstd(inflated, { maxBytes, whole: true }) : gunzip(inflated, maxBytes);
  }
  if (inflated.length > maxBytes) throw tooLargeFile(maxBytes);
  if (inflated.length === 0) throw emptyFile();
  return inflated;
}

function gunzip(bytes: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes, chunkSize: blockSize(bytes, maxBytes) });
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLargeFile(maxBytes);
    if (code === 'Z_BUF_ERROR') throw truncatedFile('the gzip stream');
    if (typeof code === 'string' && code.startsWith('Z_'))
      throw corruptFile(`the gzip stream is broken: ${reasonOf(error)}`);
    throw error;
  }
}

/** A gzip ends with its raw size (RFC 1952, ISIZE): a hint for the output block, never trusted beyond reason. */
function blockSize(bytes: Uint8Array, maxBytes: number): number {
  const tail = bytes.subarray(-4);
  const hint = tail.length < 4 ? 0 : new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  return Math.max(MIN_BLOCK, Math.min(hint + 1, bytes.length * 16, maxBytes));
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
