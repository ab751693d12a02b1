/**
 * The folder of all captures: what is in it, and what a person does with one of them. Writing a new one is
 * captureWriter.ts; decoding a profile is not done here.
 */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { isTriageError, TriageError } from '../base/errors.js';
import { isTemporaryName, writeFileAtomically } from '../files/atomicWrite.js';
import { captureIssue } from './captureIssues.js';
import { kindOfFile, parseCaptureRecord, retitleCaptureText, type CaptureDefaults } from './captureJson.js';
import { CAPTURE_FILE, CAPTURE_SCHEMA, type CapturedFile, type CaptureRecord } from './captureRecord.js';
import { writeFailed } from './captureWriter.js';
import { hasLiveWriter, WRITER_FILE, WRITER_SILENT_MS } from './writerMark.js';

export type StoredCapture =
  | {
      readonly kind: 'capture';
      /** Absolute path. */
      readonly folder: string;
      /** Its state is `running` only while a writer lives. */
      readonly record: CaptureRecord;
      /** Absolute path of the file that opens: the first of `record.files` that exists. */
      readonly mainFile: string | undefined;
    }
  | {
      readonly kind: 'invalid';
      readonly folder: string;
      /** When capture.json was last changed, RFC 3339: what it is sorted by. */
      readonly startedAt: string;
      readonly error: TriageError;
    };

/** Profiles by name where capture.json is silent, what opens first standing first. */
const PROFILE_FILE =
  /^(cpu|heap|allocs|goroutine|block|mutex|threadcreate|profile)\b.*\.(pb\.gz|pb|pprof|prof|folded|txt)$|^trace\.out$/;
/** Reports, likewise: traces of system calls, samples of threads, checks of cgroups. */
const REPORT_FILE =
  /\.strace(?:\.txt)?(?:\.gz)?$|\.ktrace\.txt(?:\.gz)?$|^threads\.samples\.txt(?:\.gz)?$|^cgroups\.health\.txt$/;

/**
 * All captures below `root`, newest first. A folder counts that has a capture.json, or at least a profile or a
 * report; a capture.json that cannot be used is listed with its error. A missing root is an empty list; one that cannot be
 * read rejects with `file-unreadable`.
 */
export async function listCaptures(root: string, nowMs: number): Promise<readonly StoredCapture[]> {
  const names = await readFolderNames(root);
  const found = await Promise.all(names.map(name => readCapture(path.join(root, name), nowMs)));
  return found
    .filter(capture => capture !== undefined)
    .sort((a, b) => Date.parse(startOf(b)) - Date.parse(startOf(a)) || (a.folder < b.folder ? 1 : -1));
}

function startOf(capture: StoredCapture): string {
  return capture.kind === 'capture' ? capture.record.startedAt : capture.startedAt;
}

async function readFolderNames(root: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(root, { withFileTypes: true });
    return entries.filter(entry => !entry.isFile() && !entry.name.startsWith('.')).map(entry => entry.name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw unreadable(root, error);
  }
}

/** One capture; undefined where the folder is none (or went away). Never rejects. */
export async function readCapture(folder: string, nowMs: number): Promise<StoredCapture | undefined> {
  const file = path.join(folder, CAPTURE_FILE);
  let startedAt = new Date(0).toISOString();
  try {
    const names = (await readdir(folder)).filter(name => !name.startsWith('.'));
    const files = names.filter(isOpenable).sort(byOpening);
    const isRecorded = names.includes(CAPTURE_FILE);
    if (!isRecorded && files.length === 0) return undefined;
    startedAt = (await stat(isRecorded ? file : folder)).mtime.toISOString();
    const defaults = { startedAt, files: files.map(name => ({ name, kind: kindOfFile(name) })) };
    const record = isRecorded
      ? parseCaptureRecord(await readFile(file, 'utf8'), file, defaults)
      : recordWithout(path.basename(folder), defaults);
    const isAbandoned = record.state === 'running' && !(await hasLiveWriter(folder, nowMs));
    return {
      kind: 'capture',
      folder,
      record: isAbandoned ? { ...record, state: 'stopped' } : record,
      mainFile: findMainFile(folder, names, record.files),
    };
  } catch (error) {
    if (isMissing(error)) return undefined;
    return {
      kind: 'invalid',
      folder,
      startedAt,
      error: isTriageError(error) ? error : unreadable(file, error),
    };
  }
}

