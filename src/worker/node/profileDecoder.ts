/**
 * ProfileDecoder, ReportReader and SampleReader over two threads: a large profile takes seconds to decode, and neither the
 * next slice of a capture nor the question which editor opens a file waits for it. What the threads do is decodeWorker.ts.
 */
import type {
  DecodeLimits,
  ProfileDecoder,
  ProfileSource,
  ReportReader,
  SampleReader,
  SliceMerger,
} from '../workerPorts.js';
import { SliceMerging, type MergeThread } from '../sliceMerging.js';
import type { JobPhase, WorkerJob, WorkerResults } from '../workerMessages.js';
import { JobThread } from './jobThread.js';

/** Of one file's head, of slices of seconds, of samples in a script's bounds: done in a moment. */
const SHORT: ReadonlySet<WorkerJob['kind']> = new Set(['recognise', 'merge', 'endMerge', 'foldSamples']);

/** `workerFile`: absolute path of dist/worker.cjs. */
export function createProfileDecoder(workerFile: string): ProfileDecoder & ReportReader & SampleReader {
  return new ThreadDecoder(workerFile);
}

class ThreadDecoder implements ProfileDecoder, ReportReader, SampleReader {
  readonly #long: JobThread;
  readonly #short: JobThread;
  #sessions = 0;

  constructor(workerFile: string) {
    this.#long = new JobThread(workerFile);
    this.#short = new JobThread(workerFile);
  }

  decode(
    ...[source, limits, signal, onPhase]: Parameters<ProfileDecoder['decode']>
  ): ReturnType<ProfileDecoder['decode']> {
    // A job's phases are those of its kind.
    const tell = onPhase as ((phase: JobPhase) => void) | undefined;
    return this.#run({ kind: 'decode', source: ownSource(source), limits }, signal, tell);
  }

  mergeSlices(limits: DecodeLimits): SliceMerger {
    const thread: MergeThread = {
      merge: (job, signal) => this.#run({ ...job, slices: job.slices.map(ownBytes) }, signal),
      // A thread that is gone holds nothing.
      end: session =>
        void this.#run({ kind: 'endMerge', session }, new AbortController().signal).catch(() => undefined),
    };
    return new SliceMerging(thread, ++this.#sessions, limits);
  }

  exportFolded(
    ...[source, sampleType, limits, signal]: Parameters<ProfileDecoder['exportFolded']>
  ): ReturnType<ProfileDecoder['exportFolded']> {
    return this.#run({ kind: 'exportFolded', source: ownSource(source), sampleType, limits }, signal);
  }

  listHot(
    ...[source, maxRows, limits, signal]: Parameters<ProfileDecoder['listHot']>
  ): ReturnType<ProfileDecoder['listHot']> {
    return this.#run({ kind: 'listHot', source: ownSource(source), maxRows, limits }, signal);
  }

  readReport(
    ...[source, limits, signal, onPhase]: Parameters<ReportReader['readReport']>
  ): ReturnType<ReportReader['readReport']> {
    const tell = onPhase as ((phase: JobPhase) => void) | undefined;
    return this.#run({ kind: 'report', source: ownSource(source), limits }, signal, tell);
  }

  foldSamples(
    ...[source, limits, signal]: Parameters<SampleReader['foldSamples']>
  ): ReturnType<SampleReader['foldSamples']> {
    return this.#run({ kind: 'foldSamples', source: ownSource(source), limits }, signal);
  }

  recognise(
    ...[source, limits, signal]: Parameters<ReportReader['recognise']>
  ): ReturnType<ReportReader['recognise']> {
    return this.#run({ kind: 'recognise', source: ownSource(source), limits }, signal);
  }

  dispose(): void {
    this.#long.dispose();
    this.#short.dispose();
  }

  #run<J extends WorkerJob>(
    job: J,
    signal: AbortSignal,
    onPhase?: (phase: JobPhase) => void,
  ): Promise<WorkerResults[J['kind']]> {
    const thread = SHORT.has(job.kind) ? this.#short : this.#long;
    return thread.run(job, signal, onPhase);
  }
}

/** A copy in a buffer of its own: what is transferred is lost to the caller, and a Node Buffer shares a pool. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function ownSource(source: ProfileSource): ProfileSource {
  return source.kind === 'file' ? source : { ...source, bytes: ownBytes(source.bytes) };
}
