/**
 * Which status of a node's condition is bad: `Ready=False` is, `MemoryPressure=False` is not, and a condition that a
 * detector added goes by its name (node-problem-detector's config/, the EKS node monitoring agent's pkg/reasons).
 */
import type { NodeCondition } from '../model.js';

const GOOD_WHEN_TRUE = /(?:Ready|Healthy|Available|Schedulable|IsVoter|Running|Connected)$/u;
const BAD_WHEN_TRUE =
  /(?:Pressure|Deadlock|Problem|Unavailable|Unhealthy|Unready|NotReady|Error|Errors|Failure|Failed|OutOfDisk|Restart|Restarts|Oops|Panic|Hung|Down|Full|Corrupt\w*|ReadonlyFilesystem|FilesystemIsReadOnly|Exhausted|Exhaustion|Leak|Issue|Throttl\w*|Stuck)$/iu;

export function isBadCondition(type: string, status: NodeCondition['status']): boolean {
  if (/(?:Unavailable|NotReady|Unready|Unhealthy)$/u.test(type)) return status === 'True';
  if (GOOD_WHEN_TRUE.test(type)) return status !== 'True';
  // The controller sets Ready and the pressures to Unknown where the kubelet stopped posting.
  if (type.endsWith('Pressure') || type === 'OutOfDisk') return status !== 'False';
  return status === 'True' && BAD_WHEN_TRUE.test(type);
}

export function conditionStatus(text: string | undefined): NodeCondition['status'] | undefined {
  return text === 'True' || text === 'False' || text === 'Unknown' ? text : undefined;
}
