/**
 * Writes one capture folder. The folder appears whole with the first save (prepared under a hidden name, renamed into
 * place); later saves replace its files one by one by rename. What is in the files is the caller's matter.
 */
import { constants } from 'node:fs';
import { access, lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { throwIfCancelled, TriageError } from '../base/errors.js';
import { fileProblemOf } from '../base/fileProblem.js';
import { renamePatiently, temporaryName, writeFileAtomically } from '../files/atomicWrite.js';
import { formatCaptureRecord, parseCaptureRecord } from './captureJson.js';
import { CAPTURE_FILE, type CaptureRecord } from './captureRecord.js';
import type { Clock } from './clock.js';
import { captureFolderName } from './folderName.js';
import { targetName, type ProfileTarget } from './profileTarget.js';
import { readRecordText } from './recordFile.js';
import { keepWriterAlive, markWriter, unmarkWriter } from './writerMark.js';

export interface SavedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface CaptureIdentity {
  /** Absolute path of the folder that holds all captures; made where it is missing. */
  readonly root: string;
  readonly startedMs: number;
  readonly target: ProfileTarget;
  readonly profile: string;
}

export interface CaptureWriter {
  /** Absolute path; there once {@link isSaved}. Another capture of the same second may still move it to `…-2`. */
  readonly folder: string;
  readonly isSaved: boolean;
  /** Writes the file, then the record. Rejects with `capture-write-failed`; what was saved before stays whole. */
  save(file: SavedFile, record: CaptureRecord): Promise<void>;
  /** Writes the record alone. Only after the first {@link save}. */
  saveRecord(record: CaptureRecord): Promise<void>;
  /** Removes everything. */
  discard(): Promise<void>;
  /** Ends the writer; the capture stays. Never rejects. */
  close(): Promise<void>;
}

/** Rejects with `capture-write-failed` where nothing can be written below `identity.root`. */
export async function createCaptureWriter(identity: CaptureIdentity, clock: Clock): Promise<CaptureWriter> {
  try {
    await mkdir(identity.root, { recursive: true });
    await access(identity.root, constants.W_OK);
  } catch (error) {
    throw writeFailed(identity.root, error);
  }
  const writer = new FolderWriter(identity, clock);
  await writer.chooseFolder();
  return writer;
}

/**
 * Lets `fill` write a capture whole or not at all: where it rejects nothing is on the disk, and once `signal` is aborted
 * the reason is `cancelled`, whatever the abort made fail first.
 */
export async function writeWholeCapture<T>(
  identity: CaptureIdentity,
  clock: Clock,
  signal: AbortSignal,
  fill: (writer: CaptureWriter) => Promise<T>,
): Promise<T> {
  throwIfCancelled(signal);
  const writer = await createCaptureWriter(identity, clock);
  try {
    return await fill(writer);
  } catch (error) {
    await writer.discard();
    throwIfCancelled(signal);
    throw error;
  } finally {
    await writer.close();
  }
}

class FolderWriter implements CaptureWriter {
  private attempt = 0;
  private saved = false;
  private stopTouching: (() => void) | undefined;

  constructor(
    private readonly identity: CaptureIdentity,
    private readonly clock: Clock,
  ) {}

  get folder(): string {
    return path.join(this.identity.root, this.name);
  }

  get isSaved(): boolean {
    return this.saved;
  }

  /** The next name that is free. */
  async chooseFolder(): Promise<void> {
    do this.attempt++;
    while (await exists(this.folder));
  }

  async save(file: SavedFile, record: CaptureRecord): Promise<void> {
    try {
      if (this.saved) {
        await writeFileAtomically(path.join(this.folder, file.name), file.bytes);
        await this.writeRecord(record);
      } else {
        await this.appear(file, record);
      }
    } catch (error) {
      throw writeFailed(this.folder, error);
    }
  }

  async saveRecord(record: CaptureRecord): Promise<void> {
    try {
      await this.writeRecord(record);
    } catch (error) {
      throw writeFailed(this.folder, error);
    }
  }

  async discard(): Promise<void> {
    this.stopTouching?.();
    // maxRetries: Windows refuses while an editor or a scanner reads a file.
    try {
      if (this.saved) await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
    } catch (error) {
      throw writeFailed(this.folder, error);
    }
    this.saved = false;
  }

  async close(): Promise<void> {
    this.stopTouching?.();
    // A mark that stays grows old by itself and then says the same.
    if (this.saved) await unmarkWriter(this.folder).catch(() => undefined);
  }

  private get name(): string {
    const { startedMs, target, profile } = this.identity;
    return captureFolderName(startedMs, targetName(target), profile, this.attempt);
  }

  private async writeRecord(record: CaptureRecord): Promise<void> {
    const file = path.join(this.folder, CAPTURE_FILE);
    // A person may have renamed the capture or its case while it runs.
    const names = await readNames(this.folder, record);
    const bytes = new TextEncoder().encode(formatCaptureRecord({ ...record, ...names }));
    await writeFileAtomically(file, bytes);
  }

  private async appear(file: SavedFile, record: CaptureRecord): Promise<void> {
    const hidden = path.join(this.identity.root, temporaryName(this.name));
    try {
      await mkdir(hidden, { mode: 0o700 });
      await markWriter(hidden);
      await writeFileAtomically(path.join(hidden, file.name), file.bytes);
      const text = formatCaptureRecord(record);
      await writeFile(path.join(hidden, CAPTURE_FILE), text, { mode: 0o600, flag: 'wx' });
      await this.moveIntoPlace(hidden);
    } catch (error) {
      await rm(hidden, { recursive: true, force: true });
      throw error;
    }
    this.saved = true;
    this.stopTouching = keepWriterAlive(() => this.folder, this.clock);
  }

  private async moveIntoPlace(hidden: string): Promise<void> {
    for (;;) {
      try {
        await renamePatiently(hidden, this.folder);
        return;
      } catch (error) {
        // A capture of the same node and second took the name meanwhile (ENOTEMPTY, EEXIST, on Windows EPERM).
        if (!(await exists(this.folder))) throw error;
        await this.chooseFolder();
      }
    }
  }
}

async function readNames(
  folder: string,
  record: CaptureRecord,
): Promise<Pick<CaptureRecord, 'title' | 'case'>> {
  try {
    const unknownTime = { startedAt: new Date(0).toISOString(), files: [] };
    const known = parseCaptureRecord(await readRecordText(folder), folder, unknownTime);
    return { title: known.title, case: known.case ?? record.case };
  } catch {
    return { title: undefined, case: record.case }; // spoilt or gone: the write that follows makes it good
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch {
    return false; // also where it may not be looked at: the write that follows says why
  }
}

/** A system error as `capture-write-failed`; a TriageError as it is. */
export function writeFailed(folder: string, error: unknown): TriageError {
  if (error instanceof TriageError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new TriageError('capture-write-failed', `The capture could not be written to ${folder}: ${reason}`, {
    facts: { folder, reason, problem: fileProblemOf(error) },
    cause: error,
  });
}
