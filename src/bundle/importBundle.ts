/**
 * Unpacks a bundle that a colleague sent into the folder of all captures: whole or not at all. Each capture is prepared
 * under a hidden name with a writer's mark, so that no window takes it for a crash's leftover, and renamed into place when
 * all of them are whole. Nothing that is there is overwritten; what is hostile is found before the first byte is written.
 */
import { lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fromBufferPromise, fromFdPromise, type ZipFile } from 'yauzl';
import { isTriageError, throwIfCancelled } from '../base/errors.js';
import { importedCaptureText } from '../capture/captureJson.js';
import { CAPTURE_FILE } from '../capture/captureRecord.js';
import { writeFailed } from '../capture/captureWriter.js';
import type { Clock } from '../capture/clock.js';
import { keepWriterAlive, markWriter, unmarkWriter } from '../capture/writerMark.js';
import { renamePatiently, temporaryName } from '../files/atomicWrite.js';
import { openRegularFile } from '../files/regularFile.js';
import { type PackedCapture, readBundleContents } from './bundleContents.js';
import { safeFolderName } from './bundleNames.js';
import { invalidBundle } from './bundleProblem.js';
import { extractEntry, readRecordEntry } from './extractEntry.js';

export type BundleSource =
  | { readonly kind: 'file'; readonly path: string }
  /** Of a file that only the editor reaches; `name` for messages. */
  | { readonly kind: 'bytes'; readonly name: string; readonly bytes: Uint8Array };

export interface ImportRequest {
  readonly source: BundleSource;
  /** Absolute path of the folder of all captures; made where it is missing. */
  readonly root: string;
  readonly clock: Clock;
}

/** Captures unpacked, of all of them. */
export type OnBundleProgress = (done: number, total: number) => void;

/**
 * Absolute paths of the new folders, in the order of the bundle. Rejects with `bundle-invalid`, `capture-invalid` (a
 * record in it), `file-unreadable`, `capture-write-failed` or `cancelled`, and then nothing of it is there.
 */
export async function importBundle(
  request: ImportRequest,
  signal: AbortSignal,
  onProgress: OnBundleProgress,
): Promise<readonly string[]> {
  return withZip(request.source, async (zip, file) => {
    const captures = await readBundleContents(zip, file, signal);
    const folders = new ImportedFolders(request, { zip, file });
    try {
      for (const [done, capture] of captures.entries()) {
        onProgress(done, captures.length);
        await folders.unpack(capture, signal);
      }
      return await folders.moveIntoPlace(signal);
    } catch (error) {
      await folders.removeAll();
      throw isTriageError(error) ? error : writeFailed(request.root, error);
    }
  });
}

const ZIP_OPTIONS = { autoClose: false, decodeStrings: false, validateEntrySizes: true } as const;
/** A person chose it: a link is followed. Its own directory says what it unpacks to, before a byte is unpacked. */
const CHOSEN = { maxBytes: Number.POSITIVE_INFINITY, links: 'follow' } as const;

async function withZip<T>(source: BundleSource, use: (zip: ZipFile, file: string) => Promise<T>): Promise<T> {
  if (source.kind === 'bytes') {
    const buffer = Buffer.from(source.bytes.buffer, source.bytes.byteOffset, source.bytes.byteLength);
    return use(await opened(source.name, fromBufferPromise(buffer, ZIP_OPTIONS)), source.name);
  }
  const file = source.path;
  const { handle } = await openRegularFile(file, CHOSEN);
  try {
    return await use(await opened(file, fromFdPromise(handle.fd, ZIP_OPTIONS)), file);
  } finally {
    await handle.close();
  }
}

async function opened(file: string, zip: Promise<ZipFile>): Promise<ZipFile> {
  try {
    return await zip;
  } catch (error) {
    throw invalidBundle(file, 'damaged', { cause: error });
  }
}

interface Prepared {
  readonly hidden: string;
  /** Without a number that tells it from others. */
  readonly name: string;
  readonly stopTouching: () => void;
}

class ImportedFolders {
  private readonly prepared: Prepared[] = [];
  private readonly inPlace: string[] = [];

  constructor(
    private readonly request: ImportRequest,
    private readonly bundle: { readonly zip: ZipFile; readonly file: string },
  ) {}

  async unpack(capture: PackedCapture, signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    const { zip, file } = this.bundle;
    const placeOf = (name: string) => ({ bundle: file, entry: `${capture.name}/${name}` });
    // Before anything is written: a record that cannot be used ends it.
    const text = await this.recordText(capture, signal);
    const hidden = await this.prepare(safeFolderName(capture.name));
    for (const { name, entry } of capture.files)
      await extractEntry(zip, entry, path.join(hidden, name), placeOf(name), signal);
    await writeFile(path.join(hidden, CAPTURE_FILE), text, { mode: 0o600, flag: 'wx' });
  }

  async moveIntoPlace(signal: AbortSignal): Promise<readonly string[]> {
    for (const { hidden, name, stopTouching } of this.prepared) {
      throwIfCancelled(signal);
      stopTouching();
      await unmarkWriter(hidden);
      this.inPlace.push(await this.moveToFreeName(hidden, name));
    }
    return this.inPlace;
  }

  /** Never rejects: what is left bears our temporary name, and the next sweep takes it. */
  async removeAll(): Promise<void> {
    for (const { stopTouching } of this.prepared) stopTouching();
    for (const folder of [...this.prepared.map(({ hidden }) => hidden), ...this.inPlace])
      // maxRetries: Windows refuses while a scanner reads a file.
      await rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }

  private async recordText(capture: PackedCapture, signal: AbortSignal): Promise<string> {
    const { zip, file } = this.bundle;
    const place = { bundle: file, entry: `${capture.name}/${CAPTURE_FILE}` };
    const imported = {
      at: new Date(this.request.clock.nowMs()).toISOString(),
      from: path.basename(file),
    };
    const text =
      capture.record === undefined
        ? recordWithout(capture)
        : await readRecordEntry(zip, capture.record, place, signal);
    return importedCaptureText(text, `${file}: ${place.entry}`, imported);
  }

  private async prepare(name: string): Promise<string> {
    const { root, clock } = this.request;
    const hidden = path.join(root, temporaryName(name));
    await mkdir(root, { recursive: true });
    await mkdir(hidden, { mode: 0o700 });
    this.prepared.push({ hidden, name, stopTouching: keepWriterAlive(() => hidden, clock) });
    await markWriter(hidden);
    return hidden;
  }

  private async moveToFreeName(hidden: string, name: string): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const folder = path.join(this.request.root, attempt === 1 ? name : `${name}-${attempt}`);
      if (await exists(folder)) continue;
      try {
        await renamePatiently(hidden, folder);
        return folder;
      } catch (error) {
        // Another took the name meanwhile.
        if (!(await exists(folder))) throw error;
      }
    }
  }
}

/** A folder of profiles without a record gets a small one, with the time of its newest file. */
function recordWithout({ name, files }: PackedCapture): string {
  const times = files.map(({ entry }) => entry.getLastModDate().getTime()).filter(Number.isFinite);
  const startedAt = times.length === 0 ? undefined : new Date(Math.max(...times)).toISOString();
  return JSON.stringify({ title: name, startedAt });
}

async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch {
    return false; // also where it may not be looked at: the rename that follows says why
  }
}
