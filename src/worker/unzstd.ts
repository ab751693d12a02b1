/**
 * Bytes of a Zstandard stream of one or more frames (Pyroscope, Parca and others store profiles so). Node has none of
 * its own before 22.15. Stops at the limit: what is not asked for is not made. Checksums are not looked at.
 */
import { Decompress } from 'fzstd';
import { TriageError } from '../base/errors.js';
import { corruptFile, tooLargeFile, truncatedFile } from '../profile/fileErrors.js';

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const CHUNK_BYTES = 1 << 16;
/** ZstdErrorCode.UnexpectedEOF */
const UNEXPECTED_END = 5;
/** `zstd --ultra --long=31` takes this much; usual levels take 8 MB at most. */
const MAX_WINDOW_BYTES = 128 * 1024 * 1024;

export function isZstd(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}

/** `whole`: false for the beginning of a stream, of which comes as much as there is. */
export interface UnzstdOptions {
  readonly maxBytes: number;
  readonly whole: boolean;
}

/** @throws TriageError `file-too-large`, `file-truncated`, `file-corrupt` */
export function unzstd(bytes: Uint8Array, { maxBytes, whole }: UnzstdOptions): Uint8Array {
  checkWindow(bytes);
  const blocks: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress(block => {
    length += block.length;
    if (length > maxBytes) throw tooLargeFile(maxBytes);
    blocks.push(block);
  });
  try {
    for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
      const isLast = start + CHUNK_BYTES >= bytes.length;
      stream.push(bytes.slice(start, start + CHUNK_BYTES), whole && isLast);
    }
  } catch (error) {
    if (error instanceof TriageError) throw error;
    const { code } = error as { readonly code?: unknown };
    if (code === UNEXPECTED_END) throw truncatedFile('the Zstandard stream');
    throw corruptFile(
      `the Zstandard stream is broken: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
}

/** The window is memory that a stream asks for before it has given anything (RFC 8878, 3.1.1.1.2). */
function checkWindow(bytes: Uint8Array): void {
  const descriptor = bytes[4] ?? 0;
  if ((descriptor & 0x20) !== 0) return; // a single segment: as large as its content, which has its limit
  const window = bytes[5] ?? 0;
  const base = 2 ** (10 + (window >> 3));
  if (base + (base / 8) * (window & 7) > MAX_WINDOW_BYTES) throw tooLargeFile(MAX_WINDOW_BYTES);
}
