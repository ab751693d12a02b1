/**
 * What is in a bundle, looked through before a byte of it is written: names, kinds, numbers and sizes as its directory
 * says them. What the directory says of a size is held against what comes when it is unpacked (yauzl, extractEntry.ts).
 */
import path from 'node:path';
import { type Entry, getFileNameLowLevel, type ZipFile } from 'yauzl';
import { isTriageError, throwIfCancelled, type TriageError } from '../base/errors.js';
import { BUNDLE, CAPTURE_ENTRIES } from '../base/limits.js';
import { isOpenable } from '../capture/captureFolder.js';
import { CAPTURE_FILE } from '../capture/captureRecord.js';
import { invalidBundle } from './bundleProblem.js';
import { entryParts, isHidden, sameNameKey } from './bundleNames.js';

export interface PackedFile {
  /** Inside its folder: no slash. */
  readonly name: string;
  readonly entry: Entry;
}

/** One capture of a bundle. */
export interface PackedCapture {
  /** Of its folder, as it is written there. */
  readonly name: string;
  /** Its capture.json; undefined where it has none. */
  readonly record: Entry | undefined;
  readonly files: readonly PackedFile[];
}

const FOLDER = 0x4000;
const REGULAR = 0x8000;
const KIND = 0xf000;
/** FILE_ATTRIBUTE_REPARSE_POINT: what links are on Windows. */
const REPARSE_POINT = 0x400;

/**
 * The captures in a bundle: its folders with a capture.json, a profile or a report; what else is in it is left out.
 * Rejects with `bundle-invalid`, or with `cancelled`. `file`: for messages.
 */
export async function readBundleContents(
  zip: ZipFile,
  file: string,
  signal: AbortSignal,
): Promise<readonly PackedCapture[]> {
  const contents = new Contents(file, zip.fileSize);
  try {
    for await (const entry of zip.eachEntry()) {
      throwIfCancelled(signal);
      contents.add(entry);
    }
  } catch (error) {
    throw isTriageError(error) ? error : invalidBundle(file, 'damaged', { cause: error });
  }
  return contents.captures();
}

interface Folder {
  readonly name: string;
  record: Entry | undefined;
  readonly files: PackedFile[];
}

class Contents {
  private readonly folders = new Map<string, Folder>();
  private readonly names = new Set<string>();
  private entries = 0;
  private bytes = 0;
  private packedBytes = 0;

  constructor(
    private readonly file: string,
    private readonly fileSize: number,
  ) {}

  add(entry: Entry): void {
    if (++this.entries > BUNDLE.entries) throw invalidBundle(this.file, 'too-many-files');
    const written = nameOf(entry);
    const isFolder = written.endsWith('/');
    const parts = entryParts(isFolder ? written.slice(0, -1) : written);
    if (parts === undefined) throw this.invalid('unfit-name', written);
    if (!isOfKind(entry, isFolder)) throw this.invalid('no-file', written);
    this.takeBytes(entry);
    if (isFolder) return;
    const key = sameNameKey(parts);
    if (this.names.has(key)) throw this.invalid('duplicate', written);
    this.names.add(key);
    if (entry.isEncrypted()) throw this.invalid('encrypted', written);
    if (!entry.canDecodeFileData()) throw this.invalid('unknown-method', written);
    if (!isHidden(parts)) this.addFile(parts, entry);
  }

  captures(): readonly PackedCapture[] {
    const found = [...this.folders.values()].filter(
      ({ record, files }) => record !== undefined || files.some(({ name }) => isOpenable(name)),
    );
    if (found.length === 0) throw invalidBundle(this.file, 'no-captures');
    if (found.length > BUNDLE.captures) throw invalidBundle(this.file, 'too-many-captures');
    const full = found.find(({ files }) => files.length >= CAPTURE_ENTRIES.folder);
    if (full !== undefined) throw this.invalid('too-many-files', full.name);
    return found;
  }

  private addFile(parts: readonly string[], entry: Entry): void {
    const name = parts.at(-1) ?? '';
    const key = parts.slice(0, -1).join('/');
    let folder = this.folders.get(key);
    if (folder === undefined) {
      // Files at the top are one capture, of the bundle's own name.
      const own = parts.at(-2) ?? path.basename(this.file).replace(/\.zip$/i, '');
      folder = { name: own, record: undefined, files: [] };
      this.folders.set(key, folder);
    }
    if (name === CAPTURE_FILE) folder.record = entry;
    else folder.files.push({ name, entry });
  }

  private takeBytes({ uncompressedSize, compressedSize }: Entry): void {
    this.bytes += uncompressedSize;
    this.packedBytes += compressedSize;
    if (this.bytes > BUNDLE.bytes) throw invalidBundle(this.file, 'too-large');
    if (this.bytes > BUNDLE.expansionFrom && this.bytes > this.fileSize * BUNDLE.expansion)
      throw invalidBundle(this.file, 'expands');
    if (this.packedBytes > this.fileSize) throw invalidBundle(this.file, 'overlaps');
  }

  private invalid(problem: Parameters<typeof invalidBundle>[1], entry: string): TriageError {
    return invalidBundle(this.file, problem, { entry });
  }
}

/** As UTF-8, or as the code page 437 of the format's beginnings. A backslash stays one, and is refused. */
function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);
}

/** Unix says what an entry is in the upper half of its attributes; 0 is what others write there. */
function isOfKind({ externalFileAttributes }: Entry, isFolder: boolean): boolean {
  const kind = (externalFileAttributes >>> 16) & KIND;
  if (kind === 0) return (externalFileAttributes & REPARSE_POINT) === 0;
  return kind === (isFolder ? FOLDER : REGULAR);
}
