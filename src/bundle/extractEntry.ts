/** One file out of a bundle: its size and its checksum are what its directory says, or it is refused. */
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { isTriageError, throwIfCancelled, TriageError } from '../base/errors.js';
import { FILE_BYTES } from '../base/limits.js';
import { writeFailed } from '../capture/captureWriter.js';
import { unreadableBy } from '../files/regularFile.js';
import { invalidBundle } from './bundleProblem.js';

/** For messages: the bundle, and the entry's name in it. */
export interface EntryPlace {
  readonly bundle: string;
  readonly entry: string;
}

/** Writes a new file. Rejects with `bundle-invalid`, `capture-write-failed`, `file-unreadable` or `cancelled`. */
export async function extractEntry(
  zip: ZipFile,
  entry: Entry,
  to: string,
  place: EntryPlace,
  signal: AbortSignal,
): Promise<void> {
  const file = createWriteStream(to, { flags: 'wx', mode: 0o600 });
  await inflate(zip, entry, place, signal, checked =>
    // The stream of yauzl is one of ours as soon as it is in the pipeline: it is closed on every way out.
    pipeline(checked.source, checked.check, file, { signal }),
  );
}

/** The text of a small file. Rejects as {@link extractEntry} does, and with `capture-invalid` beyond a record's size. */
export async function readRecordEntry(
  zip: ZipFile,
  entry: Entry,
  place: EntryPlace,
  signal: AbortSignal,
): Promise<string> {
  if (entry.uncompressedSize > FILE_BYTES.record) {
    const reason = `it is larger than ${FILE_BYTES.record} bytes`;
    const file = `${place.bundle}: ${place.entry}`;
    throw new TriageError('capture-invalid', `${file} cannot be used: ${reason}.`, {
      facts: { file, reason },
    });
  }
  const chunks: Buffer[] = [];
  await inflate(zip, entry, place, signal, ({ source, check }) =>
    pipeline(
      source,
      check,
      async chunks_ => {
        for await (const chunk of chunks_) chunks.push(chunk as Buffer);
      },
      { signal },
    ),
  );
  return Buffer.concat(chunks).toString('utf8');
}

interface Checked {
  readonly source: NodeJS.ReadableStream;
  readonly check: Transform;
}

async function inflate(
  zip: ZipFile,
  entry: Entry,
  place: EntryPlace,
  signal: AbortSignal,
  use: (checked: Checked) => Promise<void>,
): Promise<void> {
  let sum = 0;
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
  });
  try {
    await use({ source: await zip.openReadStreamPromise(entry), check });
  } catch (error) {
    throwIfCancelled(signal);
    throw fault(error, place);
  }
  if (sum !== entry.crc32) throw invalidBundle(place.bundle, 'damaged', { entry: place.entry });
}

function fault(error: unknown, { bundle, entry }: EntryPlace): TriageError {
  if (isTriageError(error)) return error;
  const call = (error as { readonly syscall?: unknown } | null)?.syscall;
  if (call === 'read') return unreadableBy(bundle, error);
  // What no system call says is the zip reader's or the inflater's.
  return call === undefined
    ? invalidBundle(bundle, 'damaged', { entry, cause: error })
    : writeFailed(entry, error);
}
