/** Names that a person gives to captures and cases, in their records. All other fields stay, those of other versions too. */
import path from 'node:path';
import { writeFileAtomically } from '../files/atomicWrite.js';
import type { StoredCapture } from './captureFolder.js';
import { retitleCaptureText, retitleCaseText } from './captureJson.js';
import { CAPTURE_FILE } from './captureRecord.js';
import { writeFailed } from './captureWriter.js';
import { isMissing, readRecordText } from './recordFile.js';

/**
 * Gives a capture another title (undefined: the default one). Rejects with `capture-invalid`, `file-unreadable` or
 * `capture-write-failed`.
 */
export async function renameCapture(capture: StoredCapture, title: string | undefined): Promise<void> {
  await changeRecord(capture, (text, file) => retitleCaptureText(text, file, title));
}

/**
 * Gives all captures of a case its title (undefined: none), one after the other. Captures that only the time between
 * them joined get an id together, so that the case keeps its name whatever comes between. Rejects as
 * {@link renameCapture} does; those before the one that could not be written have the title then.
 * @param newId letters and digits, for a case that has none
 */
export async function renameCase(
  captures: readonly Extract<StoredCapture, { kind: 'capture' }>[],
  title: string | undefined,
  newId: string,
): Promise<void> {
  const id = captures.find(({ record }) => record.case !== undefined)?.record.case?.id ?? newId;
  for (const capture of captures)
    await changeRecord(capture, (text, file) => retitleCaseText(text, file, { id, title }));
}

async function changeRecord(
  capture: StoredCapture,
  change: (text: string, file: string) => string,
): Promise<void> {
  const file = path.join(capture.folder, CAPTURE_FILE);
  const changed = change(await recordText(capture), file);
  try {
    await writeFileAtomically(file, new TextEncoder().encode(changed));
  } catch (error) {
    throw writeFailed(capture.folder, error);
  }
}

async function recordText(capture: StoredCapture): Promise<string> {
  try {
    return await readRecordText(capture.folder);
  } catch (error) {
    if (!isMissing(error) || capture.kind !== 'capture') throw error;
    // Collected by hand without a record: it gets a minimal one.
    const { schema, state, profile, startedAt, files } = capture.record;
    return JSON.stringify({ schema, state, profile, startedAt, files });
  }
}
