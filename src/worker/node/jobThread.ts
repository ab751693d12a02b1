/**
 * One worker thread for jobs of decodeWorker.ts. It starts with the first job, takes one job at a time, ends after a while
 * without work, and is replaced where a job is cancelled or kills it.
 */
import { Worker } from 'node:worker_threads';
import { restoreError, throwIfCancelled, TriageError } from '../../base/errors.js';
import type { JobPhase, WorkerAnswer, WorkerJob, WorkerResults } from '../workerMessages.js';

/** An idle thread holds some 10 MB. */
const IDLE_MS = 30_000;
/** For JavaScript objects; the profile's tables are array buffers, which are outside of it. */
const HEAP_MEGABYTES = 2048;

interface PendingJob {
  readonly job: WorkerJob;
  readonly transfer: ArrayBuffer[];
  readonly onPhase: ((phase: JobPhase) => void) | undefined;
  readonly resolve: (result: WorkerResults[keyof WorkerResults]) => void;
  readonly reject: (error: TriageError) => void;
}

export class JobThread {
  readonly #workerFile: string;
  readonly #queue: PendingJob[] = [];
  #running: PendingJob | undefined;
  #worker: Worker | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #isDisposed = false;

  /** `workerFile`: absolute path of dist/worker.cjs. */
  constructor(workerFile: string) {
    this.#workerFile = workerFile;
  }

  /** What the job moves to the thread is lost to the caller. Rejects with TriageError. */
  async run<J extends WorkerJob>(
    job: J,
    signal: AbortSignal,
    onPhase?: (phase: JobPhase) => void,
  ): Promise<WorkerResults[J['kind']]> {
    throwIfCancelled(signal);
    if (this.#isDisposed) throw cancelled();
    let onAbort: (() => void) | undefined;
    try {
      const result = await new Promise<WorkerResults[keyof WorkerResults]>((resolve, reject) => {
        const pending = { job, transfer: buffersOf(job), onPhase, resolve, reject };
        onAbort = () => this.#cancel(pending);
        signal.addEventListener('abort', onAbort, { once: true });
        this.#queue.push(pending);
        this.#startNext();
      });
      // The thread answers one job at a time, and the answer to a job has its kind.
      return result as WorkerResults[J['kind']];
    } finally {
      if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#stopThread();
    for (const pending of [this.#running, ...this.#queue.splice(0)]) pending?.reject(cancelled());
    this.#running = undefined;
  }

  #startNext(): void {
    if (this.#running !== undefined) return;
    const next = this.#queue.shift();
    if (next === undefined) {
      this.#idleTimer = setTimeout(() => this.#stopThread(), IDLE_MS).unref();
      return;
    }
    clearTimeout(this.#idleTimer);
    this.#running = next;
    this.#worker ??= this.#startThread();
    // While a job runs the process waits for it; an idle thread does not keep it alive.
    this.#worker.ref();
    this.#worker.postMessage(next.job, next.transfer);
  }

  #startThread(): Worker {
    const worker = new Worker(this.#workerFile, {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
    });
    // Events of a thread that was replaced say nothing about the job that runs now.
    const ifCurrent = (act: () => void) => () => {
      if (this.#worker === worker) act();
    };
    worker.on('message', (message: WorkerAnswer) => ifCurrent(() => this.#receive(message))());
    worker.on('error', (error: Error) => ifCurrent(() => this.#lose(describeCrash(error)))());
    worker.on(
      'exit',
      ifCurrent(() => this.#lose(new TriageError('internal', 'The decoding thread ended by itself.'))),
    );
    return worker;
  }

  #receive(message: WorkerAnswer): void {
    const running = this.#running;
    if (running === undefined) return;
    if (message.kind === 'phase') {
      running.onPhase?.(message.phase);
      return;
    }
    this.#running = undefined;
    this.#worker?.unref();
    if (message.kind === 'result') running.resolve(message.result);
    else running.reject(restoreError(message.error));
    this.#startNext();
  }

  /** The thread is gone: its job fails, the next one gets a new thread. */
  #lose(error: TriageError): void {
    const running = this.#running;
    this.#running = undefined;
    this.#stopThread();
    running?.reject(error);
    this.#startNext();
  }

  /** A thread deep in a loop listens to nothing: it is ended, which V8 does at once. */
  #cancel(pending: PendingJob): void {
    if (this.#running === pending) {
      this.#lose(cancelled());
      return;
    }
    const index = this.#queue.indexOf(pending);
    if (index === -1) return;
    this.#queue.splice(index, 1);
    pending.reject(cancelled());
  }

  #stopThread(): void {
    clearTimeout(this.#idleTimer);
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }
}

function cancelled(): TriageError {
  return new TriageError('cancelled', 'Cancelled.');
}

function describeCrash(error: Error): TriageError {
  if ((error as { readonly code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new TriageError('file-too-large', 'The profile needs more memory than there is.', {
      facts: { reason: error.message },
      cause: error,
    });
  return new TriageError('internal', `The decoding thread failed: ${error.message}`, { cause: error });
}

function buffersOf(job: WorkerJob): ArrayBuffer[] {
  if (job.kind === 'merge') return job.slices.map(slice => slice.buffer as ArrayBuffer);
  if (job.kind === 'endMerge') return [];
  return job.source.kind === 'bytes' ? [job.source.bytes.buffer as ArrayBuffer] : [];
}
