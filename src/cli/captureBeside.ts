/**
 * What the record of a capture says beside one of its files: who was not taken for the kubelet, what the trace left out,
 * what went wrong. The file itself has none of it.
 */
import path from 'node:path';
import { FILE_BYTES, OUTSIDE_TEXT } from '../base/limits.js';
import { plainLine } from '../base/plainLine.js';
import { parseCaptureRecord } from '../capture/captureJson.js';
import { CAPTURE_FILE } from '../capture/captureRecord.js';
import { readRegularFileSync } from '../files/regularFile.js';

export interface CaptureBeside {
  /** `''` where the record does not name it. */
  readonly node: string;
  /** The record's sentences; each one safe line. */
  readonly issues: readonly string[];
}

/** Undefined where there is no record, one that cannot be read, or one that does not list the file. Never throws. */
export function captureBeside(file: string): CaptureBeside | undefined {
  try {
    const place = path.join(path.dirname(file), CAPTURE_FILE);
    const bytes = readRegularFileSync(place, { maxBytes: FILE_BYTES.record, links: 'refuse' });
    const record = parseCaptureRecord(new TextDecoder().decode(bytes), place, { startedAt: '', files: [] });
    if (!record.files.some(({ name }) => name === path.basename(file))) return undefined;
    return {
      node: plainLine(record.node.name),
      issues: record.issues.map(issue => plainLine(issue, OUTSIDE_TEXT.sentence)),
    };
  } catch {
    return undefined; // a file from elsewhere, or a folder that is none of ours
  }
}
