/**
 * Readers of what the API server and the kubelet answer: objects, Events, metrics, settings, goroutines. What a machine
 * says of a node stands before what a person says of it: the first fact counts.
 */
import type { TextReader } from '../model.js';
import { describedNodeReader } from './describedNode.js';
import { describedPodsReader } from './describedPods.js';
import { eventTablesReader } from './eventTables.js';
import { goroutineGroupsReader } from './goroutineGroups.js';
import { kubeletFlagsReader } from './kubeletSettings.js';
import { kubernetesObjectsReader } from './kubernetesObjects.js';
import { metricSamplesReader } from './metricSamples.js';
import { podTablesReader } from './podTables.js';
import { runtimeTablesReader } from './runtimeTables.js';
import { statedCountsReader } from './statedCounts.js';
import { statedFactsReader } from './statedFacts.js';
import { versionFactsReader } from './versionFacts.js';

export const OBJECT_READERS: readonly TextReader[] = [
  kubernetesObjectsReader,
  describedNodeReader,
  versionFactsReader,
  metricSamplesReader,
  eventTablesReader,
  podTablesReader,
  describedPodsReader,
  kubeletFlagsReader,
  goroutineGroupsReader,
  runtimeTablesReader,
  statedCountsReader,
  statedFactsReader,
];
