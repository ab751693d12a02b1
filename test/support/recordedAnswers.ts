/** What the recorded kubelet, and an API server with nothing else to tell, answer about a node. */
import type { NodeAnswerName } from '../../src/cluster/clusterPorts.js';
import { readFixture } from './fixtures.js';

const FILES: Partial<Record<NodeAnswerName, string>> = {
  node: 'kubelet/api/node1-ready.json',
  configz: 'kubelet/api/configz.json',
  metrics: 'kubelet/api/metrics.txt',
  'metrics-cadvisor': 'kubelet/api/metrics-cadvisor.txt',
  'stats-summary': 'kubelet/api/stats-summary.json',
  goroutines: 'profiles/goroutine-debug1.txt',
};
const LISTS: Partial<Record<NodeAnswerName, string>> = {
  'node-events': 'EventList',
  'pod-events': 'EventList',
  pods: 'PodList',
};

/** Undefined for the log, which that kubelet does not serve. */
export function recordedAnswer(answer: NodeAnswerName): Uint8Array | undefined {
  const file = FILES[answer];
  if (file !== undefined) return readFixture(file);
  const kind = LISTS[answer];
  return kind === undefined ? undefined : Buffer.from(JSON.stringify({ kind, apiVersion: 'v1', items: [] }));
}
