/** A Node of the API, whole or the part of its status that was copied: facts and conditions. */
import { fieldAt, fieldOf, listOf, textOf } from '../../base/jsonFields.js';
import type { NodeCondition, NodeFacts, Place } from '../model.js';
import { quantityOf } from '../text/durations.js';
import { conditionStatus, isBadCondition } from './conditionPolarity.js';

const LONGEST_MESSAGE = 4_096;

/** Whether a value is a Node, its status, or its nodeInfo alone. */
export function isNodeObject(value: unknown): boolean {
  return (
    fieldOf(value, 'kind') === 'Node' ||
    fieldAt(value, 'status', 'nodeInfo') !== undefined ||
    fieldOf(value, 'nodeInfo') !== undefined
  );
}

export function factsOfNode(node: unknown): Partial<NodeFacts> {
  const status = fieldOf(node, 'status') ?? node;
  const info = fieldOf(status, 'nodeInfo');
  const text = (name: string): string | undefined => textOf(fieldOf(info, name));
  return {
    nodeName: textOf(fieldAt(node, 'metadata', 'name')),
    kubeletVersion: text('kubeletVersion'),
    kernelVersion: text('kernelVersion'),
    osImage: text('osImage'),
    containerRuntimeVersion: text('containerRuntimeVersion'),
    architecture: text('architecture'),
    cpus: quantityIn(fieldAt(status, 'capacity', 'cpu')),
    memoryBytes: quantityIn(fieldAt(status, 'capacity', 'memory')),
  };
}

function quantityIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : quantityOf(textOf(value) ?? '');
}

/** @param value a Node, its status, or an object with `conditions`; a pod's conditions have no heartbeat */
export function conditionsOfNode(value: unknown, at: Place): readonly NodeCondition[] {
  const status = fieldOf(value, 'status') ?? value;
  return listOf(fieldOf(status, 'conditions')).flatMap(condition => {
    const type = textOf(fieldOf(condition, 'type'));
    const state = conditionStatus(statusText(fieldOf(condition, 'status')));
    const isOfNode = isNodeObject(value) || fieldOf(condition, 'lastHeartbeatTime') !== undefined;
    if (type === undefined || state === undefined || !isOfNode) return [];
    const reason = textOf(fieldOf(condition, 'reason'));
    const message = textOf(fieldOf(condition, 'message'))?.slice(0, LONGEST_MESSAGE);
    return [{ at, type, status: state, reason, message, isBad: isBadCondition(type, state) }];
  });
}

/** People leave YAML's quotes out, which makes it a boolean. */
function statusText(value: unknown): string | undefined {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return textOf(value);
}
