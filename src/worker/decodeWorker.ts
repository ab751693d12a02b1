/**
 * The decoding thread's entry (dist/worker.cjs): takes a job, answers with transferred arrays. Synchronous throughout;
 * whoever wants to cancel ends the thread.
 */
import { parentPort } from 'node:worker_threads';
import { describeError, TriageError } from '../base/errors.js';
import { assertNever } from '../base/assertNever.js';
import { buildCallTree } from '../profile/callTree.js';
import { exportFolded } from '../profile/foldedExport.js';
import { listHotFunctions } from '../profile/hotFunctions.js';
import type { Profile, ProfileTables } from '../profile/model.js';
import { readProfile } from '../profile/readProfile.js';
import { summarizeProfile } from '../profile/summary.js';
import { foldSamples } from './foldSamples.js';
import { mergeSlices } from './mergeSlices.js';
import type { DecodeLimits, ProfileSource } from './ports.js';
import { inflateProfile, readWholeFile } from './readFile.js';
import { refuseReport, runRecognise, runReport } from './reportJobs.js';
import type { JobPhase, WorkerAnswer, WorkerJob, WorkerResults } from './workerMessages.js';

type OnPhase = (phase: JobPhase) => void;

function run(job: WorkerJob, onPhase: OnPhase): WorkerResults[keyof WorkerResults] {
  switch (job.kind) {
    case 'decode': {
      const profile = read(job.source, job.limits, onPhase);
      onPhase('merging');
      const tree = buildCallTree(profile);
      const { strings, functions } = profile;
      return { summary: summarizeProfile(profile), tables: { strings, functions, tree } };
    }
    case 'merge':
      return mergeSlices(job.slices, job.limits);
    case 'exportFolded': {
      const profile = read(job.source, job.limits, onPhase);
      if (profile.sampleTypes[job.sampleType] === undefined)
        throw new TriageError('internal', `The profile has no sample type number ${job.sampleType}.`);
      return exportFolded(profile, job.sampleType);
    }
    case 'listHot': {
      const profile = read(job.source, job.limits, onPhase);
      const functions = listHotFunctions(profile, profile.defaultSampleType, job.maxRows);
      return { summary: summarizeProfile(profile), functions };
    }
    case 'report':
      return runReport(job.source, job.limits, onPhase);
    case 'foldSamples':
      return foldSamples(job.source, job.limits);
    case 'recognise':
      return runRecognise(job.source);
    default:
      return assertNever(job);
  }
}

function read(source: ProfileSource, limits: DecodeLimits, onPhase: OnPhase): Profile {
  onPhase('reading');
  const stored = source.kind === 'file' ? readWholeFile(source.path, limits.maxBytes) : source.bytes;
  onPhase('inflating');
  const raw = inflateProfile(stored, limits.maxBytes);
  refuseReport(raw);
  onPhase('decoding');
  return readProfile(raw);
}

/** The buffers of a result, each once: moved to the host's thread in place of being copied. */
function transferables(result: WorkerResults[keyof WorkerResults]): ArrayBuffer[] {
  if (typeof result === 'string') return [];
  if (result instanceof Uint8Array) return [result.buffer as ArrayBuffer];
  if ('bytes' in result) return [result.bytes.buffer as ArrayBuffer];
  if ('raw' in result) return [result.raw.buffer as ArrayBuffer, result.folded.buffer as ArrayBuffer];
  if (!('tables' in result)) return [];
  return [...new Set(arraysOf(result.tables).map(array => array.buffer as ArrayBuffer))];
}

function arraysOf({ strings, functions, tree }: ProfileTables): ArrayBufferView[] {
  const { name, file, module, startLine, addresses } = functions;
  const { parent, func, how, self } = tree;
  const symbols = [name, file, module, startLine, ...(addresses === undefined ? [] : [addresses])];
  return [strings.bytes, strings.offsets, ...symbols, parent, func, how, ...self];
}

/** Where an array buffer cannot be had, V8 throws a RangeError, and TextDecoder an Error for text
 * longer than a string can be: not a fault of ours, and the user can act on it. */
function asTriageError(error: unknown): unknown {
  if (
    error instanceof Error &&
    /allocation failed|invalid (typed )?array (buffer )?length|invalid string length|string longer than/i.test(
      error.message,
    )
  )
    return new TriageError('file-too-large', 'The profile needs more memory than there is.', {
      facts: { reason: error.message },
      cause: error,
    });
  return error;
}

const port = parentPort;
if (port === null) throw new Error('decodeWorker runs as a worker thread only');
const answer = (message: WorkerAnswer, transfer: ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

port.on('message', (job: WorkerJob) => {
  try {
    const result = run(job, phase => answer({ kind: 'phase', phase }));
    answer({ kind: 'result', result }, transferables(result));
  } catch (error) {
    answer({ kind: 'failed', error: describeError(asTriageError(error)) });
  }
});
