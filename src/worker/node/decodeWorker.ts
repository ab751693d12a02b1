/**
 * The decoding thread's entry (dist/worker.cjs): takes a job, answers with transferred arrays. It does nothing else while
 * a job runs; to cancel, end the thread.
 */
import { parentPort } from 'node:worker_threads';
import { describeError } from '../../base/errors.js';
import { buffersOfResult, createJobs } from '../runJob.js';
import type { WorkerAnswer, WorkerJob } from '../workerMessages.js';
import { nodeHost } from './nodeHost.js';

const port = parentPort;
if (port === null) throw new Error('decodeWorker runs as a worker thread only');
const answer = (message: WorkerAnswer, transfer: ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

const runJob = createJobs(nodeHost);

async function answerJob(job: WorkerJob): Promise<void> {
  try {
    const result = await runJob(job, phase => answer({ kind: 'phase', phase }));
    answer({ kind: 'result', result }, buffersOfResult(result));
  } catch (error) {
    answer({ kind: 'failed', error: describeError(error) });
  }
}

port.on('message', (job: WorkerJob) => void answerJob(job));
