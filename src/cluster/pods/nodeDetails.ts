/** A v1.Node as what decides whether a debug pod can run there. Reads JSON, sends nothing; the tree's part is nodes.ts. */
import { fieldAt, fieldOf, listOf, textOf, textsOf, textTableOf, wholeOf } from '../../base/jsonFields.js';
import type { NodeDetails, NodeReady } from '../podPorts.js';

/** Takes any value: fields of another type read as if they were not there. */
export function describeNode(name: string, node: unknown): NodeDetails {
  const slots = textOf(fieldAt(node, 'status', 'allocatable', 'pods')) ?? '';
  return {
    name,
    labels: textTableOf(fieldAt(node, 'metadata', 'labels')),
    taints: listOf(fieldAt(node, 'spec', 'taints')).map(taint => ({
      key: textOf(fieldOf(taint, 'key')) ?? '',
      value: textOf(fieldOf(taint, 'value')),
      effect: textOf(fieldOf(taint, 'effect')) ?? '',
    })),
    images: listOf(fieldAt(node, 'status', 'images')).map(image => ({
      names: textsOf(fieldOf(image, 'names')),
      bytes: wholeOf(fieldOf(image, 'sizeBytes')) ?? 0,
    })),
    podSlots: /^\d{1,9}$/.test(slots) ? Number(slots) : undefined,
    ready: readReady(listOf(fieldAt(node, 'status', 'conditions'))),
  };
}

function readReady(conditions: readonly unknown[]): NodeReady | undefined {
  const ready = conditions.find(condition => fieldOf(condition, 'type') === 'Ready');
  const text = (name: string): string | undefined => textOf(fieldOf(ready, name));
  const status = text('status');
  if (status !== 'True' && status !== 'False' && status !== 'Unknown') return undefined;
  return {
    status,
    reason: text('reason'),
    message: text('message'),
    heartbeatAt: text('lastHeartbeatTime'),
  };
}
