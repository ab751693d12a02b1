/**
 * The folder of all captures: what is in it, and what a person does with one of them. Writing a new one is
 * captureWriter.ts, removing what a crash left captureSweep.ts; decoding a profile is not done here. A folder may be a
 * colleague's or come with a repository: links in it are not followed, nothing but regular files is opened, and all that
 * is read has a limit (src/base/limits.ts).
 */
import type { Stats } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import path from 'node:path';
import { TriageError } from '../base/errors.js';
import { CAPTURE_ENTRIES, FILE_BYTES, LISTED_RECORD_BYTES } from '../base/limits.js';
import { readFolderEntries } from '../files/folderEntries.js';
import { requireRegularFile, unreadableBy } from '../files/regularFile.js';
import { captureIssue } from './captureIssues.js';
import { kindOfFile, parseCaptureRecord, type CaptureDefaults } from './captureJson.js';
import {
  CAPTURE_FILE,
  CAPTURE_SCHEMA,
  type CapturedFile,
  type CaptureRecord,
  type CaptureState,
} from './captureRecord.js';
import { isMissing, readRecordText } from './recordFile.js';
import { hasLiveWriter } from './writerMark.js';

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
/** Reports, likewise: traces of system calls, samples of threads, checks of cgroups, facts of a node. */
const REPORT_FILE =
  /\.strace(?:\.txt)?(?:\.gz)?$|\.ktrace\.txt(?:\.gz)?$|^threads\.samples\.txt(?:\.gz)?$|^cgroups\.health\.txt$|^facts\.node\.txt$|\.triage\.json$/;

export interface CaptureList {
  /** Newest first. */
  readonly captures: readonly StoredCapture[];
  /** The folder has more than are listed. */
  readonly isCut: boolean;
}

/** What one listing may still read of records; each capture's share is taken before it is read. */
export interface RecordBudget {
  bytes: number;
}

/** As {@link readCapture}. */
export type CaptureReader = (
  folder: string,
  nowMs: number,
  budget: RecordBudget,
) => Promise<StoredCapture | undefined>;

/**
 * All captures below `root`. A folder counts that has a capture.json, or at least a profile or a report; a capture.json
 * that cannot be used is listed with its error. Links to folders are none of ours. A missing root is an empty list; one
 * that cannot be read rejects with `file-unreadable`.
 */
export async function listCaptures(
  root: string,
  nowMs: number,
  read: CaptureReader = readCapture,
): Promise<CaptureList> {
  const { names, isCut } = await readFolderNames(root);
  const newest = names.slice(0, CAPTURE_ENTRIES.captures);
  const captures = await readSome(newest.map(name => path.join(root, name)).values(), nowMs, read);
  captures.sort((a, b) => Date.parse(startOf(b)) - Date.parse(startOf(a)) || (a.folder < b.folder ? 1 : -1));
  return { captures, isCut: isCut || newest.length < names.length };
}

/** As many at a time as may be in memory together. */
async function readSome(
  folders: IterableIterator<string>,
  nowMs: number,
  read: CaptureReader,
): Promise<StoredCapture[]> {
  const found: StoredCapture[] = [];
  const budget: RecordBudget = { bytes: LISTED_RECORD_BYTES };
  const readers = Array.from({ length: CAPTURE_ENTRIES.atOnce }, async () => {
    // All readers draw from one iterator.
    for (const folder of folders) {
      const capture = await read(folder, nowMs, budget);
      if (capture !== undefined) found.push(capture);
    }
  });
  await Promise.all(readers);
  return found;
}

function startOf(capture: StoredCapture): string {
  return capture.kind === 'capture' ? capture.record.startedAt : capture.startedAt;
}

/** Our names begin with the time: the last by name are the newest. */
async function readFolderNames(
  root: string,
): Promise<{ readonly names: readonly string[]; readonly isCut: boolean }> {
  try {
    const { entries, isCut } = await readFolderEntries(root, CAPTURE_ENTRIES.root);
    const folders = entries.filter(entry => entry.isDirectory() && !entry.name.startsWith('.'));
    const names = folders.map(({ name }) => name).sort((a, b) => (a < b ? 1 : -1));
    return { names, isCut };
  } catch (error) {
    if (isMissing(error)) return { names: [], isCut: false };
    throw unreadableBy(root, error);
  }
}

