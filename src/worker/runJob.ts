/**
 * One job from its message to its result, and which of their buffers can be moved in place of being copied. Knows no
 * platform: files and compression are the host's.
 */
import { assertNever } from '../base/assertNever.js';
import { TriageError } from '../base/errors.js';
import { readEvidence } from '../evidence/readEvidence.js';
import { buildCallTree } from '../profile/callTree.js';
import { exportFolded } from '../profile/foldedExport.js';
import { listHotFunctions } from '../profile/hotFunctions.js';
import type { Profile, ProfileTables } from '../profile/model.js';
import { summarizeProfile } from '../profile/summary.js';
import { foldSamples } from './foldSamples.js';
import type { JobHost, OnPhase } from './jobHost.js';
import { MergeStore } from './mergeStore.js';
import type { DecodeLimits, ProfileSource } from './workerPorts.js';
import { refuseReport, runRecognise, runReport } from './reportJobs.js';
import type { WorkerJob, WorkerResults } from './workerMessages.js';

export type JobResult = WorkerResults[keyof WorkerResults];

export type RunJob = (job: WorkerJob, onPhase: OnPhase) => Promise<JobResult>;

/**
 * For one thread: what is merged of captures under way stays in it. Takes one job at a time, and rejects with TriageError
 * as the job gives it; whatever else is thrown is a fault of ours.
 */
export function createJobs(host: JobHost): RunJob {
  const merges = new MergeStore(host);
  return async (job, onPhase) => {
    try {
      return await run(job, { host, merges }, onPhase);
    } catch (error) {
      throw asTriageError(error);
    }
  };
}

interface Thread {
  readonly host: JobHost;
  readonly merges: MergeStore;
}

async function run(job: WorkerJob, { host, merges }: Thread, onPhase: OnPhase): Promise<JobResult> {
  const open = (source: ProfileSource, limits: DecodeLimits) => openProfile(host, source, limits, onPhase);
  switch (job.kind) {
    case 'decode': {
      const profile = await open(job.source, job.limits);
      onPhase('merging');
      const tree = buildCallTree(profile);
      const { strings, functions } = profile;
      return { summary: summarizeProfile(profile), tables: { strings, functions, tree } };
    }
    case 'merge':
      return merges.run(job);
    case 'endMerge':
      merges.end(job.session);
      return 'ended';
    case 'exportFolded': {
      const profile = await open(job.source, job.limits);
      if (profile.sampleTypes[job.sampleType] === undefined)
        throw new TriageError('internal', `The profile has no sample type number ${job.sampleType}.`);
      return exportFolded(profile, job.sampleType);
    }
    case 'listHot': {
      const profile = await open(job.source, job.limits);
      const functions = listHotFunctions(profile, profile.defaultSampleType, job.maxRows);
      return { summary: summarizeProfile(profile), functions };
    }
    case 'report':
      return runReport(job.source, job.limits, host, onPhase);
    case 'foldSamples':
      return foldSamples(job.source, job.limits, host);
    case 'recognise':
      return runRecognise(job.source, host);
    default:
      return assertNever(job);
  }
}

async function openProfile(
  host: JobHost,
  source: ProfileSource,
  limits: DecodeLimits,
  onPhase: OnPhase,
): Promise<Profile> {
  const raw = await host.open(source, limits.maxBytes, onPhase);
  refuseReport(raw);
  onPhase('decoding');
  return readEvidence(raw, 'profile').profile;
}

/** The buffers of a result, each once: moved to the caller's thread in place of being copied. */
export function buffersOfResult(result: JobResult): ArrayBuffer[] {
  if (typeof result === 'string') return [];
  if (result instanceof Uint8Array) return [result.buffer as ArrayBuffer];
  if ('bytes' in result) return result.bytes === undefined ? [] : [result.bytes.buffer as ArrayBuffer];
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
