/** The reader of samples without a thread: the very job that the thread runs. */
import { foldSamples } from '../../src/worker/foldSamples.js';
import { nodeHost } from '../../src/worker/node/nodeHost.js';
import type { SampleReader } from '../../src/worker/workerPorts.js';

export const samplesInProcess: SampleReader = {
  foldSamples: (source, limits) => foldSamples(source, limits, nodeHost),
};