/** One capture; undefined where the folder is none (or went away). Never rejects. */
export async function readCapture(
  folder: string,
  nowMs: number,
  budget: RecordBudget = { bytes: FILE_BYTES.record },
): Promise<StoredCapture | undefined> {
  const file = path.join(folder, CAPTURE_FILE);
  let startedAt = new Date(0).toISOString();
  try {
    const { names, isCut } = await readFileNames(folder);
    const files = [...names].filter(isOpenable).sort(byOpening);
    const recorded = await statOrNothing(file);
    if (recorded === undefined && files.length === 0) return undefined;
    startedAt = (recorded ?? (await stat(folder))).mtime.toISOString();
    const defaults = { startedAt, files: files.map(name => ({ name, kind: kindOfFile(name) })) };
    const record =
      recorded === undefined
        ? recordWithout(path.basename(folder), defaults)
        : parseCaptureRecord(await readWithin(budget, folder, recorded), file, defaults);
    const issues = isCut ? [captureIssue('folderCut', CAPTURE_ENTRIES.folder)] : [];
    return {
      kind: 'capture',
      folder,
      record: {
        ...record,
        state: await stateNow(record.state, folder, nowMs),
        issues: [...record.issues, ...issues],
      },
      mainFile: await findMainFile(folder, isCut ? undefined : names, record.files),
    };
  } catch (error) {
    if (isMissing(error)) return undefined;
    return {
      kind: 'invalid',
      folder,
      startedAt,
      error: unreadableBy(file, error),
    };
  }
}

/** `running` is true while a writer lives. */
async function stateNow(state: CaptureState, folder: string, nowMs: number): Promise<CaptureState> {
  return state === 'running' && !(await hasLiveWriter(folder, nowMs)) ? 'stopped' : state;
}

/** Regular files alone: a link leads to wherever others want. */
async function readFileNames(
  folder: string,
): Promise<{ readonly names: ReadonlySet<string>; readonly isCut: boolean }> {
  const { entries, isCut } = await readFolderEntries(folder, CAPTURE_ENTRIES.folder);
  const files = entries.filter(entry => entry.isFile() && !entry.name.startsWith('.'));
  return { names: new Set(files.map(({ name }) => name)), isCut };
}

async function statOrNothing(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readWithin(budget: RecordBudget, folder: string, { size }: Stats): Promise<string> {
  // What is larger than any record is refused unread.
  if (size > FILE_BYTES.record) return readRecordText(folder);
  if (size > budget.bytes) throw overBudget(path.join(folder, CAPTURE_FILE));
  budget.bytes -= size;
  return readRecordText(folder);
}

function overBudget(file: string): TriageError {
  const reason = `it was not read, as the records of the other captures have ${LISTED_RECORD_BYTES} bytes already`;
  return new TriageError('capture-invalid', `${file} cannot be used: ${reason}.`, {
    facts: { file, reason },
  });
}

/**
 * The capture that a file belongs to: its folder has a usable capture.json that lists it. Undefined for files from
 * elsewhere. Never rejects.
 */
export async function findCaptureOf(file: string, nowMs: number): Promise<CaptureRecord | undefined> {
  const folder = path.dirname(file);
  try {
    await requireRegularFile(path.join(folder, CAPTURE_FILE), 'refuse');
  } catch {
    return undefined; // the common case of a profile from elsewhere, told without reading its whole folder
  }
  const capture = await readCapture(folder, nowMs);
  if (capture?.kind !== 'capture') return undefined;
  return capture.record.files.some(({ name }) => name === path.basename(file)) ? capture.record : undefined;
}

/** A trace of system calls, samples of threads or a check of cgroups, by its name. */
export function isReportFile(name: string): boolean {
  return REPORT_FILE.test(name);
}

/** What opens without a record: a profile or a report, by its name. */
export function isOpenable(name: string): boolean {
  return PROFILE_FILE.test(name) || isReportFile(name);
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

/** `names`: those in the folder, where all of them are known. */
async function findMainFile(
  folder: string,
  names: ReadonlySet<string> | undefined,
  files: readonly CapturedFile[],
): Promise<string | undefined> {
  for (const { name } of files) {
    const file = path.join(folder, name);
    if (names === undefined ? await isRegularFile(file) : names.has(name)) return file;
  }
  return undefined;
}

async function isRegularFile(file: string): Promise<boolean> {
  try {
    await requireRegularFile(file, 'refuse');
    return true;
  } catch {
    return false; // nothing that opens
  }
}
