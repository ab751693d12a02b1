/**
 * Checking a node's memory cgroups in a pod that sees them, as data. healthScript.ts is what runs and says what the file holds;
 * parseHealth.ts reads it. Nothing is written on the node.
 */
import { plainLine } from '../base/plainLine.js';
import type { PodJob } from '../base/podCommand.js';
import { HEALTH_SCRIPT } from './healthScript.js';

/** What the job leaves in its folder. */
export const HEALTH_FILE = 'cgroups.health.txt';

/** On a node with quick reads: five of the root and of kubepods, 0.3 s apart, and a scan of some hundred cgroups. */
const USUAL_SECONDS = 4;
/** No new measurement is begun after so long; the one under way may take as long as a read does (9 s in the founding case). */
const LIMIT_SECONDS = 30;
const MAX_SCANNED = 1000;
const SLOWEST_READS_SECONDS = 60;

export interface HealthRequest {
  /** The node's root as the pod sees it; undefined: found by the script. Another place is for tests. */
  readonly root?: string | undefined;
  readonly limitSeconds?: number | undefined;
  readonly maxScanned?: number | undefined;
  /** As the node's status has it (`status.nodeInfo.osImage`, its PRETTY_NAME): the pod does not see its os-release. */
  readonly osName?: string | undefined;
}

export function checkCgroupHealth(request: HealthRequest = {}): PodJob {
  const { root = '', limitSeconds = LIMIT_SECONDS, maxScanned = MAX_SCANNED, osName = '' } = request;
  const values = [root, limitSeconds, maxScanned, plainLine(osName)].map(String);
  return {
    name: 'cgroups',
    argv: ['sh', '-c', HEALTH_SCRIPT, 'node-triage-cgroups', ...values],
    seconds: USUAL_SECONDS,
    limitSeconds: limitSeconds + SLOWEST_READS_SECONDS,
  };
}
