/**
 * Captures as one file for a colleague: a zip of their folders, as docs/capture-format.md has it. Regular files alone, no
 * links, nothing hidden; within the limits of what can be imported again. Appears whole or not at all.
 */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { isTriageError, throwIfCancelled, TriageError } from '../base/errors.js';
import { BUNDLE, CAPTURE_ENTRIES } from '../base/limits.js';
import { linkSignals } from '../base/linkedSignal.js';
import { writeFailed } from '../capture/captureWriter.js';
import { renamePatiently, temporaryName } from '../files/atomicWrite.js';
import { isRealFolder, readFolderEntries } from '../files/folderEntries.js';
import { openRegularFile, requireRegularFile, unreadableFile } from '../files/regularFile.js';
import { isFitName, isHidden, safeFolderName, sameNameKey } from './bundleNames.js';
import type { OnBundleProgress } from './importBundle.js';

interface ToPack {
  /** Absolute path. */
  readonly file: string;
  /** In the bundle. */
  readonly name: string;
}

export interface WrittenBundle {
  /** Files whose names other systems do not take. */
  readonly leftOut: readonly string[];
}

/**
 * Writes the captures of `folders` to the file `to`, replacing what is there. Rejects with `bundle-too-large`,
 * `file-unreadable`, `capture-write-failed` or `cancelled`, and then `to` is as it was.
 */
export async function writeBundle(
  folders: readonly string[],
  to: string,
  signal: AbortSignal,
  onProgress: OnBundleProgress,
): Promise<WrittenBundle> {
  const { files, leftOut } = await collect(folders, signal);
  const temporary = path.join(path.dirname(to), temporaryName(path.basename(to)));
  // What fails first ends the other, which would wait for it.
  const ended = new AbortController();
  const { signal: either, release } = linkSignals([signal, ended.signal]);
  try {
    const zip = new ZipFile();
    const target = createWriteStream(temporary, { flags: 'wx', mode: 0o600 });
    const faults: unknown[] = [];
    await Promise.all(
      [pipeline(zip.outputStream, target, { signal: either }), packAll(zip, files, either, onProgress)].map(
        part =>
          part.catch((error: unknown) => {
            faults.push(error);
            ended.abort();
          }),
      ),
    );
    if (faults.length > 0) throw faults[0];
    throwIfCancelled(signal);
    await renamePatiently(temporary, to);
    return { leftOut };
  } catch (error) {
    await rm(temporary, { force: true });
    throwIfCancelled(signal);
    throw isTriageError(error) ? error : writeFailed(path.dirname(to), error);
  } finally {
    release();
  }
}

async function packAll(
  zip: ZipFile,
  files: readonly ToPack[],
  signal: AbortSignal,
  onProgress: OnBundleProgress,
): Promise<void> {
  for (const [done, file] of files.entries()) {
    onProgress(done, files.length);
    await packOne(zip, file, signal);
  }
  zip.end();
}

/** The zip takes its files one after the other: each is opened when its turn has come. */
async function packOne(zip: ZipFile, { file, name }: ToPack, signal: AbortSignal): Promise<void> {
  throwIfCancelled(signal);
  // What was listed may be a pipe, or a link to a file of the user's, by now.
  const { handle, stats } = await openRegularFile(file, { maxBytes: BUNDLE.bytes, links: 'refuse' }, signal);
  try {
    const body = new PassThrough();
    zip.addReadStream(body, name, { mtime: stats.mtime, mode: 0o100600 });
    await pipeline(handle.createReadStream({ autoClose: false }), body, { signal });
  } finally {
    await handle.close();
  }
}

async function collect(
  folders: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly files: readonly ToPack[]; readonly leftOut: readonly string[] }> {
  if (folders.length > BUNDLE.captures) throw tooLarge('captures', BUNDLE.captures);
  const files: ToPack[] = [];
  const leftOut: string[] = [];
  const taken = new Set<string>();
  let bytes = 0;
  for (const folder of folders) {
    throwIfCancelled(signal);
    const name = freeName(safeFolderName(path.basename(folder)), taken);
    for (const file of await filesOf(folder)) {
      if (!isFitName(file)) {
        leftOut.push(file);
        continue;
      }
      const size = await requireRegularFile(path.join(folder, file), 'refuse');
      bytes += size;
      files.push({ file: path.join(folder, file), name: `${name}/${file}` });
      if (files.length > BUNDLE.entries) throw tooLarge('files', BUNDLE.entries);
      if (bytes > BUNDLE.bytes) throw tooLarge('bytes', BUNDLE.bytes);
    }
  }
  return { files, leftOut };
}

async function filesOf(folder: string): Promise<readonly string[]> {
  if (!(await isRealFolder(folder))) throw unreadableFile(folder, 'gone');
  const { entries } = await readFolderEntries(folder, CAPTURE_ENTRIES.folder);
  return entries
    .filter(entry => entry.isFile() && !isHidden([entry.name]))
    .map(({ name }) => name)
    .sort();
}

function freeName(name: string, taken: Set<string>): string {
  for (let attempt = 1; ; attempt++) {
    const tried = attempt === 1 ? name : `${name}-${attempt}`;
    const key = sameNameKey([tried]);
    if (taken.has(key)) continue;
    taken.add(key);
    return tried;
  }
}

function tooLarge(counted: 'captures' | 'files' | 'bytes', limit: number): TriageError {
  return new TriageError('bundle-too-large', `The bundle would have more than ${limit} ${counted}.`, {
    facts: { counted, limit },
  });
}