/**
 * The capture that a file belongs to: its folder has a usable capture.json that lists it. Undefined for files from
 * elsewhere. Never rejects.
 */
export async function findCaptureOf(file: string, nowMs: number): Promise<CaptureRecord | undefined> {
  const folder = path.dirname(file);
  try {
    await stat(path.join(folder, CAPTURE_FILE));
  } catch {
    return undefined; // the common case of a profile from elsewhere, told without reading its whole folder
  }
  const capture = await readCapture(folder, nowMs);
  if (capture?.kind !== 'capture') return undefined;
  return capture.record.files.some(({ name }) => name === path.basename(file)) ? capture.record : undefined;
}

function isOpenable(name: string): boolean {
  return PROFILE_FILE.test(name) || REPORT_FILE.test(name);
}

/** CPU before the others: it is what one looks for. Reports after profiles. */
function byOpening(a: string, b: string): number {
  return (
    Number(b.startsWith('cpu')) - Number(a.startsWith('cpu')) ||
    Number(REPORT_FILE.test(a)) - Number(REPORT_FILE.test(b)) ||
    (a < b ? -1 : 1)
  );
}

function recordWithout(title: string, defaults: CaptureDefaults): CaptureRecord {
  return {
    schema: CAPTURE_SCHEMA,
    title,
    state: 'complete',
    profile: defaults.files[0]?.kind ?? 'cpu',
    node: { name: '' },
    startedAt: defaults.startedAt,
    files: defaults.files,
    issues: [captureIssue('noRecord')],
  };
}

function findMainFile(
  folder: string,
  names: readonly string[],
  files: readonly CapturedFile[],
): string | undefined {
  const file = files.find(({ name }) => names.includes(name));
  return file === undefined ? undefined : path.join(folder, file.name);
}

/**
 * Gives a capture another title (undefined: the default one); all other fields stay, those of other versions too.
 * Rejects with `capture-invalid`, `file-unreadable` or `capture-write-failed`.
 */
export async function renameCapture(capture: StoredCapture, title: string | undefined): Promise<void> {
  const file = path.join(capture.folder, CAPTURE_FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (!isMissing(error) || capture.kind !== 'capture') throw unreadable(file, error);
    // Collected by hand without a record: it gets a minimal one.
    const { schema, state, profile, startedAt, files } = capture.record;
    text = JSON.stringify({ schema, state, profile, startedAt, files });
  }
  const changed = retitleCaptureText(text, file, title);
  try {
    await writeFileAtomically(file, new TextEncoder().encode(changed));
  } catch (error) {
    throw writeFailed(capture.folder, error);
  }
}

/**
 * Removes what a crashed writer left: temporary files in captures without a living writer, half-made folders, old
 * marks. Touches nothing under a name that this extension does not make. Never rejects; the number removed.
 */
export async function sweepCaptures(root: string, nowMs: number): Promise<number> {
  let removed = 0;
  for (const name of await namesIn(root)) {
    const folder = path.join(root, name);
    if (await hasLiveWriter(folder, nowMs)) continue;
    if (isTemporaryName(name)) {
      if (await removeOld(folder, nowMs)) removed++;
      continue;
    }
    const inside = await namesIn(folder);
    for (const file of inside.filter(each => isTemporaryName(each) || each === WRITER_FILE))
      if (await removeOld(path.join(folder, file), nowMs)) removed++;
  }
  return removed;
}

/** A young one may belong to a writer that has not set its mark yet, or to a rename under way. */
async function removeOld(entry: string, nowMs: number): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(entry);
    if (nowMs - mtimeMs < WRITER_SILENT_MS) return false;
    await rm(entry, { recursive: true, force: true });
    return true;
  } catch {
    return false; // gone, or not ours to remove: the next sweep tries again
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return []; // a file, gone, or not ours to read: nothing to sweep
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function unreadable(file: string, error: unknown): TriageError {
  const reason = error instanceof Error ? error.message : String(error);
  return new TriageError('file-unreadable', `${file} cannot be read: ${reason}`, {
    facts: { file, reason },
    cause: error,
  });
}
