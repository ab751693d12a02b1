/** Measuring later what a remedy changed, and writing it behind what is known of it: whether it held. */
import path from 'node:path';
import { TriageError } from '../base/errors.js';
import { FILE_BYTES } from '../base/limits.js';
import { writeFileAtomically } from '../files/atomicWrite.js';
import { readRegularText } from '../files/regularFile.js';
import type { Remedy } from '../remedy/model.js';
import { formatRemedy, parseRemedy, REMEDY_FILE } from '../remedy/remedyJson.js';
import { findCaptureOf } from './captureFolder.js';
import { writeFailed } from './captureWriter.js';
import { measureRemedy, type MeasurePorts } from './measureRemedy.js';
import type { PodCaptureOutcome, PodCaptureRequest } from './podCapture.js';

export interface CheckAgainRequest {
  /** Of the remedy's capture: absolute path. */
  readonly folder: string;
  readonly node: PodCaptureRequest['node'];
}

/**
 * Rejects with `cancelled`, `file-unreadable`, `capture-invalid` (also where the remedy was another node's),
 * `capture-write-failed`, and as the check of cgroups does; the file stays as it was then.
 */
export async function checkRemedyAgain(
  ports: MeasurePorts,
  { folder, node }: CheckAgainRequest,
  signal: AbortSignal,
  onProgress: (progress: { readonly phase: 'after' | 'saving'; readonly secondsLeft: number }) => void,
): Promise<PodCaptureOutcome> {
  const file = path.join(folder, REMEDY_FILE);
  const record = await findCaptureOf(file, ports.clock.nowMs());
  const { node: remedied } = await readRemedy(file);
  if (record === undefined || remedied !== node.name) throw invalid(file, `it is not about ${node.name}`);
  const reading = await measureRemedy(ports, node, signal, secondsLeft =>
    onProgress({ phase: 'after', secondsLeft }),
  );
  onProgress({ phase: 'saving', secondsLeft: 0 });
  // Read again: another window may have checked meanwhile.
  const remedy = await readRemedy(file);
  const text = formatRemedy({ ...remedy, again: [...remedy.again, reading] });
  try {
    await writeFileAtomically(file, new TextEncoder().encode(text));
  } catch (error) {
    throw writeFailed(folder, error);
  }
  return { folder, record };
}

async function readRemedy(file: string): Promise<Remedy> {
  const remedy = parseRemedy(await readRegularText(file, { maxBytes: FILE_BYTES.record, links: 'refuse' }));
  if (remedy === undefined) throw invalid(file, 'it is no record of a remedy');
  return remedy;
}

function invalid(file: string, reason: string): TriageError {
  return new TriageError('capture-invalid', `${file} cannot be used: ${reason}.`, {
    facts: { file, reason },
  });
}
