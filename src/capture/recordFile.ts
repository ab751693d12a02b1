/** capture.json on the disk: a regular file of a sane size, or none. What it says is captureJson.ts's. */
import path from 'node:path';
import { isTriageError, TriageError } from '../base/errors.js';
import { FILE_BYTES } from '../base/limits.js';
import { readRegularText } from '../files/regularFile.js';
import { CAPTURE_FILE } from './captureRecord.js';

/**
 * The text of a capture's record. Rejects with `file-unreadable` (also where it is a link: the folder may be of any origin)
 * and `capture-invalid` where it is larger than any record.
 */
export async function readRecordText(folder: string): Promise<string> {
  const file = path.join(folder, CAPTURE_FILE);
  try {
    return await readRegularText(file, { maxBytes: FILE_BYTES.record, links: 'refuse' });
  } catch (error) {
    if (!isTriageError(error) || error.code !== 'file-too-large') throw error;
    const reason = `it is larger than ${FILE_BYTES.record} bytes`;
    throw new TriageError('capture-invalid', `${file} cannot be used: ${reason}.`, {
      facts: { file, reason },
      cause: error,
    });
  }
}

/** Whether an error, or what caused it, says that there is nothing by that name. */
export function isMissing(error: unknown): boolean {
  const code = codeOf(isTriageError(error) ? error.cause : error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
