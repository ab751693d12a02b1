/**
 * The kubelet's /stats/summary: pressure of the node and of its system cgroups, memory, the kubelet's own CPU, number of
 * pods. Of the pods themselves nothing is kept.
 */
import { fieldAt, fieldOf, listOf, textOf } from '../../base/jsonFields.js';
import { memoryReading } from '../emptyReadings.js';
import type { Found, MemoryReading, NodeEvidence, Place, PressureReading } from '../model.js';

const RESOURCES = ['cpu', 'memory', 'io'] as const;
const KINDS = ['some', 'full'] as const;
const MOST_SYSTEM_CONTAINERS = 20;

export function isStatsSummary(value: unknown): boolean {
  return fieldAt(value, 'node', 'nodeName') !== undefined && fieldAt(value, 'node', 'cpu') !== undefined;
}

/** @param isCut pods may be missing */
export function readStatsSummary(value: unknown, at: Place, isCut: boolean): Found {
  const node = fieldOf(value, 'node');
  const system = listOf(fieldOf(node, 'systemContainers')).slice(0, MOST_SYSTEM_CONTAINERS);
  const pods = fieldOf(value, 'pods');
  const isWhole = !isCut && Array.isArray(pods) && pods.length > 0;
  return {
    facts: {
      nodeName: textOf(fieldOf(node, 'nodeName')),
      pods: isWhole ? pods.length : undefined,
    },
    pressure: [
      ...pressureOf(node, at, undefined),
      ...system.flatMap(one => pressureOf(one, at, textOf(fieldOf(one, 'name')) ?? '')),
    ],
    memory: memoryOf(node, at),
    kubeletCores: system.flatMap(one => kubeletCores(one, at)),
    counted: isWhole ? [{ at, thing: 'pods', value: pods.length, note: '/stats/summary' }] : [],
  };
}

/** PSI is in per cent there (kubelet pkg/apis/stats/v1alpha1, PSIData). */
function pressureOf(from: unknown, at: Place, cgroup: string | undefined): readonly PressureReading[] {
  return RESOURCES.flatMap(resource =>
    KINDS.flatMap(kind => {
      const psi = fieldAt(from, resource, 'psi', kind);
      const [avg10, avg60, avg300] = [shareOf(psi, 'avg10'), shareOf(psi, 'avg60'), shareOf(psi, 'avg300')];
      if (avg10 === undefined || avg60 === undefined || avg300 === undefined) return [];
      return [{ at, resource, kind, avg10, avg60, avg300, cgroup }];
    }),
  );
}

function shareOf(psi: unknown, name: string): number | undefined {
  const percent = numberOf(fieldOf(psi, name));
  return percent === undefined ? undefined : percent / 100;
}

function memoryOf(node: unknown, at: Place): readonly MemoryReading[] {
  const available = numberOf(fieldAt(node, 'memory', 'availableBytes'));
  if (available === undefined) return [];
  return [memoryReading(at, { available })];
}

function kubeletCores(container: unknown, at: Place): NodeEvidence['kubeletCores'] {
  const nanoCores = numberOf(fieldAt(container, 'cpu', 'usageNanoCores'));
  if (fieldOf(container, 'name') !== 'kubelet' || nanoCores === undefined) return [];
  return [{ at, cores: nanoCores / 1e9, seconds: undefined }];
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
